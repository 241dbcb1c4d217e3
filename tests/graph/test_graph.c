/* The graph itself: looking at it, names, text, sticky errors, constants, and what the verifier sees. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/grad.h>
#include <denpa/plan.h>

#include "graph/graph_fixture.h"
#include "graph/graph_internal.h"
#include "support/failing_memory.h"

static fixture f;

static int open_graph(void **state)
{
    (void)state;
    fixture_open(&f, DP_F32);
    return 0;
}

static int close_graph(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static void every_op_has_a_name_and_a_formula(void **state)
{
    (void)state;
    for (int op = 1; op < DP_OP_COUNT; op++) {
        assert_string_not_equal(dp_op_name((dp_op)op), "none");
        assert_string_not_equal(dp_op_formula((dp_op)op), "");
        for (int other = 1; other < op; other++)
            assert_string_not_equal(dp_op_name((dp_op)op), dp_op_name((dp_op)other));
    }
    assert_string_equal(dp_op_name(DP_OP_NONE), "none");
    assert_string_equal(dp_op_name((dp_op)4711), "none");
    assert_string_equal(dp_op_formula((dp_op)-1), "");
}

static void looking_at_values(void **state)
{
    (void)state;
    dp_val x = dp_input(f.g, "x", DP_F32, SHAPE(2, 3)), y = dp_sum(f.g, x, (int[]){1}, 1, 0);
    dp_val t = dp_label(f.g, "t", DP_I64, SHAPE(2), 10);
    dp_graph_set_source(f.g, (dp_source){3, 11});
    dp_val w = dp_param(f.g, "W", SHAPE(3), (dp_init){.kind = DP_INIT_NORMAL, .b = 0.5});
    assert_int_equal(dp_graph_count(f.g), 4);
    assert_int_equal(dp_val_op(f.g, y), DP_OP_SUM);
    assert_int_equal(dp_val_input_count(f.g, y), 1);
    assert_int_equal(dp_val_input(f.g, y, 0), x);
    assert_int_equal(dp_val_input(f.g, y, 1), DP_VAL_NONE);
    assert_int_equal(dp_val_label_classes(f.g, t), 10);
    assert_int_equal(dp_val_label_classes(f.g, x), 0);
    assert_int_equal(dp_val_source(f.g, w).line, 3);
    assert_int_equal(dp_val_source(f.g, w).column, 11);
    assert_int_equal(dp_val_source(f.g, x).line, 0);
    assert_int_equal(dp_val_param_init(f.g, w).kind, DP_INIT_NORMAL);
    assert_int_equal(dp_val_param_init(f.g, x).kind, DP_INIT_CONSTANT);
    assert_int_equal(dp_val_is_variable(f.g, w), 1);
    assert_int_equal(dp_val_is_variable(f.g, x), 0);
    dp_val none[] = {0, -1, 5};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(dp_val_op(f.g, none[i]), DP_OP_NONE);
        assert_int_equal(dp_val_dtype(f.g, none[i]), DP_DTYPE_NONE);
        assert_int_equal(dp_val_shape(f.g, none[i]).rank, -1);
        assert_int_equal(dp_val_input_count(f.g, none[i]), 0);
        assert_string_equal(dp_val_name(f.g, none[i]), "");
        assert_null(dp_val_const(f.g, none[i]).data);
    }
}

static void names(void **state)
{
    (void)state;
    float one = 1;
    dp_array number = {.dtype = DP_F32, .data = &one};
    dp_val apple = dp_variable(f.g, "りんご", &number), sum = dp_add(f.g, apple, apple), other = dp_neg(f.g, sum);
    dp_val_set_name(f.g, sum, "sum");
    dp_val_set_name(f.g, other, "sum");
    assert_int_equal(dp_graph_find(f.g, "りんご"), apple);
    assert_int_equal(dp_graph_find(f.g, "sum"), other);
    assert_int_equal(dp_graph_find(f.g, "nothing"), DP_VAL_NONE);
    assert_int_equal(dp_graph_find(f.g, ""), DP_VAL_NONE);
    dp_val_set_name(f.g, other, "total");
    assert_string_equal(dp_val_name(f.g, other), "total");
    assert_int_equal(dp_graph_find(f.g, "sum"), sum);
    dp_val_set_name(f.g, apple, "pear"); /* a leaf is addressed by the name it was made with */
    assert_string_equal(dp_val_name(f.g, apple), "りんご");
    dp_val_set_name(f.g, other, "");
    assert_string_equal(dp_val_name(f.g, other), "");
    char longest[400];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 59, "り", 3); /* cut in front of it, not inside */
    longest[399] = 0;
    dp_val_set_name(f.g, dp_full(f.g, SHAPE(3), DP_F32, 0), longest);
    assert_int_equal(dp_add(f.g, dp_graph_find(f.g, longest), dp_full(f.g, SHAPE(2), DP_F32, 0)), DP_VAL_NONE);
    char words[200];
    snprintf(words, sizeof words, "add: shapes of %.59s... [3] and b [2] do not broadcast (axis 0: 3 and 2)", longest);
    assert_string_equal(dp_graph_message(f.g), words);
}

