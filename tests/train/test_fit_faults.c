/* Every allocation of a run fails once: a clean error each time, and nothing is left behind. */
#include <stdlib.h>
#include <unistd.h>

#include "train_fixture.h"

#include "support/failing_memory.h"
#include "support/scratch.h"

static const char text[] = "x = input(2)\nt = label(2)\ntwo = 3\nb = param(2, [0.5, 1.5] * ones(2) * two)\ny = "
                           "affine(dropout(sigmoid(batch_norm(affine(x, 4))), 0.2), 2) + b\n"
                           "loss = softmax_cross_entropy(y, t)\n";

static dp_status make_data(dp_ctx *ctx, dp_dataset **out)
{
    static const char csv[] = "x1,x2,class1,class2\n0,0,0,1\n0,1,1,0\n1,1,0,1\n1,0,1,0\n1,1,0,1\n0,1,1,0\n1,1,0,1\n1,0,1,0\n0,0,0,1\n";
    return dp_csv_parse(ctx, csv, sizeof csv - 1, "xor.csv", out);
}

static dp_status whole_run(dp_ctx *ctx, void *user)
{
    dp_model_config settings;
    dp_model_config_init(&settings);
    settings.settings = (dp_setting[]){{"two", "2"}};
    settings.setting_count = 1;
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 2;
    config.batch = 3; /* and a last one of 2 */
    config.optimizer = "adam:amsgrad";
    config.schedule = "warmup:total_iters=2;cosine";
    config.validation = 0.4;
    config.patience = 1;
    config.metrics = "f1";
    config.checkpoint_every = 1;
    config.bindings = (dp_binding[]){{"t", "class2"}};
    config.binding_count = 1;
    config.standardize = "x";
    config.out_dir = user;
    dp_dataset *data = NULL;
    dp_model *model = NULL, *opened = NULL;
    dp_test_result result = {0};
    dp_prediction said = {0};
    int64_t row = 1;
    dp_status status = make_data(ctx, &data);
    scratch_remove(user); /* what a run left that had less memory */
    if (status == DP_OK) status = dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &settings, &model);
    if (status == DP_OK) status = dp_train(model, data, data, &config, NULL);
    config.resume = 1;
    if (status == DP_OK) status = dp_train(model, data, data, &config, NULL);
#if DENPA_HAVE_JSON
    if (status == DP_OK) status = dp_run_open(ctx, user, &opened);
    if (status == DP_OK) status = dp_test(opened, data, NULL, 0, 1, &result);
#endif
    if (status == DP_OK) status = dp_predict_rows(model, data, NULL, 0, 1, &row, 1, &said);
    dp_prediction_free(&said);
    dp_test_result_free(&result);
    dp_model_free(&opened);
    dp_model_free(&model);
    dp_dataset_free(&data);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    long failed = failing_memory_try_all(whole_run, (void *)(uintptr_t)scratch_path("run"));
    print_message("%ld allocations failed one after another\n", failed);
    assert_true(failed > 100);
}

/* A loss that is not finite is explained, or the explanation fails: DP_ERR_RANGE is what is left of a run that had all
 * its memory. */
static dp_status guarded_run(dp_ctx *ctx, void *user)
{
    (void)user;
    static const char bad[] = "x = input(2)\nt = label(2)\ny = log(affine(x, 2, init=\"torch\") * 0)\n"
                              "loss = softmax_cross_entropy(y, t)\n";
    dp_dataset *data = NULL;
    dp_model *model = NULL;
    dp_status status = make_data(ctx, &data);
    if (status == DP_OK) status = dp_model_from_text(ctx, bad, sizeof bad - 1, "net.dp", NULL, &model);
    if (status == DP_OK) status = dp_train(model, data, NULL, NULL, NULL);
    dp_model_free(&model);
    dp_dataset_free(&data);
    return status == DP_ERR_RANGE ? DP_OK : status;
}

static void every_allocation_of_the_guard_may_fail(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(guarded_run, NULL) > 50);
}

int main(void)
{
    /* thousands of runs, each of which brings a dozen files to the disk: in memory, where there is such a place */
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
                                       cmocka_unit_test(every_allocation_of_the_guard_may_fail)};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
