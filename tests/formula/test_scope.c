/* Names: what they are bound to, settings, layers, dtypes, indices, printing, and where nodes come from. */
#include "formula/formula_fixture.h"

#include <denpa/random.h>

typedef struct session {
    dp_ctx *ctx;
    dp_graph *g;
    dp_formula *formula;
    dp_scope *scope;
} session;

static dp_status session_open(session *s, const char *text, const dp_build_config *config)
{
    *s = (session){0};
    assert_int_equal(dp_ctx_new(NULL, &s->ctx), DP_OK);
    assert_int_equal(dp_graph_new(s->ctx, DP_F64, &s->g), DP_OK);
    assert_int_equal(dp_formula_parse(s->ctx, text, strlen(text), "net.dp", &s->formula), DP_OK);
    return dp_formula_build(s->formula, s->g, config, &s->scope);
}

static void session_close(session *s)
{
    dp_scope_free(&s->scope);
    dp_formula_free(&s->formula);
    dp_graph_free(&s->g);
    assert_int_equal(dp_ctx_memory(s->ctx).current_bytes, 0);
    dp_ctx_free(&s->ctx);
}

/* Holds that the names, in order, with their kinds and shapes, are these: "x:input(2, 3) …". */
static void expect_names(const char *text, int64_t batch, const char *expected)
{
    static const char *const kinds[] = {"value", "literal", "param", "input", "label"};
    char all[1024] = "", shape[DP_SHAPE_TEXT_BYTES];
    session s;
    dp_build_config config = fixture_config();
    config.batch = batch;
    if (session_open(&s, text, &config) != DP_OK)
        fail_msg("%s", dp_ctx_message(s.ctx));
    for (int i = 0; i < dp_scope_count(s.scope); i++) {
        dp_val v = dp_scope_value(s.scope, i);
        assert_int_equal(dp_scope_find(s.scope, dp_scope_name(s.scope, i)), v);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s:%s%s", i ? " " : "", dp_scope_name(s.scope, i),
                 kinds[dp_scope_kind(s.scope, i)], dp_shape_text(dp_val_shape(s.g, v), shape, sizeof shape));
    }
    assert_string_equal(all, expected);
    assert_string_equal(dp_scope_name(s.scope, dp_scope_count(s.scope)), "");
    assert_int_equal(dp_scope_value(s.scope, -1), DP_VAL_NONE);
    assert_int_equal(dp_scope_find(s.scope, "nobody"), DP_VAL_NONE);
    session_close(&s);
}

static void test_kinds_of_names(void **state)
{
    (void)state;
    expect_names("a = 1; b = -2.5; c = [[1], [2]]; d = a; e = 2 * 3; f = (1, 2); g = c.shape; s = 'text'; n = None", 0,
                 "a:literal() b:literal() c:literal(2, 1) d:value() e:value() f:literal(2,) g:value(2,)");
    expect_names("x = input(3); y = input((1, 2)); z = input(); t = label(5); u = label(5, one_hot=True); W = "
                 "param((3, 2)); b = param(2)",
                 4, "x:input(4, 3) y:input(4, 1, 2) z:input(4,) t:label(4,) u:label(4, 5) W:param(3, 2) b:param(2,)");
    expect_names("a = 1; b = 2; a = [1, 2]", 0, "a:literal(2,) b:literal()");
}

static void test_parameters_of_layers_are_named_after_the_statement(void **state)
{
    (void)state;
    expect_names("x = input(3); y = affine(x, 2)", 1, "x:input(1, 3) y.W:param(3, 2) y.b:param(2,) y:value(1, 2)");
    expect_names("x = input((1, 4, 4)); y = affine(relu(affine(x, 5)), 2, bias=False)", 1,
                 "x:input(1, 1, 4, 4) y.W:param(16, 5) y.b:param(5,) y.1.W:param(5, 2) y:value(1, 2)");
    expect_names("h = input(3); h = affine(h, 2); h = affine(h, 4)", 1,
                 "h:value(1, 4) h.W:param(3, 2) h.b:param(2,) h.1.W:param(2, 4) h.1.b:param(4,)");
    expect_names("x = input(3); y = affine(x, 2); s = y.W.shape; n = sum(y.W ** 2) + sum(y.b)", 1,
                 "x:input(1, 3) y.W:param(3, 2) y.b:param(2,) y:value(1, 2) s:value(2,) n:value()");
    expect_names("x = [[1, 2]]; y = affine(affine(x, 3), 4); a = y.1.W.shape; b = sum(y.1.b); c = y.1.W.T", 0,
                 "x:literal(1, 2) y.W:param(2, 3) y.b:param(3,) y.1.W:param(3, 4) y.1.b:param(4,) y:value(1, 4) "
                 "a:value(2,) b:value() c:value(4, 3)");
    expect_names("affine([[1, 2]], 3); affine([[1, 2]], 1, bias=False)", 0,
                 "affine.W:param(2, 3) affine.b:param(3,) affine.1.W:param(2, 1)");
    expect_error("x = [[1, 2]]; y = affine(x, 2); y.w", DP_ERR_NAME,
                 "net.dp:1:33: unknown name y.w; did you mean y.W?\n    x = [[1, 2]]; y = affine(x, 2); y.w\n          "
                 "                          ^~~");
}

