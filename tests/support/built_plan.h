/* A formula as a plan whose leaves are filled with numbers, for tests that hold plans against each other. A failure fails the test, with `what`
 * in front. */
#ifndef DENPA_TESTS_BUILT_PLAN_H
#define DENPA_TESTS_BUILT_PLAN_H

#include <stdbool.h>

#include <denpa/denpa.h>

enum { BUILT_PLAN_WANTED = 20, BUILT_PLAN_LEAVES = 100 };

typedef struct built_plan {
    const char *what;
    dp_ctx *ctx;
    dp_formula *formula;
    dp_graph *g;
    dp_scope *scope;
    dp_plan *plan;
    dp_val wanted[BUILT_PLAN_WANTED];
    int count;
    dp_val leaves[BUILT_PLAN_LEAVES];
    dp_array *data[BUILT_PLAN_LEAVES];
    int data_count;
} built_plan;

typedef struct built_plan_how {
    dp_dtype dtype;
    int64_t batch;
    int threads, naive;
    size_t far_bytes; /* from which on arrays are large (base/far.h); 0: as usual */
} built_plan_how;

/* `wanted`: names, one blank between them. The leaves are bound, and zeros. */
void built_plan_open(built_plan *b, const char *what, const char *text, const char *wanted, built_plan_how how);

/* Other numbers for another seed: normal ones, or with `exact` whole ones from -2 to 2; integers from 0 to 3. */
void built_plan_fill(built_plan *b, uint64_t seed, bool exact);
void built_plan_run(built_plan *b);

/* Frees all; nothing may be left of the context's memory. */
void built_plan_close(built_plan *b);

#endif
