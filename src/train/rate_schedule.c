/* Schedules of the learning rate. But for plateau, a rate follows from the count alone: PyTorch's closed forms.
 *
 * Source   torch.optim.lr_scheduler; Loshchilov, Hutter 2017 (cosine); Smith, Topin 2018 (one cycle). */
#include "train/rate_schedule.h"

#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/model_internal.h"
#include "train/optimizer.h"

#define PI 3.14159265358979323846

/* ---- One cycle ---- */

typedef struct phase {
    double end; /* the step it ends at */
    double lr[2], momentum[2];
} phase;

/* From one value to another as part goes from 0 to 1. */
static double anneal(const dpi_schedule_options *o, const double ends[2], double part)
{
    if (o->linear != 0) return (ends[1] - ends[0]) * part + ends[0];
    return ends[1] + (ends[0] - ends[1]) / 2 * (cos(PI * part) + 1);
}

static double one_cycle(const dpi_schedule_options *o, double base, double t, double *momentum)
{
    double most = o->max_lr > 0 ? o->max_lr : base, first = most / o->div_factor, last = first / o->final_div_factor;
    double low = o->base_momentum, high = o->max_momentum, up = o->pct_start * o->total_steps - 1;
    phase phases[3] = {{up, {first, most}, {high, low}}, {o->total_steps - 1, {most, last}, {low, high}}};
    if (o->three_phase != 0) {
        phases[1] = (phase){2 * o->pct_start * o->total_steps - 2, {most, first}, {low, high}};
        phases[2] = (phase){o->total_steps - 1, {first, last}, {high, high}};
    }
    int p = 0, count = o->three_phase != 0 ? 3 : 2;
    double start = 0, length;
    for (; p < count - 1 && t > phases[p].end; p++) start = phases[p].end;
    length = phases[p].end - start;
    double part = length > 0 ? (t - start) / length : 1;
    if (part > 1) part = 1; /* behind the last step it stays */
    *momentum = anneal(o, phases[p].momentum, part);
    return anneal(o, phases[p].lr, part);
}

/* ---- Rates ---- */

static double factor_of(dpi_schedule_kind kind, const dpi_schedule_options *o, double t)
{
    int passed = 0;
    switch (kind) {
    case DPI_SCHEDULE_STEP: return pow(o->gamma, floor(t / o->step_size));
    case DPI_SCHEDULE_MULTISTEP:
        while (passed < o->milestones.count && o->milestones.at[passed] <= t) passed++;
        return pow(o->gamma, passed);
    case DPI_SCHEDULE_EXPONENTIAL: return pow(o->gamma, t);
    case DPI_SCHEDULE_WARMUP:
        return o->start_factor + (o->end_factor - o->start_factor) * fmin(t, o->total_iters) / o->total_iters;
    default: return 1;
    }
}

static void set_momentum(const dp_schedule *s, dpi_group *group, double momentum)
{
    dpi_method method = s->optimizer->method;
    if (s->options.cycle_momentum == 0) return;
    if (dpi_method_has(method, offsetof(dpi_optimizer_options, beta1))) group->now.beta1 = momentum;
    else if (group->given.momentum > 0) group->now.momentum = momentum;
}

/* The rates for the state at hand. Plateau leaves them alone but where its warm-up ends. */
static void set_rates(const dp_schedule *s)
{
    double count = s->state.count, t = count - s->warmup_count, momentum = 0;
    for (size_t g = 0; g < s->optimizer->group_count; g++) {
        dpi_group *group = &s->optimizer->groups[g];
        double base = group->given.lr;
        if (t < 0) group->now.lr = base * factor_of(DPI_SCHEDULE_WARMUP, &s->warmup, count);
        else if (s->kind == DPI_SCHEDULE_ONECYCLE) {
            group->now.lr = one_cycle(&s->options, base, t, &momentum);
            set_momentum(s, group, momentum);
        } else if (s->kind == DPI_SCHEDULE_COSINE)
            group->now.lr =
                s->options.eta_min + (base - s->options.eta_min) * (1 + cos(PI * t / s->options.T_max)) / 2;
        else if (s->kind != DPI_SCHEDULE_PLATEAU) group->now.lr = base * factor_of(s->kind, &s->options, t);
        else if (t == 0) group->now.lr = base;
    }
}

dp_status dp_schedule_new(dp_optimizer *optimizer, const char *text, int64_t steps, int64_t epochs, dp_schedule **out)
{
    dp_ctx *ctx = optimizer->model->ctx;
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_schedule), "schedule", &memory);
    if (status != DP_OK) return status;
    dp_schedule *s = memory;
    *s = (dp_schedule){.optimizer = optimizer, .state.best = INFINITY};
    status = dpi_schedule_parse(ctx, text, steps, epochs, s);
    if (status != DP_OK) {
        dp_schedule_free(&s);
        return status;
    }
    set_rates(s);
    *out = s;
    return DP_OK;
}

void dp_schedule_free(dp_schedule **schedule)
{
    if (!schedule || !*schedule) return;
    dpi_free((*schedule)->optimizer->model->ctx, *schedule);
    *schedule = NULL;
}

/* Does what is going on, the warm-up or what comes behind it, count epochs? */
static bool counts_epochs(const dp_schedule *s)
{
    return (s->state.count < s->warmup_count ? s->warmup.by_epoch : s->options.by_epoch) != 0;
}

void dp_schedule_step(dp_schedule *s)
{
    if (counts_epochs(s)) return;
    s->state.count++;
    set_rates(s);
}

static void reduce(const dp_schedule *s)
{
    for (size_t g = 0; g < s->optimizer->group_count; g++) {
        double *lr = &s->optimizer->groups[g].now.lr, lower = fmax(*lr * s->options.factor, s->options.min_lr);
        if (*lr - lower > s->options.eps) *lr = lower;
    }
}

static void watch(dp_schedule *s, double loss)
{
    dpi_schedule_state *state = &s->state;
    const dpi_schedule_options *o = &s->options;
    bool better = o->threshold_abs != 0 ? loss < state->best - o->threshold : loss < state->best * (1 - o->threshold);
    if (better) state->best = loss;
    state->bad = better ? 0 : state->bad + 1;
    if (state->cooling > 0) state->cooling--, state->bad = 0;
    if (state->bad <= o->patience) return;
    reduce(s);
    state->cooling = o->cooldown;
    state->bad = 0;
}

void dp_schedule_epoch(dp_schedule *s, double loss)
{
    if (!counts_epochs(s)) return;
    if (s->kind == DPI_SCHEDULE_PLATEAU && s->state.count >= s->warmup_count) {
        watch(s, loss);
        return;
    }
    s->state.count++;
    set_rates(s);
}
