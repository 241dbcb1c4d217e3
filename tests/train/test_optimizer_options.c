/* The words of an optimiser. */
#include "train_fixture.h"

#include <math.h>

#include "train/optimizer.h"
#include "train/rate_schedule.h"

typedef struct good_case {
    const char *text, *full;
} good_case;

static const good_case good[] = {
    {"sgd", "sgd:lr=0.001,weight_decay=0.0"},
    {"sgd:lr=0.1", "sgd:lr=0.1,weight_decay=0.0"},
    {"sgd:weight_decay=1e-4,lr=1", "sgd:lr=1.0,weight_decay=0.0001"},
    {"momentum", "momentum:lr=0.001,momentum=0.9,dampening=0.0,weight_decay=0.0,nesterov=0.0"},
    {"momentum:nesterov,momentum=0.5", "momentum:lr=0.001,momentum=0.5,dampening=0.0,weight_decay=0.0,nesterov=1.0"},
    {"adam", "adam:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=0.0"},
    {"adam:lr=0.001,amsgrad", "adam:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=1.0"},
    {"nesterov", "nesterov:lr=0.001,momentum=0.9,weight_decay=0.0"},
    {"adagrad:eps=0", "adagrad:lr=0.01,lr_decay=0.0,weight_decay=0.0,initial_accumulator_value=0.0,eps=0.0"},
    {"rmsprop:centered,alpha=1",
     "rmsprop:lr=0.01,alpha=1.0,eps=1e-08,weight_decay=0.0,momentum=0.0,centered=1.0"},
    {"adadelta", "adadelta:lr=1.0,rho=0.9,eps=1e-06,weight_decay=0.0"},
    {"adamw", "adamw:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.01,amsgrad=0.0"},
    {"nadam:clip_norm=2", "nadam:clip_norm=2.0,lr=0.002,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.0,"
                          "momentum_decay=0.004,decoupled_weight_decay=0.0"},
    {"adam:amsgrad=0,beta1=0", "adam:lr=0.001,beta1=0.0,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=0.0"},
};

static char *described(dp_ctx *ctx, const char *text, dp_text *out)
{
    dpi_method method;
    dpi_optimizer_options options;
    *out = (dp_text){.ctx = ctx};
    must(ctx, dpi_optimizer_parse(ctx, text, strlen(text), &method, &options));
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
    {"", DP_ERR_NAME, "there is no \"\"; there are sgd, momentum, nesterov, adagrad, rmsprop, adadelta, adam, adamw, nadam"},
    {"rprop:lr=1", DP_ERR_NAME, "there is no \"rprop\"; there are sgd, momentum, nesterov,"},
    {"sg", DP_ERR_NAME, "there is no \"sg\""},
    {"sgd:momentum=0.9", DP_ERR_NAME, "sgd has no option \"momentum\"; it has clip_value, clip_norm, lr, weight_decay"},
    {"adam:betas=0.9", DP_ERR_NAME,
     "adam has no option \"betas\"; it has clip_value, clip_norm, lr, beta1, beta2, eps, weight_decay, amsgrad"},
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
    {"nesterov:momentum=0", DP_ERR_RANGE, "a finite number above 0"},
    {"nesterov:dampening=0", DP_ERR_NAME, "no option \"dampening\""},
    {"rmsprop:alpha=1.5", DP_ERR_RANGE, "at least 0 and at most 1"},
    {"sgd:clip_norm=-1", DP_ERR_RANGE, "clip_norm of sgd has to be a finite number that is not negative"},
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
        must_fail(ctx, dpi_optimizer_parse(ctx, bad[i].text, strlen(bad[i].text), &method, &options), bad[i].status, bad[i].words);
        assert_int_equal(method, DPI_ADAM);
        assert_true(options.lr == 7);
    }
    ctx_close(ctx);
}

/* ---- Groups ---- */

typedef struct group_case {
    const char *text;
    dp_status status;
    const char *words; /* of the message, or how the optimiser describes itself */
} group_case;

/* The XOR network has W1 and W2. */
static const group_case groups[] = {
    {"sgd;W2:lr=0.5", DP_OK, "sgd:lr=0.001,weight_decay=0.0;W2:lr=0.5,weight_decay=0.0"},
    {"sgd:clip_norm=1;*1:lr=0.5;W?:lr=2,weight_decay=1", DP_OK,
     "sgd:clip_norm=1.0,lr=0.001,weight_decay=0.0;*1:lr=0.5,weight_decay=0.0;W?:lr=2.0,weight_decay=1.0"},
    {"sgd;*.b:lr=0.5", DP_ERR_NAME, "group *.b has no parameter that no group before it has; there are W1, W2"},
    {"sgd;W*:lr=1;W2:lr=2", DP_ERR_NAME, "group W2 has no parameter"},
    {"sgd;W1", DP_ERR_ARG, "\"W1\" is no group; write PATTERN:OPTION=NUMBER"},
    {"sgd;", DP_ERR_ARG, "is no group"},
    {"sgd;:lr=1", DP_ERR_ARG, "is no group"},
    {"sgd;W1:", DP_ERR_NAME, "no option \"\""},
    {"sgd;W1:clip_norm=1", DP_ERR_ARG, "are of all parameters, not of group W1"},
    {"sgd;W1:lr=-1", DP_ERR_RANGE, "lr of sgd"},
    {"nope;W1:lr=1", DP_ERR_NAME, "there is no \"nope\""},
};

