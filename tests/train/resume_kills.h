/* A run that is killed with SIGKILL again and again, at moments drawn from a seed, and resumed until it ends. What it
 * leaves has to be what a run leaves that nobody disturbed. */
#ifndef DENPA_TESTS_RESUME_KILLS_H
#define DENPA_TESTS_RESUME_KILLS_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "train_fixture.h"

#include "support/scratch.h"

typedef struct kill_case {
    const char *optimizer, *schedule, *augment;
    double validation;
    int64_t patience, log_every, checkpoint_every, epochs;
} kill_case;

static const kill_case kill_cases[] = {
    {"sgd:lr=0.1", NULL, NULL, 0, 0, 0, 13, 12},
    {"adam:amsgrad,clip_norm=1;*.b:lr=0.1", "warmup:total_iters=9;cosine", NULL, 0.25, 0, 4, 29, 14},
    {"nadam:lr=0.01", "plateau:patience=1", NULL, 0.25, 3, 0, 17, 40},
    {"rmsprop:centered,momentum=0.5", "onecycle", NULL, 0.2, 9, 1, 40, 14},
    {"momentum:lr=0.05", "cosine", "shift=2,rotate=10,noise=0.1", 0, 0, 0, 23, 12},
};
enum { KILL_CASES = sizeof kill_cases / sizeof *kill_cases };

static const char kill_text[] =
    "x = input(784)\nt = label(10)\nh = dropout(relu(batch_norm(affine(x, 12))), 0.2)\ny = affine(h, 10)\n"
    "loss = softmax_cross_entropy(y, t)\n";

/* The run in a process of its own; ends it with 0 if all went well. */
static void kill_run(const kill_case *c, const char *dir)
{
    dp_ctx *ctx = NULL;
    dp_dataset *train = NULL, *test = NULL;
    dp_model *model = NULL;
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = c->epochs;
    config.batch = 16;
    config.optimizer = c->optimizer;
    config.schedule = c->schedule;
    config.augment = c->augment;
    config.validation = c->validation;
    config.patience = c->patience;
    config.log_every = c->log_every;
    config.checkpoint_every = c->checkpoint_every;
    config.standardize = "x";
    config.metrics = "f1";
    config.seed = 3;
    config.resume = 1;
    config.out_dir = dir;
    dp_config settings;
    dp_config_init(&settings);
    settings.threads = 1;
    dp_status status = dp_ctx_new(&settings, &ctx);
    if (status == DP_OK) status = dp_dataset_open(ctx, "digits:180", DP_SPLIT_TRAIN, &train);
    if (status == DP_OK) status = dp_dataset_open(ctx, "digits:180", DP_SPLIT_TEST, &test);
    if (status == DP_OK) status = dp_model_from_text(ctx, kill_text, sizeof kill_text - 1, "net.dp", NULL, &model);
    if (status == DP_OK) status = dp_train(model, train, test, &config, NULL);
    if (status != DP_OK) fprintf(stderr, "%s\n", dp_ctx_message(ctx));
    _exit(status == DP_OK ? 0 : 1);
}

static void kill_compare(dp_ctx *ctx, const char *dir, const char *wanted, const char *name)
{
    char path[2][SCRATCH_PATH_BYTES];
    dp_array *files[2] = {0};
    snprintf(path[0], sizeof path[0], "%s/%s", dir, name);
    snprintf(path[1], sizeof path[1], "%s/%s", wanted, name);
    for (int i = 0; i < 2; i++) must(ctx, dp_file_read(ctx, path[i], 0, &files[i]));
    if (dp_array_bytes(files[0]) != dp_array_bytes(files[1]) ||
        memcmp(files[0]->data, files[1]->data, dp_array_bytes(files[0])) != 0)
        fail_msg("%s differs from %s", path[0], path[1]);
    for (int i = 0; i < 2; i++) dp_array_free(&files[i]);
}

/* Runs it for at most so many microseconds. Returns whether it was killed; a run that fails fails the test. */
static int kill_after(const kill_case *c, const char *dir, int64_t microseconds)
{
    int state = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) kill_run(c, dir);
    struct timespec pause = {.tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000};
    if (microseconds >= 0) nanosleep(&pause, NULL);
    if (microseconds >= 0) kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &state, 0), child);
    if (WIFSIGNALED(state)) {
        assert_int_equal(WTERMSIG(state), SIGKILL);
        return 1;
    }
    assert_int_equal(WEXITSTATUS(state), 0);
    return 0;
}

/* How long an undisturbed run takes, in microseconds; it stays in `dir`. */
static int64_t kill_reference(const kill_case *c, const char *dir)
{
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_false(kill_after(c, dir, -1));
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000;
}

/* Kills at least `wanted` times, over as many runs to the end as that takes, at least one of each case. */
static void kill_many(int wanted, uint64_t seed)
{
    dp_ctx *ctx = ctx_open(1);
    dp_rng rng = {.seed = seed};
    int kills = 0, runs = 0;
    for (; kills < wanted || runs < KILL_CASES; runs++) {
        const kill_case *c = &kill_cases[runs % KILL_CASES];
        char reference[SCRATCH_PATH_BYTES], dir[SCRATCH_PATH_BYTES], name[64];
        snprintf(name, sizeof name, "reference%d", runs);
        snprintf(reference, sizeof reference, "%s", scratch_path(name));
        snprintf(name, sizeof name, "killed%d", runs);
        snprintf(dir, sizeof dir, "%s", scratch_path(name));
        int64_t longest = kill_reference(c, reference) / 2;
        while (kill_after(c, dir, (int64_t)(dp_rng_uniform(&rng) * (double)longest))) {
            kills++;
            longest += longest / 8; /* so that it ends on a machine that gets slower, too */
        }
        assert_false(kill_after(c, dir, -1)); /* a run that has ended may be resumed: nothing changes */
        kill_compare(ctx, dir, reference, "model.safetensors");
        kill_compare(ctx, dir, reference, "log.csv");
        if (c->validation > 0) kill_compare(ctx, dir, reference, "model.dp");
    }
    print_message("%d kills in %d runs\n", kills, runs);
    ctx_close(ctx);
}

#endif
