/* An optimiser: groups of parameters with their options, the state, the step. */
#include "train/optimizer.h"

#include <fnmatch.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "run/run.h"
#include "train/model_internal.h"

/* Does the method, with these options, use the state array? */
static bool uses_state(dpi_method method, const dpi_optimizer_options *options, int state)
{
    if (!dpi_state_name(method, state)) return false;
    if (method == DPI_RMSPROP && state == 1) return options->momentum > 0;
    if (method == DPI_RMSPROP && state == 2) return options->centered != 0;
    return state != 2 || options->amsgrad != 0;
}

static dp_status make_states(dp_optimizer *o, const dpi_optimizer_options *options)
{
    const dp_model *model = o->model;
    for (int i = 0; i < DPI_STATES; i++) {
        if (o->states[i] || !uses_state(o->method, options, i)) continue;
        dp_status status =
            dpi_alloc(model->ctx, model->trained_elems, dp_dtype_bytes(model->dtype), "the optimiser's state", &o->states[i]);
        if (status != DP_OK) return status;
    }
    return DP_OK;
}

/* Elements first .. first + n - 1 of the flat buffers: parameters from number `from` on that are in one group. Returns
 * the number of the first that is not. */
static int group_range(const dp_optimizer *o, int from, size_t *first, size_t *n)
{
    const dp_model *model = o->model;
    int to = from + 1;
    while (to < model->trained_count && o->group_of[to] == o->group_of[from]) to++;
    *first = model->params[from].first;
    *n = (to < model->trained_count ? model->params[to].first : model->trained_elems) - *first;
    return to;
}

static void *place(const dp_optimizer *o, void *buffer, size_t first)
{
    return buffer ? (char *)buffer + first * dp_dtype_bytes(o->model->dtype) : NULL;
}

/* AdaGrad's sums do not begin at 0. */
static void begin_sums(dp_optimizer *o)
{
    size_t first, n;
    for (int p = 0; o->method == DPI_ADAGRAD && p < o->model->trained_count;) {
        double value = o->groups[o->group_of[p]].given.initial_accumulator_value;
        p = group_range(o, p, &first, &n);
        void *sums = place(o, o->states[0], first);
        for (size_t i = 0; i < n; i++)
            if (o->model->dtype == DP_F32) ((float *)sums)[i] = (float)value;
            else ((double *)sums)[i] = value;
    }
}

static dp_status add_group(dp_optimizer *o, const char *pattern, size_t bytes, const dpi_optimizer_options *options)
{
    dp_ctx *ctx = o->model->ctx;
    dpi_group group = {.given = *options, .now = *options, .mu_product = 1};
    void *groups = o->groups;
    dp_status status = dpi_grow(ctx, &groups, &o->group_capacity, o->group_count + 1, sizeof group, "groups");
    o->groups = groups;
    if (status == DP_OK && pattern) status = dpi_strndup(ctx, pattern, bytes, &group.pattern);
    if (status == DP_OK) o->groups[o->group_count++] = group;
    return status;
}

static dp_status matches_nothing(const dp_optimizer *o, const char *pattern)
{
    char names[512] = "";
    size_t used = 0;
    for (int p = 0; p < o->model->trained_count && used < sizeof names; p++)
        used += (size_t)snprintf(names + used, sizeof names - used, p ? ", %s" : "%s", o->model->params[p].name);
    return dpi_fail(o->model->ctx, DP_ERR_NAME,
                    "optimiser: group %s has no parameter that no group before it has; there are %s", pattern, names);
}

/* What no group has yet and the new, last one's pattern fits becomes its. */
static dp_status fill_group(dp_optimizer *o)
{
    int number = (int)o->group_count - 1, found = 0;
    const char *pattern = o->groups[number].pattern;
    for (int p = 0; p < o->model->trained_count; p++) {
        if (o->group_of[p] != 0 || fnmatch(pattern, o->model->params[p].name, 0) != 0) continue;
        o->group_of[p] = number;
        found++;
    }
    return found ? DP_OK : matches_nothing(o, pattern);
}

static dp_status new_group(dp_optimizer *o, const char *pattern, size_t pattern_bytes, const char *text, size_t bytes)
{
    dp_ctx *ctx = o->model->ctx;
    dpi_optimizer_options options = o->groups[0].given;
    dp_status status = dpi_optimizer_parse_options(ctx, o->method, text, bytes, &options);
    if (status != DP_OK) return status;
    if (options.clip_value != o->groups[0].given.clip_value || options.clip_norm != o->groups[0].given.clip_norm)
        return dpi_fail(ctx, DP_ERR_ARG, "optimiser: clip_value and clip_norm are of all parameters, not of group %.*s",
                        (int)pattern_bytes, pattern);
    status = make_states(o, &options);
    if (status == DP_OK) status = add_group(o, pattern, pattern_bytes, &options);
    if (status == DP_OK && (status = fill_group(o)) != DP_OK) dpi_free(ctx, o->groups[--o->group_count].pattern);
    if (status == DP_OK) begin_sums(o);
    return status;
}