static void errors_stick(void **state)
{
    (void)state;
    dp_val a = dp_full(f.g, SHAPE(3), DP_F32, 0), b = dp_full(f.g, SHAPE(2), DP_F32, 0);
    int32_t before = dp_graph_count(f.g);
    assert_int_equal(dp_graph_status(f.g), DP_OK);
    assert_string_equal(dp_graph_message(f.g), "");
    assert_int_equal(dp_exp(f.g, dp_add(f.g, a, b)), DP_VAL_NONE);
    assert_int_equal(dp_neg(f.g, a), DP_VAL_NONE);
    assert_int_equal(dp_scalar(f.g, 1), DP_VAL_NONE);
    assert_int_equal(dp_input(f.g, "x", DP_F32, SHAPE(1)), DP_VAL_NONE);
    assert_int_equal(dp_reshape(f.g, a, SHAPE(7)), DP_VAL_NONE);
    assert_int_equal(dp_graph_count(f.g), before);
    assert_int_equal(dp_graph_status(f.g), DP_ERR_SHAPE);
    assert_string_equal(dp_graph_message(f.g), "add: shapes of a [3] and b [2] do not broadcast (axis 0: 3 and 2)");
    dp_plan *plan = NULL;
    assert_int_equal(dp_plan_new(f.g, &a, 1, &plan), DP_ERR_SHAPE);
    assert_null(plan);
    dp_graph *g = NULL;
    assert_int_equal(dp_graph_new(f.ctx, DP_I64, &g), DP_ERR_DTYPE);
    assert_null(g);
}

static void constants(void **state)
{
    (void)state;
    float numbers[2] = {1, 2};
    dp_array borrowed = {.dtype = DP_F32, .shape = SHAPE(2), .data = numbers}, *array;
    dp_val copied = dp_const(f.g, &borrowed);
    numbers[0] = 9;
    dp_array seen = dp_val_const(f.g, copied);
    assert_true(dp_array_get(&seen, 0) == 1 && seen.ctx == NULL);
    assert_int_equal(dp_array_new(f.ctx, DP_I64, SHAPE(3), &array), DP_OK);
    void *data = array->data;
    dp_val taken = dp_const_take(f.g, &array);
    assert_null(array);
    assert_ptr_equal(dp_val_const(f.g, taken).data, data);
    assert_null(dp_val_const(f.g, dp_neg(f.g, taken)).data);
    dp_array *own = &borrowed;
    assert_int_equal(dp_const_take(f.g, &own), DP_VAL_NONE);
    assert_int_equal(dp_graph_status(f.g), DP_ERR_ARG);
    assert_int_equal(dp_array_new(f.ctx, DP_I64, SHAPE(3), &array), DP_OK);
    assert_int_equal(dp_const_take(f.g, &array), DP_VAL_NONE); /* taken over also on error */
    assert_null(array);
}

/* As NumPy: divided by 0, not by a negative number. */
static void variance_of_too_few(void **state)
{
    (void)state;
    dp_val v = dp_var(f.g, dp_arange(f.g, 0, 2, 1, DP_F32), NULL, 0, 0, 3);
    dp_array *var;
    assert_int_equal(dp_eval(f.g, &v, 1, NULL, NULL, 0, &var), DP_OK);
    assert_true(isinf(dp_array_get(var, 0)) && dp_array_get(var, 0) > 0);
    dp_array_free(&var);
}

/* The numbers outlive the graph for as long as somebody holds them. */
static void shared_numbers(void **state)
{
    (void)state;
    dp_val seven = dp_scalar(f.g, 7);
    dpi_blob *held = dpi_blob_share(f.g->nodes[seven].blob);
    fixture_renew(&f);
    assert_true(dp_array_get(held->array, 0) == 7);
    dpi_blob_release(&held);
    assert_null(held);
    dpi_blob_release(&held);
}

