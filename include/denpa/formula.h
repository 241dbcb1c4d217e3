/* The formula language: text in, graph out. docs/language.md is its reference.
 *
 *     x = input(784)
 *     t = label(10)
 *     h = relu(affine(x, 50, std=0.01))
 *     y = affine(h, 10, std=0.01)
 *     loss = softmax_cross_entropy(y, t)
 *
 * A text is parsed once (dp_formula) and built into a graph as often as needed, for another batch size for instance.
 */
#ifndef DENPA_FORMULA_H
#define DENPA_FORMULA_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_formula dp_formula;

/* Parses UTF-8 text. Brackets may nest 100 deep.
 *
 * file     what messages call the text, e.g. "net.dp"; copied
 * *out     owned by the caller; free with dp_formula_free. Independent of `text`.
 * Errors   DP_ERR_SYNTAX (file, line, column, the line with the place underlined, what was expected and what came), DP_ERR_FORMAT
 *          (not UTF-8), DP_ERR_NOMEM; *out is untouched.
 */
DP_API dp_status dp_formula_parse(dp_ctx *ctx, const char *text, size_t bytes, const char *file, dp_formula **out);
DP_API void dp_formula_free(dp_formula **formula);

/* What a name is bound to. */
typedef enum dp_name_kind {
    DP_NAME_VALUE = 0, /* computed */
    DP_NAME_LITERAL,   /* a number or nested list: a variable */
    DP_NAME_PARAM,
    DP_NAME_INPUT,
    DP_NAME_LABEL
} dp_name_kind;

/* A statement NAME = EXPR that replaces what the text binds NAME to (or comes first if it does not bind it). */
typedef struct dp_setting {
    const char *name;
    const char *expression;
} dp_setting;

/* What the language needs from outside. Each may be NULL: then using it is DP_ERR_UNSUPPORTED. Messages are recorded in the context. */
typedef struct dp_formula_hooks {
    void *user;
    /* dataset(name, split, field): a new array. field "x" float32 rows scaled to 0..1 (or the CSV's numbers), "t" int64 classes. */
    dp_status (*dataset)(void *user, dp_ctx *ctx, const char *name, const char *split, const char *field, dp_array **out);
    /* numeric_grad(loss, x, h): central differences of loss in x. */
    dp_status (*numeric_grad)(void *user, dp_graph *g, dp_val loss, dp_val x, double h, dp_array **out);
    /* The numbers of a value that hangs on no input or param, at once: what x[t == 6] picks depends on them. */
    dp_status (*evaluate)(void *user, dp_graph *g, dp_val value, dp_array **out);
} dp_formula_hooks;

typedef struct dp_build_config {
    int64_t batch; /* N of input() and label(); 0: not known, then they are an error unless set by `settings` */
    const dp_setting *settings;
    int setting_count;
    uint64_t seed;          /* of normal() and uniform() */
    dp_formula_hooks hooks; /* ready-made: dp_dataset_hook (data.h), dp_numeric_gradient_hook (check.h), dp_evaluate_hook (plan.h) */
    int skip_prints;        /* do not build what print statements show */
} dp_build_config;
DP_API void dp_build_config_init(dp_build_config *config);

/* What a build gives: the names in the order they were bound, with their values in the graph, and what is to be printed. */
typedef struct dp_scope dp_scope;

/* Builds the formula into g.
 *
 * *out     owned by the caller; free with dp_scope_free. It refers to the formula and to g, which must outlive it.
 * Errors   those of the parser for settings, those of the ops with file, line and underlined place; DP_ERR_NAME (unknown name or function; the
 *          nearest one is suggested); *out is untouched, g has the error.
 */
DP_API dp_status dp_formula_build(const dp_formula *formula, dp_graph *g, const dp_build_config *config, dp_scope **out);
DP_API void dp_scope_free(dp_scope **scope);

DP_API int dp_scope_count(const dp_scope *scope);
DP_API const char *dp_scope_name(const dp_scope *scope, int i);     /* "" outside 0..count-1 */
DP_API dp_val dp_scope_value(const dp_scope *scope, int i);
DP_API dp_name_kind dp_scope_kind(const dp_scope *scope, int i);
DP_API dp_val dp_scope_find(const dp_scope *scope, const char *name); /* DP_VAL_NONE if there is none */

/* Evaluates one more expression in the scope ("round(Z[:5], 1)"). Errors as dp_formula_build, with the file called `what`.
 * wants_repr, if not NULL, says whether the expression was repr(...): to be shown as NumPy's repr shows it. */
DP_API dp_status dp_scope_expression(dp_scope *scope, const char *expression, const char *what, dp_val *out, int *wants_repr);

/* What the text prints: print("price:", price) and bare expressions, in order. A line has pieces, shown with a blank between them: text
 * (value is DP_VAL_NONE) or a value, as NumPy's str or repr shows it. */
typedef struct dp_print_piece {
    const char *text;
    dp_val value;
    int repr;
} dp_print_piece;

/* Evaluates one more expression, or print(...), for showing: *pieces[0..*count-1] are what print(expression) shows, so that "X.shape" comes
 * out as the text "(9, 784)". They are borrowed from the scope until the next call with it. Errors as dp_formula_build. */
DP_API dp_status dp_scope_print(dp_scope *scope, const char *expression, const char *what, const dp_print_piece **pieces, int *count);

DP_API int dp_scope_print_count(const dp_scope *scope);
DP_API int dp_scope_print_pieces(const dp_scope *scope, int line, const dp_print_piece **pieces); /* returns how many */

/* The functions of the language, for help and tests: entry i, 0 <= i < dp_formula_function_count(). */
typedef struct dp_formula_function {
    const char *name;      /* "relu" */
    const char *signature; /* "relu(x)" */
    const char *summary;   /* one line */
} dp_formula_function;
DP_API int dp_formula_function_count(void);
DP_API const dp_formula_function *dp_formula_function_get(int i);

#ifdef __cplusplus
}
#endif
#endif
