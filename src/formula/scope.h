/* What a formula is built with: objects (what an expression gives), names bound to them, and the graph they go to. */
#ifndef DENPA_FORMULA_SCOPE_H
#define DENPA_FORMULA_SCOPE_H

#include <denpa/formula.h>
#include <denpa/graph.h>
#include <denpa/ops.h>

#include "formula/names.h"
#include "formula/syntax.h"

typedef enum dpi_object_kind {
    DPI_OBJECT_ABSENT = 0, /* an argument that was not given */
    DPI_OBJECT_NONE,
    DPI_OBJECT_BOOL,   /* whole */
    DPI_OBJECT_INT,    /* whole: a Python integer */
    DPI_OBJECT_FLOAT,  /* number: a Python float */
    DPI_OBJECT_VALUE,  /* value: an array in the graph */
    DPI_OBJECT_STRING, /* text */
    DPI_OBJECT_TUPLE,  /* items */
    DPI_OBJECT_LIST,   /* items */
    DPI_OBJECT_SLICE,  /* items: start, stop, step */
    DPI_OBJECT_ELLIPSIS,
    DPI_OBJECT_INIT /* first: index of an initialiser */
} dpi_object_kind;

enum {
    DPI_OBJECT_LITERAL = 1, /* written down: a number or a nested list of them */
    DPI_OBJECT_REPR = 2     /* to be shown as repr does */
};

/* A number that comes from a variable has both: what it is now, for shapes and options, and its value in the graph. */
typedef struct dpi_object {
    uint8_t kind;
    uint8_t flags;
    uint8_t depth;    /* of tuples and lists: how deep they are nested */
    dp_val value;     /* DP_VAL_NONE: not in the graph (yet) */
    uint32_t node;    /* the syntax node that gave it: for messages */
    uint32_t keyword; /* of an argument: its KEYWORD node + 1; 0: it has no name */
    union {
        int64_t whole;
        double number;
        struct {
            uint32_t first, count; /* into scope->items; STRING: into scope->strings; INIT: into scope->inits */
        };
    };
} dpi_object;

typedef struct dpi_binding {
    dpi_object object;
    dp_name_kind kind;
    uint32_t layers; /* made under this name so far: the next one's parameters are NAME.<layers>.W */
    uint8_t bound;   /* 0: only `layers` counts */
    uint8_t fixed;   /* by a setting: statements do not change it */
} dpi_binding;

typedef struct dpi_dataset_use {
    char *key;
    dp_val value;
} dpi_dataset_use;

typedef struct dpi_print_line {
    uint32_t first, count;
} dpi_print_line;

struct dp_scope {
    dp_ctx *ctx;
    dp_graph *graph;
    const dp_formula *main;    /* the text; its places are noted in the graph */
    const dp_formula *formula; /* being evaluated: main, a setting or an expression */
    dp_formula **owned;        /* settings and expressions, kept because strings and messages point to them */
    size_t owned_count, owned_capacity;

    dpi_names names; /* all names; binding i belongs to name i */
    dpi_binding *bindings;
    size_t binding_capacity;
    uint32_t *shown; /* bindings that have a value, in the order they were bound */
    size_t shown_count, shown_capacity;

    dpi_object *stack; /* of the expression being evaluated */
    size_t stack_count, stack_capacity;
    dpi_object *items; /* of tuples, lists, slices */
    size_t item_count, item_capacity;
    char **strings;
    size_t string_count, string_capacity;
    dp_init *inits;
    size_t init_count, init_capacity;

    dp_print_piece *pieces;
    size_t piece_count, piece_capacity;
    dpi_print_line *lines;
    size_t line_count, line_capacity;

    int64_t batch;          /* N; 0: not known yet */
    const char *batch_from; /* the setting that said so; NULL: the configuration */
    uint64_t seed, streams; /* streams: random arrays made so far */
    dp_formula_hooks hooks;
    int skip_prints;
    dpi_dataset_use *datasets;
    size_t dataset_count, dataset_capacity;

    dpi_span target;         /* the name on the left of the statement at hand; empty: there is none */
    uint32_t statement_last; /* its last node: a call there is the whole right side */
    const dpi_object *given; /* what a setting gives for the input or label being declared; NULL: nothing */
    dp_name_kind kind;       /* of what the statement at hand binds */
    uint32_t node;           /* being evaluated */
    dpi_walker walker;       /* over main */
};

/* ---- Errors: at the node being evaluated, or at the one that gave an object ---- */