static dp_init init_of(const session *s, const char *name)
{
    return dp_val_param_init(s->g, dp_scope_find(s->scope, name));
}

static void test_initialisers(void **state)
{
    (void)state;
    session s;
    dp_build_config config = fixture_config();
    const char *text =
        "x = [[1, 2, 3]]\n"
        "a = affine(x, 4); b = affine(x, 4, std=0.01); c = affine(x, 4, init=\"torch\"); d = affine(x, 4, "
        "init=xavier)\n"
        "W = param((3, 2)); v = param(3); u = param(3, uniform(-1, 2)); n = param((2, 2), normal(std=3, mean=1))\n"
        "z = param((2, 2), zeros); o = param(2, ones); k = param(2, 0.5); t = param((2, 5), torch(fan_in=7)); A = "
        "param([[1, 2]])\n"
        "h = param((2, 2), \"he\"); e = param((1, 3), x); i = param((2, 2), init=-1); r = param(1.5)";
    if (session_open(&s, text, &config) != DP_OK)
        fail_msg("%s", dp_ctx_message(s.ctx));
    static const struct {
        const char *name;
        dp_init_kind kind;
        double a, b;
        int64_t fan_in;
    } expected[] = {
        {"a.W", DP_INIT_HE, 0, 0, 0},       {"a.b", DP_INIT_CONSTANT, 0, 0, 0}, {"b.W", DP_INIT_NORMAL, 0, 0.01, 0},
        {"b.b", DP_INIT_CONSTANT, 0, 0, 0}, {"c.W", DP_INIT_TORCH, 0, 0, 0},    {"c.b", DP_INIT_TORCH, 0, 0, 3},
        {"d.W", DP_INIT_XAVIER, 0, 0, 0},   {"d.b", DP_INIT_CONSTANT, 0, 0, 0}, {"W", DP_INIT_HE, 0, 0, 0},
        {"v", DP_INIT_CONSTANT, 0, 0, 0},   {"u", DP_INIT_UNIFORM, -1, 2, 0},   {"n", DP_INIT_NORMAL, 1, 3, 0},
        {"z", DP_INIT_CONSTANT, 0, 0, 0},   {"o", DP_INIT_CONSTANT, 1, 0, 0},   {"k", DP_INIT_CONSTANT, 0.5, 0, 0},
        {"t", DP_INIT_TORCH, 0, 0, 7},      {"A", DP_INIT_VALUE, 0, 0, 0},      {"h", DP_INIT_HE, 0, 0, 0},
        {"e", DP_INIT_VALUE, 0, 0, 0},      {"i", DP_INIT_CONSTANT, -1, 0, 0},  {"r", DP_INIT_CONSTANT, 1.5, 0, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        dp_init init = init_of(&s, expected[i].name);
        if (init.kind != expected[i].kind || init.a != expected[i].a || init.b != expected[i].b ||
            init.fan_in != expected[i].fan_in)
            fail_msg("%s begins as kind %d, a %g, b %g, fan_in %lld", expected[i].name, init.kind, init.a, init.b,
                     (long long)init.fan_in);
    }
    assert_int_equal(dp_val_dtype(s.g, init_of(&s, "A").value), DP_F64);
    session_close(&s);
}

static void expect_set(const char *text, const dp_setting *settings, int count, const char *printed)
{
    dp_build_config config = fixture_config();
    config.settings = settings;
    config.setting_count = count;
    expect_prints_with(text, &config, DP_F64, printed);
}

static void expect_set_error(const char *text, int64_t batch, const dp_setting *settings, int count, dp_status status,
                             const char *words)
{
    dp_build_config config = fixture_config();
    config.batch = batch;
    config.settings = settings;
    config.setting_count = count;
    expect_error_with(text, strlen(text), &config, status, words);
}

static void test_settings_replace_what_a_name_is_bound_to(void **state)
{
    (void)state;
    const char *text = "a = 1; b = a + 1; a = 5; print(a, b)";
    expect_set(text, NULL, 0, "5 2\n");
    expect_set(text, (dp_setting[]){{"a", "10"}}, 1, "10 11\n");
    expect_set(text, (dp_setting[]){{"b", "a * 100"}}, 1, "5 100\n");
    expect_set(text, (dp_setting[]){{"a", "10"}, {"a", "20"}}, 2, "20 21\n");
    expect_set("y = n * 2; y", (dp_setting[]){{"n", "[1, 2]"}}, 1, "[2 4]\n");
    expect_set("b = a + k; b", (dp_setting[]){{"k", "1"}, {"a", "k * 10"}}, 2, "11\n");
    expect_set("x = [[1, 2]]; y = affine(x, 2); y", (dp_setting[]){{"y.W", "[[1, 0], [0, 2]]"}, {"y.b", "[10, 20]"}}, 2,
               "[[11 24]]\n");
    expect_set("W = param((2, 2), he); W", (dp_setting[]){{"W", "eye(2)"}}, 1, "[[1. 0.]\n [0. 1.]]\n");
    expect_set("りんご = 1; りんご", (dp_setting[]){{"りんご", "100"}}, 1, "100\n");
}

static void test_settings_fill_inputs(void **state)
{
    (void)state;
    const char *text = "x = input(2); t = label(3); print(x.shape, x.dtype, t.dtype); sum(x, axis=1)";
    expect_set(text, (dp_setting[]){{"x", "[[1, 2], [3, 4]]"}, {"t", "[0, 2]"}}, 2, "(2, 2) float64 int64\n[3. 7.]\n");
    expect_set(text, (dp_setting[]){{"x", "arange(6).T"}, {"t", "[0, 2]"}, {"x", "reshape(arange(4), (2, 2))"}}, 3,
               "(2, 2) float64 int64\n[1. 5.]\n");
    expect_set("x = input(); x * 2", (dp_setting[]){{"x", "[1, 2, 3]"}}, 1, "[2. 4. 6.]\n");
    expect_set("t = label(3, one_hot=True); t", (dp_setting[]){{"t", "[[0, 1, 0]]"}}, 1, "[[0. 1. 0.]]\n");
    expect_set("x = input(2); grad(sum(x ** 2), x)", (dp_setting[]){{"x", "[[1, 2]]"}}, 1, "[[2. 4.]]\n");
}

static void test_wrong_settings(void **state)
{
    (void)state;
    const char *text = "x = input(2); t = label(3)";
    expect_set_error(text, 0, NULL, 0, DP_ERR_ARG,
                     "net.dp:1:5: input x has no data: give --set x=... or --data\n    x = input(2); t = label(3)\n    "
                     "    ^~~~~~~~");
    expect_set_error(
        text, 0, (dp_setting[]){{"x", "[[1, 2]]"}, {"t", "[1, 2]"}}, 2, DP_ERR_SHAPE,
        "net.dp:1:19: t has 2 rows, but x has 1\n    x = input(2); t = label(3)\n                      ^~~~~~~~");
    expect_set_error(text, 3, (dp_setting[]){{"x", "[[1, 2]]"}}, 1, DP_ERR_SHAPE,
                     "net.dp:1:5: x has 1 rows, but the batch has 3\n    x = input(2); t = label(3)\n        ^~~~~~~~");
    expect_set_error(
        text, 0, (dp_setting[]){{"x", "[[1, 2, 3]]"}}, 1, DP_ERR_SHAPE,
        "net.dp:1:5: x is input(2), so its numbers must have the shape [N, 2], but what is set has [1, 3]\n"
        "    x = input(2); t = label(3)\n        ^~~~~~~~");
    expect_set_error(text, 0, (dp_setting[]){{"t", "1"}, {"x", "[[1, 2]]"}}, 2, DP_ERR_SHAPE,
                     "net.dp:1:19: t is label(3), so its numbers must have the shape [N], but what is set has []\n"
                     "    x = input(2); t = label(3)\n                      ^~~~~~~~");
    expect_set_error(text, 0, (dp_setting[]){{"x", "[[1, 2]]"}, {"t", "[0.5]"}}, 2, DP_ERR_DTYPE,
                     "net.dp:1:19: t holds classes, whole numbers, but what is set is floating; write int(...)\n"
                     "    x = input(2); t = label(3)\n                      ^~~~~~~~");
    expect_set_error(text, 0, (dp_setting[]){{"x", "[[1, 2]]"}, {"t", "ones(1)"}}, 2, DP_ERR_DTYPE,
                     "net.dp:1:19: t holds classes, whole numbers, but what is set is floating; write int(...)\n"
                     "    x = input(2); t = label(3)\n                      ^~~~~~~~");
    expect_set_error("y = a", 0, (dp_setting[]){{"a", "1 +"}}, 1, DP_ERR_SYNTAX,
                     "setting a:1:4: expected a value, but the end of the text came\n    1 +\n       ^");
    expect_set_error("y = a", 0, (dp_setting[]){{"a", "1; 2"}}, 1, DP_ERR_SYNTAX,
                     "setting a:1:1: expected one expression\n    1; 2\n    ^~~~");
    expect_set_error("y = a", 0, (dp_setting[]){{"a", "bb"}}, 1, DP_ERR_NAME,
                     "setting a:1:1: unknown name bb\n    bb\n    ^~");
    expect_set_error("y = a", 0, (dp_setting[]){{"a b", "1"}}, 1, DP_ERR_SYNTAX,
                     "setting a b: a name is expected left of '='");
    expect_set_error("y = a", 0, (dp_setting[]){{"1", "1"}}, 1, DP_ERR_SYNTAX,
                     "setting 1: a name is expected left of '='");
    expect_set_error("y = a", 0, (dp_setting[]){{" a", "1"}}, 1, DP_ERR_SYNTAX,
                     "setting  a: a name is expected left of '='");
    expect_set_error("y = a", 0, (dp_setting[]){{"", "1"}}, 1, DP_ERR_SYNTAX,
                     "setting : a name is expected left of '='");
    expect_set_error("x = [[1, 2]]; y = affine(x, 3)", 0, (dp_setting[]){{"y.W", "[[1]]"}}, 1, DP_ERR_SHAPE,
                     "net.dp:1:19: y.W has the shape [2, 3], but what is set has [1, 1]\n    x = [[1, 2]]; y = "
                     "affine(x, 3)\n                      ^~~~~~~~~~~~");
}

static void test_dtypes(void **state)
{
    (void)state;
    dp_build_config config = fixture_config();
    const char *text = "a = 0.5; x = float32([1, 2]); n = [1, 2]; f = [1, 2.5]; k = 2\n"
                       "print((x * a).dtype, (n * a).dtype, (n * k).dtype, f.dtype, (n / k).dtype, (f * k).dtype, (n "
                       "== k).dtype, [True].dtype, a.dtype)";
    expect_prints_with(text, &config, DP_F64, "float32 float64 int64 float64 float64 float64 bool bool float64\n");
    expect_prints_with(text, &config, DP_F32, "float32 float32 int64 float32 float32 float32 bool bool float32\n");
    expect_prints("x = 3; x.shape, x.ndim, x.size", "((), 0, 1)\n");
    expect_prints("x = [[1, 2, 3]]; x.shape, x.ndim, x.size, x.T.shape", "((1, 3), 2, 3, (3, 1))\n");
}

static void test_indices(void **state)
{
    (void)state;
    static const struct {
        const char *index, *printed;
    } cases[] = {
        {"x[0]", "[0 1 2 3]\n"},
        {"x[-1, -1]", "11\n"},
        {"x[:, 1:3]", "[[ 1  2]\n [ 5  6]\n [ 9 10]]\n"},
        {"x[::2, -1]", "[ 3 11]\n"},
        {"x[::-1, 0]", "[8 4 0]\n"},
        {"x[5:]", "[]\n"},
        {"x[[2, 0], 1:]", "[[ 9 10 11]\n [ 1  2  3]]\n"},
        {"x[:, [3, 3, 0]]", "[[ 3  3  0]\n [ 7  7  4]\n [11 11  8]]\n"},
        {"x[[-1]]", "[[ 8  9 10 11]]\n"},
        {"i = [1, 0]; x[i][:, 0]", "[4 0]\n"},
        {"x[argmax(x[:, 0])]", "[ 8  9 10 11]\n"},
        {"x[[[0, 1], [2, 0]]].shape", "(2, 2, 4)\n"},
        {"x[:, [[0, 1], [2, 0]]].shape", "(3, 2, 2)\n"},
        {"x[:, [[0, 1], [2, 3]]][1]", "[[4 5]\n [6 7]]\n"},
        {"x[x[:, 0] > 3]", "[[ 4  5  6  7]\n [ 8  9 10 11]]\n"},
        {"x[:, [True, False, False, True]]", "[[ 0  3]\n [ 4  7]\n [ 8 11]]\n"},
        {"m = x[:, 1] == 5; x[m][:, 2]; x[x[:, 0] > 100].shape", "[6]\n(0, 4)\n"},
        {"x[..., 0]", "[0 4 8]\n"},
        {"x[0, ...]", "[0 1 2 3]\n"},
        {"x[None].shape; x[:, None, 0].shape; x[..., None].shape", "(1, 3, 4)\n(3, 1)\n(3, 4, 1)\n"},
        {"j = (1, 2); x[j]; x[(0, 1)]", "6\n1\n"},
        {"k = 1; x[k, k + 1]", "6\n"},
        {"zeros((2, 3)).T.shape; x[0:1].T.shape[0]; (x @ x.T).shape", "(3, 2)\n4\n(3, 3)\n"},
        {"x.shape[-9:]; x.shape[-1:]; x.shape[:-1]; x.shape[1:0]; x.shape[:9]", "(3, 4)\n(4,)\n(3,)\n()\n(3, 4)\n"},
        {"zeros((1, 1, 1, 1, 1, 1, 1))[None].ndim", "8\n"},
        {"reshape(x, (3, 2, 2))[:, :, [1]][0]; reshape(x, (1, 3, 4))[:, [2, 0]]",
         "[[1]\n [3]]\n[[[ 8  9 10 11]\n  [ 0  1  2  3]]]\n"},
        {"reshape(x, (1, 1, 3, 4))[..., [[1, 2]]][0, 0]", "[[[ 1  2]]\n\n [[ 5  6]]\n\n [[ 9 10]]]\n"},
        {"x.shape[0]; x.shape[-1]; x.shape[:1]; x.shape[1:]", "3\n4\n(3,)\n(4,)\n"},
    };
    char text[256];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "x = reshape(arange(12), (3, 4)); %s", cases[i].index);
        expect_prints(text, cases[i].printed);
    }
}

