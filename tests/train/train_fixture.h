/* What the tests of train/ share: small networks from C, small data. */
#ifndef DENPA_TESTS_TRAIN_FIXTURE_H
#define DENPA_TESTS_TRAIN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#define DIMS(...) ((int64_t[]){__VA_ARGS__})
#define SHAPE(...) dp_shape_of((int)(sizeof(DIMS(__VA_ARGS__)) / sizeof(int64_t)), DIMS(__VA_ARGS__))

/* Fails with the message of ctx. */
static inline void must(dp_ctx *ctx, dp_status status)
{
    if (status != DP_OK) fail_msg("%s: %s", dp_status_name(status), dp_ctx_message(ctx));
}

/* The status, and that the message has these words. */
static inline void must_fail(dp_ctx *ctx, dp_status status, dp_status wanted, const char *words)
{
    assert_string_equal(dp_status_name(status), dp_status_name(wanted));
    if (!strstr(dp_ctx_message(ctx), words)) fail_msg("message \"%s\" lacks \"%s\"", dp_ctx_message(ctx), words);
}

static inline dp_ctx *ctx_open(int threads)
{
    dp_config config;
    dp_config_init(&config);
    config.threads = threads;
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    return ctx;
}

/* Also holds that nothing was left behind. */
static inline void ctx_close(dp_ctx *ctx)
{
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

/* x [N, 2], t [N] of two classes; sigmoid(x @ W1) @ W2 with four hidden neurons, begun as PyTorch does. */
static inline dp_status xor_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_init torch = {.kind = DP_INIT_TORCH};
    dp_val x = dp_input(g, "x", dp_graph_float_dtype(g), SHAPE(batch, 2));
    dp_val t = dp_label(g, "t", DP_I64, SHAPE(batch), 2);
    dp_val w1 = dp_param(g, "W1", SHAPE(2, 4), torch), w2 = dp_param(g, "W2", SHAPE(4, 2), torch);
    dp_val y = dp_matmul(g, dp_sigmoid(g, dp_matmul(g, x, w1)), w2);
    *values = (dp_model_values){.loss = dp_softmax_cross_entropy(g, y, t), .output = y, .label = t};
    return dp_graph_status(g);
}

static inline dp_model *model_open(dp_ctx *ctx, dp_model_build_fn *build, dp_dtype dtype)
{
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = dtype;
    dp_model *model = NULL;
    must(ctx, dp_model_from_function(ctx, build, NULL, &config, &model));
    return model;
}

/* A table of `columns` columns of float64, `rows` rows, numbers row by row. */
static inline dp_dataset *table(dp_ctx *ctx, int64_t rows, int columns, const char *const *names, const double *numbers)
{
    dp_array *arrays[8];
    for (int c = 0; c < columns; c++) {
        must(ctx, dp_array_new(ctx, DP_F64, SHAPE(rows), &arrays[c]));
        for (int64_t r = 0; r < rows; r++) ((double *)arrays[c]->data)[r] = numbers[r * columns + c];
    }
    dp_dataset *data = NULL;
    must(ctx, dp_dataset_new(ctx, columns, names, arrays, &data));
    return data;
}

/* The truth table in the order of the Zenn article. */
static inline dp_dataset *xor_data(dp_ctx *ctx)
{
    static const char *const names[] = {"x1", "x2", "class1", "class2"};
    static const double numbers[] = {0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0};
    return table(ctx, 4, 4, names, numbers);
}

#endif
