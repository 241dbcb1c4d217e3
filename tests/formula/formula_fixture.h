/* What the tests of formula/ share: running a text and seeing what it prints, or how it fails. */
#ifndef DENPA_TESTS_FORMULA_FIXTURE_H
#define DENPA_TESTS_FORMULA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/formula.h>
#include <denpa/plan.h>
#include <denpa/text.h>

/* Every data set is this one: x is float32 [4, 3] with 0, 1, …, 11; t is int64 [4] with 0, 1, 2, 0. */
static inline dp_status tiny_dataset(void *user, dp_ctx *ctx, const char *name, const char *split, const char *field,
                                     dp_array **out)
{
    (void)name, (void)split;
    if (user)
        ++*(int *)user;
    dp_shape shape = *field == 'x' ? dp_shape_of(2, (int64_t[]){4, 3}) : dp_shape_of(1, (int64_t[]){4});
    dp_status status = dp_array_new(ctx, *field == 'x' ? DP_F32 : DP_I64, shape, out);
    for (int i = 0; status == DP_OK && i < dp_shape_elems(shape); i++) {
        if (*field == 'x')
            ((float *)(*out)->data)[i] = (float)i;
        else
            ((int64_t *)(*out)->data)[i] = i % 3;
    }
    return status;
}

/* An array of x's shape filled with h: enough to see what the language asks for. */
static inline dp_status constant_gradient(void *user, dp_graph *g, dp_val loss, dp_val x, double h, dp_array **out)
{
    (void)user, (void)loss;
    dp_status status = dp_array_new(dp_graph_ctx(g), DP_F64, dp_val_shape(g, x), out);
    for (int64_t i = 0; status == DP_OK && i < dp_array_elems(*out); i++)
        ((double *)(*out)->data)[i] = h;
    return status;
}

static inline dp_build_config fixture_config(void)
{
    dp_build_config config;
    dp_build_config_init(&config);
    config.hooks.dataset = tiny_dataset;
    config.hooks.numeric_grad = constant_gradient;
    config.hooks.evaluate = dp_evaluate_hook;
    return config;
}

/* Adds one piece of printed text as `denpa eval` shows it. */
static inline dp_status add_piece(dp_graph *g, dp_text *text, const dp_print_piece *piece)
{
    dp_array *array = NULL;
    if (piece->value == DP_VAL_NONE)
        return dp_text_add(text, piece->text, strlen(piece->text));
    dp_status status = dp_eval(g, &piece->value, 1, NULL, NULL, 0, &array);
    if (status == DP_OK)
        status = piece->repr ? dp_text_array_repr(text, array) : dp_text_array_str(text, array);
    dp_array_free(&array);
    return status;
}

static inline dp_status add_lines(dp_graph *g, const dp_scope *scope, dp_text *text)
{
    dp_status status = DP_OK;
    for (int line = 0; line < dp_scope_print_count(scope) && status == DP_OK; line++) {
        const dp_print_piece *pieces = NULL;
        int count = dp_scope_print_pieces(scope, line, &pieces);
        for (int i = 0; i < count && status == DP_OK; i++) {
            if (i)
                status = dp_text_add(text, " ", 1);
            if (status == DP_OK)
                status = add_piece(g, text, &pieces[i]);
        }
        if (status == DP_OK)
            status = dp_text_add(text, "\n", 1);
    }
    return status;
}

/* What the text prints, or else the words of its error; freed by the caller with free(). *status is how it went. */
static inline char *run_bytes(const char *formula_text, size_t bytes, const dp_build_config *config, dp_dtype dtype,
                              dp_status *status)
{
    dp_ctx *ctx;
    dp_graph *g;
    dp_formula *formula = NULL;
    dp_scope *scope = NULL;
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    assert_int_equal(dp_graph_new(ctx, dtype, &g), DP_OK);
    dp_text text = {.ctx = ctx};
    *status = dp_formula_parse(ctx, formula_text, bytes, "net.dp", &formula);
    if (*status == DP_OK)
        *status = dp_formula_build(formula, g, config, &scope);
    if (*status == DP_OK)
        *status = add_lines(g, scope, &text);
    const char *shown = *status != DP_OK ? dp_ctx_message(ctx) : text.data ? text.data : "";
    char *copy = malloc(strlen(shown) + 1);
    assert_non_null(copy);
    memcpy(copy, shown, strlen(shown) + 1);
    dp_text_free(&text);
    dp_scope_free(&scope);
    dp_formula_free(&formula);
    dp_graph_free(&g);
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
    return copy;
}

/* Holds that a text prints this. */
static inline void expect_prints_with(const char *text, const dp_build_config *config, dp_dtype dtype,
                                      const char *expected)
{
    dp_status status;
    char *shown = run_bytes(text, strlen(text), config, dtype, &status);
    if (status != DP_OK || strcmp(shown, expected) != 0)
        fail_msg("%s\nprinted (%s)\n%s\ninstead of\n%s", text, dp_status_name(status), shown, expected);
    free(shown);
}

static inline void expect_prints(const char *text, const char *expected)
{
    dp_build_config config = fixture_config();
    expect_prints_with(text, &config, DP_F64, expected);
}

/* Holds that a text fails with this status and exactly these words. */
static inline void expect_error_with(const char *text, size_t bytes, const dp_build_config *config, dp_status expected,
                                     const char *words)
{
    dp_status status;
    char *shown = run_bytes(text, bytes, config, DP_F64, &status);
    if (status != expected || strcmp(shown, words) != 0)
        fail_msg("%s\ngave %s\n%s\ninstead of %s\n%s", text, dp_status_name(status), shown, dp_status_name(expected),
                 words);
    free(shown);
}

static inline void expect_error(const char *text, dp_status expected, const char *words)
{
    dp_build_config config = fixture_config();
    expect_error_with(text, strlen(text), &config, expected, words);
}

#endif
