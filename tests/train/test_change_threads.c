/* Pictures changed on their way into training: the same for any number of threads, anew in each epoch, and only those that
 * are trained on. */
#include "train_fixture.h"

#include "support/failing_memory.h"

static const char text[] =
    "x = input(784)\nt = label(10)\ny = affine(x, 10, std=0.01)\nloss = softmax_cross_entropy(y, t)\n";
static const char changes[] = "shift=2,rotate=15,scale=0.1,shear=10,elastic=1,erase=5,noise=0.1,flip=0.5";

static dp_model *new_model(dp_ctx *ctx)
{
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
    return model;
}

static dp_train_config config_for(const char *augment, const char *optimizer)
{
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 2;
    config.batch = 64;
    config.optimizer = optimizer;
    config.augment = augment;
    config.seed = 5;
    return config;
}

static void train_with(int threads, const char *augment, float weights[784 * 10])
{
    dp_ctx *ctx = ctx_open(threads);
    dp_dataset *data = NULL;
    dp_model *model = new_model(ctx);
    dp_train_config config = config_for(augment, "sgd:lr=0.1");
    must(ctx, dp_dataset_open(ctx, "digits:500", DP_SPLIT_TRAIN, &data));
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    memcpy(weights, dp_model_param(model, 0).data, 784 * 10 * sizeof *weights);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    static float one[784 * 10], four[784 * 10], plain[784 * 10];
    train_with(1, changes, one);
    train_with(4, changes, four);
    train_with(1, NULL, plain);
    assert_memory_equal(one, four, sizeof one);
    assert_memory_not_equal(one, plain, sizeof one);
}

/* The pictures of an epoch, as dp_dataset_augment gives them, with their labels. */
static dp_dataset *pictures_of(dp_ctx *ctx, const dp_dataset *data, int64_t epoch)
{
    int64_t rows = dp_dataset_rows(data), *numbers = test_malloc((size_t)rows * sizeof *numbers);
    dp_augment *augment = NULL;
    dp_array *columns[2] = {NULL, NULL};
    dp_dataset *out = NULL;
    for (int64_t i = 0; i < rows; i++)
        numbers[i] = i;
    must(ctx, dp_augment_new(ctx, changes, &augment));
    must(ctx, dp_dataset_augment(data, 0, numbers, rows, augment, 5, epoch, &columns[0]));
    must(ctx, dp_array_convert(ctx, dp_dataset_column(data, 1), DP_I64, &columns[1]));
    must(ctx, dp_dataset_new(ctx, 2, (const char *const[]){"x", "t"}, columns, &out));
    dp_augment_free(&augment);
    test_free(numbers);
    return out;
}

static int keep_loss(void *user, const dp_progress *at)
{
    double *losses = user;
    if (at->is_row)
        losses[at->epoch - 1] = at->loss;
    return 0;
}

/* With a rate of 0, the loss of each epoch is that of its own changed pictures, batch by batch. */
static void epochs_see_their_own_pictures(void **state)
{
    (void)state;
    double losses[2], wanted[2][2];
    dp_ctx *ctx = ctx_open(2);
    dp_dataset *data = NULL;
    dp_model *model = new_model(ctx);
    dp_train_config config = config_for(changes, "sgd:lr=0");
    must(ctx, dp_dataset_open(ctx, "digits:200", DP_SPLIT_TRAIN, &data));
    config.progress = keep_loss;
    config.user = losses;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    for (int64_t epoch = 0; epoch < 2; epoch++) {
        dp_dataset *seen = pictures_of(ctx, data, epoch);
        dp_train_config plain = config_for(NULL, "sgd:lr=0");
        plain.progress = keep_loss;
        plain.user = wanted[epoch];
        must(ctx, dp_train(model, seen, NULL, &plain, NULL));
        assert_true(losses[epoch] == wanted[epoch][epoch]);
        dp_dataset_free(&seen);
    }
    assert_true(losses[0] != losses[1]);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* Neither rows for validation nor the test part are changed. */
static void tests_see_pictures_as_they_are(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = NULL;
    dp_model *model = new_model(ctx);
    dp_progress changed, plain;
    must(ctx, dp_dataset_open(ctx, "digits:200", DP_SPLIT_TRAIN, &data));
    for (int i = 0; i < 2; i++) {
        dp_train_config config = config_for(i ? NULL : changes, "sgd:lr=0");
        config.validation = 0.25;
        must(ctx, dp_train(model, data, data, &config, i ? &plain : &changed));
    }
    assert_true(changed.loss != plain.loss);
    assert_true(changed.test.loss == plain.test.loss && changed.validation.loss == plain.validation.loss);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

static void refuses_tables(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = xor_data(ctx);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_train_config config = config_for("shift=1", "sgd:lr=0.1");
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_SHAPE,
              "augment: no input of the model is filled by a column of pictures");
    config.augment = "shift=x";
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "augment: shift=x");
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

static dp_status train_once(dp_ctx *ctx, void *user)
{
    dp_dataset *data = NULL;
    dp_model *model = NULL;
    dp_train_config config = config_for(changes, "sgd:lr=0.1");
    (void)user;
    dp_status status = dp_dataset_open(ctx, "digits:3", DP_SPLIT_TRAIN, &data);
    if (status == DP_OK)
        status = dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model);
    if (status == DP_OK)
        status = dp_train(model, data, NULL, &config, NULL);
    dp_model_free(&model);
    dp_dataset_free(&data);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(train_once, NULL) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_matter),          cmocka_unit_test(epochs_see_their_own_pictures),
        cmocka_unit_test(tests_see_pictures_as_they_are), cmocka_unit_test(refuses_tables),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("train/change_threads", tests, NULL, NULL);
}
