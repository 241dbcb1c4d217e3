/* A context and a scratch folder for all tests of a file: for cmocka_run_group_tests(tests, setup, teardown). */
#ifndef DENPA_TESTS_SCRATCH_CTX_H
#define DENPA_TESTS_SCRATCH_CTX_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/context.h>

#include "support/scratch.h"

static dp_ctx *ctx;

static inline int setup(void **state)
{
    return dp_ctx_new(NULL, &ctx) == DP_OK ? scratch_setup(state) : -1;
}

static inline int teardown(void **state)
{
    dp_ctx_free(&ctx);
    return scratch_teardown(state);
}

/* The last failure was put into words that have these in them. */
static inline void assert_says(const char *words)
{
    if (!strstr(dp_ctx_message(ctx), words)) fail_msg("\"%s\" is not in \"%s\"", words, dp_ctx_message(ctx));
}

/* The path of a file of a fuzz target's corpus; the same buffer is used again. */
static inline const char *corpus_file(const char *target, const char *name)
{
    static char path[1024];
    const char *root = getenv("DENPA_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s/%s", root ? root : ".", target, name);
    return path;
}

#endif
