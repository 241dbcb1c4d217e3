/* Schedules of the learning rate from inside. */
#ifndef DENPA_TRAIN_RATE_SCHEDULE_H
#define DENPA_TRAIN_RATE_SCHEDULE_H

#include <denpa/text.h>
#include <denpa/train.h>

#include "train/option_words.h"

typedef enum dpi_schedule_kind {
#define DP_SCHEDULE(id, name, torch, formula) DPI_SCHEDULE_##id,
#define DP_SCHEDULE_OPTION(id, option, value, limits)
#include <denpa/schedules.def>
#undef DP_SCHEDULE
#undef DP_SCHEDULE_OPTION
    DPI_SCHEDULES
} dpi_schedule_kind;

/* The options of all kinds; each kind has those that schedules.def lists for it. */
typedef struct dpi_schedule_options {
    double step_size, gamma, T_max, eta_min, start_factor, end_factor, total_iters;
    double max_lr, total_steps, pct_start, base_momentum, max_momentum, div_factor, final_div_factor;
    double factor, patience, threshold, cooldown, min_lr, eps;
    double by_epoch, linear, cycle_momentum, three_phase, threshold_abs; /* 0 or 1 */
    dpi_wholes milestones;
} dpi_schedule_options;

/* What a checkpoint keeps of a schedule; with the rates of the groups that is all of it. */
typedef struct dpi_schedule_state {
    double count;              /* steps or epochs done */
    double best, bad, cooling; /* plateau: the best loss, epochs without a better one, epochs of cooling down left */
} dpi_schedule_state;

struct dp_schedule {
    dp_optimizer *optimizer;
    dpi_schedule_kind kind;
    dpi_schedule_options options, warmup;
    double warmup_count; /* how long the warm-up is; 0: none */
    dpi_schedule_state state;
};

/* rate_schedule_options.c: reads the words; *has_warmup: there is one in front. steps, epochs: as dp_schedule_new; a length
 * that is not given is filled in. Adds the words in full. */
dp_status dpi_schedule_parse(dp_ctx *ctx, const char *text, int64_t steps, int64_t epochs, dp_schedule *schedule);
dp_status dpi_schedule_text(dp_text *text, const dp_schedule *schedule);

#endif
