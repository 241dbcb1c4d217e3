/* Models from C: parameters, first values, plans by batch size, predictions, files. */
#include <math.h>

#include "train_fixture.h"

#include "support/scratch.h"

static const dp_init zeros = {.kind = DP_INIT_CONSTANT};

static void parameters_lie_in_one_buffer(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    assert_int_equal(dp_model_param_count(model), 2);
    assert_string_equal(dp_model_param_name(model, 0), "W1");
    assert_string_equal(dp_model_param_name(model, 1), "W2");
    assert_string_equal(dp_model_param_name(model, 2), "");
    assert_int_equal(dp_model_param_find(model, "W2"), 1);
    assert_int_equal(dp_model_param_find(model, "W"), -1);
    dp_array w1 = dp_model_param(model, 0), w2 = dp_model_param(model, 1);
    assert_true(dp_shape_equal(w1.shape, SHAPE(2, 4)) && dp_shape_equal(w2.shape, SHAPE(4, 2)));
    assert_int_equal(w1.dtype, DP_F32);
    assert_int_equal((uintptr_t)w1.data % 64, 0);
    assert_ptr_equal(w2.data, (char *)w1.data + 64); /* 8 floats, to the next cache line */
    assert_null(dp_model_param(model, -1).data);
    assert_int_equal(dp_model_input_count(model), 2);
    dp_model_input x = dp_model_get_input(model, 0), t = dp_model_get_input(model, 1);
    assert_string_equal(x.name, "x");
    assert_true(dp_shape_equal(x.row_shape, SHAPE(2)) && x.dtype == DP_F32 && x.classes == 0);
    assert_true(t.row_shape.rank == 0 && t.dtype == DP_I64 && t.classes == 2);
    assert_string_equal(dp_model_text(model), "");
    dp_model_free(&model);
    ctx_close(ctx);
}

/* One parameter of each kind. */
static dp_status all_inits(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    const dp_init inits[] = {
        {.kind = DP_INIT_NORMAL, .a = 1, .b = 0.5},
        {.kind = DP_INIT_UNIFORM, .a = -2, .b = 3},
        {.kind = DP_INIT_CONSTANT, .a = 0.25},
        {.kind = DP_INIT_TORCH},
        {.kind = DP_INIT_HE},
        {.kind = DP_INIT_XAVIER},
        {.kind = DP_INIT_TORCH, .fan_in = 3},
        {.kind = DP_INIT_VALUE, .value = dp_arange(g, 0, 3, 1, DP_I64)},
    };
    static const char *const names[] = {"normal", "uniform", "constant", "torch", "he", "xavier", "bias", "value"};
    dp_val loss = dp_mean(g, dp_input(g, "x", dp_graph_float_dtype(g), SHAPE(batch)), NULL, 0, 0);
    for (int i = 0; i < 8; i++) {
        dp_shape shape = i < 6 ? SHAPE(2, 3) : SHAPE(3);
        loss = dp_add(g, loss, dp_sum(g, dp_param(g, names[i], shape, inits[i]), NULL, 0, 0));
    }
    values->loss = loss;
    return dp_graph_status(g);
}

static void parameters_are_drawn_as_documented(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, all_inits, DP_F64);
    must(ctx, dp_model_init(model, 42));
    const double *p[8];
    for (int i = 0; i < 8; i++) p[i] = dp_model_param(model, i).data;
    dp_rng normal = {42, 0, 0}, uniform = {42, 1, 0}, he = {42, 4, 0}, xavier = {42, 5, 0};
    for (int k = 0; k < 6; k++) {
        assert_true(p[0][k] == 1 + 0.5 * dp_rng_normal(&normal));
        assert_true(p[1][k] == -2 + 5 * dp_rng_uniform(&uniform));
        assert_true(p[2][k] == 0.25);
        assert_true(p[4][k] == 0 + 1.0 * dp_rng_normal(&he)); /* sqrt(2 / 2) */
        assert_true(p[5][k] == 0 + sqrt(0.5) * dp_rng_normal(&xavier));
    }
    dp_mt19937 mt;
    dp_mt19937_init(&mt, 42);
    float bound = (float)(1 / sqrt(2.0)), bias = (float)(1 / sqrt(3.0));
    for (int out = 0; out < 3; out++)
        for (int in = 0; in < 2; in++) assert_true(p[3][in * 3 + out] == dp_mt19937_uniform(&mt, -bound, bound));
    for (int k = 0; k < 3; k++) assert_true(p[6][k] == dp_mt19937_uniform(&mt, -bias, bias));
    for (int k = 0; k < 3; k++) assert_true(p[7][k] == k);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* The seed is all that decides; another seed gives other numbers. */
