/* The book's first computation graph: 2 apples at 100 yen, 10 % tax. Forward the price, backward what each number does to it.
 *
 *     apple ──┐
 *             × ── subtotal ──┐
 *     count ──┘               × ── price
 *     tax ────────────────────┘
 */
#include <stdio.h>
#include <stdlib.h>

#include <denpa/denpa.h>

static void must(dp_ctx *ctx, dp_status status)
{
    if (status == DP_OK) return;
    fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    exit(1);
}

/* A number that has a name, so that the graph can be differentiated by it. */
static dp_val number(dp_graph *g, const char *name, double value)
{
    dp_array scalar = {.dtype = DP_F64, .shape = dp_shape_scalar(), .data = &value};
    return dp_variable(g, name, &scalar);
}

int main(void)
{
    dp_ctx *ctx = NULL;
    dp_graph *g = NULL;
    if (dp_ctx_new(NULL, &ctx) != DP_OK) return 1;
    must(ctx, dp_graph_new(ctx, DP_F64, &g));

    /* Define: nothing is computed yet. */
    dp_val apple = number(g, "apple", 100), count = number(g, "count", 2), tax = number(g, "tax", 1.1);
    dp_val price = dp_mul(g, dp_mul(g, apple, count), tax);

    /* Backward: the gradients are further values of the same graph. */
    dp_val by[] = {apple, count, tax}, gradients[3];
    must(ctx, dp_grad(g, price, DP_VAL_NONE, by, 3, gradients));

    /* Compute all four. */
    dp_val wanted[] = {price, gradients[0], gradients[1], gradients[2]};
    const char *names[] = {"price", "dApple", "dApple_num", "dTax"};
    dp_array *values[4];
    must(ctx, dp_eval(g, wanted, 4, NULL, NULL, 0, values));
    for (int i = 0; i < 4; i++) {
        printf("%s: %.10g\n", names[i], dp_array_get(values[i], 0));
        dp_array_free(&values[i]);
    }
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
    return 0;
}
