/* The words of an optimiser. */
#include "train_fixture.h"

#include "train/optimizer.h"

typedef struct good_case {
    const char *text, *full;
} good_case;

static const good_case good[] = {
    {"sgd", "sgd:lr=0.01,weight_decay=0.0"},
    {"sgd:lr=0.1", "sgd:lr=0.1,weight_decay=0.0"},
    {"sgd:weight_decay=1e-4,lr=1", "sgd:lr=1.0,weight_decay=0.0001"},
    {"momentum", "momentum:lr=0.01,momentum=0.9,dampening=0.0,weight_decay=0.0,nesterov=0.0"},
    {"momentum:nesterov,momentum=0.5", "momentum:lr=0.01,momentum=0.5,dampening=0.0,weight_decay=0.0,nesterov=1.0"},
    {"adam", "adam:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=0.0"},
    {"adam:lr=0.001,amsgrad", "adam:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=1.0"},
    {"adam:amsgrad=0,beta1=0", "adam:lr=0.001,beta1=0.0,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=0.0"},
};

static char *described(dp_ctx *ctx, const char *text, dp_text *out)
{
    dpi_method method;
    dpi_optimizer_options options;
    *out = (dp_text){.ctx = ctx};
    must(ctx, dpi_optimizer_parse(ctx, text, &method, &options));
    must(ctx, dpi_optimizer_text(out, method, &options));
    return out->data;
}

static void options_are_read(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dp_text once, again;
        assert_string_equal(described(ctx, good[i].text, &once), good[i].full);
        assert_string_equal(described(ctx, once.data, &again), good[i].full); /* what is written reads back */
        dp_text_free(&once);
        dp_text_free(&again);
    }
    ctx_close(ctx);
}

typedef struct bad_case {
    const char *text;
    dp_status status;
    const char *words;
} bad_case;

static const bad_case bad[] = {
    {"", DP_ERR_NAME, "there is no \"\"; there are sgd, momentum, adam"},
    {"rmsprop:lr=1", DP_ERR_NAME, "there is no \"rmsprop\"; there are sgd, momentum, adam"},
    {"sg", DP_ERR_NAME, "there is no \"sg\""},
    {"sgd:momentum=0.9", DP_ERR_NAME, "sgd has no option \"momentum\"; it has lr, weight_decay"},
    {"adam:betas=0.9", DP_ERR_NAME,
     "adam has no option \"betas\"; it has lr, beta1, beta2, eps, weight_decay, amsgrad"},
    {"sgd:", DP_ERR_NAME, "no option \"\""},
    {"sgd:lr=0.1,", DP_ERR_NAME, "no option \"\""},
    {"sgd:lr", DP_ERR_RANGE, "lr of sgd has to be a finite number that is not negative"},
    {"sgd:lr=", DP_ERR_RANGE, "lr of sgd has to be"},
    {"sgd:lr=-1", DP_ERR_RANGE, "not \"-1\""},
    {"sgd:lr=nan", DP_ERR_RANGE, "not \"nan\""},
    {"sgd:lr=inf", DP_ERR_RANGE, "not \"inf\""},
    {"sgd:lr=0.1x", DP_ERR_RANGE, "not \"0.1x\""},
    {"sgd:lr=0.1:weight_decay=1", DP_ERR_RANGE, "not \"0.1:weight_decay=1\""},
    {"adam:beta1=1", DP_ERR_RANGE, "at least 0 and below 1"},
    {"adam:beta2=-0.1", DP_ERR_RANGE, "at least 0 and below 1"},
    {"adam:amsgrad=2", DP_ERR_RANGE, "1 or 0"},
    {"adam:amsgrad=", DP_ERR_RANGE, "1 or 0"},
    {"momentum:nesterov,momentum=0", DP_ERR_RANGE, "nesterov needs a momentum above 0"},
    {"momentum:nesterov,dampening=0.1", DP_ERR_RANGE, "no dampening"},
};

static void wrong_options_are_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dpi_method method = DPI_ADAM;
        dpi_optimizer_options options = {.lr = 7};
        must_fail(ctx, dpi_optimizer_parse(ctx, bad[i].text, &method, &options), bad[i].status, bad[i].words);
        assert_int_equal(method, DPI_ADAM);
        assert_true(options.lr == 7);
    }
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(options_are_read), cmocka_unit_test(wrong_options_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