static void seeds_decide(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *a = model_open(ctx, all_inits, DP_F32), *b = model_open(ctx, all_inits, DP_F32);
    must(ctx, dp_model_init(a, 7));
    must(ctx, dp_model_init(b, 8));
    assert_memory_not_equal(dp_model_param(a, 0).data, dp_model_param(b, 0).data, 24);
    assert_memory_not_equal(dp_model_param(a, 3).data, dp_model_param(b, 3).data, 24);
    must(ctx, dp_model_init(b, 7));
    for (int i = 0; i < 8; i++) {
        dp_array p = dp_model_param(a, i), q = dp_model_param(b, i);
        assert_memory_equal(p.data, q.data, dp_array_bytes(&p));
    }
    dp_model_free(&a);
    dp_model_free(&b);
    ctx_close(ctx);
}

/* a and b have one and the same gradient, c's is a constant, d is not used. */
static dp_status odd_gradients(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    (void)batch;
    const dp_init ones = {.kind = DP_INIT_CONSTANT, .a = 1};
    dp_val a = dp_param(g, "a", SHAPE(3), ones), b = dp_param(g, "b", SHAPE(3), ones);
    dp_val c = dp_param(g, "c", dp_shape_scalar(), ones);
    dp_param(g, "d", SHAPE(2), ones);
    dp_val squares = dp_sum(g, dp_square(g, dp_add(g, a, b)), NULL, 0, 0);
    values->loss = dp_add(g, dp_mul(g, dp_scalar(g, 0.125), squares), c);
    return dp_graph_status(g);
}

/* The loss is of another dtype than the parameter. */
static dp_status wide_gradient(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    (void)batch;
    dp_val e = dp_param(g, "e", SHAPE(2), zeros);
    values->loss = dp_mul(g, dp_scalar(g, 2), dp_sum(g, dp_cast(g, e, DP_F64), NULL, 0, 0));
    return dp_graph_status(g);
}

/* Steps of SGD with lr 1, and what a parameter is afterwards. */
static double after_steps(dp_ctx *ctx, dp_model_build_fn *build, int steps, int param)
{
    dp_model *model = model_open(ctx, build, DP_F32);
    dp_optimizer *sgd = NULL;
    must(ctx, dp_optimizer_new(model, "sgd:lr=1", &sgd));
    must(ctx, dp_model_init(model, 0));
    for (int step = 0; step < steps; step++) {
        double loss;
        must(ctx, dp_train_step(model, sgd, NULL, &loss));
    }
    dp_array p = dp_model_param(model, param);
    double value = dp_array_get(&p, 0);
    for (int64_t k = 1; k < dp_array_elems(&p); k++) assert_true(dp_array_get(&p, k) == value);
    dp_optimizer_free(&sgd);
    dp_model_free(&model);
    return value;
}

static void every_gradient_arrives(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (int steps = 0; steps < 4; steps++) {
        double half = ldexp(1, -steps); /* d loss / d a = (a + b) / 4, and a = b: both are halved */
        assert_true(after_steps(ctx, odd_gradients, steps, 0) == half);
        assert_true(after_steps(ctx, odd_gradients, steps, 1) == half);
        assert_true(after_steps(ctx, odd_gradients, steps, 2) == 1 - steps);
        assert_true(after_steps(ctx, odd_gradients, steps, 3) == 1);
        assert_true(after_steps(ctx, wide_gradient, steps, 0) == -2 * steps);
    }
    ctx_close(ctx);
}

