/* Every function of the language by value, and the ways of calling it. */
#include "formula/formula_fixture.h"

typedef struct function_case {
    const char *function; /* the one that is shown; NULL: none in particular */
    const char *text, *printed;
} function_case;

/* Values by hand, or from NumPy 2 and PyTorch 2 (gelu, softplus), written as NumPy prints them. */
static const function_case cases[] = {
    {"exp", "exp([0, 1])", "[1.         2.71828183]\n"},
    {"log", "log([1, 0, 10])", "[0.               -inf 2.30258509]\n"},
    {"sqrt", "sqrt([4, 2])", "[2.         1.41421356]\n"},
    {"abs", "abs([-3, 2]); abs(-1.5)", "[3 2]\n1.5\n"},
    {"square", "square([-3, 0.5])", "[9.   0.25]\n"},
    {"sign", "sign([-3, 0, 2])", "[-1  0  1]\n"},
    {"erf", "erf([0, 1, -1])", "[ 0.          0.84270079 -0.84270079]\n"},
    {"maximum", "maximum([1, 5], 3)", "[3 5]\n"},
    {"minimum", "minimum([1, 5], 3.0)", "[1. 3.]\n"},
    {"where", "x = [1, -2, 3]; where(x > 0, x, 0)", "[1 0 3]\n"},
    {"clip", "clip([1, 5, 9], 2, 6); clip([1, 5], low=None, high=3); clip([1, 5], 2, None)",
     "[2 5 6]\n[1 3]\n[2 5]\n"},
    {"round", "round([0.5, 1.5, 2.25]); round(3.14159, 2); round(1234, decimals=-2); round(2.5)",
     "[0. 2. 2.]\n3.14\n1200\n2.0\n"},
    {"relu", "relu([-1, 0, 2])", "[0 0 2]\n"},
    {"silu", "round(silu([-1, 0, 1]), 8)", "[-0.26894142  0.          0.73105858]\n"},
    {"elu", "round(elu([-1, 0, 1]), 8); round(elu(-1, alpha=2), 8)", "[-0.63212056  0.          1.        ]\n-1.26424112\n"},
    {"prelu", "prelu([-2.0, 3.0], 0.5); prelu([[-2.0, -4.0]], [0.25, 0.5]); h = prelu(ones(2)); h.a.shape",
     NULL},
    {"binary_cross_entropy_with_logits",
     "y = [0.0, 2.0]; t = [1, 0]; round(binary_cross_entropy_with_logits(y, t, None, \"none\"), 8)\n"
     "round(binary_cross_entropy_with_logits(y, t), 8); "
     "round(binary_cross_entropy_with_logits(y, t, pos_weight=2, reduction=\"sum\"), 8)",
     "[0.69314718 2.12692801]\n1.4100376\n3.51322237\n"},
    {"kl_div", "round(kl_div(log([0.5, 0.5]), [0.25, 0.75], \"sum\"), 8); kl_div([[0.0, -1.0]], [[0, 1]], \"batchmean\")",
     "0.13081204\n1.0\n"},
    {"l1_loss", "l1_loss([1, 2], [3, 5]); l1_loss([1, 2], [3, 5], \"none\")", "2.5\n[2. 3.]\n"},
    {"huber_loss", "huber_loss([1.0, 2.0], [1.5, 5.0]); huber_loss([0.0], [4.0], delta=2, reduction=\"sum\")",
     "1.3125\n6.0\n"},
    {"batch_norm",
     "x = [[1.0, 2.0], [3.0, 6.0]]; batch_norm(x, [1, 2], [0, 1], [1, 2], [4, 1], eps=0)\n"
     "y = batch_norm(x, affine=False, mean=[1, 2], var=[3, 3], eps=1); y",
     "[[0. 1.]\n [1. 9.]]\n[[0. 0.]\n [1. 2.]]\n"},
    {"layer_norm", "layer_norm([[1.0, 3.0]], eps=0, affine=False); layer_norm([[1.0, 3.0], [5.0, 7.0]], [[1, 2], [1, 2]], [[0, 0], [1, 1]], axes=2, eps=4)",
     "[[-1.  1.]]\n[[-1.         -0.66666667]\n [ 1.33333333  3.        ]]\n"},
    {"linear", "x = ones((2, 3, 4)); y = linear(x, 5, init=ones); y.shape, y.W.shape, y.b.shape; linear(x, 2, bias=False).shape", NULL},
    {"embedding", "i = input(3, dtype=\"int64\"); y = embedding(i, 7, 2); y.W.shape, y.shape; embedding(i, y.W)", NULL},
    {"attention",
     "q = [[0.0, 0.0], [0.0, 0.0]]; v = [[2.0], [4.0]]; attention(q, q, v); attention(q, q, v, causal=True)\n"
     "attention(q, q, v, [[False, True], [True, False]]); attention(q, q, v, mask=[[0, -1000], [0, 0]])",
     "[[3.]\n [3.]]\n[[2.]\n [3.]]\n[[4.]\n [2.]]\n[[2.]\n [3.]]\n"},
    {"scaled_dot_product_attention",
     "q = [[0.0, 0.0], [0.0, 0.0]]; v = [[2.0], [4.0]]; scaled_dot_product_attention(q, key=q, value=v, is_causal=True)\n"
     "scaled_dot_product_attention(q, q, v, attn_mask=[[False, True], [True, False]])",
     "[[2.]\n [3.]]\n[[4.]\n [2.]]\n"},
    {"multi_head_attention", "x = ones((2, 3, 8)); y = multi_head_attention(x, 4, causal=True); y.shape, y.W_in.shape, y.b_in.shape, y.W_out.shape, y.b_out.shape\n"
     "multi_head_attention([[[1.0], [3.0]]], 1, W_in=[[0, 0, 1]], W_out=[[2]], b_out=[1])",
     NULL},
    {"rnn", "x = [[[1.0], [2.0]]]; y = rnn(x, [[1.0]], [[2.0]], nonlinearity=\"relu\"); y; y.h; z = rnn(x, 3); z.W_ih.shape, z.b_hh.shape",
     NULL},
    {"gru", "x = [[[1.0], [2.0]]]; y = gru(x, [[0.0], [0.0], [9e9]], [[0.0], [0.0], [0.0]]); y; y.h; z = gru(x, 2, bias=False); z.W_hh.shape",
     NULL},
    {"lstm", "x = [[[1.0], [2.0]]]; y = lstm(x, 3); y.shape, y.h.shape, y.c.shape, y.W_ih.shape, y.W_hh.shape, y.b_ih.shape", NULL},
    {"rms_norm", "rms_norm([[3.0, 3.0]], [1, 2], eps=7); rms_norm([[3.0, 4.0, 5.0]], affine=False, eps=0).shape",
     "[[0.75 1.5 ]]\n(1, 3)\n"},
    {"dropout", "dropout([1.0, -2.0]); dropout([1, 2], 0.1); dropout(3, p=1)", "[ 1. -2.]\n[1. 2.]\n3.0\n"},
    {"leaky_relu", "leaky_relu([-1.0, 2.0]); leaky_relu([-1.0, 2.0], 0.1); leaky_relu([-1.0], negative_slope=0.5)",
     "[-0.01  2.  ]\n[-0.1  2. ]\n[-0.5]\n"},
    {"sigmoid", "sigmoid([0, 1, -1000])", "[0.5        0.73105858 0.        ]\n"},
    {"tanh", "tanh([0, 1])", "[0.         0.76159416]\n"},
    {"softplus", "softplus([0, 1000])", "[6.93147181e-01 1.00000000e+03]\n"},
    {"gelu", "gelu([-1, 0, 1])", "[-0.15865525  0.          0.84134475]\n"},
    {"matmul", "matmul([[1, 2]], [[3], [4]])", "[[11]]\n"},
    {"dot", "dot([1, 2], [3, 4]); dot(2, [3, 4]); dot([[1, 2]], [3, 4])", "11\n[6 8]\n[11]\n"},
    {"transpose",
     "transpose([[1, 2, 3]]).shape; transpose(zeros((2, 3, 4)), (1, 0, 2)).shape; transpose(zeros((2, 3)), axes=[0, "
     "1]).shape",
     "(3, 1)\n(3, 2, 4)\n(2, 3)\n"},
    {"reshape", "reshape(arange(6), (2, -1)); reshape([[1, 2], [3, 4]], 4); reshape(arange(4), [2, 2]).shape",
     "[[0 1 2]\n [3 4 5]]\n[1 2 3 4]\n(2, 2)\n"},
    {"flatten", "flatten(zeros((2, 3, 4))).shape", "(2, 12)\n"},
    {"concat", "concat([[1, 2], [3]]); concat(([[1], [2]], [[3], [4]]), axis=1)", "[1 2 3]\n[[1 3]\n [2 4]]\n"},
    {"concatenate", "a = [1.5]; concatenate([a, a, [2]])", "[1.5 1.5 2. ]\n"},
    {"stack", "stack([[1, 2], [3, 4]]); stack([[1, 2], [3, 4]], axis=1)", "[[1 2]\n [3 4]]\n[[1 3]\n [2 4]]\n"},
    {"conv2d",
     "x = reshape(arange(9), (1, 1, 3, 3)); W = [[[[1, 2], [3, 4]]]]; conv2d(x, W)[0, 0]; conv2d(x, W, [0.5], stride=2)\n"
     "conv2d(x, W, padding=(1, 0), dilation=2).shape; conv2d(concat([x, x], axis=1), concat([W, W]), groups=2).shape",
     "[[27. 37.]\n [57. 67.]]\n[[[[27.5]]]]\n(1, 1, 3, 1)\n(1, 2, 2, 2)\n"},
    {"conv1d", "conv1d([[[1, 2, 3, 4]]], [[[1, 10]]], [0.5], 2)", "[[[21.5 43.5]]]\n"},
    {"conv_transpose2d", "conv_transpose2d([[[[1, 2]]]], [[[[1, 10]]]], stride=(1, 2), output_padding=(0, 1))",
     "[[[[ 1. 10.  2. 20.  0.]]]]\n"},
    {"conv_transpose1d", "conv_transpose1d([[[1, 2]]], [[[1, 10]]], [100], 2, 1, 1)", "[[[110. 102. 120.]]]\n"},
    {"conv", "x = input((1, 28, 28)); y = conv(x, 30, 5, std=0.01); z = conv(y, 16, (3, 1), padding=1, bias=False); y.shape",
     NULL},
    {"max_pool2d", "x = reshape(arange(16), (1, 1, 4, 4)); max_pool2d(x, 2); max_pool2d(x, 2, stride=1, padding=1).shape",
     "[[[[ 5.  7.]\n   [13. 15.]]]]\n(1, 1, 5, 5)\n"},
    {"max_pool1d", "max_pool1d([[[1, 5, 2, 3]]], 2)", "[[[5. 3.]]]\n"},
    {"avg_pool2d", "x = [[[[4, 8]]]]; avg_pool2d(x, 2, padding=1); avg_pool2d(x, 2, padding=1, count_include_pad=False)",
     "[[[[1. 2.]]]]\n[[[[4. 8.]]]]\n"},
    {"avg_pool1d", "avg_pool1d([[[1, 5, 2, 4]]], 2)", "[[[3. 3.]]]\n"},
    {"global_max_pool2d", "global_max_pool2d([[[[1, 5], [2, 4]]]])", "[[[[5.]]]]\n"},
    {"global_avg_pool2d", "global_avg_pool2d([[[[1, 5], [2, 4]]]])", "[[[[3.]]]]\n"},
    {"sum",
     "sum([[1, 2], [3, 4]]); sum([[1, 2], [3, 4]], 0); sum([[1, 2], [3, 4]], axis=-1, keepdims=True); sum([True, "
     "True])",
     "10\n[4 6]\n[[3]\n [7]]\n2\n"},
    {"mean", "mean([[1, 2], [3, 4]]); mean(zeros((2, 3, 4)), axis=(0, 2)).shape", "2.5\n(3,)\n"},
    {"var", "var([1, 2, 3, 4]); var([1, 2, 3, 4], ddof=1); var([[1, 3], [2, 2]], axis=1)",
     "1.25\n1.6666666666666667\n[1. 0.]\n"},
    {"max", "max([[1, 5], [7, 2]]); max([[1, 5], [7, 2]], axis=0)", "7\n[7 5]\n"},
    {"min", "min([[1, 5], [7, 2]]); min([[1, 5], [7, 2]], axis=1, keepdims=True)", "1\n[[1]\n [2]]\n"},
    {"argmax", "argmax([[1, 5], [7, 2]]); argmax([[1, 5], [7, 2]], axis=1); argmax([3, 3])", "2\n[1 0]\n0\n"},
    {"logsumexp", "round(logsumexp([1000, 1000]), 8); logsumexp([[0, 0], [1, 1]], axis=1)",
     "1000.69314718\n[0.69314718 1.69314718]\n"},
    {"softmax", "softmax([1000, 1000]); softmax([[0, 0], [1, 3]], axis=0)",
     "[0.5 0.5]\n[[0.26894142 0.04742587]\n [0.73105858 0.95257413]]\n"},
    {"log_softmax", "log_softmax([0, 0])", "[-0.69314718 -0.69314718]\n"},
    {"affine", "affine([[1, 2]], [[1, 0, 1], [0, 1, 1]], [10, 20, 30]); affine([1, 2], [[1], [1]])",
     "[[11 22 33]]\n[3]\n"},
    {"cross_entropy",
     "p = [[0.3, 0.7], [0.5, 0.5]]; t = [[0, 1], [1, 0]]\n"
     "round(cross_entropy(p, t, eps=0), 8); round(cross_entropy(p, [1, 0], 0, \"sum\"), 8)\n"
     "round(cross_entropy(p, t, eps=0, reduction=\"sum\"), 8); round(cross_entropy([0.3, 0.7], [0, 1], 0.0), 8)",
     "0.52491106\n1.04982212\n1.04982212\n0.35667494\n"},
    {"softmax_cross_entropy",
     "y = [[0, 0]]; round(softmax_cross_entropy([[0, 0], [0, 0]], [0, 1]), 8); round(softmax_cross_entropy(y, [[0.5, "
     "0.5]]), 8)\n"
     "a = [[1, 2], [0, 3]]; round(softmax_cross_entropy(a, [0, 1], [1, 3]), 8); "
     "round(softmax_cross_entropy(a, [0, 1], label_smoothing=0.1), 8)",
     "0.69314718\n0.69314718\n0.36475594\n0.73092452\n"},
    {"mean_squared_error", "mean_squared_error([1, 2], [3, 5])", "6.5\n"},
    {"sum_squared_error", "sum_squared_error([1, 2], [3, 5])", "6.5\n"},
    {"one_hot", "one_hot([2, 0], 3)", "[[0. 0. 1.]\n [1. 0. 0.]]\n"},
    {"class_mean", "class_mean([[1, 2], [3, 4], [5, 6]], [0, 1, 0], 2)", "[[3. 4.]\n [3. 4.]]\n"},
    {"zeros", "zeros((2, 2)); zeros(3)", "[[0. 0.]\n [0. 0.]]\n[0. 0. 0.]\n"},
    {"ones", "ones([1, 2])", "[[1. 1.]]\n"},
    {"full", "full((2,), 7); full((1, 2), 0.5); full(2, True); full((2, 2), [1, 2])",
     "[7 7]\n[[0.5 0.5]]\n[ True  True]\n[[1 2]\n [1 2]]\n"},
    {"arange", "arange(3); arange(1, 7, 2); arange(0, 1, 0.25); arange(3, 0, step=-1)",
     "[0 1 2]\n[1 3 5]\n[0.   0.25 0.5  0.75]\n[3 2 1]\n"},
    {"eye", "eye(2)", "[[1. 0.]\n [0. 1.]]\n"},
    {"normal",
     "a = normal((2, 3)); a.shape; b = normal(4, 0, mean=2.5); b; c = normal((3,)); d = normal((3,)); sum(c == d)",
     "(2, 3)\n[2.5 2.5 2.5 2.5]\n0\n"},
    {"uniform", "u = uniform((100, 10), 2, 3); min(u) >= 2; max(u) < 3; uniform(5, low=1, high=1)",
     "True\nTrue\n[1. 1. 1. 1. 1.]\n"},
    {"he", "W = param((2, 3), he); W.shape", NULL},
    {"xavier", "W = param((2, 3), xavier(fan_in=7)); W.shape", NULL},
    {"kaiming_normal", "W = param((2, 3), kaiming_normal(mode=\"fan_out\", gain=2)); W.shape", NULL},
    {"kaiming_uniform", "W = param((2, 3), kaiming_uniform); W.shape", NULL},
    {"xavier_normal", "W = param((2, 3), xavier_normal(gain=2)); W.shape", NULL},
    {"xavier_uniform", "W = param((2, 3), \"xavier_uniform\"); W.shape", NULL},
    {"orthogonal", "W = param((2, 3), orthogonal(2)); W.shape", NULL},
    {"trunc_normal", "W = param((2, 3), trunc_normal(0.01, low=-1)); W.shape", NULL},
    {"torch", "W = param((2, 3), \"torch\"); b = param(3, torch(fan_in=2)); W.shape", NULL},
    {"param", "W = param((2, 3), normal(0.01)); b = param(3); V = param([[1, 2]]); W.shape, b.shape, V.shape, V.dtype",
     NULL},
    {"input", "x = input((1, 28, 28)); x.shape", NULL},
    {"label", "t = label(10); u = label(10, one_hot=True); t.shape, u.shape, t.dtype", NULL},
    {"dataset", "x = dataset(\"mnist\", \"train\", \"x\"); x[1]; x.dtype; dataset(\"mnist\", \"train\", \"t\")",
     "[3. 4. 5.]\nfloat32\n[0 1 2 0]\n"},
    {"grad", "a = 3; y = a ** 2; grad(y, a); x = [[1, 2]]; grad(x * 2, x, upstream=[[10, 1]])", "6.0\n[[20.  2.]]\n"},
    {"numeric_grad", "x = [1, 2]; numeric_grad(sum(x), x); numeric_grad(sum(x), x, h=0.5)",
     "[0.0001 0.0001]\n[0.5 0.5]\n"},
    {"int", "int(2.9); int(-2.9); int([1.5, -1.5]); zeros(int(7 / 2)).shape", "2\n-2\n[ 1 -1]\n(3,)\n"},
    {"float", "float(2); float([1, 2])", "2.0\n[1. 2.]\n"},
    {"float16", "x = [1, 2]; float16(0.1); float16([2049, 65520]); grad(sum(3 * float16(x)), x)",
     "0.0999755859375\n[2048.   inf]\n[3. 3.]\n"},
    {"float32", "float32(0.1); float32([0.1, 0.2])", "0.10000000149011612\n[0.1 0.2]\n"},
    {"float64", "float64(float32(0.1))", "0.10000000149011612\n"},
    {"bool", "bool([0, 2, 0.5])", "[False  True  True]\n"},
    {"len", "len([1, 2, 3]); x = zeros((4, 5)); len(x); len(x.shape); zeros(len(x)).shape", "3\n4\n2\n(4,)\n"},
    {"repr", "a = [[1, 2], [3, 4]]; repr(a); print(repr(1.5), repr('x'), a[0])",
     "array([[1, 2],\n       [3, 4]])\n1.5 'x' [1 2]\n"},
    {"print", "print(); print('a', 1, None, (1, 'b', (True,)), [1, 2])", "\na 1 None (1, 'b', (True,)) [1 2]\n"},
};

