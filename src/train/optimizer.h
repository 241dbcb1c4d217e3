/* Optimisers from inside. */
#ifndef DENPA_TRAIN_OPTIMIZER_H
#define DENPA_TRAIN_OPTIMIZER_H

#include <stdbool.h>

#include <denpa/plan.h>
#include <denpa/text.h>
#include <denpa/train.h>

#include "kernels/kern.h"

typedef enum dpi_method {
#define DP_OPTIMIZER(id, name, one, two, three, formula) DPI_##id,
#define DP_OPTIMIZER_OPTION(id, option, value, limits)
#include <denpa/optimizers.def>
#undef DP_OPTIMIZER
#undef DP_OPTIMIZER_OPTION
    DPI_METHODS
} dpi_method;

/* The options of all methods; each method has those that optimizers.def lists for it. */
typedef struct dpi_optimizer_options {
    double lr, momentum, dampening, beta1, beta2, eps, weight_decay, alpha, rho, lr_decay, initial_accumulator_value,
        momentum_decay;
    double nesterov, amsgrad, centered, decoupled_weight_decay; /* 0 or 1 */
    double clip_value, clip_norm;                               /* 0: none */
} dpi_optimizer_options;

/* ---- optimizer_options.c: words ---- */

/* Reads "adam:lr=0.001,amsgrad". Errors as dp_optimizer_new. */
dp_status dpi_optimizer_parse(dp_ctx *ctx, const char *text, size_t bytes, dpi_method *method,
                              dpi_optimizer_options *options);

/* Reads "lr=0.1,…" over options that are there. */
dp_status dpi_optimizer_parse_options(dp_ctx *ctx, dpi_method method, const char *text, size_t bytes,
                                      dpi_optimizer_options *options);

/* Adds the same in full, "adam:lr=0.001,beta1=0.9,…": reading it gives the same optimiser. */
dp_status dpi_optimizer_text(dp_text *text, dpi_method method, const dpi_optimizer_options *options);
dp_status dpi_optimizer_options_text(dp_text *text, dpi_method method, const dpi_optimizer_options *options);

/* PyTorch's name of a state array, NULL where the method has none. */
enum { DPI_STATES = 3 };
const char *dpi_state_name(dpi_method method, int state);

/* Has the method this option? */
bool dpi_method_has(dpi_method method, size_t offset);

/* ---- optimizer_update.c: the update ---- */

/* What an update needs to know beside the numbers. */
typedef struct dpi_update {
    dpi_method method;
    const dpi_optimizer_options *options;
    int64_t t;         /* the number of this update, from 1 */
    double mu_product; /* NAdam: u(1) … u(t) */
} dpi_update;

/* NAdam's u(t). */
double dpi_nadam_mu(const dpi_optimizer_options *options, int64_t t);

/* The kernel that makes the update, its factors in args; the arrays are for the caller to put there. Elements do not see
 * each other. */
dpk_fn *dpi_update_kernel(const dpi_update *update, dpk_isa isa, dpk_type type, dpk_update_args *args);

/* ---- optimizer_clip.c ---- */

/* Clipping of n gradients: limits each to [-limit, limit]; the sum of their squares, in an order that only n decides;
 * multiplies each. */
void dpi_clip_f32(size_t n, float *g, double limit);
void dpi_clip_f64(size_t n, double *g, double limit);
double dpi_square_sum_f32(size_t n, const float *g);
double dpi_square_sum_f64(size_t n, const double *g);
void dpi_multiply_f32(size_t n, float *g, double factor);
void dpi_multiply_f64(size_t n, double *g, double factor);

/* ---- optimizer.c ---- */

/* Parameters that share options. */
typedef struct dpi_group {
    char *pattern;               /* of their names; NULL: all that no other group has */
    dpi_optimizer_options given; /* as the optimiser was made */
    dpi_optimizer_options now;   /* schedules change lr, momentum, beta1 */
    double mu_product;           /* NAdam's */
    dpk_fn *fn;                  /* the step at hand */
    dpk_update_args args;
} dpi_group;

struct dp_optimizer {
    dp_model *model;
    dpi_method method;
    dpi_group *groups;
    size_t group_count, group_capacity;
    int *group_of;            /* by parameter */
    int64_t steps;            /* done */
    dpk_isa isa;
    void *states[DPI_STATES]; /* flat, as long as the parameters; NULL where there is none */
};

/* The words of an optimiser that was made, in full. */
dp_status dpi_optimizer_describe(const dp_optimizer *optimizer, dp_text *text);

/* One update of the model's parameters from its gradients, by the threads of a plan. With `watch`, false if a gradient is
 * not finite; then the parameters are updated in part. */
bool dpi_optimizer_step(dp_optimizer *optimizer, dp_plan *plan, bool watch);

#endif