static void a_step_allocates_nothing(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_optimizer *adam = NULL;
    float rows[] = {0, 0, 0, 1, 1, 1, 1, 0};
    int64_t classes[] = {0, 1, 0, 1};
    dp_array x = {.dtype = DP_F32, .shape = SHAPE(4, 2), .data = rows},
             t = {.dtype = DP_I64, .shape = SHAPE(4), .data = classes};
    const dp_array *inputs[] = {&x, &t};
    double loss;
    must(ctx, dp_optimizer_new(model, "adam", &adam));
    must(ctx, dp_train_step(model, adam, inputs, &loss));
    uint64_t before = dp_ctx_memory(ctx).allocations;
    for (int i = 0; i < 10; i++) must(ctx, dp_train_step(model, adam, inputs, &loss));
    assert_int_equal(dp_ctx_memory(ctx).allocations, before);
    dp_optimizer_free(&adam);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* More batch sizes than plans are kept; each row's prediction hangs on the row alone. */
static void predictions_do_not_depend_on_the_batch(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F64);
    must(ctx, dp_model_init(model, 3));
    double rows[40];
    for (int i = 0; i < 40; i++) rows[i] = (i * 7 % 11) / 5.0 - 1;
    double first[2];
    for (int round = 0; round < 2; round++)
        for (int64_t n = 1; n <= 20; n++) {
            dp_array x = {.dtype = DP_F64, .shape = SHAPE(n, 2), .data = rows};
            const dp_array *inputs[] = {&x, NULL};
            dp_array *y = NULL;
            must(ctx, dp_model_predict(model, inputs, &y));
            assert_true(dp_shape_equal(y->shape, SHAPE(n, 2)));
            if (n == 1 && round == 0) memcpy(first, y->data, sizeof first);
            assert_memory_equal(y->data, first, sizeof first);
            dp_array_free(&y);
        }
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Predicts for n rows; gives how often memory was asked for. */
static uint64_t allocations_of(dp_ctx *ctx, dp_model *model, int64_t n)
{
    float rows[16] = {0};
    dp_array x = {.dtype = DP_F32, .shape = SHAPE(n, 2), .data = rows}, *y = NULL;
    uint64_t before = dp_ctx_memory(ctx).allocations;
    must(ctx, dp_model_predict(model, (const dp_array *[]){&x, NULL}, &y));
    dp_array_free(&y);
    return dp_ctx_memory(ctx).allocations - before;
}

/* The plan that was used longest ago makes room; one that is used all the time stays. */
static void plans_in_use_are_kept(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    allocations_of(ctx, model, 1);
    for (int64_t n = 2; n <= 8; n++) {
        assert_true(allocations_of(ctx, model, n) > 2);
        assert_int_equal(allocations_of(ctx, model, 1), 2); /* the result alone */
    }
    assert_true(allocations_of(ctx, model, 2) > 2);
    dp_model_free(&model);
    ctx_close(ctx);
}

static void wrong_inputs_are_named(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_optimizer *sgd = NULL;
    must(ctx, dp_optimizer_new(model, "sgd", &sgd));
    float rows[6] = {0};
    double doubles[4] = {0};
    int64_t classes[] = {0, 5};
    dp_array x = {.dtype = DP_F32, .shape = SHAPE(2, 2), .data = rows},
             wide = {.dtype = DP_F32, .shape = SHAPE(2, 3), .data = rows};
    dp_array x64 = {.dtype = DP_F64, .shape = SHAPE(2, 2), .data = doubles},
             t = {.dtype = DP_I64, .shape = SHAPE(2), .data = classes};
    double loss = 7;
    dp_array *y = NULL;
    must_fail(ctx, dp_train_step(model, sgd, (const dp_array *[]){&wide, &t}, &loss), DP_ERR_SHAPE,
              "input x is (2, 2), but (2, 3) was given");
    must_fail(ctx, dp_train_step(model, sgd, (const dp_array *[]){&x64, &t}, &loss), DP_ERR_DTYPE,
              "input x is float32, but float64 was given");
    must_fail(ctx, dp_train_step(model, sgd, (const dp_array *[]){&x, NULL}, &loss), DP_ERR_ARG,
              "input t is not given");
    must_fail(ctx, dp_train_step(model, sgd, (const dp_array *[]){&x, &t}, &loss), DP_ERR_RANGE, "5");
    must_fail(ctx, dp_model_predict(model, (const dp_array *[]){&wide, NULL}, &y), DP_ERR_SHAPE, "(2, 3)");
    assert_true(loss == 7);
    assert_null(y);
    dp_optimizer_free(&sgd);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* ---- Models that cannot be ---- */

static dp_status vector_loss(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    values->loss = dp_input(g, "x", DP_F32, SHAPE(batch, 3));
    return dp_graph_status(g);
}

static dp_status integer_loss(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    values->loss = dp_sum(g, dp_input(g, "x", DP_I64, SHAPE(batch)), NULL, 0, 0);
    return dp_graph_status(g);
}

static dp_status no_loss(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    (void)values;
    dp_input(g, "x", DP_F32, SHAPE(batch));
    return dp_graph_status(g);
}

static dp_status no_batch(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    (void)batch;
    values->loss = dp_input(g, "x", DP_F32, dp_shape_scalar());
    return dp_graph_status(g);
}

static dp_status broken_graph(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    values->loss = dp_matmul(g, dp_input(g, "x", DP_F32, SHAPE(batch, 3)), dp_param(g, "W", SHAPE(2, 1), zeros));
    return DP_OK; /* forgets the graph's status */
}

static dp_status shape_follows_batch(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F32, SHAPE(batch));
    values->loss = dp_sum(g, dp_mul(g, x, dp_param(g, "w", SHAPE(batch), zeros)), NULL, 0, 0);
    return dp_graph_status(g);
}

static void impossible_models_are_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    must_fail(ctx, dp_model_from_function(ctx, vector_loss, NULL, NULL, &model), DP_ERR_SHAPE,
              "the loss x has to be one number, but is (2, 3)");
    must_fail(ctx, dp_model_from_function(ctx, integer_loss, NULL, NULL, &model), DP_ERR_DTYPE, "int64");
    must_fail(ctx, dp_model_from_function(ctx, no_loss, NULL, NULL, &model), DP_ERR_ARG, "no loss");
    must_fail(ctx, dp_model_from_function(ctx, no_batch, NULL, NULL, &model), DP_ERR_SHAPE, "input x");
    must_fail(ctx, dp_model_from_function(ctx, broken_graph, NULL, NULL, &model), DP_ERR_SHAPE, "matmul");
    must_fail(ctx, dp_model_from_function(ctx, NULL, NULL, NULL, &model), DP_ERR_ARG, "no function");
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = DP_I64;
    must_fail(ctx, dp_model_from_function(ctx, xor_network, NULL, &config, &model), DP_ERR_DTYPE, "int64");
    assert_null(model);
    must(ctx, dp_model_from_function(ctx, shape_follows_batch, NULL, NULL, &model));
    must_fail(ctx, dp_model_init(model, 0), DP_ERR_SHAPE, "parameter w is (1,) for a batch of 1, but was (2,)");
    dp_model_free(&model);
    ctx_close(ctx);
}