enum { CASE_COUNT = sizeof cases / sizeof cases[0] };

/* Those without a printed text have inputs or parameters, which have no numbers here: they are only built. */
static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (cases[i].printed) {
            expect_prints(cases[i].text, cases[i].printed);
            continue;
        }
        dp_status status;
        dp_build_config config = fixture_config();
        config.batch = 4;
        config.skip_prints = 1;
        char *words = run_bytes(cases[i].text, strlen(cases[i].text), &config, DP_F64, &status);
        if (status != DP_OK)
            fail_msg("%s", words);
        free(words);
    }
}

static void test_every_function_has_a_case(void **state)
{
    (void)state;
    for (int i = 0; i < dp_formula_function_count(); i++) {
        const dp_formula_function *f = dp_formula_function_get(i);
        int found = 0;
        for (size_t j = 0; j < CASE_COUNT; j++)
            found |= strcmp(cases[j].function, f->name) == 0;
        if (!found)
            fail_msg("%s has no case", f->name);
        assert_int_equal(strncmp(f->signature, f->name, strlen(f->name)), 0);
        assert_true(strlen(f->summary) > 2);
    }
    assert_null(dp_formula_function_get(-1));
    assert_null(dp_formula_function_get(dp_formula_function_count()));
}

static void test_wrong_calls(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        dp_status status;
        const char *words;
    } wrong[] = {
        {"x = relux(3)", DP_ERR_NAME,
         "net.dp:1:5: unknown function relux; did you mean relu?\n    x = relux(3)\n        ^~~~~~~~"},
        {"np.exp(1)", DP_ERR_NAME,
         "net.dp:1:1: functions have no prefix here: write exp(...)\n    np.exp(1)\n    ^~~~~~~~~"},
        {"embedding(ones((2, 3)), [0, 1])", DP_ERR_DTYPE,
         "net.dp:1:11: embedding(x, W): x says which rows of W, in integers; it is float64\n    embedding(ones((2, 3)), [0, 1])\n              "
         "^~~~~~~~~~~~"},
        {"foo_bar(1)", DP_ERR_NAME, "net.dp:1:1: unknown function foo_bar\n    foo_bar(1)\n    ^~~~~~~~~~"},
        {"h = 1; h(2)", DP_ERR_NAME, "net.dp:1:8: h is a value and cannot be called\n    h = 1; h(2)\n           ^~~~"},
        {"exp", DP_ERR_NAME, "net.dp:1:1: exp is a function: write exp(...)\n    exp\n    ^~~"},
        {"exp()", DP_ERR_ARG, "net.dp:1:1: the argument x is missing: exp(x)\n    exp()\n    ^~~~~"},
        {"exp(1, 2)", DP_ERR_ARG, "net.dp:1:1: exp takes 1 argument, but 2 came: exp(x)\n    exp(1, 2)\n    ^~~~~~~~~"},
        {"sum([1], x=2)", DP_ERR_ARG,
         "net.dp:1:10: the argument x is given twice: sum(x, axis=None, keepdims=False)\n    sum([1], x=2)\n           "
         "  ^~~"},
        {"sum([1], axes=0)", DP_ERR_ARG,
         "net.dp:1:10: sum has no argument named axes: sum(x, axis=None, keepdims=False)\n    sum([1], axes=0)\n       "
         "      ^~~~~~"},
        {"exp('a')", DP_ERR_ARG,
         "net.dp:1:5: exp: expected an array or a number, but the text \"a\" came\n    exp('a')\n        ^~~"},
        {"exp(None)", DP_ERR_ARG,
         "net.dp:1:5: exp: expected an array or a number, but None came\n    exp(None)\n        ^~~~"},
        {"'a' + 1", DP_ERR_ARG,
         "net.dp:1:1: '+': expected an array or a number, but the text \"a\" came\n    'a' + 1\n    ^~~"},
        {"zeros(1.5)", DP_ERR_ARG,
         "net.dp:1:7: zeros: shape must be an integer that is known when the formula is read, not the number 1.5\n"
         "    zeros(1.5)\n          ^~~"},
        {"x = [1, 2]; zeros(sum(x))", DP_ERR_ARG,
         "net.dp:1:19: zeros: shape must be an integer or a tuple of integers, not an array [] of int64\n"
         "    x = [1, 2]; zeros(sum(x))\n                      ^~~~~~"},
        {"sum([1], keepdims=2.5)", DP_ERR_ARG,
         "net.dp:1:19: keepdims must be True or False, not the number 2.5\n    sum([1], keepdims=2.5)\n                "
         "      ^~~"},
        {"sum([1], axis=())", DP_ERR_ARG,
         "net.dp:1:15: sum: axis names no axis\n    sum([1], axis=())\n                  ^~"},
        {"concat([1, 2][0])", DP_ERR_ARG,
         "net.dp:1:8: concat takes a list of arrays, as in concat([a, b]), not an array [] of int64\n"
         "    concat([1, 2][0])\n           ^~~~~~~~~"},
        {"uniform(3)", DP_ERR_ARG,
         "net.dp:1:1: uniform: write uniform(low, high), or uniform((n,)) for an array of n numbers\n    uniform(3)\n  "
         "  ^~~~~~~~~~"},
        {"W = param((2, 2), \"hee\")", DP_ERR_NAME,
         "net.dp:1:19: param: init: there is no initialiser \"hee\"; there are zeros, ones, he, xavier, torch, "
         "kaiming_normal, kaiming_uniform, xavier_normal, xavier_uniform, orthogonal, trunc_normal\n"
         "    W = param((2, 2), \"hee\")\n                      ^~~~~"},
        {"W = param((2, 2), kaiming_normal(\"in\"))", DP_ERR_ARG,
         "net.dp:1:34: kaiming_normal: mode must be \"fan_in\" or \"fan_out\"\n"
         "    W = param((2, 2), kaiming_normal(\"in\"))\n                                     ^~~~"},
        {"W = param((2, 2), orthogonal(gain=0))", DP_ERR_RANGE,
         "net.dp:1:35: orthogonal: gain must be above 0\n"
         "    W = param((2, 2), orthogonal(gain=0))\n                                      ^"},
        {"W = param((2, 2), trunc_normal(low=3))", DP_ERR_RANGE,
         "net.dp:1:19: trunc_normal: low must not be above high\n"
         "    W = param((2, 2), trunc_normal(low=3))\n                      ^~~~~~~~~~~~~~~~~~~"},
        {"b = param(3, orthogonal)", DP_ERR_ARG,
         "net.dp:1:5: param b: its initialiser needs two axes or more, its shape is [3]\n"
         "    b = param(3, orthogonal)\n        ^~~~~~~~~~~~~~~~~~~~"},
        {"b = param(3, torch)", DP_ERR_ARG,
         "net.dp:1:5: torch: a parameter of less than 2 axes does not tell fan_in: write torch(fan_in=...)\n"
         "    b = param(3, torch)\n        ^~~~~~~~~~~~~~~"},
        {"y = param((2, 2)) * 2", DP_ERR_ARG,
         "net.dp:1:5: param(...) needs a statement of its own, as in W = param((784, 50))\n"
         "    y = param((2, 2)) * 2\n        ^~~~~~~~~~~~~"},
        {"x = print(1)", DP_ERR_ARG,
         "net.dp:1:5: print(...) needs a statement of its own\n    x = print(1)\n        ^~~~~~~~"},
        {"x = repr(1)", DP_ERR_ARG,
         "net.dp:1:5: repr(...) is for printing; it cannot be bound to a name\n    x = repr(1)\n        ^~~~~~~"},
        {"grad(2, 3)", DP_ERR_ARG,
         "net.dp:1:9: grad: x must be a name or a value that the loss is made of, not the number 3\n    grad(2, 3)\n   "
         "         ^"},
        {"dataset(mnist)", DP_ERR_NAME, "net.dp:1:9: unknown name mnist\n    dataset(mnist)\n            ^~~~~"},
        {"cross_entropy([0.5, 0.5], [0, 1], reduction='max')", DP_ERR_ARG,
         "net.dp:1:45: cross_entropy: reduction is \"mean\" or \"sum\"\n"
         "    cross_entropy([0.5, 0.5], [0, 1], reduction='max')\n                                                "
         "^~~~~"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        expect_error(wrong[i].text, wrong[i].status, wrong[i].words);
}

/* Ways of calling that the table above leaves out. */
static void test_more_calls(void **state)
{
    (void)state;
    expect_prints("x = [[1, 5], [7, 2]]; argmax(x, axis=0, keepdims=True); var(x, 1, True)",
                  "[[1 0]]\n[[4.  ]\n [6.25]]\n");
    expect_prints("argmax([[1, 5], [7, 2]], keepdims=True); argmax(3, None, True)", "[[2]]\n0\n");
    expect_prints("a = 2; grad(float(a) * 3, a); grad(float64(a) * a, a); int(a) + 1", "3.0\n4.0\n3\n");
    expect_prints("s = [2, 1]; zeros(s); reshape([1, 2], s)", "[[0.]\n [0.]]\n[[1]\n [2]]\n");
    expect_prints("sum(ones((2, 2, 2)), axis=[0, -1])", "[4. 4.]\n");
    expect_prints("len(()); dot(2, 3); zeros(()).ndim; arange(0, 0)", "0\n6\n0\n[]\n");
    expect_prints("print(repr(x=1), repr(x=[1]))", "1 array([1])\n");
    expect_error("clip([1], [1, 2], 3)", DP_ERR_ARG,
                 "net.dp:1:11: clip: low must be a number that is known when the formula is read, not a list of 2\n"
                 "    clip([1], [1, 2], 3)\n              ^~~~~~");
    expect_error(
        "var([1], ddof=-1)", DP_ERR_RANGE,
        "net.dp:1:15: var: ddof must be 0 or a small positive number\n    var([1], ddof=-1)\n                  ^~");
    expect_error("y = input(3) * 2", DP_ERR_ARG,
                 "net.dp:1:5: input(...) needs a statement of its own, as in x = input(784)\n"
                 "    y = input(3) * 2\n        ^~~~~~~~");
    expect_error(
        "label(3)", DP_ERR_ARG,
        "net.dp:1:1: label(...) needs a statement of its own, as in t = label(10)\n    label(3)\n    ^~~~~~~~");
    expect_error("s = [1.5]; zeros(s)", DP_ERR_ARG,
                 "net.dp:1:18: zeros: shape must be an integer or a tuple of integers, not an array [1] of float64\n"
                 "    s = [1.5]; zeros(s)\n                     ^");
    expect_error("s = [[1]]; zeros(s)", DP_ERR_ARG,
                 "net.dp:1:18: zeros: shape must be an integer or a tuple of integers, not an array [1, 1] of int64\n"
                 "    s = [[1]]; zeros(s)\n                     ^");
    expect_error("zeros((1, 1, 1, 1, 1, 1, 1, 1, 1))", DP_ERR_SHAPE,
                 "net.dp:1:7: zeros: shape has 9 axes; an array can have 8\n"
                 "    zeros((1, 1, 1, 1, 1, 1, 1, 1, 1))\n          ^~~~~~~~~~~~~~~~~~~~~~~~~~~");
    expect_error("sum([1], -9)", DP_ERR_RANGE, "net.dp:1:10: there is no axis -9\n    sum([1], -9)\n             ^~");
    expect_error("sum([1], 8)", DP_ERR_RANGE, "net.dp:1:10: there is no axis 8\n    sum([1], 8)\n             ^");
    expect_error("dot(zeros((1, 1, 1)), [1])", DP_ERR_SHAPE,
                 "net.dp:1:1: dot is for at most 2 axes; use @ for a batch of matrices\n"
                 "    dot(zeros((1, 1, 1)), [1])\n    ^~~~~~~~~~~~~~~~~~~~~~~~~~");
    expect_error("len(3)", DP_ERR_SHAPE, "net.dp:1:5: len: a number has no length\n    len(3)\n        ^");
    expect_error("int(1e300)", DP_ERR_RANGE,
                 "net.dp:1:1: int: the number 1e+300 does not fit into int64\n    int(1e300)\n    ^~~~~~~~~~");
    expect_error("numeric_grad(1, 2)", DP_ERR_ARG,
                 "net.dp:1:17: numeric_grad: x must be a name or a value that the loss is made of, not the number 2\n"
                 "    numeric_grad(1, 2)\n                    ^");
    expect_error("x = [1]; y = affine(x, 2, std=1, init=he)", DP_ERR_ARG,
                 "net.dp:1:39: affine: give either std or init, not both\n"
                 "    x = [1]; y = affine(x, 2, std=1, init=he)\n                                          ^~");
    expect_error("x = [1]; y = affine(x, [[1]], std=1)", DP_ERR_ARG,
                 "net.dp:1:35: affine: with arrays there are only affine(x, W) and affine(x, W, b)\n"
                 "    x = [1]; y = affine(x, [[1]], std=1)\n                                      ^");
    expect_error(
        "y = affine(1, 2)", DP_ERR_SHAPE,
        "net.dp:1:12: affine: x is a number; it must have an axis of features\n    y = affine(1, 2)\n               ^");
    expect_error("W = param((2, 2), normal(-1))", DP_ERR_RANGE,
                 "net.dp:1:26: normal: std must not be negative\n"
                 "    W = param((2, 2), normal(-1))\n                             ^~");
    expect_error("W = param((2, 2), uniform(2, 1))", DP_ERR_RANGE,
                 "net.dp:1:19: uniform: low must not be above high\n"
                 "    W = param((2, 2), uniform(2, 1))\n                      ^~~~~~~~~~~~~");
}

static void test_names_nearby_are_suggested(void **state)
{
    (void)state;
    static const struct {
        const char *call, *words;
    } wrong[] = {
        {"sigmod(1)", "unknown function sigmod; did you mean sigmoid?"},
        {"softmax_crossentropy(1)", "unknown function softmax_crossentropy; did you mean softmax_cross_entropy?"},
        {"transpsoe(1)", "unknown function transpsoe; did you mean transpose?"},
        {"Relu(1)", "unknown function Relu; did you mean relu?"},
        {"summ(1)", "unknown function summ; did you mean sum?"},
        {"q(1)", "unknown function q\n"},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnop(1)",
         "unknown function abcdefghijklmnopqrstuvwxyzabcdefghijklmnop\n"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        dp_status status;
        dp_build_config config = fixture_config();
        char *words = run_bytes(wrong[i].call, strlen(wrong[i].call), &config, DP_F64, &status);
        assert_int_equal(status, DP_ERR_NAME);
        if (!strstr(words, wrong[i].words))
            fail_msg("%s", words);
        free(words);
    }
}

static void test_missing_hooks_say_so(void **state)
{
    (void)state;
    dp_build_config config;
    dp_build_config_init(&config);
    const char *data = "x = dataset('a', 'train', 'x')", *numeric = "a = 1; numeric_grad(a, a)";
    expect_error_with(data, strlen(data), &config, DP_ERR_UNSUPPORTED,
                      "net.dp:1:5: dataset is not supported here\n    x = dataset('a', 'train', 'x')\n        "
                      "^~~~~~~~~~~~~~~~~~~~~~~~~~");
    expect_error_with(
        numeric, strlen(numeric), &config, DP_ERR_UNSUPPORTED,
        "net.dp:1:8: numeric_grad is not supported here\n    a = 1; numeric_grad(a, a)\n           ^~~~~~~~~~~~~~~~~~");
}

static void test_a_data_set_is_read_once(void **state)
{
    (void)state;
    int reads = 0;
    dp_build_config config = fixture_config();
    config.hooks.user = &reads;
    expect_prints_with(
        "a = dataset('m', 'train', 'x')[0]; b = dataset('m', 'train', 'x')[1]; dataset('m', 'test', 'x')[0]; a + b",
        &config, DP_F64, "[0. 1. 2.]\n[3. 5. 7.]\n");
    assert_int_equal(reads, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_every_function_has_a_case),
        cmocka_unit_test(test_wrong_calls),
        cmocka_unit_test(test_more_calls),
        cmocka_unit_test(test_names_nearby_are_suggested),
        cmocka_unit_test(test_missing_hooks_say_so),
        cmocka_unit_test(test_a_data_set_is_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
