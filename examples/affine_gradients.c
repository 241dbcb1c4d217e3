/* y = x W + b for a batch of two rows, f = sum(y): the gradients that back-propagation gives, beside those of central differences.
 *     df/dx = df/dy W^T      df/dW = x^T df/dy      df/db = df/dy summed over the batch
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

static dp_val variable(dp_graph *g, const char *name, dp_shape shape, double *numbers)
{
    dp_array array = {.dtype = DP_F64, .shape = shape, .data = numbers};
    return dp_variable(g, name, &array);
}

static void print(dp_ctx *ctx, const char *label, const char *name, dp_array *array)
{
    dp_text text = {.ctx = ctx};
    must(ctx, dp_text_array_str(&text, array));
    printf("%s df/d%s\n%s\n", label, name, text.data);
    dp_text_free(&text);
    dp_array_free(&array);
}

int main(void)
{
    dp_ctx *ctx = NULL;
    dp_graph *g = NULL;
    if (dp_ctx_new(NULL, &ctx) != DP_OK) return 1;
    must(ctx, dp_graph_new(ctx, DP_F64, &g));
    dp_val x = variable(g, "x", dp_shape_of(2, (int64_t[]){2, 2}), (double[]){1, 2, 2, 3});
    dp_val w = variable(g, "W", dp_shape_of(2, (int64_t[]){2, 3}), (double[]){1, 2, 3, 4, 5, 6});
    dp_val b = variable(g, "b", dp_shape_of(1, (int64_t[]){3}), (double[]){1, 2, 3});
    dp_val f = dp_sum(g, dp_affine(g, x, w, b), NULL, 0, 0);

    dp_val by[] = {x, w, b}, gradients[3];
    dp_array *analytic[3], *numeric = NULL;
    must(ctx, dp_grad(g, f, DP_VAL_NONE, by, 3, gradients));
    must(ctx, dp_eval(g, gradients, 3, NULL, NULL, 0, analytic));
    for (int i = 0; i < 3; i++) {
        const char *name = dp_val_name(g, by[i]);
        print(ctx, "back-propagation", name, analytic[i]);
        must(ctx, dp_numeric_gradient(g, f, by[i], NULL, NULL, 0, 1e-4, &numeric));
        print(ctx, "difference", name, numeric);
    }
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
    return 0;
}