static void test_wrong_indices(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        dp_status status;
        const char *words;
    } cases[] = {
        {"[1, 2][0, 0]", DP_ERR_SHAPE,
         "net.dp:1:1: too many indices: the array has 1 axis, but 2 are indexed\n    [1, 2][0, 0]\n    ^~~~~~~~~~~~"},
        {"[1, 2][..., ...]", DP_ERR_ARG,
         "net.dp:1:1: an index can have '...' only once\n    [1, 2][..., ...]\n    ^~~~~~~~~~~~~~~~"},
        {"zeros((1, 1, 1, 1, 1, 1, 1, 1))[None]", DP_ERR_SHAPE,
         "net.dp:1:1: too many indices: the result has more than 8 axes\n"
         "    zeros((1, 1, 1, 1, 1, 1, 1, 1))[None]\n    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"},
        {"x = [1, 2]; x.shape[-2]", DP_ERR_RANGE,
         "net.dp:1:21: index -2 is outside: the tuple has 1 elements\n"
         "    x = [1, 2]; x.shape[-2]\n                        ^~"},
        {"[1, 2][::0]", DP_ERR_ARG, "net.dp:1:8: the step of a slice cannot be 0\n    [1, 2][::0]\n           ^~~"},
        {"[1, 2][1.0]", DP_ERR_DTYPE,
         "net.dp:1:8: an index must be an integer, a slice or an array of integers, not the number 1.0\n    [1, "
         "2][1.0]\n           ^~~"},
        {"x = [1, 2]; x[[True]]", DP_ERR_SHAPE,
         "net.dp:1:15: an index of True and False must be as long as the axis, [2], but it is [1]\n    x = [1, 2]; "
         "x[[True]]\n                  ^~~~~~"},
        {"x = param(2); x[x == 1]", DP_ERR_ARG,
         "net.dp:1:17: an index of True and False must be known when the formula is read; it cannot hang on an input "
         "or a param\n"
         "    x = param(2); x[x == 1]\n                    ^~~~~~"},
        {"x = [[1, 2]]; x[0, [1]]", DP_ERR_UNSUPPORTED,
         "net.dp:1:15: an integer and an array in one index are not supported; index twice: x[i][rows]\n"
         "    x = [[1, 2]]; x[0, [1]]\n                  ^~~~~~~~~"},
        {"x = [1, 2]; x.shape[1]", DP_ERR_RANGE,
         "net.dp:1:21: index 1 is outside: the tuple has 1 elements\n    x = [1, 2]; x.shape[1]\n                      "
         "  ^"},
        {"x = [1, 2]; x[2]", DP_ERR_RANGE, NULL},
        {"(1).W", DP_ERR_NAME,
         "net.dp:1:1: there is no .W; there are .T .shape .ndim .size .dtype, and y.W and y.b of y = affine(...)\n    "
         "(1).W\n    ^~~~~"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dp_status status;
        dp_build_config config = fixture_config();
        if (cases[i].words) {
            expect_error(cases[i].text, cases[i].status, cases[i].words);
            continue;
        }
        free(run_bytes(cases[i].text, strlen(cases[i].text), &config, DP_F64, &status));
        assert_int_equal(status, cases[i].status);
    }
}

