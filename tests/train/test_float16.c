/* Half precision: a model that computes with float16 gives what the same formulas give with float16(x) written where it rounds,
 * its parameters can be stored as float16 and read again, and training knows nothing of it. */
#include <math.h>

#include "train_fixture.h"

#include "base/half.h"
#include "support/failing_memory.h"
#include "support/scratch.h"

static const char net[] = "x = input(36)\nt = label(3)\n"
                          "c = relu(conv(reshape(x, (-1, 1, 6, 6)), 4, 3, init=\"torch\"))\n"
                          "n = batch_norm(c)\np = max_pool2d(n, 2)\nh = tanh(affine(p, 5, init=\"torch\"))\n"
                          "y = affine(h, 3, init=\"torch\")\nloss = softmax_cross_entropy(y, t)\n";
/* The same with every rounding by hand. */
static const char by_hand[] =
    "x = input(36)\nt = label(3)\nW = param((4, 1, 3, 3))\nb = param(4)\ngamma = param(4)\nbeta = param(4)\n"
    "hW = param((16, 5))\nhb = param(5)\nyW = param((5, 3))\nyb = param(3)\nmean = param(4)\nvar = param(4)\n"
    "c = relu(conv2d(float16(reshape(float16(x), (-1, 1, 6, 6))), float16(W), float16(b)))\n"
    "s = (1, 4, 1, 1)\n"
    "n = (c - reshape(float16(mean), s)) * (reshape(float16(gamma), s) / sqrt(reshape(float16(var), s) + 1e-5))"
    " + reshape(float16(beta), s)\n"
    "p = flatten(max_pool2d(n, 2))\nh = tanh(float16(p) @ float16(hW) + float16(hb))\n"
    "y = float16(float16(h) @ float16(yW) + float16(yb))\nloss = softmax_cross_entropy(y, t)\n";

enum { ROWS = 7 };

static dp_model *from_text(dp_ctx *ctx, const char *text, dp_dtype dtype)
{
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = dtype;
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, text, strlen(text), "net.dp", &config, &model));
    return model;
}

/* Numbers of many sizes, as which some are beyond float16's normal ones. */
static void draw(dp_array array, uint64_t stream, int positive)
{
    dp_rng rng = {.seed = 3, .stream = stream};
    for (int64_t i = 0; i < dp_array_elems(&array); i++) {
        double x = dp_rng_normal(&rng) * (dp_rng_below(&rng, 8) ? 0.5 : 0.0001);
        if (positive)
            x = fabs(x) + 0.1;
        if (array.dtype == DP_F32)
            ((float *)array.data)[i] = (float)x;
        else
            ((double *)array.data)[i] = x;
    }
}

static dp_dataset *rows(dp_ctx *ctx)
{
    dp_array *columns[2];
    must(ctx, dp_array_new(ctx, DP_F64, SHAPE(ROWS, 36), &columns[0]));
    must(ctx, dp_array_new(ctx, DP_I64, SHAPE(ROWS), &columns[1]));
    draw(*columns[0], 99, 0);
    for (int i = 0; i < ROWS; i++)
        ((int64_t *)columns[1]->data)[i] = i % 3;
    dp_dataset *data = NULL;
    must(ctx, dp_dataset_new(ctx, 2, (const char *const[]){"x", "t"}, columns, &data));
    return data;
}

/* Same numbers for the same parameters, whatever they are called: in order. */
static void fill(dp_model *model)
{
    int count = dp_model_param_count(model);
    for (int i = 0; i < count; i++)
        draw(dp_model_param(model, i), (uint64_t)i, i == count - 1);
}

static dp_prediction predicted(dp_ctx *ctx, dp_model *model, const dp_dataset *data)
{
    dp_prediction made = {0};
    int64_t all[ROWS];
    for (int i = 0; i < ROWS; i++)
        all[i] = i;
    must(ctx, dp_predict_rows(model, data, NULL, 0, 1, all, ROWS, &made));
    return made;
}

/* The same bits in an optimised plan on two threads as written out in a naive one; and not those of full precision. */
static void rounds_where_it_says(void **state)
{
    (void)state;
    for (int f64 = 0; f64 < 2; f64++) {
        dp_ctx *ctx = ctx_open(2), *plain;
        dp_config config;
        dp_config_init(&config);
        config.naive_plans = 1;
        assert_int_equal(dp_ctx_new(&config, &plain), DP_OK);
        dp_model *half = from_text(ctx, net, f64 ? DP_F64 : DP_F32),
                 *written = from_text(plain, by_hand, f64 ? DP_F64 : DP_F32);
        dp_dataset *data = rows(ctx), *same = rows(plain);
        assert_int_equal(dp_model_param_count(half), dp_model_param_count(written));
        fill(half);
        fill(written);
        dp_prediction full = predicted(ctx, half, data);
        dp_model_set_float16(half, 1);
        dp_prediction a = predicted(ctx, half, data), b = predicted(plain, written, same);
        double apart = 0, rounding = 0;
        for (int i = 0; i < ROWS * 3; i++) {
            double x = dp_array_get(a.output, i), y = dp_array_get(b.output, i);
            apart = fmax(apart, fabs(x - y));
            rounding = fmax(rounding, fabs(x - dp_array_get(full.output, i)));
            assert_true(dpi_half_round_f64(x) == x);
        }
        /* Sums in another order may round to the next float16: of numbers below 2 that is 2^-10. In f64 hardly any will. */
        assert_true(apart <= (f64 ? 0 : 0x1p-10));
        assert_true(rounding > 1e-5 && rounding < 1e-2);
        dp_test_result tested = {0}, before = {0};
        must(plain, dp_test(written, same, NULL, 0, 1, &before));
        must(ctx, dp_test(half, data, NULL, 0, 1, &tested));
        assert_true(fabs(tested.scores.loss - before.scores.loss) <= (f64 ? 1e-15 : 0x1p-10));
        assert_true(tested.scores.accuracy == before.scores.accuracy);
        dp_model_set_float16(half, 0);
        dp_prediction again = predicted(ctx, half, data);
        assert_memory_equal(again.output->data, full.output->data, dp_array_bytes(full.output));
        dp_prediction *all[] = {&full, &a, &b, &again};
        for (int i = 0; i < 4; i++)
            dp_prediction_free(all[i]);
        dp_test_result_free(&tested);
        dp_test_result_free(&before);
        dp_model_free(&half);
        dp_model_free(&written);
        dp_dataset_free(&data);
        dp_dataset_free(&same);
        ctx_close(ctx);
        ctx_close(plain);
    }
}