/* ---- Files: reading them takes jansson ---- */

#if DENPA_HAVE_JSON

static void saved_is_loaded(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *a = model_open(ctx, xor_network, DP_F32), *b = model_open(ctx, xor_network, DP_F32);
    must(ctx, dp_model_init(a, 1));
    must(ctx, dp_model_save(a, scratch_path("a.safetensors")));
    must(ctx, dp_model_load(b, scratch_path("a.safetensors")));
    for (int i = 0; i < 2; i++) assert_memory_equal(dp_model_param(a, i).data, dp_model_param(b, i).data, 32);
    must(ctx, dp_model_save(b, scratch_path("b.safetensors")));
    dp_array *first = NULL, *second = NULL;
    must(ctx, dp_file_read(ctx, scratch_path("a.safetensors"), 0, &first));
    must(ctx, dp_file_read(ctx, scratch_path("b.safetensors"), 0, &second));
    assert_int_equal(dp_array_bytes(first), dp_array_bytes(second));
    assert_memory_equal(first->data, second->data, dp_array_bytes(first));
    dp_array_free(&first);
    dp_array_free(&second);
    dp_model_free(&a);
    dp_model_free(&b);
    ctx_close(ctx);
}

static void other_models_files_are_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32), *wide = model_open(ctx, xor_network, DP_F64);
    must(ctx, dp_model_init(model, 1));
    float before[8];
    memcpy(before, dp_model_param(model, 0).data, sizeof before);
    dp_array w1 = dp_model_param(model, 0), w2 = dp_model_param(model, 1), flat = w2;
    flat.shape = SHAPE(8);
    const char *path = scratch_path("other.safetensors");
    dp_tensor missing[] = {{.name = "W1", .array = &w1}}, shape[] = {{.name = "W1", .array = &w1}, {.name = "W2", .array = &flat}},
              more[] = {{.name = "W1", .array = &w1}, {.name = "W2", .array = &w2}, {.name = "W3", .array = &w2}};
    must(ctx, dp_safetensors_write(ctx, path, missing, 1, NULL, 0));
    must_fail(ctx, dp_model_load(model, path), DP_ERR_FORMAT, "no tensor W2");
    must(ctx, dp_safetensors_write(ctx, path, shape, 2, NULL, 0));
    must_fail(ctx, dp_model_load(model, path), DP_ERR_FORMAT,
              "tensor W2 is float32 (8,), but the model's is float32 (4, 2)");
    must(ctx, dp_safetensors_write(ctx, path, more, 3, NULL, 0));
    must_fail(ctx, dp_model_load(model, path), DP_ERR_FORMAT, "tensor W3 is none of the model's parameters");
    must(ctx, dp_model_save(wide, path));
    must_fail(ctx, dp_model_load(model, path), DP_ERR_FORMAT, "float64");
    must_fail(ctx, dp_model_load(model, scratch_path("absent")), DP_ERR_IO, "absent");
    assert_memory_equal(before, dp_model_param(model, 0).data, sizeof before);
    dp_model_free(&model);
    dp_model_free(&wide);
    ctx_close(ctx);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_lie_in_one_buffer),
        cmocka_unit_test(parameters_are_drawn_as_documented),
        cmocka_unit_test(seeds_decide),
        cmocka_unit_test(every_gradient_arrives),
        cmocka_unit_test(a_step_allocates_nothing),
        cmocka_unit_test(predictions_do_not_depend_on_the_batch),
        cmocka_unit_test(plans_in_use_are_kept),
        cmocka_unit_test(wrong_inputs_are_named),
        cmocka_unit_test(impossible_models_are_refused),
#if DENPA_HAVE_JSON
        cmocka_unit_test(saved_is_loaded),
        cmocka_unit_test(other_models_files_are_refused),
#endif
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
