/* The smallest user of the pictures of an installed denpa. */
#include <denpa/plot.h>

int main(void)
{
    dp_ctx *ctx = NULL;
    dp_figure *figure = NULL;
    dp_text text = {0};
    int failed = dp_ctx_new(NULL, &ctx) != DP_OK || dp_figure_new(ctx, NULL, &figure) != DP_OK;
    text.ctx = ctx;
    if (!failed)
        failed = dp_figure_describe(figure, &text) != DP_OK || text.length < 100;
    dp_text_free(&text);
    dp_figure_free(&figure);
    dp_ctx_free(&ctx);
    return failed;
}
