/* The book's second graph, written as formulas: 2 apples at 100 yen and 3 oranges at 150, 10 % tax. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/denpa.h>

static const char text[] =
    "apple = 100; apple_num = 2; orange = 150; orange_num = 3; tax = 1.1\n"
    "apple_price = apple * apple_num\n"
    "orange_price = orange * orange_num\n"
    "all_price = apple_price + orange_price\n"
    "price = all_price * tax\n"
    "dApple = grad(price, apple); dApple_num = grad(price, apple_num)\n"
    "dOrange = grad(price, orange); dOrange_num = grad(price, orange_num)\n"
    "dTax = grad(price, tax)\n";

static void must(dp_ctx *ctx, dp_status status)
{
    if (status == DP_OK) return;
    fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    exit(1);
}

int main(void)
{
    dp_ctx *ctx = NULL;
    dp_formula *formula = NULL;
    dp_graph *g = NULL;
    dp_scope *scope = NULL;
    if (dp_ctx_new(NULL, &ctx) != DP_OK) return 1;
    must(ctx, dp_formula_parse(ctx, text, strlen(text), "apple_orange", &formula));
    must(ctx, dp_graph_new(ctx, DP_F64, &g));

    dp_build_config config;
    dp_build_config_init(&config);
    must(ctx, dp_formula_build(formula, g, &config, &scope));

    /* Every name of the text, in its order. */
    for (int i = 0; i < dp_scope_count(scope); i++) {
        dp_val value = dp_scope_value(scope, i);
        dp_array *number = NULL;
        must(ctx, dp_eval(g, &value, 1, NULL, NULL, 0, &number));
        printf("%s: %.10g\n", dp_scope_name(scope, i), dp_array_get(number, 0));
        dp_array_free(&number);
    }
    dp_scope_free(&scope);
    dp_graph_free(&g);
    dp_formula_free(&formula);
    dp_ctx_free(&ctx);
    return 0;
}
