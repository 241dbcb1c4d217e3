/* Memory: each allocation of parsing and building fails in turn; nothing is left behind and the error is clean. */
#include "formula/formula_fixture.h"
#include "support/failing_memory.h"

static const char everything[] = "x = input((1, 2)); t = label(2)\n"
                                 "shape = (2, 3); text = 'he'; n = -2; A = [[1, 2.5], [3, 4]]; p = (n, None)\n"
                                 "h = relu(affine(x, 3, init=text)); y = affine(h, 2)\n"
                                 "W = param(shape, normal(0.1)); V = param(A)\n"
                                 "B = [n, n * 2] + A[:, ::-1][None, ..., [1, 0]] - concat([A, A], axis=0)[:2]\n"
                                 "loss = softmax_cross_entropy(y, t) + n ** 2; g = grad(loss, y)\n"
                                 "d = dataset('a', 'train', 'x'); z = normal((2, 2)) @ A\n"
                                 "s = reshape(x, (-1, 2, 1)); r = lstm(s, 2); u = gru(s, 1); v = rnn(s, 1)\n"
                                 "q = multi_head_attention(concat([s, s], axis=2), 2, mask=A, causal=True)\n"
                                 "print('A', A, repr(B), A.shape, p); A[0]; n + 1";

static dp_status build_everything(dp_ctx *ctx, void *user)
{
    (void)user;
    static const dp_setting settings[] = {{"x", "[[[1, 2]], [[3, 4]]]"}, {"y.b", "[1, 2]"}, {"q", "2 * 3"}};
    dp_graph *g = NULL;
    dp_formula *formula = NULL;
    dp_scope *scope = NULL;
    dp_val v = DP_VAL_NONE;
    dp_build_config config = fixture_config();
    config.settings = settings;
    config.setting_count = 3;
    dp_status status = dp_graph_new(ctx, DP_F64, &g);
    if (status == DP_OK)
        status = dp_formula_parse(ctx, everything, strlen(everything), "net.dp", &formula);
    if (status == DP_OK)
        status = dp_formula_build(formula, g, &config, &scope);
    if (status == DP_OK)
        status = dp_scope_expression(scope, "round(A[:1], 1)", "--print", &v, NULL);
    if (status != DP_OK)
        assert_string_not_equal(dp_ctx_message(ctx), "");
    dp_scope_free(&scope);
    dp_formula_free(&formula);
    dp_graph_free(&g);
    return status;
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    long failed = failing_memory_try_all(build_everything, NULL);
    assert_true(failed > 100);
}

/* Where a limit is set, a formula that needs more is refused with the bytes it asked for. */
static void test_a_limit_is_kept(void **state)
{
    (void)state;
    dp_ctx *ctx;
    dp_graph *g;
    dp_formula *formula;
    dp_scope *scope = NULL;
    dp_config config;
    dp_build_config build = fixture_config();
    dp_config_init(&config);
    config.memory_limit_bytes = 1 << 20;
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    static const char text[] = "x = arange(1000000)";
    assert_int_equal(dp_formula_parse(ctx, text, sizeof text - 1, "net.dp", &formula), DP_OK);
    assert_int_equal(dp_formula_build(formula, g, &build, &scope), DP_ERR_NOMEM);
    assert_null(scope);
    assert_non_null(strstr(dp_ctx_message(ctx), "net.dp:1:5: "));
    assert_non_null(strstr(dp_ctx_message(ctx), "8000000 bytes"));
    dp_formula_free(&formula);
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_a_limit_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
