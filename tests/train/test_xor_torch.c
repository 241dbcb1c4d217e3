/* A published PyTorch run, replayed: the ten losses of acceptance number D-N08. */
#include <math.h>

#include "train_fixture.h"

/* printed by: manual_seed(0); Linear(2, 4), Sigmoid, Linear(4, 2) without bias; CrossEntropyLoss; Adam(lr=0.001,
 * amsgrad=True); all four rows in each of 10,000 epochs */
static const double printed[10] = {
    0.7091774940490723,   0.6213149428367615,   0.29985612630844116, 0.14419220387935638,  0.08603499829769135,
    0.059611424803733826, 0.045122966170310974, 0.03611883148550987, 0.030027955770492554, 0.02565212920308113};

static int note(void *user, const dp_progress *at)
{
    double *losses = user;
    if (at->is_row && (at->step - 1) % 1000 == 0) losses[(at->step - 1) / 1000] = at->loss;
    return 0;
}

static void losses_are_those_printed(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx);
    double losses[10] = {0};
    dp_train_config config;
    dp_train_config_init(&config);
    config.steps = 10000;
    config.batch = 4;
    config.shuffle = 0;
    config.optimizer = "adam:lr=0.001,amsgrad";
    config.log_every = 1;
    config.progress = note;
    config.user = losses;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_true(losses[0] == printed[0]);
    for (int i = 0; i < 10; i++) {
        print_message("epoch %d : loss %.17g, off by %.1e\n", 1000 * i, losses[i], losses[i] - printed[i]);
        assert_true(fabs(losses[i] - printed[i]) <= 1e-6);
    }
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(losses_are_those_printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
