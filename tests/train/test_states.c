/* States: what the runs of a training leave beside the parameters. */
#include "train_fixture.h"

#include <math.h>
#include <stdio.h>

#include "support/scratch.h"
#include "support/vector_file.h"

/* ---- batch_norm against PyTorch ---- */

static void compare(const vector_case *c, const char *key, const char *name, const dp_array *ours, double unit)
{
    const vector_record *theirs = vector_find(c, key, name);
    assert_non_null(theirs);
    assert_int_equal(dp_array_elems(ours), theirs->count);
    for (int64_t i = 0; i < theirs->count; i++)
        if (!(fabs(dp_array_get(ours, i) - theirs->values[i]) <= unit * fmax(1, fabs(theirs->values[i]))))
            fail_msg("case %s: %s[%d] is %.17g, PyTorch has %.17g", c->name, name, (int)i, dp_array_get(ours, i),
                     theirs->values[i]);
}

/* The members of y after a step; the optimiser's decay and momentum would be seen on the statistics. */
static void compare_members(const dp_model *model, const vector_case *c, int step, double unit)
{
    char name[64];
    assert_int_equal(dp_model_param_count(model), 4);
    for (int i = 0; i < 4; i++) {
        dp_array ours = dp_model_param(model, i);
        assert_int_equal(dp_model_param_is_state(model, i), i >= 2);
        snprintf(name, sizeof name, "%s%d", dp_model_param_name(model, i), step);
        compare(c, "after", name, &ours, unit);
    }
}

/* Six steps and about 20 roundings in each: within 1000 units of rounding of numbers about 1. */
static void follow(const vector_case *c, dp_dtype dtype)
{
    double unit = 1000 * (dtype == DP_F32 ? 0x1p-24 : 0x1p-53);
    dp_ctx *ctx = ctx_open(1);
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = dtype;
    dp_model *model = NULL;
    dp_optimizer *optimizer = NULL;
    dp_array *x = NULL, *t = NULL, *y = NULL;
    char name[16];
    double loss;
    must(ctx, dp_model_from_text(ctx, c->text, strlen(c->text), c->name, &config, &model));
    must(ctx, dp_model_init(model, 0));
    must(ctx, dp_optimizer_new(model, "sgd:lr=0.1", &optimizer));
    for (int step = 0; step < 6; step++) {
        snprintf(name, sizeof name, "x%d", step);
        x = vector_array(ctx, vector_find(c, "input", name), dtype);
        snprintf(name, sizeof name, "t%d", step);
        t = vector_array(ctx, vector_find(c, "input", name), dtype);
        must(ctx, dp_train_step(model, optimizer, (const dp_array *const[]){x, t}, &loss));
        compare_members(model, c, step, unit);
        dp_array_free(&x);
        dp_array_free(&t);
    }
    x = vector_array(ctx, vector_find(c, "input", "x0"), dtype);
    must(ctx, dp_model_predict(model, (const dp_array *const[]){x, NULL}, &y));
    compare(c, "value", "y", y, unit);
    compare_members(model, c, 5, unit); /* predicting has left them alone */
    dp_array_free(&y);
    dp_array_free(&x);
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    ctx_close(ctx);
}

static void batch_norm_as_pytorch(void **state)
{
    (void)state;
    vector_file file;
    vector_file_read("train_batch_norm", &file);
    assert_int_equal(file.count, 2);
    for (int i = 0; i < file.count; i++) {
        follow(&file.cases[i], DP_F64);
        follow(&file.cases[i], DP_F32);
    }
    vector_file_free(&file);
}

/* ---- A state from C ---- */

/* The loss pulls w to the mean of x; `seen` counts the runs, `same` has no update, `sum` adds up the batches' sums. */
static dp_status counting(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", dp_graph_float_dtype(g), SHAPE(batch, 2));
    dp_val seen = dp_state(g, "seen", dp_shape_scalar(), 0), same = dp_state(g, "same", SHAPE(3), 7);
    dp_val w = dp_param(g, "w", SHAPE(2), (dp_init){.kind = DP_INIT_CONSTANT}), sum = dp_state(g, "sum", SHAPE(2), 0);
    if (dp_graph_training(g)) {
        dp_state_update(g, seen, dp_add(g, seen, dp_scalar(g, 1)));
        dp_state_update(g, sum, dp_add(g, sum, dp_sum(g, x, (int[]){0}, 1, 0)));
    }
    dp_val y = dp_add(g, dp_sub(g, x, w), dp_mul(g, dp_scalar(g, 0), dp_sum(g, same, NULL, 0, 0)));
    *values = (dp_model_values){.loss = dp_mean(g, dp_square(g, y), NULL, 0, 0), .output = y};
    return dp_graph_status(g);
}

static void expect(const dp_model *model, const char *name, double first, double second)
{
    dp_array array = dp_model_param(model, dp_model_param_find(model, name));
    assert_true(fabs(dp_array_get(&array, 0) - first) < 1e-9);
    if (dp_array_elems(&array) > 1)
        assert_true(fabs(dp_array_get(&array, 1) - second) < 1e-9);
}

/* Kept up by dp_train, left alone by testing, no business of the optimiser (decay, clipping by norm), saved, loaded,
 * begun anew by the next training. */
static void kept_up(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b"};
    static const double numbers[] = {1, 10, 2, 20, 3, 30, 4, 40, 5, 50};
    dp_ctx *ctx = ctx_open(2);
    dp_model *model = model_open(ctx, counting, DP_F64), *other = model_open(ctx, counting, DP_F64);
    dp_dataset *data = table(ctx, 5, 2, names, numbers);
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 3;
    config.batch = 2; /* and a last one of 1 */
    config.optimizer = "sgd:lr=0.1,weight_decay=0.5,clip_norm=1e-3";
    for (int again = 0; again < 2; again++) {
        dp_test_result result;
        must(ctx, dp_train(model, data, data, &config, NULL));
        must(ctx, dp_test(model, data, NULL, 0, 1, &result));
        expect(model, "seen", 9, 0);
        expect(model, "same", 7, 7);
        expect(model, "sum", 45, 450);
        dp_array w =
            dp_model_param(model, dp_model_param_find(model, "w")); /* up to 1e-4 a step: states are in no norm */
        assert_true(hypot(dp_array_get(&w, 0), dp_array_get(&w, 1)) > 5e-4);
    }
    must(ctx, dp_model_save(model, scratch_path("states.safetensors")));
    must(ctx, dp_model_load(other, scratch_path("states.safetensors")));
    expect(other, "sum", 45, 450);
    dp_dataset_free(&data);
    dp_model_free(&other);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* A last batch that is too small is an error before the first step, not after an epoch. */
static void one_row_is_left_over(void **state)
{
    (void)state;
    static const char net[] = "x = input(2)\nt = label(2)\ny = affine(batch_norm(x), 2)\n"
                              "loss = softmax_cross_entropy(y, t)\n";
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = xor_data(ctx);
    dp_model *model = NULL;
    dp_train_config config;
    dp_train_config_init(&config);
    config.batch = 3;
    must(ctx, dp_model_from_text(ctx, net, sizeof net - 1, "net.dp", NULL, &model));
    must(ctx, dp_model_init(model, 5));
    float before = ((float *)dp_model_param(model, 0).data)[0];
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_SHAPE,
              "net.dp:3:12: batch_norm: x is [1, 2]: the spread of one number per channel is not known");
    assert_true(((float *)dp_model_param(model, 0).data)[0] == before);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(batch_norm_as_pytorch), cmocka_unit_test(kept_up),
                                       cmocka_unit_test(one_row_is_left_over)};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