static void overflow_is_infinity(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    static const char text[] =
        "x = input(36)\nt = label(3)\nW = param((36, 3), ones)\ny = x @ W\nloss = softmax_cross_entropy(y, t)\n";
    dp_model *model = from_text(ctx, text, DP_F32);
    dp_dataset *data = rows(ctx);
    must(ctx, dp_model_init(model, 0));
    ((float *)dp_model_param(model, 0).data)[0] = 1e6f;
    dp_model_set_float16(model, 1);
    dp_prediction said = predicted(ctx, model, data);
    assert_true(isinf(dp_array_get(said.output, 0)) && isfinite(dp_array_get(said.output, 1)));
    dp_prediction_free(&said);
    const char *path = scratch_path("large.safetensors");
    must_fail(ctx, dp_model_save_float16(model, path), DP_ERR_RANGE,
              "tensor W: element 0 is 1e+06, and float16 holds numbers up to 65504");
    dp_array *none = NULL;
    assert_int_equal(dp_file_read(ctx, path, 0, &none), DP_ERR_IO);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* Steps of a training are those of full precision; the tests between them are not. */
static void training_is_not_rounded(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = rows(ctx);
    dp_model *models[2];
    dp_progress ends[2];
    for (int i = 0; i < 2; i++) {
        dp_train_config config;
        dp_train_config_init(&config);
        config.epochs = 2;
        config.batch = 3;
        models[i] = from_text(ctx, net, DP_F32);
        dp_model_set_float16(models[i], i);
        dp_dataset *kept = data;
        config.shuffle = 0;
        config.steps = 2;
        must(ctx, dp_train(models[i], kept, kept, &config, &ends[i]));
    }
    for (int i = 0; i < dp_model_param_count(models[0]); i++) {
        dp_array a = dp_model_param(models[0], i), b = dp_model_param(models[1], i);
        assert_memory_equal(a.data, b.data, dp_array_bytes(&a));
    }
    assert_true(ends[0].loss == ends[1].loss);
    assert_true(ends[0].test.loss != ends[1].test.loss);
    dp_model_free(&models[0]);
    dp_model_free(&models[1]);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

#if DENPA_HAVE_JSON
static void stored_as_float16(void **state)
{
    (void)state;
    for (int f64 = 0; f64 < 2; f64++) {
        dp_ctx *ctx = ctx_open(1);
        const char *path = scratch_path("half.safetensors");
        dp_model *model = from_text(ctx, net, f64 ? DP_F64 : DP_F32),
                 *read = from_text(ctx, net, f64 ? DP_F64 : DP_F32);
        fill(model);
        must(ctx, dp_model_save_float16(model, path));
        must(ctx, dp_model_load(read, path));
        for (int i = 0; i < dp_model_param_count(model); i++) {
            dp_array was = dp_model_param(model, i), is = dp_model_param(read, i);
            for (int64_t k = 0; k < dp_array_elems(&was); k++)
                assert_true(dp_array_get(&is, k) == dpi_half_round_f64(dp_array_get(&was, k)));
        }
        dp_model_free(&model);
        dp_model_free(&read);
        ctx_close(ctx);
    }
}
#endif

static dp_status whole_use(dp_ctx *ctx, void *user)
{
    dp_model *model = NULL;
    dp_model_config config;
    dp_model_config_init(&config);
    dp_dataset *data = NULL;
    dp_test_result result = {0};
    static const char csv[] = "x1,x2,t\n1,0,0\n0.1,1,1\n";
    static const char text[] =
        "x = input(2)\nt = label(2)\ny = affine(affine(x, 3), 2)\nloss = softmax_cross_entropy(y, t)\n";
    dp_status status = dp_csv_parse(ctx, csv, sizeof csv - 1, "a.csv", &data);
    if (status == DP_OK)
        status = dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model);
    if (status == DP_OK)
        status = dp_model_init(model, 1);
    if (status == DP_OK)
        dp_model_set_float16(model, 1);
    if (status == DP_OK)
        status = dp_test(model, data, NULL, 0, 1, &result);
    if (status == DP_OK)
        status = dp_model_save_float16(model, user);
#if DENPA_HAVE_JSON
    if (status == DP_OK)
        status = dp_model_load(model, user);
#endif
    dp_test_result_free(&result);
    dp_model_free(&model);
    dp_dataset_free(&data);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(whole_use, (void *)(uintptr_t)scratch_path("faults.safetensors")) > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_where_it_says),
        cmocka_unit_test(overflow_is_infinity),
        cmocka_unit_test(training_is_not_rounded),
#if DENPA_HAVE_JSON
        cmocka_unit_test(stored_as_float16),
#endif
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
