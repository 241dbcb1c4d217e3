/* Normalisation, with the parameters and the running statistics that it makes. */
#include <stdio.h>
#include <string.h>

#include "formula/functions.h"
#include "formula/layers.h"
#include "graph/graph_internal.h"

/* gamma and beta: the arrays given, or else, unless affine=False, parameters that begin as 1 and 0. beta may be NULL. */
typedef struct affine_part {
    const char *layer;
    const dpi_object *gamma_arg, *beta_arg, *affine_arg;
    dp_val gamma, beta;
    char prefix[DPI_LAYER_NAME_BYTES]; /* empty: nothing was made */
} affine_part;

static dp_status optional_value(dp_scope *s, const dpi_object *arg, const char *what, dp_val *out)
{
    *out = DP_VAL_NONE;
    return dpi_given(arg) ? dpi_object_value(s, arg, what, out) : DP_OK;
}

static dp_status take_affine(dp_scope *s, affine_part *part, dp_shape shape)
{
    int affine = 1;
    dp_init one = {.kind = DP_INIT_CONSTANT, .a = 1}, zero = {.kind = DP_INIT_CONSTANT};
    *part->prefix = 0;
    part->beta = DP_VAL_NONE;
    if (dpi_given(part->affine_arg))
        DPI_TRY(dpi_object_truth(s, part->affine_arg, "affine", &affine));
    DPI_TRY(optional_value(s, part->gamma_arg, "gamma", &part->gamma));
    if (part->beta_arg)
        DPI_TRY(optional_value(s, part->beta_arg, "beta", &part->beta));
    if (part->gamma || part->beta || !affine)
        return DP_OK;
    DPI_TRY(dpi_layer_prefix(s, part->layer, part->prefix));
    DPI_TRY(dpi_layer_member(s, part->prefix, "gamma", shape, one, &part->gamma));
    return part->beta_arg ? dpi_layer_member(s, part->prefix, "beta", shape, zero, &part->beta) : DP_OK;
}

static dp_status read_real(dp_scope *s, const dpi_object *arg, const char *what, double *out)
{
    return dpi_given(arg) ? dpi_object_real(s, arg, what, out) : DP_OK;
}

/* ---- Over the last axes ---- */

static dp_status last_axes(dp_scope *s, const dpi_object *arg, dp_val x, const char *layer, int *count, dp_shape *own)
{
    int64_t axes = 1;
    dp_shape shape = dp_val_shape(s->graph, x);
    if (dpi_given(arg))
        DPI_TRY(dpi_object_whole(s, arg, "axes", &axes));
    if (axes < 1 || axes > shape.rank)
        return dpi_scope_fail(s, DP_ERR_SHAPE, "%s: x is %s: it does not have %lld last axes", layer,
                              DPI_SHAPE_WORDS(shape), (long long)axes);
    *count = (int)axes;
    *own = dp_shape_of(*count, shape.dims + shape.rank - axes);
    return DP_OK;
}

dp_status dpi_fn_layer_norm(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    int axes;
    dp_shape own;
    double eps = 1e-5;
    affine_part part = {"layer_norm", &args[1], &args[2], &args[5], 0, 0, ""};
    DPI_TRY(dpi_object_value(s, &args[0], "layer_norm: x", &x));
    DPI_TRY(last_axes(s, &args[3], x, "layer_norm", &axes, &own));
    DPI_TRY(read_real(s, &args[4], "layer_norm: eps", &eps));
    DPI_TRY(take_affine(s, &part, own));
    return dpi_scope_value(s, dp_layer_norm(s->graph, x, axes, part.gamma, part.beta, eps), out);
}

dp_status dpi_fn_rms_norm(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    int axes;
    dp_shape own;
    double eps = 1e-6;
    affine_part part = {"rms_norm", &args[1], NULL, &args[4], 0, 0, ""};
    DPI_TRY(dpi_object_value(s, &args[0], "rms_norm: x", &x));
    DPI_TRY(last_axes(s, &args[2], x, "rms_norm", &axes, &own));
    DPI_TRY(read_real(s, &args[3], "rms_norm: eps", &eps));
    DPI_TRY(take_affine(s, &part, own));
    return dpi_scope_value(s, dp_rms_norm(s->graph, x, axes, part.gamma, eps), out);
}

/* ---- Over the batch ---- */

/* PREFIX.running_mean and PREFIX.running_var, unless settings give them. */
static dp_status make_state(dp_scope *s, const char *prefix, const char *member, dp_shape shape, double first,
                            dp_val *out)
{
    char name[DPI_LAYER_NAME_BYTES + DPI_MEMBER_BYTES];
    dpi_object object = {0};
    snprintf(name, sizeof name, "%s.%s", prefix, member);
    const dpi_binding *set = dpi_scope_setting(s, name, strlen(name));
    if (set)
        return dpi_object_value(s, &set->object, name, out);
    DPI_TRY(dpi_scope_value(s, dp_state(s->graph, name, shape, first), &object));
    *out = object.value;
    return dpi_scope_bind(s, name, strlen(name), &object, DP_NAME_VALUE);
}

dp_status dpi_fn_batch_norm(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    double momentum = 0.1, eps = 1e-5;
    dp_batch_norm_state state;
    affine_part part = {"batch_norm", &args[1], &args[2], &args[7], 0, 0, ""};
    DPI_TRY(dpi_object_value(s, &args[0], "batch_norm: x", &x));
    dp_shape shape = dp_val_shape(s->graph, x);
    if (shape.rank < 2)
        return dpi_object_fail(s, &args[0], DP_ERR_SHAPE, "batch_norm: x is %s; it must be [N, C] or [N, C, ...]",
                               DPI_SHAPE_WORDS(shape));
    dp_shape channels = dp_shape_of(1, &shape.dims[1]);
    DPI_TRY(optional_value(s, &args[3], "batch_norm: mean", &state.mean));
    DPI_TRY(optional_value(s, &args[4], "batch_norm: var", &state.var));
    if (!state.mean != !state.var)
        return dpi_scope_fail(s, DP_ERR_ARG, "batch_norm: give both mean and var, or neither");
    DPI_TRY(read_real(s, &args[5], "batch_norm: momentum", &momentum));
    DPI_TRY(read_real(s, &args[6], "batch_norm: eps", &eps));
    DPI_TRY(take_affine(s, &part, channels));
    if (!state.mean) {
        if (!*part.prefix)
            DPI_TRY(dpi_layer_prefix(s, "batch_norm", part.prefix));
        DPI_TRY(make_state(s, part.prefix, "running_mean", channels, 0, &state.mean));
        DPI_TRY(make_state(s, part.prefix, "running_var", channels, 1, &state.var));
    }
    return dpi_scope_value(s, dp_batch_norm(s->graph, x, part.gamma, part.beta, &state, momentum, eps), out);
}
