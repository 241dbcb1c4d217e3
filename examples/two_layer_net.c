/* The book's two-layer network, 784-50-10, trained on MNIST where it is, otherwise on the built-in digits. Usage: two_layer_net [DATA [EPOCHS]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/denpa.h>

static const char text[] =
    "x = input(784); t = label(10)\n"
    "h = relu(affine(x, 50, std=0.01))\n"
    "y = affine(h, 10, std=0.01)\n"
    "loss = softmax_cross_entropy(y, t)\n";

static void must(dp_ctx *ctx, dp_status status)
{
    if (status == DP_OK) return;
    fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    exit(1);
}

/* Called after each row of the log, which here is each epoch, and a few times in between. */
static int on_progress(void *user, const dp_progress *at)
{
    (void)user;
    if (at->is_row)
        printf("epoch %lld: loss %.4f, accuracy %.4f in training, %.4f in the test\n", (long long)at->epoch, at->loss, at->train_accuracy,
               at->test.accuracy);
    return 0;
}

int main(int argc, char **argv)
{
    dp_ctx *ctx = NULL;
    dp_model *model = NULL;
    dp_dataset *train = NULL, *test = NULL;
    if (dp_ctx_new(NULL, &ctx) != DP_OK) return 1;

    const char *data = argc > 1 ? argv[1] : "mnist";
    if (argc < 2 && dp_dataset_open(ctx, data, DP_SPLIT_TEST, &test) != DP_OK) data = "digits";
    dp_dataset_free(&test);
    must(ctx, dp_dataset_open(ctx, data, DP_SPLIT_TRAIN, &train));
    must(ctx, dp_dataset_open(ctx, data, DP_SPLIT_TEST, &test));
    must(ctx, dp_model_from_text(ctx, text, strlen(text), "two_layer_net", NULL, &model));

    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = argc > 2 ? atoi(argv[2]) : 16; /* the book's 10,000 steps of 100 images */
    config.optimizer = "sgd:lr=0.1";
    config.progress = on_progress;
    must(ctx, dp_train(model, train, test, &config, NULL));
    dp_dataset_free(&train);
    dp_dataset_free(&test);
    dp_model_free(&model);
    dp_ctx_free(&ctx);
    return 0;
}