static void test_nested_lists(void **state)
{
    (void)state;
    expect_prints("a = 2; b = [a, 3]; b; grad(sum(b * b), a)", "[2 3]\n4.0\n");
    expect_prints("a = [1, 2]; [a, a * 2]; [a, [5, 6.5]]", "[[1 2]\n [2 4]]\n[[1.  2. ]\n [5.  6.5]]\n");
    expect_prints("[]; [[], []].shape; [1, 2.5]; [True, 2]", "[]\n(2, 0)\n[1.  2.5]\n[1 2]\n");
    expect_error("x = [[1, 2], [3]]", DP_ERR_SHAPE,
                 "net.dp:1:5: the rows of a nested list must be equally long: row 0 has 2 elements, row 1 has 1\n"
                 "    x = [[1, 2], [3]]\n        ^~~~~~~~~~~~~");
    expect_prints("a = [1, 2]; [[1.5, 2], a]; [[a], [a * 2]]", "[[1.5 2. ]\n [1.  2. ]]\n[[[1 2]]\n\n [[2 4]]]\n");
    expect_error("x = [[[1], [2]], [[3]]]", DP_ERR_SHAPE,
                 "net.dp:1:5: the rows of a nested list must be equally long: row 0 has 2 elements, row 1 has 1\n"
                 "    x = [[[1], [2]], [[3]]]\n        ^~~~~~~~~~~~~~~~~~~");
    expect_error("x = [[[1, 2]], [[3]]]", DP_ERR_SHAPE,
                 "net.dp:1:5: the rows of a nested list must be equally long: the first has 2 elements, another has 1\n"
                 "    x = [[[1, 2]], [[3]]]\n        ^~~~~~~~~~~~~~~~~");
    expect_error("x = [1, [2]]", DP_ERR_SHAPE,
                 "net.dp:1:5: the rows of a nested list differ: some elements are lists and some are numbers\n    x = "
                 "[1, [2]]\n        ^~~~~~~~");
    expect_error("x = [[1], 2]", DP_ERR_SHAPE,
                 "net.dp:1:5: the rows of a nested list differ: some elements are lists and some are numbers\n    x = "
                 "[[1], 2]\n        ^~~~~~~~");
    expect_error("x = [1, 'a']", DP_ERR_DTYPE,
                 "net.dp:1:5: an array is made of numbers; the text \"a\" is none\n    x = [1, 'a']\n        ^~~~~~~~");
    expect_error("x = [[[[[[[[[1]]]]]]]]]", DP_ERR_SHAPE,
                 "net.dp:1:5: a list is nested more than 8 deep, the most axes an array can have\n"
                 "    x = [[[[[[[[[1]]]]]]]]]\n        ^~~~~~~~~~~~~~~~~~~");
}