static void groups_are_read(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        dp_optimizer *optimizer = NULL;
        dp_text text = {.ctx = ctx};
        dp_status status = dp_optimizer_new(model, groups[i].text, &optimizer);
        if (groups[i].status != DP_OK) {
            must_fail(ctx, status, groups[i].status, groups[i].words);
            assert_null(optimizer);
            continue;
        }
        must(ctx, status);
        must(ctx, dpi_optimizer_describe(optimizer, &text));
        assert_string_equal(text.data, groups[i].words);
        dp_optimizer_free(&optimizer);
        must(ctx, dp_optimizer_new(model, text.data, &optimizer));
        dp_optimizer_free(&optimizer);
        dp_text_free(&text);
    }
    dp_model_free(&model);
    ctx_close(ctx);
}

static void groups_are_made_by_calls(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_optimizer *optimizer = NULL;
    must(ctx, dp_optimizer_new(model, "adam", &optimizer));
    must(ctx, dp_optimizer_group(optimizer, "W2", "lr=0.5,amsgrad"));
    must_fail(ctx, dp_optimizer_group(optimizer, "W2", "lr=0.5"), DP_ERR_NAME, "group W2");
    assert_int_equal(dp_optimizer_group_count(optimizer), 2);
    assert_true(dp_optimizer_lr(optimizer, 0) == 0.001 && dp_optimizer_lr(optimizer, 1) == 0.5);
    assert_true(isnan(dp_optimizer_lr(optimizer, 2)) && isnan(dp_optimizer_lr(optimizer, -1)));
    must(ctx, dp_optimizer_set_lr(optimizer, 1, 0.25));
    assert_true(dp_optimizer_lr(optimizer, 1) == 0.25);
    must_fail(ctx, dp_optimizer_set_lr(optimizer, 2, 1), DP_ERR_RANGE, "there is no group 2; there are 2");
    must_fail(ctx, dp_optimizer_set_lr(optimizer, 0, NAN), DP_ERR_RANGE, "lr has to be a finite number");
    dpi_optimizer_step(optimizer, NULL, false);
    must_fail(ctx, dp_optimizer_group(optimizer, "W1", "lr=0.5"), DP_ERR_ARG, "group W1 comes after the first step");
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* ---- Schedules ---- */

typedef struct schedule_case {
    const char *text;
    int64_t steps, epochs;
    dp_status status;
    const char *words; /* of the message, or the text in full */
} schedule_case;

static const schedule_case schedules[] = {
    {"cosine", 200, 2, DP_OK, "cosine:T_max=200.0,eta_min=0.0,by_epoch=0.0"},
    {"cosine:by_epoch", 200, 2, DP_OK, "cosine:T_max=2.0,eta_min=0.0,by_epoch=1.0"},
    {"warmup:total_iters=20;cosine", 200, 2, DP_OK,
     "warmup:start_factor=0.3333333333333333,end_factor=1.0,total_iters=20.0,by_epoch=0.0;"
     "cosine:T_max=180.0,eta_min=0.0,by_epoch=0.0"},
    {"multistep:milestones=30/80", 0, 0, DP_OK, "multistep:milestones=30/80,gamma=0.1,by_epoch=0.0"},
    {"cosine", 0, 0, DP_ERR_RANGE, "cosine needs T_max="},
    {"onecycle", 0, 0, DP_ERR_RANGE, "onecycle needs total_steps="},
    {"warmup:total_iters=200;cosine", 200, 2, DP_ERR_RANGE, "the warm-up of 200 is all of the run of 200"},
    {"step", 1, 1, DP_ERR_RANGE, "step needs step_size=…, a finite number above 0"},
    {"exponential", 1, 1, DP_ERR_RANGE, "exponential needs gamma="},
    {"multistep", 1, 1, DP_ERR_RANGE, "multistep needs milestones=…, whole numbers that grow, as in 30/80"},
    {"multistep:milestones=30/30", 1, 1, DP_ERR_RANGE, "not \"30/30\""},
    {"multistep:milestones=", 1, 1, DP_ERR_RANGE, "whole numbers"},
    {"multistep:milestones=1/", 1, 1, DP_ERR_RANGE, "whole numbers"},
    {"multistep:milestones=1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", 1, 1, DP_ERR_RANGE, "whole numbers"},
    {"multistep:milestones=1.5", 1, 1, DP_ERR_RANGE, "whole numbers"},
    {"linear", 1, 1, DP_ERR_NAME,
     "schedule: there is no \"linear\"; there are step, multistep, exponential, cosine, warmup, onecycle, plateau"},
    {"cosine;step:step_size=1", 9, 9, DP_ERR_ARG, "only a warmup may come before another one, not cosine"},
    {"warmup;step:step_size=1,by_epoch", 9, 9, DP_ERR_ARG, "by_epoch has to be said of both or of none"},
    {"warmup;", 9, 9, DP_ERR_NAME, "there is no \"\""},
    {"plateau:factor=1", 9, 9, DP_ERR_RANGE, "factor of plateau has to be at least 0 and below 1"},
    {"plateau:by_epoch", 9, 9, DP_ERR_NAME, "plateau has no option \"by_epoch\""},
};

static void schedules_are_read(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        const schedule_case *c = &schedules[i];
        dp_schedule schedule = {0};
        dp_text text = {.ctx = ctx};
        dp_status status = dpi_schedule_parse(ctx, c->text, c->steps, c->epochs, &schedule);
        if (c->status != DP_OK) {
            must_fail(ctx, status, c->status, c->words);
            continue;
        }
        must(ctx, status);
        must(ctx, dpi_schedule_text(&text, &schedule));
        assert_string_equal(text.data, c->words);
        dp_text_free(&text);
    }
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(options_are_read), cmocka_unit_test(wrong_options_are_refused),
                                       cmocka_unit_test(groups_are_read), cmocka_unit_test(groups_are_made_by_calls),
                                       cmocka_unit_test(schedules_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
