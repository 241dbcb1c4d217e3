/* The book's SimpleConvNet from C calls, trained; its weights are left in simple_conv_net.safetensors.
 *   simple_conv_net [DATA]      mnist, digits:N, or a folder with IDX files */
#include <stdio.h>
#include <stdlib.h>

#include <denpa/denpa.h>

static void must(dp_ctx *ctx, dp_status status)
{
    if (status == DP_OK) return;
    fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    exit(1);
}

static const dp_init he = {.kind = DP_INIT_HE}, zero = {.kind = DP_INIT_CONSTANT};

static dp_val affine(dp_graph *g, dp_val x, const char *w, const char *b, int64_t in, int64_t out)
{
    dp_val y = dp_matmul(g, x, dp_param(g, w, dp_shape_of(2, (int64_t[]){in, out}), he));
    return dp_add(g, y, dp_param(g, b, dp_shape_of(1, &out), zero));
}

static dp_status network(void *user, dp_graph *g, int64_t n, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F32, dp_shape_of(4, (int64_t[]){n, 1, 28, 28}));
    dp_val t = dp_label(g, "t", DP_I64, dp_shape_of(1, &n), 10);
    dp_val filters = dp_param(g, "W1", dp_shape_of(4, (int64_t[]){30, 1, 5, 5}), he);
    dp_val c = dp_conv2d(g, x, filters, dp_param(g, "b1", dp_shape_of(1, (int64_t[]){30}), zero), NULL);
    dp_val p = dp_max_pool2d(g, dp_relu(g, c), &(dp_pool){.kernel = {2, 2}}); /* [N, 30, 12, 12] */
    dp_val h = dp_relu(g, affine(g, dp_flatten(g, p), "W2", "b2", 4320, 100));
    dp_val y = affine(g, h, "W3", "b3", 100, 10);
    *values = (dp_model_values){.loss = dp_softmax_cross_entropy(g, y, t), .output = y, .label = t};
    return dp_graph_status(g);
}

int main(int argc, char **argv)
{
    const char *data = argc > 1 ? argv[1] : "digits:6000";
    dp_ctx *ctx;
    dp_model *model;
    dp_dataset *train, *test;
    dp_train_config config;
    dp_progress end;
    dp_train_config_init(&config);
    config.optimizer = "adam";
    if (dp_ctx_new(NULL, &ctx) != DP_OK) return 1;
    must(ctx, dp_dataset_open(ctx, data, DP_SPLIT_TRAIN, &train));
    must(ctx, dp_dataset_open(ctx, data, DP_SPLIT_TEST, &test));
    must(ctx, dp_model_from_function(ctx, network, NULL, NULL, &model));
    must(ctx, dp_train(model, train, test, &config, &end));
    must(ctx, dp_model_save(model, "simple_conv_net.safetensors"));
    printf("test accuracy %.4f after %lld steps\n", end.test.accuracy, (long long)end.step);
    dp_dataset_free(&train);
    dp_dataset_free(&test);
    dp_model_free(&model);
    dp_ctx_free(&ctx);
    return 0;
}
