/* Every op and every composite function against PyTorch: value, gradient, and gradient of the gradient, in f64 and f32,
 * in optimised plans and in naive ones.
 *
 * What is allowed: |ours - theirs| <= 64 u scale + smallest normal number, with u = 2^-53 (f64) or 2^-24 (f32).
 *   scale  comes with each number: its size and what a change of every input in the last place does to it (the componentwise
 *          condition), computed by differentiation; tools/gen_vectors.py says it in full.
 *   64     units of rounding: a formula has at most about 20 roundings one after another, some of them of two or three units
 *          (exp, erf, pow), and a sum here has at most 17 terms.
 * The inputs are multiples of 1/64 and exact in both dtypes, so f32 needs nothing more.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/formula.h>
#include <denpa/grad.h>
#include <denpa/ops.h>
#include <denpa/plan.h>

#include "support/plan_ctx.h"
#include "support/vector_file.h"

#define ROUNDINGS 64
#define MAX_INPUTS 8

static const char *const files[] = {"ops_elementwise", "ops_axes",   "ops_shapes",
                                    "ops_products",    "ops_planes", "ops_losses",
                                    "ops_extremes",    "ops_layers"};
#define FILE_COUNT (sizeof files / sizeof files[0])

/* ---- One case: its graph ---- */

typedef struct built {
    dp_ctx *ctx;
    dp_formula *formula;
    dp_graph *g;
    dp_scope *scope;
    dp_val y;
} built;

static int build(const vector_case *c, dp_dtype dtype, int naive, built *b)
{
    dp_build_config config;
    dp_build_config_init(&config);
    *b = (built){0};
    assert_int_equal(plan_ctx_new(0, naive, &b->ctx), DP_OK);
    dp_status status = dp_formula_parse(b->ctx, c->text, strlen(c->text), c->name, &b->formula);
    if (!status)
        status = dp_graph_new(b->ctx, dtype, &b->g);
    if (!status)
        dp_graph_set_training(b->g, strstr(c->name, "_training") != NULL);
    if (!status)
        status = dp_formula_build(b->formula, b->g, &config, &b->scope);
    if (status) {
        print_error("case %s: %s\n", c->name, dp_ctx_message(b->ctx));
        return 0;
    }
    b->y = dp_scope_find(b->scope, "y");
    return 1;
}

static void tear_down(built *b)
{
    dp_scope_free(&b->scope);
    dp_graph_free(&b->g);
    dp_formula_free(&b->formula);
    dp_ctx_free(&b->ctx);
}

static dp_val constant(const built *b, const vector_record *record)
{
    return dp_const_take(b->g, &(dp_array *){vector_array(b->ctx, record, dp_val_dtype(b->g, b->y))});
}

/* ---- Its wanted values, each with the record it is held against ---- */

typedef struct wanted {
    dp_val vals[1 + 2 * MAX_INPUTS];
    const vector_record *records[1 + 2 * MAX_INPUTS];
    const vector_record *scales[1 + 2 * MAX_INPUTS];
    int count;
} wanted;

static void want(wanted *w, const vector_case *c, const char *key, const char *name, dp_val v)
{
    char scale[32];
    snprintf(scale, sizeof scale, "%s_scale", key);
    w->vals[w->count] = v;
    w->records[w->count] = vector_find(c, key, name);
    w->scales[w->count] = vector_find(c, scale, name);
    assert_non_null(w->records[w->count]);
    assert_non_null(w->scales[w->count]);
    w->count++;
}

/* The gradient of sum_i sum(grads[i] * direction_i): zeros if no gradient depends on the inputs any more. */
static void want_second(wanted *w, const vector_case *c, const built *b, const char *const *names, const dp_val *wrt,
                        const dp_val *grads, int n)
{
    dp_val sum = dp_scalar(b->g, 0.0), second[MAX_INPUTS];
    for (int i = 0; i < n; i++) {
        dp_val product = dp_mul(b->g, grads[i], constant(b, vector_find(c, "direction", names[i])));
        sum = dp_add(b->g, sum, dp_sum(b->g, product, NULL, 0, 0));
    }
    dp_grad(b->g, sum, DP_VAL_NONE, wrt, n, second);
    for (int i = 0; i < n; i++)
        want(w, c, "second", names[i], second[i]);
}

static void want_all(wanted *w, const vector_case *c, const built *b)
{
    const char *names[MAX_INPUTS];
    dp_val wrt[MAX_INPUTS], grads[MAX_INPUTS];
    int n = 0;
    *w = (wanted){0};
    want(w, c, "value", "y", b->y);
    for (int i = 0; i < c->record_count; i++) {
        if (strcmp(c->records[i].key, "grad") != 0)
            continue;
        assert_true(n < MAX_INPUTS);
        names[n] = c->records[i].name;
        wrt[n] = dp_scope_find(b->scope, names[n]);
        n++;
    }
    if (n == 0)
        return;
    dp_grad(b->g, b->y, constant(b, vector_find(c, "upstream", "y")), wrt, n, grads);
    for (int i = 0; i < n; i++)
        want(w, c, "grad", names[i], grads[i]);
    if (vector_find(c, "second", names[0]))
        want_second(w, c, b, names, wrt, grads, n);
}

/* ---- Comparing ---- */

