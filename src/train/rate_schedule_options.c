/* The words of a schedule: [warmup:…;]NAME[:OPTION=NUMBER,…]. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "train/rate_schedule.h"

static const char *const names[DPI_SCHEDULES] = {
#define DP_SCHEDULE(id, name, torch, formula) [DPI_SCHEDULE_##id] = #name,
#define DP_SCHEDULE_OPTION(id, option, value, limits)
#include <denpa/schedules.def>
#undef DP_SCHEDULE
#undef DP_SCHEDULE_OPTION
};

static const dpi_option options_of[] = {
#define DP_SCHEDULE(id, name, torch, formula)
#define DP_SCHEDULE_OPTION(id, option, value, limits) \
    {DPI_SCHEDULE_##id, #option, offsetof(dpi_schedule_options, option), value, DPI_##limits},
#include <denpa/schedules.def>
#undef DP_SCHEDULE
#undef DP_SCHEDULE_OPTION
};

static const dpi_option_list list = {.what = "schedule",
                                     .names = names,
                                     .name_count = DPI_SCHEDULES,
                                     .options = options_of,
                                     .option_count = (int)(sizeof options_of / sizeof *options_of)};

static dp_status read_one(dp_ctx *ctx, const char *text, size_t bytes, dpi_schedule_kind *kind,
                          dpi_schedule_options *options)
{
    int owner = 0;
    dp_status status = dpi_options_name(ctx, &list, text, bytes, &owner);
    if (status != DP_OK) return status;
    *kind = (dpi_schedule_kind)owner;
    *options = (dpi_schedule_options){.step_size = 0};
    dpi_options_default(&list, owner, options);
    if (*kind == DPI_SCHEDULE_PLATEAU) options->by_epoch = 1;
    size_t name = strlen(names[owner]);
    if (name < bytes) status = dpi_options_read(ctx, &list, owner, text + name + 1, bytes - name - 1, options);
    return status == DP_OK ? dpi_options_complete(ctx, &list, owner, options) : status;
}

/* 0 becomes what is left of the run. */
static dp_status fill_length(dp_ctx *ctx, const dp_schedule *s, const char *option, double run, double *length)
{
    if (*length > 0) return DP_OK;
    if (run > s->warmup_count) *length = run - s->warmup_count;
    else if (run > 0)
        return dpi_fail(ctx, DP_ERR_RANGE, "schedule: the warm-up of %g is all of the run of %g", s->warmup_count, run);
    else return dpi_fail(ctx, DP_ERR_RANGE, "schedule: %s needs %s=…", names[s->kind], option);
    return DP_OK;
}

dp_status dpi_schedule_parse(dp_ctx *ctx, const char *text, int64_t steps, int64_t epochs, dp_schedule *s)
{
    size_t bytes = strcspn(text, ";");
    dp_status status = read_one(ctx, text, bytes, &s->kind, &s->options);
    if (status != DP_OK) return status;
    if (text[bytes]) {
        if (s->kind != DPI_SCHEDULE_WARMUP)
            return dpi_fail(ctx, DP_ERR_ARG, "schedule: only a warmup may come before another one, not %s",
                            names[s->kind]);
        s->warmup = s->options;
        s->warmup_count = s->warmup.total_iters;
        status = read_one(ctx, text + bytes + 1, strlen(text + bytes + 1), &s->kind, &s->options);
        if (status != DP_OK) return status;
        if (s->kind != DPI_SCHEDULE_PLATEAU && s->warmup.by_epoch != s->options.by_epoch)
            return dpi_fail(ctx, DP_ERR_ARG, "schedule: by_epoch has to be said of both or of none");
    }
    double run = s->options.by_epoch != 0 ? (double)epochs : (double)steps;
    if (s->kind == DPI_SCHEDULE_COSINE) return fill_length(ctx, s, "T_max", run, &s->options.T_max);
    if (s->kind == DPI_SCHEDULE_ONECYCLE) return fill_length(ctx, s, "total_steps", run, &s->options.total_steps);
    return DP_OK;
}

dp_status dpi_schedule_text(dp_text *text, const dp_schedule *s)
{
    dp_status status = DP_OK;
    if (s->warmup_count > 0) {
        status = dp_text_addf(text, "%s", names[DPI_SCHEDULE_WARMUP]);
        if (status == DP_OK) status = dpi_options_write(text, &list, DPI_SCHEDULE_WARMUP, &s->warmup);
        if (status == DP_OK) status = dp_text_addf(text, ";");
    }
    if (status == DP_OK) status = dp_text_addf(text, "%s", names[s->kind]);
    return status == DP_OK ? dpi_options_write(text, &list, (int)s->kind, &s->options) : status;
}