dp_status dp_optimizer_group(dp_optimizer *o, const char *pattern, const char *options)
{
    if (o->steps) return dpi_fail(o->model->ctx, DP_ERR_ARG, "optimiser: group %s comes after the first step", pattern);
    return new_group(o, pattern, strlen(pattern), options, strlen(options));
}

/* ";PATTERN:OPTIONS…" */
static dp_status read_groups(dp_optimizer *o, const char *at)
{
    dp_status status = DP_OK;
    while (*at && status == DP_OK) {
        at++;
        size_t bytes = strcspn(at, ";"), pattern = strcspn(at, ":;");
        if (!pattern || pattern == bytes)
            return dpi_fail(o->model->ctx, DP_ERR_ARG, "optimiser: \"%.*s\" is no group; write PATTERN:OPTION=NUMBER,…",
                            (int)bytes, at);
        status = new_group(o, at, pattern, at + pattern + 1, bytes - pattern - 1);
        at += bytes;
    }
    return status;
}

static dp_status fill(dp_optimizer *o, const char *text)
{
    dpi_optimizer_options options;
    void *memory = NULL;
    size_t bytes = strcspn(text, ";");
    dp_status status = dpi_optimizer_parse(o->model->ctx, text, bytes, &o->method, &options);
    if (status == DP_OK)
        status = dpi_alloc(o->model->ctx, (size_t)o->model->trained_count, sizeof(int), "groups of parameters", &memory);
    o->group_of = memory;
    if (status == DP_OK) status = add_group(o, NULL, 0, &options);
    if (status == DP_OK) status = make_states(o, &options);
    if (status == DP_OK) begin_sums(o);
    return status == DP_OK ? read_groups(o, text + bytes) : status;
}

dp_status dp_optimizer_new(dp_model *model, const char *text, dp_optimizer **out)
{
    void *memory = NULL;
    dp_status status = dpi_alloc(model->ctx, 1, sizeof(dp_optimizer), "optimiser", &memory);
    if (status != DP_OK) return status;
    dp_optimizer *optimizer = memory;
    *optimizer = (dp_optimizer){.model = model, .isa = dpk_cpu_level()};
    status = fill(optimizer, text);
    if (status != DP_OK) dp_optimizer_free(&optimizer);
    else *out = optimizer;
    return status;
}

void dp_optimizer_free(dp_optimizer **pointer)
{
    if (!pointer || !*pointer) return;
    dp_optimizer *o = *pointer;
    dp_ctx *ctx = o->model->ctx;
    for (int i = 0; i < DPI_STATES; i++) dpi_free(ctx, o->states[i]);
    for (size_t g = 0; g < o->group_count; g++) dpi_free(ctx, o->groups[g].pattern);
    dpi_free(ctx, o->groups);
    dpi_free(ctx, o->group_of);
    dpi_free(ctx, o);
    *pointer = NULL;
}

int dp_optimizer_group_count(const dp_optimizer *o)
{
    return (int)o->group_count;
}

double dp_optimizer_lr(const dp_optimizer *o, int group)
{
    return group < 0 || (size_t)group >= o->group_count ? NAN : o->groups[group].now.lr;
}

dp_status dp_optimizer_set_lr(dp_optimizer *o, int group, double lr)
{
    if (group < 0 || (size_t)group >= o->group_count)
        return dpi_fail(o->model->ctx, DP_ERR_RANGE, "optimiser: there is no group %d; there are %zu", group,
                        o->group_count);
    if (!isfinite(lr) || lr < 0)
        return dpi_fail(o->model->ctx, DP_ERR_RANGE, "optimiser: lr has to be a finite number that is not negative");
    o->groups[group].now.lr = lr;
    return DP_OK;
}

dp_status dpi_optimizer_describe(const dp_optimizer *o, dp_text *text)
{
    dp_status status = dpi_optimizer_text(text, o->method, &o->groups[0].given);
    for (size_t g = 1; g < o->group_count && status == DP_OK; g++) {
        dpi_optimizer_options options = o->groups[g].given;
        options.clip_value = options.clip_norm = 0; /* said once, in front */
        status = dp_text_addf(text, ";%s", o->groups[g].pattern);
        if (status == DP_OK) status = dpi_optimizer_options_text(text, o->method, &options);
    }
    return status;
}

/* ---- The step ---- */

