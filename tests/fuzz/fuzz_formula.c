/* The formula language: any bytes are parsed, built, and, if what they give is small, evaluated. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include <denpa/formula.h>
#include <denpa/plan.h>
#include <denpa/text.h>

enum { MOST_NODES = 300, MOST_ELEMS = 10000 };

static int is_small(const dp_graph *g)
{
    if (dp_graph_count(g) > MOST_NODES)
        return 0;
    for (dp_val v = 1; v <= dp_graph_count(g); v++) {
        if (dp_val_op(g, v) == DP_OP_INPUT || dp_val_op(g, v) == DP_OP_PARAM ||
            dp_val_op(g, v) == DP_OP_STATE)
            return 0;
        if (dp_shape_elems(dp_val_shape(g, v)) > MOST_ELEMS)
            return 0;
    }
    return 1;
}

static void evaluate(dp_ctx *ctx, dp_graph *g, const dp_scope *scope)
{
    for (int i = 0; i < dp_scope_print_count(scope); i++) {
        const dp_print_piece *pieces;
        int count = dp_scope_print_pieces(scope, i, &pieces);
        for (int j = 0; j < count; j++) {
            dp_array *array = NULL;
            dp_text text = {.ctx = ctx};
            if (pieces[j].value == DP_VAL_NONE || dp_eval(g, &pieces[j].value, 1, NULL, NULL, 0, &array) != DP_OK)
                continue;
            dp_text_array_repr(&text, array);
            dp_text_free(&text);
            dp_array_free(&array);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dp_ctx *ctx;
    dp_graph *g;
    dp_formula *formula = NULL;
    dp_scope *scope = NULL;
    dp_config config;
    dp_build_config build;
    dp_config_init(&config);
    dp_build_config_init(&build);
    config.memory_limit_bytes = 64 << 20;
    config.threads = 1;
    build.batch = 2;
    if (dp_ctx_new(&config, &ctx) != DP_OK)
        abort();
    if (dp_graph_new(ctx, DP_F64, &g) != DP_OK)
        abort();
    dp_status status = dp_formula_parse(ctx, (const char *)data, size, "fuzz", &formula);
    if (status == DP_OK)
        status = dp_formula_build(formula, g, &build, &scope);
    if (status == DP_OK && dp_graph_verify(g) != DP_OK)
        abort();
    if (status == DP_OK && is_small(g))
        evaluate(ctx, g, scope);
    if (status != DP_OK && !*dp_ctx_message(ctx))
        abort();
    dp_scope_free(&scope);
    dp_formula_free(&formula);
    dp_graph_free(&g);
    if (dp_ctx_memory(ctx).current_bytes != 0)
        abort();
    dp_ctx_free(&ctx);
    return 0;
}
