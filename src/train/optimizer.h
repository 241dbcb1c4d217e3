/* Optimisers from inside. */
#ifndef DENPA_TRAIN_OPTIMIZER_H
#define DENPA_TRAIN_OPTIMIZER_H

#include <denpa/text.h>
#include <denpa/train.h>

typedef enum dpi_method { DPI_SGD, DPI_MOMENTUM, DPI_ADAM, DPI_METHODS } dpi_method;

/* The options of all methods; each method has those that optimizer_options.c lists for it. */
typedef struct dpi_optimizer_options {
    double lr, momentum, dampening, beta1, beta2, eps, weight_decay;
    double nesterov, amsgrad; /* 0 or 1 */
} dpi_optimizer_options;

/* Reads "adam:lr=0.001,amsgrad". Errors as dp_optimizer_new. */
dp_status dpi_optimizer_parse(dp_ctx *ctx, const char *text, dpi_method *method, dpi_optimizer_options *options);

/* Adds the same in full, "adam:lr=0.001,beta1=0.9,…": reading it gives the same optimiser. */
dp_status dpi_optimizer_text(dp_text *text, dpi_method method, const dpi_optimizer_options *options);

/* One update of n elements: p parameters, g gradients, m and v and top (largest v) the state, NULL where the method has
 * none; t counts from 1. Elements do not see each other. */
void dpi_update_f32(dpi_method method, const dpi_optimizer_options *options, int64_t t, size_t n, float *p,
                    const float *g, float *m, float *v, float *top);
void dpi_update_f64(dpi_method method, const dpi_optimizer_options *options, int64_t t, size_t n, double *p,
                    const double *g, double *m, double *v, double *top);

/* The words of an optimiser that was made, in full. */
dp_status dpi_optimizer_describe(const dp_optimizer *optimizer, dp_text *text);

/* One update of the model's parameters from its gradients. */
void dpi_optimizer_step(dp_optimizer *optimizer);

#endif
