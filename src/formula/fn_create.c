/* Functions that make arrays, and initialisers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formula/functions.h"

/* Random arrays have streams of their own, so that they never repeat the draws of a parameter (whose streams count
 * from 0). */
static const uint64_t first_stream = (uint64_t)1 << 32;

static dp_status constant(dp_scope *s, const dpi_object *shape_arg, double value, const char *what, dpi_object *out)
{
    dp_shape shape;
    DPI_TRY(dpi_object_shape(s, shape_arg, what, &shape));
    return dpi_scope_value(s, dp_full(s->graph, shape, dp_graph_float_dtype(s->graph), value), out);
}

dp_status dpi_fn_zeros(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return constant(s, &args[0], 0, "zeros: shape", out);
}

dp_status dpi_fn_ones(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return constant(s, &args[0], 1, "ones: shape", out);
}

dp_status dpi_fn_full(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_shape shape;
    dp_val value;
    DPI_TRY(dpi_object_shape(s, &args[0], "full: shape", &shape));
    DPI_TRY(dpi_object_value(s, &args[1], "full: value", &value));
    return dpi_scope_value(s, dp_broadcast_to(s->graph, value, shape), out);
}

dp_status dpi_fn_arange(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    double start = 0, stop, step = 1;
    int whole = 1;
    for (int i = 0; i < 3; i++)
        if (args[i].kind == DPI_OBJECT_FLOAT)
            whole = 0;
    DPI_TRY(dpi_object_real(s, &args[0], "arange: start", &stop));
    if (dpi_given(&args[1])) {
        start = stop;
        DPI_TRY(dpi_object_real(s, &args[1], "arange: stop", &stop));
    }
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_real(s, &args[2], "arange: step", &step));
    dp_dtype dtype = whole ? DP_I64 : dp_graph_float_dtype(s->graph);
    return dpi_scope_value(s, dp_arange(s->graph, start, stop, step, dtype), out);
}

dp_status dpi_fn_eye(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    int64_t n;
    DPI_TRY(dpi_object_whole(s, &args[0], "eye: n", &n));
    return dpi_scope_value(s, dp_eye(s->graph, n, dp_graph_float_dtype(s->graph)), out);
}

/* normal(std), normal(std=…) are initialisers; normal(shape, …) is an array. */
dp_status dpi_fn_normal(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    const dpi_object *std_arg = &args[1];
    dp_init init = {.kind = DP_INIT_NORMAL, .b = 1};
    int is_init = !dpi_given(&args[0]);
    if (dpi_object_is_number(&args[0]) && !dpi_given(&args[1]))
        is_init = 1, std_arg = &args[0];
    if (dpi_given(std_arg))
        DPI_TRY(dpi_object_real(s, std_arg, "normal: std", &init.b));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_real(s, &args[2], "normal: mean", &init.a));
    if (!(init.b >= 0))
        return dpi_object_fail(s, std_arg, DP_ERR_RANGE, "normal: std must not be negative");
    if (is_init)
        return dpi_scope_init(s, init, out);
    dp_shape shape;
    DPI_TRY(dpi_object_shape(s, &args[0], "normal: shape", &shape));
    return dpi_scope_value(s, dp_random_normal(s->graph, shape, init.a, init.b, s->seed, first_stream + s->streams++),
                           out);
}

/* uniform(low, high) and uniform(low=…, high=…) are initialisers; uniform(shape, …) is an array. */
dp_status dpi_fn_uniform(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    const dpi_object *low_arg = &args[1], *high_arg = &args[2];
    dp_init init = {.kind = DP_INIT_UNIFORM, .a = 0, .b = 1};
    int is_init = !dpi_given(&args[0]);
    if (dpi_object_is_number(&args[0]) && !dpi_given(&args[2])) {
        if (!dpi_given(&args[1]))
            return dpi_scope_fail(s, DP_ERR_ARG,
                                  "uniform: write uniform(low, high), or uniform((n,)) for an array of n numbers");
        is_init = 1, low_arg = &args[0], high_arg = &args[1];
    }
    if (dpi_given(low_arg))
        DPI_TRY(dpi_object_real(s, low_arg, "uniform: low", &init.a));
    if (dpi_given(high_arg))
        DPI_TRY(dpi_object_real(s, high_arg, "uniform: high", &init.b));
    if (!(init.a <= init.b))
        return dpi_scope_fail(s, DP_ERR_RANGE, "uniform: low must not be above high");
    if (is_init)
        return dpi_scope_init(s, init, out);
    dp_shape shape;
    DPI_TRY(dpi_object_shape(s, &args[0], "uniform: shape", &shape));
    return dpi_scope_value(s, dp_random_uniform(s->graph, shape, init.a, init.b, s->seed, first_stream + s->streams++),
                           out);
}

/* ---- Initialisers ---- */

static dp_status by_fan_in(dp_scope *s, const dpi_object *args, dp_init_kind kind, const char *what, dpi_object *out)
{
    dp_init init = {.kind = kind};
    if (dpi_given(&args[0])) {
        DPI_TRY(dpi_object_whole(s, &args[0], what, &init.fan_in));
        if (init.fan_in < 1)
            return dpi_object_fail(s, &args[0], DP_ERR_RANGE, "%s must be at least 1", what);
    }
    return dpi_scope_init(s, init, out);
}

dp_status dpi_fn_he(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return by_fan_in(s, args, DP_INIT_HE, "he: fan_in", out);
}

dp_status dpi_fn_xavier(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return by_fan_in(s, args, DP_INIT_XAVIER, "xavier: fan_in", out);
}

dp_status dpi_fn_torch(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return by_fan_in(s, args, DP_INIT_TORCH, "torch: fan_in", out);
}

