/* The same run with 1, 2 and 4 threads leaves the same bytes. */
#include "train_fixture.h"

#include "support/scratch.h"

/* Large enough that a run of one step is shared out: 784-64-10, 256 rows. */
static const char text[] =
    "x = input(784)\nt = label(10)\nh = relu(affine(x, 64, std=0.05))\ny = affine(h, 10, std=0.05)\n"
    "loss = softmax_cross_entropy(y, t)\n";

static dp_array *trained(int threads, dp_ctx *keeper, const char *optimizer)
{
    dp_ctx *ctx = ctx_open(threads);
    dp_dataset *data = NULL, *test = NULL;
    dp_model *model = NULL;
    must(ctx, dp_dataset_open(ctx, "digits:1500", DP_SPLIT_TRAIN, &data));
    must(ctx, dp_dataset_open(ctx, "digits:1500", DP_SPLIT_TEST, &test));
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 2;
    config.batch = 256; /* and a last one of 220 */
    config.optimizer = optimizer;
    config.out_dir = scratch_path("run");
    must(ctx, dp_train(model, data, test, &config, NULL));
    dp_array *file = NULL;
    must(keeper, dp_file_read(keeper, scratch_path("run/model.safetensors"), 0, &file));
    dp_model_free(&model);
    dp_dataset_free(&test);
    dp_dataset_free(&data);
    ctx_close(ctx);
    return file;
}

static void threads_change_nothing(void **state)
{
    (void)state;
    dp_ctx *keeper = ctx_open(1);
    static const char *const optimizers[] = {"sgd:lr=0.1", "adam:amsgrad"};
    for (int i = 0; i < 2; i++) {
        dp_array *one = trained(1, keeper, optimizers[i]);
        for (int threads = 2; threads <= 4; threads += 2) {
            dp_array *more = trained(threads, keeper, optimizers[i]);
            assert_int_equal(dp_array_bytes(one), dp_array_bytes(more));
            assert_memory_equal(one->data, more->data, dp_array_bytes(one));
            dp_array_free(&more);
        }
        dp_array_free(&one);
    }
    ctx_close(keeper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_change_nothing)};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