static void text(void **state)
{
    (void)state;
    dp_val x = dp_input(f.g, "x", DP_F32, SHAPE(4, 3)), t = dp_label(f.g, "t", DP_U8, SHAPE(4), 10);
    dp_val w = dp_param(f.g, "W", SHAPE(3, 10), (dp_init){.kind = DP_INIT_NORMAL, .b = 0.01});
    dp_val y = dp_matmul(f.g, x, w);
    dp_val_set_name(f.g, y, "y");
    dp_softmax_cross_entropy(f.g, y, t);
    dp_sum(f.g, dp_reshape(f.g, y, SHAPE(2, 2, 10)), (int[]){0, 1}, 2, 1);
    dp_slice(f.g, x, (dp_slice_spec[]){{DP_SLICE_NONE, DP_SLICE_NONE, -1}, {1, 3, 1}}, 2);
    dp_clip(f.g, dp_transpose(f.g, x, NULL, 0), 0, 0.1);
    dp_matmul_flags(f.g, x, x, 1, 0);
    dp_array *lines;
    assert_int_equal(dp_graph_text(f.g, &lines), DP_OK);
    assert_string_equal((char *)lines->data, "%1 x = input()  float32 [4, 3]\n"
                                             "%2 t = input(classes=10)  uint8 [4]\n"
                                             "%3 W = param(init=normal(mean=0.0, std=0.01))  float32 [3, 10]\n"
                                             "%4 y = matmul(%1, %3)  float32 [4, 10]\n"
                                             "%5 = cast(%2, dtype=int64)  int64 [4]\n"
                                             "%6 = softmax_cross_entropy(%4, %5)  float32 []\n"
                                             "%7 = reshape(%4, shape=(2, 2, 10))  float32 [2, 2, 10]\n"
                                             "%8 = sum(%7, axis=(0, 1), keepdims=True)  float32 [1, 1, 10]\n"
                                             "%9 = slice(%1, [3::-1, 1:3])  float32 [4, 2]\n"
                                             "%10 = transpose(%1, axes=(1, 0))  float32 [3, 4]\n"
                                             "%11 = clip(%10, low=0.0, high=0.1)  float32 [3, 4]\n"
                                             "%12 = matmul(%1, %1, transpose_a=True)  float32 [3, 3]\n");
    dp_array_free(&lines);
    char small[8];
    assert_string_equal(dp_val_attrs_text(f.g, 8, small, sizeof small), "axis=(0");
    assert_string_equal(dp_val_attrs_text(f.g, 4, small, sizeof small), "");
    assert_string_equal(dp_val_attrs_text(f.g, 99, small, sizeof small), "");
}

