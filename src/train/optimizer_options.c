/* The words of an optimiser: NAME[:OPTION=NUMBER,…]. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "train/optimizer.h"
#include "train/option_words.h"

static const char *const methods[DPI_METHODS] = {
#define DP_OPTIMIZER(id, name, one, two, three, formula) [DPI_##id] = #name,
#define DP_OPTIMIZER_OPTION(id, option, value, limits)
#include <denpa/optimizers.def>
#undef DP_OPTIMIZER
#undef DP_OPTIMIZER_OPTION
};

static const char *const states[DPI_METHODS][DPI_STATES] = {
#define DP_OPTIMIZER(id, name, one, two, three, formula) [DPI_##id] = {one, two, three},
#define DP_OPTIMIZER_OPTION(id, option, value, limits)
#include <denpa/optimizers.def>
#undef DP_OPTIMIZER
#undef DP_OPTIMIZER_OPTION
};

enum { DPI_ALL = DPI_OPTION_OF_ALL };

static const dpi_option options_of[] = {
#define DP_OPTIMIZER(id, name, one, two, three, formula)
#define DP_OPTIMIZER_OPTION(id, option, value, limits) \
    {DPI_##id, #option, offsetof(dpi_optimizer_options, option), value, DPI_##limits},
#include <denpa/optimizers.def>
#undef DP_OPTIMIZER
#undef DP_OPTIMIZER_OPTION
};

static const dpi_option_list list = {.what = "optimiser",
                                     .names = methods,
                                     .name_count = DPI_METHODS,
                                     .options = options_of,
                                     .option_count = (int)(sizeof options_of / sizeof *options_of)};

dp_status dpi_optimizer_parse_options(dp_ctx *ctx, dpi_method method, const char *text, size_t bytes,
                                      dpi_optimizer_options *out)
{
    dpi_optimizer_options options = *out;
    dp_status status = dpi_options_read(ctx, &list, (int)method, text, bytes, &options);
    if (status != DP_OK) return status;
    if (options.nesterov != 0 && (options.momentum == 0 || options.dampening != 0))
        return dpi_fail(ctx, DP_ERR_RANGE, "optimiser: nesterov needs a momentum above 0 and no dampening");
    *out = options;
    return DP_OK;
}

dp_status dpi_optimizer_parse(dp_ctx *ctx, const char *text, size_t bytes, dpi_method *method,
                              dpi_optimizer_options *out)
{
    int owner = 0;
    dp_status status = dpi_options_name(ctx, &list, text, bytes, &owner);
    if (status != DP_OK) return status;
    dpi_optimizer_options options = {0};
    dpi_options_default(&list, owner, &options);
    options.nesterov = owner == DPI_NESTEROV;
    size_t name = strlen(methods[owner]);
    if (name < bytes)
        status = dpi_optimizer_parse_options(ctx, (dpi_method)owner, text + name + 1, bytes - name - 1, &options);
    if (status != DP_OK) return status;
    *method = (dpi_method)owner;
    *out = options;
    return DP_OK;
}

dp_status dpi_optimizer_options_text(dp_text *text, dpi_method method, const dpi_optimizer_options *options)
{
    return dpi_options_write(text, &list, (int)method, options);
}

dp_status dpi_optimizer_text(dp_text *text, dpi_method method, const dpi_optimizer_options *options)
{
    dp_status status = dp_text_addf(text, "%s", methods[method]);
    return status == DP_OK ? dpi_optimizer_options_text(text, method, options) : status;
}

const char *dpi_state_name(dpi_method method, int state)
{
    return states[method][state];
}

bool dpi_method_has(dpi_method method, size_t offset)
{
    for (int i = 0; i < list.option_count; i++)
        if (options_of[i].owner == (int)method && options_of[i].offset == offset) return true;
    return false;
}