/* Numbers are worked out when the formula is read, so that they can be shapes; variables among them stay in the graph. */
static void test_numbers_serve_as_shapes_and_can_be_differentiated(void **state)
{
    (void)state;
    expect_prints("n = 2; m = n * 3 + 1; zeros((n, m)).shape; zeros(28 * 28).shape; grad(m * n, n)",
                  "(2, 7)\n(784,)\n13.0\n");
    expect_prints("a = 3; b = 2.0; y = -a ** 2 / b; y; grad(y, a); grad(y, b)", "-4.5\n-3.0\n2.25\n");
    expect_prints("a = 2; a ** -1", "0.5\n");
    expect_prints("a = 2; b = -1; y = a ** b; y; grad(y, a); [2, 4] ** [-1, 2]; [2, 4] ** -[1, 0]; [2, 4] ** 2",
                  "0.5\n-0.25\n[ 0.5 16. ]\n[0.5 1. ]\n[ 4 16]\n");
    expect_error("2 ** 100", DP_ERR_RANGE,
                 "net.dp:1:1: the result does not fit into int64 (2 and 100); write one of them with a point\n    2 ** "
                 "100\n    ^~~~~~~~");
    expect_error("-(-9223372036854775807 - 1)", DP_ERR_RANGE,
                 "net.dp:1:1: the result does not fit into int64\n    -(-9223372036854775807 - 1)\n    "
                 "^~~~~~~~~~~~~~~~~~~~~~~~~~~");
}

