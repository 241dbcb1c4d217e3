/* The updates of the optimisers: which kernel, and its factors. */
#include <math.h>

#include "train/optimizer.h"

double dpi_nadam_mu(const dpi_optimizer_options *options, int64_t t)
{
    return options->beta1 * (1 - 0.5 * pow(0.96, (double)t * options->momentum_decay));
}

static dpk_op kernel_of(dpi_method method, const dpi_optimizer_options *o)
{
    switch (method) {
    case DPI_SGD: break;
    case DPI_MOMENTUM:
    case DPI_NESTEROV: return o->nesterov != 0 ? DPK_update_nesterov : DPK_update_momentum;
    case DPI_ADAGRAD: return DPK_update_adagrad;
    case DPI_RMSPROP: return o->centered != 0 ? DPK_update_rmsprop_centered : DPK_update_rmsprop;
    case DPI_ADADELTA: return DPK_update_adadelta;
    case DPI_ADAM:
    case DPI_ADAMW: return o->amsgrad != 0 ? DPK_update_amsgrad : DPK_update_adam;
    case DPI_NADAM: return DPK_update_nadam;
    case DPI_METHODS: break;
    }
    return DPK_update_sgd;
}

/* The first step takes the gradient itself for the velocity. */
static void momentum_factors(const dpi_update *u, dpk_update_args *args)
{
    const dpi_optimizer_options *o = u->options;
    args->keep = u->t == 1 ? 0 : o->momentum;
    args->take = u->t == 1 ? 1 : 1 - o->dampening;
    args->momentum = o->momentum;
}

static void rms_factors(const dpi_optimizer_options *o, double keep, dpk_update_args *args)
{
    args->keep = keep;
    args->take = 1 - keep;
    args->momentum = o->momentum;
}

/* Weight decay goes into the gradient, or, decoupled, takes its part of the parameter itself. */
static void adam_factors(const dpi_update *u, bool decoupled, dpk_update_args *args)
{
    const dpi_optimizer_options *o = u->options;
    args->decay = decoupled ? 0 : o->weight_decay;
    args->left = decoupled ? 1 - o->lr * o->weight_decay : 1;
    args->take_m = 1 - o->beta1;
    args->keep = o->beta2;
    args->take = 1 - o->beta2;
    double unbiased = 1 - pow(o->beta2, (double)u->t);
    if (u->method == DPI_NADAM) {
        double mu = dpi_nadam_mu(o, u->t), next = dpi_nadam_mu(o, u->t + 1);
        args->lr = o->lr * (1 - mu) / (1 - u->mu_product);
        args->lr_m = o->lr * next / (1 - u->mu_product * next);
        args->correction = unbiased;
    } else {
        args->lr = o->lr / (1 - pow(o->beta1, (double)u->t));
        args->correction = sqrt(unbiased);
    }
}

dpk_fn *dpi_update_kernel(const dpi_update *u, dpk_isa isa, dpk_type type, dpk_update_args *args)
{
    const dpi_optimizer_options *o = u->options;
    args->lr = o->lr;
    args->decay = o->weight_decay;
    args->eps = o->eps;
    switch (u->method) {
    case DPI_MOMENTUM:
    case DPI_NESTEROV: momentum_factors(u, args); break;
    case DPI_ADAGRAD: args->lr = o->lr / (1 + (double)(u->t - 1) * o->lr_decay); break;
    case DPI_RMSPROP: rms_factors(o, o->alpha, args); break;
    case DPI_ADADELTA: rms_factors(o, o->rho, args); break;
    case DPI_ADAM: adam_factors(u, false, args); break;
    case DPI_ADAMW: adam_factors(u, true, args); break;
    case DPI_NADAM: adam_factors(u, o->decoupled_weight_decay != 0, args); break;
    case DPI_SGD:
    case DPI_METHODS: break;
    }
    return dpk_find(isa, kernel_of(u->method, o), type);
}