dp_status dpi_scope_fail(dp_scope *s, dp_status status, const char *format, ...) DP_PRINTF(3, 4);
dp_status dpi_object_fail(dp_scope *s, const dpi_object *object, dp_status status, const char *format, ...)
    DP_PRINTF(4, 5);

/* What an op of the graph gave: DP_OK and a VALUE object, or the graph's error with the place around it. */
dp_status dpi_scope_value(dp_scope *s, dp_val value, dpi_object *out);

/* The graph's error, at the node being evaluated. */
dp_status dpi_scope_graph_error(dp_scope *s);

/* ---- Names ---- */

/* Finds or makes the binding of a name; the pointer is good until the next call. */
dp_status dpi_scope_binding(dp_scope *s, const char *name, size_t bytes, dpi_binding **out);
const dpi_binding *dpi_scope_lookup(const dp_scope *s, const char *name, size_t bytes); /* NULL: not bound */

/* Binds a name. An object that can have a value gets one (a literal becomes a variable of that name). */
dp_status dpi_scope_bind(dp_scope *s, const char *name, size_t bytes, const dpi_object *object, dp_name_kind kind);

/* ---- Objects ---- */

dpi_object dpi_object_int(int64_t whole);
dpi_object dpi_object_float(double number);
dpi_object dpi_object_bool(int truth);
int dpi_object_is_number(const dpi_object *object); /* BOOL, INT or FLOAT */
double dpi_object_number(const dpi_object *object);
const char *dpi_object_kind_text(const dp_scope *s, const dpi_object *object,
                                 char buffer[240]); /* "an array [2, 3]", "None", "the number 3" */

/* Adds items that stay as long as the scope. */
dp_status dpi_scope_items(dp_scope *s, const dpi_object *items, size_t count, uint32_t *first);
dp_status dpi_scope_string(dp_scope *s, const char *bytes, size_t count, dpi_object *out);
dp_status dpi_scope_init(dp_scope *s, dp_init init, dpi_object *out);
const char *dpi_object_string(const dp_scope *s, const dpi_object *object);

/* The value in the graph: numbers become scalars, lists and tuples arrays. `what` is what a message calls it ("exp:
 * x"). */
dp_status dpi_object_value(dp_scope *s, const dpi_object *object, const char *what, dp_val *out);

/* A list or tuple of numbers as an array, owned by the caller; *out is NULL if it holds values of the graph, which
 * only an op can join. */
dp_status dpi_object_array(dp_scope *s, const dpi_object *object, dp_array **out);

/* Options: known numbers. An integer array that is written down serves as a list, too. */
dp_status dpi_object_whole(dp_scope *s, const dpi_object *object, const char *what, int64_t *out);
dp_status dpi_object_real(dp_scope *s, const dpi_object *object, const char *what, double *out);
dp_status dpi_object_truth(dp_scope *s, const dpi_object *object, const char *what, int *out);
dp_status dpi_object_shape(dp_scope *s, const dpi_object *object, const char *what, dp_shape *out);

/* ---- Evaluation ---- */

/* Evaluates one statement's expression in `formula`; s->target and s->given are set by the caller. */
dp_status dpi_evaluate(dp_scope *s, const dp_formula *formula, const dpi_statement *statement, dpi_object *out);

dp_status dpi_object_unary(dp_scope *s, dpi_token_kind token, const dpi_object *a, dpi_object *out);
dp_status dpi_object_binary(dp_scope *s, dpi_token_kind token, const dpi_object *a, const dpi_object *b,
                            dpi_object *out);
dp_status dpi_object_index(dp_scope *s, const dpi_object *a, const dpi_object *indices, size_t count, dpi_object *out);
dp_status dpi_object_attribute(dp_scope *s, const dpi_object *a, const char *name, size_t bytes, dpi_object *out);

/* Calls a function by name; args[0..count-1] in the order written. */
dp_status dpi_call(dp_scope *s, dpi_span name, const dpi_object *args, size_t count, dpi_object *out);

/* zeros, he, … without brackets: an initialiser. DP_OK and kind ABSENT if the name is none. */
dp_status dpi_bare_initializer(dp_scope *s, const char *name, size_t bytes, dpi_object *out);
int dpi_is_function(const char *name, size_t bytes);

/* Is the call being evaluated all there is of the statement, and has the statement a name on its left (has_target)? */
int dpi_is_whole_statement(const dp_scope *s, int has_target);

/* Adds one printed line. */
dp_status dpi_print(dp_scope *s, const dpi_object *objects, size_t count);

/* Is there a setting for this name? Then it is bound, and fixed. */
const dpi_binding *dpi_scope_setting(const dp_scope *s, const char *name, size_t bytes);

#endif