static void test_op_errors_show_the_place(void **state)
{
    (void)state;
    expect_error("x = [[1, 2, 3]]\nw = [[1, 2]]\nz = x @ w", DP_ERR_SHAPE,
                 "net.dp:3:5: matmul: inner sizes differ: x is [1, 3], w is [1, 2]\n    z = x @ w\n        ^~~~~");
    expect_error("あ = [[1, 2, 3]]\n  z = (あ @ [[1, 2]])", DP_ERR_SHAPE,
                 "net.dp:2:8: matmul: inner sizes differ: あ is [1, 3], b is [1, 2]\n      z = (あ @ [[1, 2]])\n       "
                 "    ^~~~~~~~~~~~~");
    session s;
    dp_build_config config = fixture_config();
    assert_int_equal(session_open(&s, "a = [1]\nb = [1, 2] @ [1, 2, 3]", &config), DP_ERR_SHAPE);
    assert_null(s.scope);
    assert_int_equal(dp_graph_status(s.g), DP_ERR_SHAPE);
    assert_string_equal(dp_graph_message(s.g), "matmul: inner sizes differ: a is [2], b is [3]");
    session_close(&s);
}

/* Errors of the language itself stick to the graph, too, as those of its ops do. */
static void test_every_failed_build_is_the_graphs_error(void **state)
{
    (void)state;
    session s;
    dp_val v;
    dp_build_config config = fixture_config();
    assert_int_equal(session_open(&s, "a = b", &config), DP_ERR_NAME);
    assert_int_equal(dp_graph_status(s.g), DP_ERR_NAME);
    assert_string_equal(dp_graph_message(s.g), "unknown name b");
    session_close(&s);
    config.settings = (dp_setting[]){{"a", "1 +"}};
    config.setting_count = 1;
    assert_int_equal(session_open(&s, "a = 1", &config), DP_ERR_SYNTAX);
    assert_int_equal(dp_graph_status(s.g), DP_ERR_SYNTAX);
    session_close(&s);
    config.setting_count = 0;
    assert_int_equal(session_open(&s, "a = 1", &config), DP_OK);
    assert_int_equal(dp_scope_expression(s.scope, "1 +", "-e", &v, NULL), DP_ERR_SYNTAX);
    assert_int_equal(dp_graph_status(s.g), DP_ERR_SYNTAX);
    const dp_print_piece *pieces = NULL;
    assert_int_equal(dp_scope_print_pieces(s.scope, 0, &pieces), 0);
    assert_int_equal(dp_scope_print_pieces(s.scope, -1, &pieces), 0);
    session_close(&s);
}