static dp_status by_gain(dp_scope *s, const dpi_object *arg, dp_init init, const char *what, dpi_object *out)
{
    if (dpi_given(arg)) {
        DPI_TRY(dpi_object_real(s, arg, what, &init.a));
        if (!(init.a > 0))
            return dpi_object_fail(s, arg, DP_ERR_RANGE, "%s must be above 0", what);
    }
    return dpi_scope_init(s, init, out);
}

/* mode="fan_in" or "fan_out", gain */
static dp_status kaiming(dp_scope *s, const dpi_object *args, dp_init_kind kind, const char *what, dpi_object *out)
{
    dp_init init = {.kind = kind};
    if (dpi_given(&args[0])) {
        const char *mode = args[0].kind == DPI_OBJECT_STRING ? dpi_object_string(s, &args[0]) : "";
        init.b = strcmp(mode, "fan_out") == 0;
        if (init.b == 0 && strcmp(mode, "fan_in") != 0)
            return dpi_object_fail(s, &args[0], DP_ERR_ARG, "%s: mode must be \"fan_in\" or \"fan_out\"", what);
    }
    return by_gain(s, &args[1], init, "the gain", out);
}

dp_status dpi_fn_kaiming_normal(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return kaiming(s, args, DP_INIT_KAIMING_NORMAL, "kaiming_normal", out);
}

dp_status dpi_fn_kaiming_uniform(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return kaiming(s, args, DP_INIT_KAIMING_UNIFORM, "kaiming_uniform", out);
}

dp_status dpi_fn_xavier_normal(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return by_gain(s, args, (dp_init){.kind = DP_INIT_XAVIER_NORMAL}, "xavier_normal: gain", out);
}

dp_status dpi_fn_xavier_uniform(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return by_gain(s, args, (dp_init){.kind = DP_INIT_XAVIER_UNIFORM}, "xavier_uniform: gain", out);
}

dp_status dpi_fn_orthogonal(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return by_gain(s, args, (dp_init){.kind = DP_INIT_ORTHOGONAL}, "orthogonal: gain", out);
}

dp_status dpi_fn_trunc_normal(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_init init = {.kind = DP_INIT_TRUNC_NORMAL, .b = 1, .low = -2, .high = 2};
    double *const places[] = {&init.b, &init.a, &init.low, &init.high};
    static const char *const names[] = {"trunc_normal: std", "trunc_normal: mean", "trunc_normal: low",
                                        "trunc_normal: high"};
    for (int i = 0; i < 4; i++)
        if (dpi_given(&args[i]))
            DPI_TRY(dpi_object_real(s, &args[i], names[i], places[i]));
    if (!(init.b >= 0))
        return dpi_object_fail(s, &args[0], DP_ERR_RANGE, "trunc_normal: std must not be negative");
    if (!(init.low <= init.high))
        return dpi_scope_fail(s, DP_ERR_RANGE, "trunc_normal: low must not be above high");
    return dpi_scope_init(s, init, out);
}

static const struct {
    const char *name;
    dp_init init;
} bare[] = {{"zeros", {.kind = DP_INIT_CONSTANT, .a = 0}},
            {"ones", {.kind = DP_INIT_CONSTANT, .a = 1}},
            {"he", {.kind = DP_INIT_HE}},
            {"xavier", {.kind = DP_INIT_XAVIER}},
            {"torch", {.kind = DP_INIT_TORCH}},
            {"kaiming_normal", {.kind = DP_INIT_KAIMING_NORMAL}},
            {"kaiming_uniform", {.kind = DP_INIT_KAIMING_UNIFORM}},
            {"xavier_normal", {.kind = DP_INIT_XAVIER_NORMAL}},
            {"xavier_uniform", {.kind = DP_INIT_XAVIER_UNIFORM}},
            {"orthogonal", {.kind = DP_INIT_ORTHOGONAL}},
            {"trunc_normal", {.kind = DP_INIT_TRUNC_NORMAL, .b = 1, .low = -2, .high = 2}}};

static int find_bare(const char *name, size_t bytes)
{
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
        if (strlen(bare[i].name) == bytes && memcmp(bare[i].name, name, bytes) == 0)
            return (int)i;
    return -1;
}

dp_status dpi_bare_initializer(dp_scope *s, const char *name, size_t bytes, dpi_object *out)
{
    int i = find_bare(name, bytes);
    return i < 0 ? DP_OK : dpi_scope_init(s, bare[i].init, out);
}

static dp_status no_such_initializer(dp_scope *s, const dpi_object *object, const char *what, const char *name)
{
    char names[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, i ? ", %s" : "%s", bare[i].name);
    return dpi_object_fail(s, object, DP_ERR_NAME, "%s: there is no initialiser \"%.60s\"; there are %s", what, name,
                           names);
}

dp_status dpi_initializer(dp_scope *s, const dpi_object *object, const char *what, dp_init *out)
{
    if (object->kind == DPI_OBJECT_INIT) {
        *out = s->inits[object->first];
        return DP_OK;
    }
    if (object->kind == DPI_OBJECT_STRING) {
        const char *name = dpi_object_string(s, object);
        int i = find_bare(name, strlen(name));
        if (i < 0)
            return no_such_initializer(s, object, what, name);
        *out = bare[i].init;
        return DP_OK;
    }
    if (dpi_object_is_number(object)) {
        *out = (dp_init){.kind = DP_INIT_CONSTANT, .a = dpi_object_number(object)};
        return DP_OK;
    }
    dp_val value;
    DPI_TRY(dpi_object_value(s, object, what, &value));
    value = dp_cast(s->graph, value, dp_graph_float_dtype(s->graph));
    if (value == DP_VAL_NONE)
        return dpi_scope_graph_error(s);
    *out = (dp_init){.kind = DP_INIT_VALUE, .value = value};
    return DP_OK;
}