static int compare(const vector_case *c, const vector_record *theirs, const vector_record *scale, const dp_array *ours,
                   dp_dtype dtype, int naive)
{
    const double unit = dtype == DP_F64 ? DBL_EPSILON / 2 : FLT_EPSILON / 2;
    const double least = dtype == DP_F64 ? DBL_MIN : FLT_MIN;
    char a[DP_SHAPE_TEXT_BYTES], b[DP_SHAPE_TEXT_BYTES];
    int wrong = 0;
    if (!dp_shape_equal(ours->shape, theirs->shape)) {
        print_error("case %s: %s %s is %s, PyTorch's is %s\n", c->name, theirs->key, theirs->name,
                    dp_shape_text(ours->shape, a, sizeof a), dp_shape_text(theirs->shape, b, sizeof b));
        return 1;
    }
    for (int64_t i = 0; i < theirs->count; i++) {
        double allowed = ROUNDINGS * unit * scale->values[i] + least, got = dp_array_get(ours, i);
        if (fabs(got - theirs->values[i]) <= allowed)
            continue;
        print_error("case %s, %s, %s plan: %s %s[%d] is %.17g, PyTorch has %.17g; they differ by %.3g, allowed is %.3g\n",
                    c->name, dp_dtype_name(dtype), naive ? "naive" : "optimised", theirs->key, theirs->name, (int)i, got, theirs->values[i],
                    fabs(got - theirs->values[i]), allowed);
        wrong++;
    }
    return wrong;
}

static int run_case(const vector_case *c, dp_dtype dtype, int naive)
{
    built b;
    wanted w;
    dp_array *out[1 + 2 * MAX_INPUTS] = {0};
    int wrong = 1;
    if (!build(c, dtype, naive, &b))
        goto done;
    want_all(&w, c, &b);
    if (dp_eval(b.g, w.vals, w.count, NULL, NULL, 0, out)) {
        print_error("case %s: %s\n", c->name, dp_ctx_message(b.ctx));
        goto done;
    }
    wrong = 0;
    for (int i = 0; i < w.count; i++) {
        wrong += compare(c, w.records[i], w.scales[i], out[i], dtype, naive);
        dp_array_free(&out[i]);
    }
done:
    tear_down(&b);
    return wrong;
}

static void run_files(dp_dtype dtype, int naive)
{
    int wrong = 0;
    for (size_t f = 0; f < FILE_COUNT; f++) {
        vector_file file;
        vector_file_read(files[f], &file);
        for (int i = 0; i < file.count; i++)
            wrong += run_case(&file.cases[i], dtype, naive);
        vector_file_free(&file);
    }
    assert_int_equal(wrong, 0);
}

static void test_f64(void **state)
{
    (void)state;
    run_files(DP_F64, 0);
}

static void test_f64_naive(void **state)
{
    (void)state;
    run_files(DP_F64, 1);
}

static void test_f32(void **state)
{
    (void)state;
    run_files(DP_F32, 0);
}

static void test_f32_naive(void **state)
{
    (void)state;
    run_files(DP_F32, 1);
}

/* ---- Every op has a vector ---- */

/* The op is between the inputs and y (the texts hold nothing else). */
static int has_op(const built *b, const char *name, dp_op *op)
{
    for (dp_val v = 1; v <= b->y; v++) {
        *op = dp_val_op(b->g, v);
        if (strcmp(dp_op_name(*op), name) == 0)
            return 1;
    }
    return 0;
}

/* Marks the ops the case names, and holds it to have them. */
static int mark_ops(const vector_case *c, int *covered)
{
    built b;
    int wrong = 0;
    char words[256], *rest = NULL;
    snprintf(words, sizeof words, "%s", c->ops);
    if (strcmp(words, "-") == 0)
        return 0;
    wrong = !build(c, DP_F64, 0, &b);
    for (char *word = strtok_r(words, " ", &rest); word && !wrong; word = strtok_r(NULL, " ", &rest)) {
        dp_op op;
        if (has_op(&b, word, &op)) {
            covered[op] = 1;
        } else {
            print_error("case %s: its graph has no %s\n", c->name, word);
            wrong++;
        }
    }
    tear_down(&b);
    return wrong;
}

static void test_every_op_has_a_vector(void **state)
{
    static const struct {
        dp_op op;
        char kind;
    } ops[] = {
#define DP_OP(id, name, arity, rule, kind, formula) {DP_OP_##id, #kind[0]},
#include <denpa/ops.def>
#undef DP_OP
    };
    int covered[DP_OP_COUNT] = {0}, wrong = 0;
    (void)state;
    for (size_t f = 0; f < FILE_COUNT; f++) {
        vector_file file;
        vector_file_read(files[f], &file);
        for (int i = 0; i < file.count; i++)
            wrong += mark_ops(&file.cases[i], covered);
        vector_file_free(&file);
    }
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ops[i].kind == 'L' || covered[ops[i].op])
            continue;
        print_error("%s has no vector: add a case to tools/gen_vectors.py\n", dp_op_name(ops[i].op));
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_f64),
        cmocka_unit_test(test_f64_naive),
        cmocka_unit_test(test_f32),
        cmocka_unit_test(test_f32_naive),
        cmocka_unit_test(test_every_op_has_a_vector),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