static void test_kinds_of_set_names(void **state)
{
    (void)state;
    session s;
    static const dp_setting settings[] = {{"x", "[[1, 2]]"}, {"z", "ones((1, 2)) * 2"}, {"a", "[3]"}, {"W", "eye(2)"}};
    dp_build_config config = fixture_config();
    config.settings = settings;
    config.setting_count = 4;
    assert_int_equal(session_open(&s, "x = input(2); z = input(2); a = 1; W = param((2, 2)); y = x @ W", &config),
                     DP_OK);
    static const dp_name_kind kinds[] = {DP_NAME_LITERAL, DP_NAME_VALUE, DP_NAME_LITERAL, DP_NAME_VALUE, DP_NAME_VALUE};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(dp_scope_kind(s.scope, i), kinds[i]);
        assert_int_equal(dp_val_is_variable(s.g, dp_scope_value(s.scope, i)), kinds[i] == DP_NAME_LITERAL);
    }
    session_close(&s);
}

static void test_nodes_know_where_they_come_from(void **state)
{
    (void)state;
    session s;
    dp_build_config config = fixture_config();
    assert_int_equal(session_open(&s, "x = [1, 2]\nあ = 1; y = x + exp(x)\nz = (y *\n exp(y))", &config), DP_OK);
    dp_source y = dp_val_source(s.g, dp_scope_find(s.scope, "y")), z = dp_val_source(s.g, dp_scope_find(s.scope, "z"));
    assert_int_equal(y.line, 2);
    assert_int_equal(y.column, 14);
    assert_int_equal(z.line, 3);
    assert_int_equal(z.column, 8);
    session_close(&s);
}

static void test_expressions_in_a_scope(void **state)
{
    (void)state;
    session s;
    dp_val v = 77;
    int repr = -1, count = 0;
    const dp_print_piece *pieces;
    dp_build_config config = fixture_config();
    assert_int_equal(session_open(&s, "x = [[1, 2], [3, 4]]; name = 'it'", &config), DP_OK);
    assert_int_equal(dp_scope_expression(s.scope, "round(x[:1] / 3, 1)", "--print", &v, &repr), DP_OK);
    assert_int_equal(dp_val_shape(s.g, v).dims[0], 1);
    assert_int_equal(repr, 0);
    assert_int_equal(dp_scope_expression(s.scope, "repr(x)", "--print", &v, &repr), DP_OK);
    assert_int_equal(v, dp_scope_find(s.scope, "x"));
    assert_int_equal(repr, 1);
    assert_int_equal(dp_scope_expression(s.scope, "x.shape", "--print", &v, NULL), DP_OK);
    assert_int_equal(dp_val_dtype(s.g, v), DP_I64);
    assert_int_equal(dp_scope_print(s.scope, "x.shape", "--print", &pieces, &count), DP_OK);
    assert_int_equal(count, 1);
    assert_string_equal(pieces[0].text, "(2, 2)");
    assert_int_equal(dp_scope_print(s.scope, "print(name, x, repr(x))", "--print", &pieces, &count), DP_OK);
    assert_int_equal(count, 3);
    assert_string_equal(pieces[0].text, "it");
    assert_int_equal(pieces[1].value, dp_scope_find(s.scope, "x"));
    assert_int_equal(pieces[1].repr, 0);
    assert_int_equal(pieces[2].repr, 1);
    assert_int_equal(dp_scope_print(s.scope, "print()", "--print", &pieces, &count), DP_OK);
    assert_int_equal(count, 0);
    assert_int_equal(dp_scope_print_count(s.scope), 0);
    v = 77;
    assert_int_equal(dp_scope_expression(s.scope, "y", "--print", &v, &repr), DP_ERR_NAME);
    assert_string_equal(dp_ctx_message(s.ctx), "--print:1:1: unknown name y\n    y\n    ^");
    assert_int_equal(v, 77);
    session_close(&s);
}