/* torch.nn.utils.clip_grad_value_, then clip_grad_norm_. What lies between the parameters is 0. */
static void clip(const dp_optimizer *o)
{
    const dp_model *model = o->model;
    const dpi_optimizer_options *options = &o->groups[0].given;
    bool f32 = model->dtype == DP_F32;
    if (options->clip_value > 0) {
        if (f32) dpi_clip_f32(model->trained_elems, model->gradients, options->clip_value);
        else dpi_clip_f64(model->trained_elems, model->gradients, options->clip_value);
    }
    if (options->clip_norm > 0) {
        double sum = f32 ? dpi_square_sum_f32(model->trained_elems, model->gradients)
                         : dpi_square_sum_f64(model->trained_elems, model->gradients);
        double factor = options->clip_norm / (sqrt(sum) + 1e-6);
        if (factor >= 1) return;
        if (f32) dpi_multiply_f32(model->trained_elems, model->gradients, factor);
        else dpi_multiply_f64(model->trained_elems, model->gradients, factor);
    }
}

/* Are gradients first .. last - 1 finite? */
static bool all_finite(const dp_optimizer *o, int64_t first, int64_t last)
{
    dpk_finite_args args = {.a = o->model->gradients};
    return dpk_find(o->isa, DPK_finite, dpk_type_of(o->model->dtype))(&args, first, last) == DPK_DONE;
}

/* An update of all elements, shared out. */
typedef struct work {
    const dp_optimizer *o;
    bool watch;
    atomic_bool *is_bad; /* a gradient is not finite: the chunk with it is left as it is */
} work;

/* Elements first .. last - 1 of the flat buffers. */
static int64_t update_range(const void *work_, int64_t low, int64_t high)
{
    const work *w = work_;
    const dp_optimizer *o = w->o;
    const dp_model *model = o->model;
    size_t first, n;
    if (w->watch && !all_finite(o, low, high)) {
        atomic_store(w->is_bad, true);
        return DPK_DONE;
    }
    for (int p = 0; p < model->trained_count;) {
        const dpi_group *group = &o->groups[o->group_of[p]];
        p = group_range(o, p, &first, &n);
        int64_t from = (int64_t)first > low ? (int64_t)first : low,
                to = (int64_t)(first + n) < high ? (int64_t)(first + n) : high;
        if (from < to) group->fn(&group->args, from, to);
    }
    return DPK_DONE;
}

static void prepare(dp_optimizer *o)
{
    const dp_model *model = o->model;
    for (size_t i = 0; i < o->group_count; i++) {
        dpi_group *group = &o->groups[i];
        if (o->method == DPI_NADAM) group->mu_product *= dpi_nadam_mu(&group->now, o->steps);
        dpi_update update = {
            .method = o->method, .options = &group->now, .t = o->steps, .mu_product = group->mu_product};
        group->args = (dpk_update_args){.p = model->values, .g = model->gradients};
        for (int s = 0; s < DPI_STATES; s++)
            if (uses_state(o->method, &group->now, s)) group->args.s[s] = o->states[s];
        group->fn = dpi_update_kernel(&update, o->isa, dpk_type_of(model->dtype), &group->args);
    }
}

bool dpi_optimizer_step(dp_optimizer *o, dp_plan *plan, bool watch)
{
    enum { CHUNK = 4096 }; /* elements: some microseconds, and few enough for the caches */
    const dp_model *model = o->model;
    const dpi_optimizer_options *options = &o->groups[0].given;
    atomic_bool is_bad = false;
    bool clips = options->clip_value > 0 || options->clip_norm > 0; /* which would spread what is not finite */
    if (watch && clips && !all_finite(o, 0, (int64_t)model->trained_elems)) return false;
    o->steps++;
    clip(o);
    prepare(o);
    work w = {.o = o, .watch = watch && !clips, .is_bad = &is_bad};
    dpi_run_extra(plan, &(dpi_extra){.fn = update_range, .args = &w, .units = (int64_t)model->trained_elems, .chunk = CHUNK});
    return !is_bad;
}

dp_status dp_train_step(dp_model *model, dp_optimizer *optimizer, const dp_array *const *inputs, double *loss)
{
    int64_t batch = model->input_count && inputs[0] && inputs[0]->shape.rank > 0 ? inputs[0]->shape.dims[0] : 1;
    dpi_instance *instance = NULL;
    dp_status status = dpi_model_instance(model, DPI_TRAIN, batch, &instance);
    if (status == DP_OK) status = dpi_instance_feed(model, instance, inputs);
    model->step = optimizer->steps;
    if (status == DP_OK) status = dp_plan_run(instance->plan);
    if (status != DP_OK) return status;
    dpi_instance_keep_states(model, instance);
    *loss = dpi_instance_loss(instance);
    (void)dpi_optimizer_step(optimizer, instance->plan, false);
    return DP_OK;
}