/* Breaks one thing of a good graph at a time; the verifier names the node. */
static void verifier(void **state)
{
    (void)state;
    dp_graph *g = f.g;
    dp_val x = dp_input(g, "x", DP_F32, SHAPE(2, 3)), c = dp_eye(g, 3, DP_F32), y = dp_matmul(g, x, c),
           s = dp_sum(g, y, NULL, 0, 0);
    dp_val cut = dp_slice(g, y, &(dp_slice_spec){0, 1, 1}, 1), flat = dp_reshape(g, y, SHAPE(6)),
           axis = dp_softmax(g, y, 1);
    assert_int_equal(dp_graph_verify(g), DP_OK);
#define BREAKS(place, value, words)                                     \
    do {                                                                \
        dp_graph saved = *g;                                            \
        dpi_node nodes[16];                                             \
        dp_val inputs[16];                                              \
        memcpy(nodes, g->nodes, sizeof *nodes *(size_t)(g->count + 1)); \
        memcpy(inputs, g->inputs, sizeof *inputs * g->input_count);     \
        g->nodes = nodes, g->inputs = inputs;                           \
        place = value;                                                  \
        assert_int_equal(dp_graph_verify(g), DP_ERR_INTERNAL);          \
        assert_string_equal(dp_ctx_message(f.ctx), words);              \
        *g = saved;                                                     \
        assert_int_equal(dp_graph_verify(g), DP_OK);                    \
    } while (0)
    BREAKS(g->inputs[g->nodes[y].input_first], s, "graph: %3 (matmul): an input does not come before it");
    BREAKS(g->inputs[g->nodes[y].input_first], 0, "graph: %3 (matmul): an input does not come before it");
    BREAKS(g->nodes[y].input_first, 1000, "graph: %3 (matmul): its inputs lie outside the list of inputs");
    BREAKS(g->nodes[y].input_count, 1, "graph: %3 (matmul): 1 inputs instead of 2");
    BREAKS(g->nodes[x].name, 1000, "graph: %1 (input): its name lies outside the names");
    BREAKS(g->nodes[y].dtype, DP_F64, "graph: %3 (matmul): its dtype is not what the rule gives");
    BREAKS(g->nodes[y].shape.dims[1], 4, "graph: %3 (matmul): its shape is not what the rule gives");
    BREAKS(g->nodes[y].op, DP_OP_ADD,
           "graph: %3 (add): shapes of x [2, 3] and b [3, 3] do not broadcast (axis 0: 2 and 3)");
    BREAKS(g->nodes[y].op, 4711, "graph: %3 (none): op number 4711 does not exist");
    BREAKS(g->nodes[y].attrs.transposed.a, 1,
           "graph: %3 (matmul): inner sizes differ: x is [2, 3] transposed, b is [3, 3]");
    BREAKS(g->nodes[s].attrs.reduce.count, 3, "graph: %4 (sum): axes 0..2 are outside [2, 3]");
    BREAKS(g->nodes[cut].attrs.slice.start[0], 2, "graph: %5 (slice): [1, 3] does not lie inside [2, 3]");
    BREAKS(g->nodes[cut].attrs.slice.step[1], 2, "graph: %5 (slice): [1, 3] does not lie inside [2, 3]");
    BREAKS(g->nodes[flat].shape.dims[0], 7, "graph: %6 (reshape): cannot reshape array of size 6 into shape (7,)");
    BREAKS(g->nodes[axis].attrs.axis.axis, -1, "graph: %7 (softmax): axis -1 is outside [2, 3]");
    BREAKS(g->nodes[c].shape.dims[0], 4, "graph: %2 (const): its numbers have another dtype or shape");
    BREAKS(g->nodes[c].blob, NULL, "graph: %2 (const): a constant without numbers, or numbers without a constant");
    BREAKS(g->nodes[y].flags, DPI_NODE_VARIABLE, "graph: %3 (matmul): a variable that is no constant");
    BREAKS(g->nodes[y].flags, DPI_NODE_WEAK, "graph: %3 (matmul): a weak number that has axes");
#undef BREAKS
}

/* Something of everything, in memory that fails at any one place. */
static dp_status build_much(dp_ctx *ctx, void *user)
{
    (void)user;
    dp_graph *g = NULL;
    dp_array *lines = NULL;
    dp_status status = dp_graph_new(ctx, DP_F32, &g);
    if (status != DP_OK) return status;
    int64_t classes[2] = {1, 0};
    dp_val x = dp_variable(g, "x", &(dp_array){.dtype = DP_I64, .shape = SHAPE(2), .data = classes}),
           h = dp_eye(g, 2, DP_F32), dx[2];
    dp_val w = dp_param(g, "W", SHAPE(2, 2), (dp_init){.kind = DP_INIT_CONSTANT});
    for (int i = 0; i < 10; i++) h = dp_relu(g, dp_add(g, dp_matmul(g, h, w), dp_scalar(g, i)));
    h = dp_concat(g, (dp_val[]){h, dp_stack(g, (dp_val[]){x, x}, 2, 0)}, 2, 1);
    dp_val loss = dp_add(g, dp_softmax_cross_entropy(g, h, x), dp_var(g, dp_class_mean(g, h, x, 2), NULL, 0, 0, 0));
    dp_val_set_name(g, loss, "loss");
    status = dp_grad(g, loss, DP_VAL_NONE, (dp_val[]){x, w}, 2, dx);
    if (status != DP_OK) assert_true(dx[0] == DP_VAL_NONE && dx[1] == DP_VAL_NONE);
    if (status == DP_OK) status = dp_graph_text(g, &lines);
    assert_int_equal(dp_graph_verify(g), DP_OK);
    dp_array_free(&lines);
    dp_graph_free(&g);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(build_much, NULL) > 50);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_graph, close_graph)
    const struct CMUnitTest tests[] = {
        TEST(every_op_has_a_name_and_a_formula),
        TEST(looking_at_values),
        TEST(names),
        TEST(errors_stick),
        TEST(constants),
        TEST(variance_of_too_few),
        TEST(shared_numbers),
        TEST(text),
        TEST(verifier),
        TEST(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