static void test_prints_can_be_skipped(void **state)
{
    (void)state;
    dp_build_config config = fixture_config();
    config.skip_prints = 1;
    expect_prints_with("a = 1; print(b); c; a", &config, DP_F64, "");
}

static void test_random_arrays_follow_the_seed(void **state)
{
    (void)state;
    dp_status status;
    char *shown[3];
    for (int i = 0; i < 3; i++) {
        dp_build_config config = fixture_config();
        config.seed = i == 2;
        shown[i] = run_bytes("normal((2, 2)); uniform((3,))", 29, &config, DP_F64, &status);
        assert_int_equal(status, DP_OK);
    }
    assert_string_equal(shown[0], shown[1]);
    assert_string_not_equal(shown[0], shown[2]);
    for (int i = 0; i < 3; i++)
        free(shown[i]);
}

/* Random arrays take streams 2**32, 2**32 + 1, … of the seed. */
static void test_random_arrays_have_streams_of_their_own(void **state)
{
    (void)state;
    session s;
    dp_array *arrays[3];
    dp_build_config config = fixture_config();
    config.seed = 7;
    assert_int_equal(session_open(&s, "a = normal((2,)); b = uniform((2,)); c = normal((2,))", &config), DP_OK);
    dp_val values[3] = {dp_scope_find(s.scope, "a"), dp_scope_find(s.scope, "b"), dp_scope_find(s.scope, "c")};
    assert_int_equal(dp_eval(s.g, values, 3, NULL, NULL, 0, arrays), DP_OK);
    for (uint64_t i = 0; i < 3; i++) {
        dp_rng rng = {.seed = 7, .stream = ((uint64_t)1 << 32) + i};
        double drawn = i == 1 ? dp_rng_uniform(&rng) : dp_rng_normal(&rng);
        assert_true(dp_array_get(arrays[i], 0) == drawn);
        dp_array_free(&arrays[i]);
    }
    session_close(&s);
}

static void test_a_build_needs_no_config(void **state)
{
    (void)state;
    session s;
    assert_int_equal(session_open(&s, "x = 3; y = x * 2", NULL), DP_OK);
    assert_int_equal(dp_scope_count(s.scope), 2);
    session_close(&s);
}

static void test_one_formula_builds_for_any_batch(void **state)
{
    (void)state;
    session s;
    dp_build_config config = fixture_config();
    config.batch = 5;
    assert_int_equal(session_open(&s, "x = input(3); y = affine(x, 2)", &config), DP_OK);
    for (config.batch = 1; config.batch <= 3; config.batch++) {
        dp_graph *g;
        dp_scope *scope;
        assert_int_equal(dp_graph_new(s.ctx, DP_F32, &g), DP_OK);
        assert_int_equal(dp_formula_build(s.formula, g, &config, &scope), DP_OK);
        assert_int_equal(dp_val_shape(g, dp_scope_find(scope, "y")).dims[0], config.batch);
        assert_int_equal(dp_val_dtype(g, dp_scope_find(scope, "y")), DP_F32);
        dp_scope_free(&scope);
        dp_graph_free(&g);
    }
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_of_names),
        cmocka_unit_test(test_parameters_of_layers_are_named_after_the_statement),
        cmocka_unit_test(test_initialisers),
        cmocka_unit_test(test_settings_replace_what_a_name_is_bound_to),
        cmocka_unit_test(test_settings_fill_inputs),
        cmocka_unit_test(test_wrong_settings),
        cmocka_unit_test(test_dtypes),
        cmocka_unit_test(test_indices),
        cmocka_unit_test(test_wrong_indices),
        cmocka_unit_test(test_nested_lists),
        cmocka_unit_test(test_numbers_serve_as_shapes_and_can_be_differentiated),
        cmocka_unit_test(test_op_errors_show_the_place),
        cmocka_unit_test(test_every_failed_build_is_the_graphs_error),
        cmocka_unit_test(test_kinds_of_set_names),
        cmocka_unit_test(test_nodes_know_where_they_come_from),
        cmocka_unit_test(test_expressions_in_a_scope),
        cmocka_unit_test(test_prints_can_be_skipped),
        cmocka_unit_test(test_random_arrays_follow_the_seed),
        cmocka_unit_test(test_random_arrays_have_streams_of_their_own),
        cmocka_unit_test(test_a_build_needs_no_config),
        cmocka_unit_test(test_one_formula_builds_for_any_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
