/* What is told of a run and of a model: config.json as texts, the model as a graph. */
#include "train_fixture.h"

#include "support/scratch.h"

static void the_graph_is_the_models(void **state)
{
    (void)state;
    static const char text[] = "x = input(2)\nt = label(2)\nk = 3\nW = param((2, 2), normal(1))\ny = k * (x @ W)\n"
                               "loss = softmax_cross_entropy(y, t)\n";
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    dp_model_config config;
    dp_model_config_init(&config);
    config.settings = (dp_setting[]){{"k", "5"}};
    config.setting_count = 1;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model));
    must(ctx, dp_model_init(model, 1));
    for (int wide = 0; wide < 2; wide++) {
        dp_graph *g = NULL;
        dp_model_values values;
        dp_dtype dtype = wide ? DP_F64 : DP_F32;
        must(ctx, dp_model_graph(model, 3, wide ? DP_F64 : DP_DTYPE_NONE, &g, &values));
        dp_val x = dp_graph_find(g, "x"), w = dp_graph_find(g, "W");
        assert_int_equal(dp_val_dtype(g, values.loss), dtype);
        assert_true(dp_shape_equal(dp_val_shape(g, x), SHAPE(3, 2)));
        assert_true(dp_shape_equal(dp_val_shape(g, values.output), SHAPE(3, 2)));
        assert_int_equal(values.label, dp_graph_find(g, "t"));
        /* Its numbers are those that the model predicts, setting and all. */
        float given[6] = {1, 0, 0, 1, 2, -1};
        dp_array rows = {.dtype = DP_F32, .shape = SHAPE(3, 2), .data = given}, weights = dp_model_param(model, 0);
        dp_array *fed[2] = {NULL, NULL}, *found = NULL, *said = NULL;
        must(ctx, dp_array_convert(ctx, &rows, dtype, &fed[0]));
        must(ctx, dp_array_convert(ctx, &weights, dtype, &fed[1]));
        must(ctx, dp_eval(g, &values.output, 1, (dp_val[]){x, w}, (const dp_array *const *)fed, 2, &found));
        must(ctx, dp_model_predict(model, (const dp_array *[]){&rows, NULL}, &said));
        for (int i = 0; i < 6; i++) {
            double difference = dp_array_get(found, i) - dp_array_get(said, i);
            assert_true(difference < 1e-6 && difference > -1e-6);
        }
        assert_true(dp_array_get(found, 0) / dp_array_get(&weights, 0) > 4.9999); /* k is 5, and the first row picks W[0] */
        dp_array_free(&fed[0]);
        dp_array_free(&fed[1]);
        dp_array_free(&found);
        dp_array_free(&said);
        dp_graph_free(&g);
    }
    dp_graph *g = NULL;
    dp_model_values values = {0};
    must_fail(ctx, dp_model_graph(model, 0, DP_DTYPE_NONE, &g, &values), DP_ERR_RANGE, "batch of 0");
    must_fail(ctx, dp_model_graph(model, 1, DP_I64, &g, &values), DP_ERR_DTYPE, "");
    assert_null(g);
    dp_model_free(&model);
    ctx_close(ctx);
}

static void a_graph_of_a_model_from_c(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    dp_graph *g = NULL;
    dp_model_values values;
    must(ctx, dp_model_from_function(ctx, xor_network, NULL, NULL, &model));
    must(ctx, dp_model_graph(model, 7, DP_F64, &g, &values));
    dp_model_free(&model); /* the graph lives on */
    assert_true(dp_shape_equal(dp_val_shape(g, values.output), SHAPE(7, 2)));
    dp_graph_free(&g);
    ctx_close(ctx);
}

#if DENPA_HAVE_JSON
static void config_is_told_as_texts(void **state)
{
    (void)state;
    static const char json[] = "{\"format\": 1, \"data\": \"a \\\"b\\\".csv\", \"loss\": null, \"lr\": 0.5, \"shuffle\": true,\n"
                               "\"bindings\": [[\"x\", \"x1,x2\"], [\"t\", \"t\"]], \"new\": {\"b\": 1, \"a\": []}}";
    static const char *const wanted[][2] = {{"format", "1"},
                                            {"data", "a \"b\".csv"},
                                            {"loss", ""},
                                            {"lr", "0.5"},
                                            {"shuffle", "true"},
                                            {"bindings", "[[\"x\",\"x1,x2\"],[\"t\",\"t\"]]"},
                                            {"new", "{\"b\":1,\"a\":[]}"}};
    enum { COUNT = sizeof wanted / sizeof *wanted };
    dp_ctx *ctx = ctx_open(1);
    dp_run_info *info = NULL;
    scratch_write("config.json", json, sizeof json - 1);
    must(ctx, dp_run_info_read(ctx, scratch_path("."), &info));
    assert_int_equal(dp_run_info_count(info), COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_string_equal(dp_run_info_name(info, i), wanted[i][0]);
        assert_string_equal(dp_run_info_text(info, i), wanted[i][1]);
        assert_string_equal(dp_run_info_find(info, wanted[i][0]), wanted[i][1]);
    }
    assert_null(dp_run_info_find(info, "dat"));
    assert_string_equal(dp_run_info_name(info, COUNT), "");
    assert_string_equal(dp_run_info_text(info, -1), "");
    dp_run_info_free(&info);
    must_fail(ctx, dp_run_info_read(ctx, scratch_path("none"), &info), DP_ERR_IO, "config.json");
    scratch_write("config.json", "[1, 2]", 6);
    must_fail(ctx, dp_run_info_read(ctx, scratch_path("."), &info), DP_ERR_FORMAT, "JSON object");
    scratch_write("config.json", "{\"a\": 1,", 8);
    must_fail(ctx, dp_run_info_read(ctx, scratch_path("."), &info), DP_ERR_FORMAT, "config.json:1:");
    assert_null(info);
    ctx_close(ctx);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_graph_is_the_models),
        cmocka_unit_test(a_graph_of_a_model_from_c),
#if DENPA_HAVE_JSON
        cmocka_unit_test(config_is_told_as_texts),
#endif
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
