/* A trained network asked for an image that lies in memory: the folder that `denpa train --out run` leaves.
 *   predict RUN */
#include <stdio.h>
#include <stdlib.h>

#include <denpa/denpa.h>

static void must(dp_ctx *ctx, dp_status status)
{
    if (status == DP_OK) return;
    fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    exit(1);
}

/* A vertical stroke, 28 x 28 pixels from 0 to 1. */
static void draw_one(float pixels[784])
{
    for (int row = 0; row < 28; row++)
        for (int column = 0; column < 28; column++)
            pixels[28 * row + column] = row >= 4 && row < 24 && column >= 13 && column < 16 ? 1 : 0;
}

int main(int argc, char **argv)
{
    dp_ctx *ctx;
    dp_model *model;
    dp_array *scores = NULL;
    float pixels[784];
    if (argc != 2 || dp_ctx_new(NULL, &ctx) != DP_OK) return 1;
    must(ctx, dp_run_open(ctx, argv[1], &model));

    draw_one(pixels);
    dp_array x = {.dtype = DP_F32, .shape = dp_shape_of(2, (int64_t[]){1, 784}), .data = pixels};
    const dp_array *inputs[] = {&x, NULL}; /* x, and t, which is not needed */
    must(ctx, dp_model_predict(model, inputs, &scores));

    int64_t best = 0;
    for (int64_t k = 1; k < dp_array_elems(scores); k++)
        if (dp_array_get(scores, k) > dp_array_get(scores, best)) best = k;
    printf("taken for %lld\n", (long long)best);
    dp_array_free(&scores);
    dp_model_free(&model);
    dp_ctx_free(&ctx);
    return 0;
}
