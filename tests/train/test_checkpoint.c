/* Checkpoints: which are kept, what a bad one does, what differs is named, nothing is lost. test_resume.c kills. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "train_fixture.h"

#include "support/scratch.h"

static const char text[] = "x = input(2)\nt = label(2)\nhidden = 4\ny = affine(sigmoid(affine(x, hidden)), 2)\n"
                           "loss = softmax_cross_entropy(y, t)\n";

typedef struct logged {
    char text[2048];
    int count;
} logged;

static void keep_warning(void *user, dp_log_level level, const char *words)
{
    logged *l = user;
    if (level < DP_LOG_WARNING) return;
    l->count++;
    snprintf(l->text + strlen(l->text), sizeof l->text - strlen(l->text), "%s\n", words);
}

typedef struct bench {
    dp_ctx *ctx;
    dp_model *model;
    dp_dataset *data;
    dp_train_config config;
    logged log;
    char dir[SCRATCH_PATH_BYTES];
} bench;

static void bench_open_text(bench *b, const char *dir, const char *words)
{
    dp_config settings;
    dp_config_init(&settings);
    settings.log = keep_warning;
    settings.log_user = &b->log;
    settings.threads = 1;
    memset(&b->log, 0, sizeof b->log);
    assert_int_equal(dp_ctx_new(&settings, &b->ctx), DP_OK);
    must(b->ctx, dp_model_from_text(b->ctx, words, strlen(words), "net.dp", NULL, &b->model));
    b->data = xor_data(b->ctx);
    snprintf(b->dir, sizeof b->dir, "%s", scratch_path(dir));
    dp_train_config_init(&b->config);
    b->config.epochs = 10;
    b->config.batch = 3; /* two steps an epoch */
    b->config.optimizer = "adam:lr=0.1";
    b->config.out_dir = b->dir;
    b->config.checkpoint_every = 3;
}

static void bench_open(bench *b, const char *dir)
{
    bench_open_text(b, dir, text);
}

static void bench_close(bench *b)
{
    dp_dataset_free(&b->data);
    dp_model_free(&b->model);
    ctx_close(b->ctx);
}

static dp_status go(bench *b)
{
    return dp_train(b->model, b->data, b->data, &b->config, NULL);
}

static const char *in(const bench *b, const char *name)
{
    static char paths[4][2 * SCRATCH_PATH_BYTES];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", b->dir, name);
    return path;
}

static int there(const bench *b, const char *name)
{
    return access(in(b, name), F_OK) == 0;
}

#define STEP(n) "checkpoints/step-000000" #n ".safetensors"

/* Trains to the end in folder `reference`, which everything is held against. */
static void make_reference(void)
{
    bench b;
    bench_open(&b, "reference");
    if (!there(&b, "config.json")) must(b.ctx, go(&b));
    bench_close(&b);
}

static void same_file(bench *b, const char *name)
{
    dp_array *is = NULL, *wanted = NULL;
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "reference/%s", name);
    must(b->ctx, dp_file_read(b->ctx, in(b, name), 0, &is));
    must(b->ctx, dp_file_read(b->ctx, scratch_path(path), 0, &wanted));
    assert_int_equal(dp_array_bytes(is), dp_array_bytes(wanted));
    assert_memory_equal(is->data, wanted->data, dp_array_bytes(is));
    dp_array_free(&is);
    dp_array_free(&wanted);
}

static void as_the_reference(bench *b)
{
    make_reference();
    same_file(b, "model.safetensors");
    same_file(b, "log.csv");
}

/* Stops after so many steps. */
static int stop_at(void *user, const dp_progress *at)
{
    return at->step >= *(const int64_t *)user;
}

/* A run that is stopped at step 8 of 20, within the fourth epoch. */
static void begin(bench *b, const char *dir)
{
    int64_t stop = 7;
    bench_open(b, dir);
    b->config.tell_every = 1;
    b->config.progress = stop_at;
    b->config.user = &stop;
    must_fail(b->ctx, go(b), DP_ERR_CANCELLED, "stopped after 7 of 20 steps");
    b->config.progress = NULL;
    b->config.resume = 1;
    assert_true(there(b, STEP(03)) && there(b, STEP(06)) && there(b, STEP(07)));
}

static void a_stopped_run_goes_on(void **state)
{
    (void)state;
    bench b;
    begin(&b, "stopped");
    must(b.ctx, go(&b));
    as_the_reference(&b);
    assert_int_equal(b.log.count, 0);
    assert_true(there(&b, STEP(15)) && there(&b, STEP(18)) && there(&b, STEP(20)));
    assert_false(there(&b, STEP(12)) || there(&b, STEP(07)) || there(&b, STEP(03))); /* the last three are kept */
    must(b.ctx, go(&b));                                                             /* once more: it has ended */
    as_the_reference(&b);
    bench_close(&b);
}

static void the_best_is_kept(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "best");
    b.config.validation = 0.5;
    b.config.keep_checkpoints = 1;
    dp_progress end;
    must(b.ctx, dp_train(b.model, b.data, b.data, &b.config, &end));
    dp_tensors *best = NULL;
    must(b.ctx, dp_safetensors_read(b.ctx, in(&b, "checkpoints/best.safetensors"), &best));
    assert_true(end.best_epoch > 0);
    assert_true(dp_array_get(dp_tensors_find(best, "run/epoch"), 0) == (double)end.best_epoch);
    assert_true(there(&b, STEP(10)) && !there(&b, STEP(09))); /* one row of two is trained on: ten steps */
    dp_tensors_free(&best);
    bench_close(&b);
}

/* ---- Bad files ---- */

static void cut_file(const bench *b, const char *name, int64_t bytes)
{
    assert_int_equal(truncate(in(b, name), (off_t)bytes), 0);
}

static void change_byte(const bench *b, const char *name, long from_end)
{
    FILE *file = fopen(in(b, name), "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -from_end, SEEK_END), 0);
    int c = fgetc(file);
    assert_int_equal(fseek(file, -from_end, SEEK_END), 0);
    fputc(c ^ 1, file);
    fclose(file);
}

static void a_bad_checkpoint_is_passed_over(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        long cut, change;
    } cases[] = {
        {"step-00000007.safetensors", 0, 0},
        {"step-00000007.safetensors", 4, 0},
        {"step-00000007.safetensors", 1000, 0},
        {"its numbers are not those that were written", -1, 1},
        {"its numbers are not those that were written", -1, 100},
        {"its numbers are not those that were written", -1, 700},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench b;
        char name[32];
        snprintf(name, sizeof name, "bad%d", (int)i);
        begin(&b, name);
        if (cases[i].cut >= 0) cut_file(&b, STEP(07), cases[i].cut);
        if (cases[i].change) change_byte(&b, STEP(07), cases[i].change);
        must(b.ctx, go(&b));
        assert_int_equal(b.log.count, 1);
        if (!strstr(b.log.text, cases[i].words)) fail_msg("%s", b.log.text);
        assert_non_null(strstr(b.log.text, "the checkpoint before it is tried"));
        as_the_reference(&b);
        bench_close(&b);
    }
}

/* The log is not what it was when the last checkpoint was made, but what it was for the one before. */
static void a_cut_log_is_noticed(void **state)
{
    (void)state;
    bench b;
    begin(&b, "log");
    dp_tensors *before = NULL;
    must(b.ctx, dp_safetensors_read(b.ctx, in(&b, STEP(03)), &before));
    cut_file(&b, "log.csv", (int64_t)dp_array_get(dp_tensors_find(before, "log/bytes"), 0));
    dp_tensors_free(&before);
    must(b.ctx, go(&b));
    assert_int_equal(b.log.count, 2); /* those of steps 7 and 6 */
    assert_non_null(strstr(b.log.text, "are not those of this checkpoint"));
    as_the_reference(&b);
    bench_close(&b);
}

/* Whatever is in the folder, as text, to see that nothing changes. */
static void describe_folder(const bench *b, char *into, size_t bytes)
{
    char command[2 * SCRATCH_PATH_BYTES];
    snprintf(command, sizeof command, "cd '%s' && find . -type f | LC_ALL=C sort | xargs cksum", b->dir);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    into[fread(into, 1, bytes - 1, pipe)] = 0;
    pclose(pipe);
}

static void refused(bench *b, dp_status wanted, const char *words)
{
    char before[4096], after[4096];
    describe_folder(b, before, sizeof before);
    must_fail(b->ctx, go(b), wanted, words);
    describe_folder(b, after, sizeof after);
    assert_string_equal(before, after);
}

static void without_a_good_one_nothing_is_changed(void **state)
{
    (void)state;
    bench b;
    begin(&b, "none");
    change_byte(&b, STEP(07), 1);
    change_byte(&b, STEP(06), 1);
    cut_file(&b, STEP(03), 100);
    refused(&b, DP_ERR_FORMAT, "none of the checkpoints can be used (3 tried); nothing was changed");
    bench_close(&b);
}

static void what_differs_is_named(void **state)
{
    (void)state;
    bench b;
    begin(&b, "differs");
    dp_train_config good = b.config;
    b.config.batch = 2;
    b.config.seed = 1;
    refused(&b, DP_ERR_ARG, "batch was 3 and is 2; seed was 0 and is 1. Make it the same");
    b.config = good;
    b.config.optimizer = "adam:lr=0.2";
    refused(&b, DP_ERR_ARG, "optimizer was \"adam:lr=0.1,");
    b.config = good;
    b.config.validation = 0.5;
    refused(&b, DP_ERR_ARG, "validation was 0.0 and is 0.5");
    b.config = good;
    b.config.steps = 3;
    refused(&b, DP_ERR_RANGE, "the last checkpoint is of step 7, but the run is to have only 3");
    b.config = good;
    b.config.resume = 0;
    refused(&b, DP_ERR_ARG, "has checkpoints of a run that has not ended, the last one of step 7");
    b.config.checkpoint_every = 0;
    refused(&b, DP_ERR_ARG, "has checkpoints of a run that has not ended");
    bench_close(&b);

    static const char other[] = "x = input(2)\nt = label(2)\nhidden = 5\ny = affine(sigmoid(affine(x, hidden)), 2)\n"
                                "loss = softmax_cross_entropy(y, t)\n";
    bench_open_text(&b, "differs", other);
    b.config.resume = 1;
    refused(&b, DP_ERR_ARG, "the model's line 3 was \"hidden = 4\" and is \"hidden = 5\"");
    bench_close(&b);
}

/* More epochs than before are no other run, unless the schedule hangs on their number. */
static void a_run_may_become_longer(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "longer");
    b.config.epochs = 4;
    must(b.ctx, go(&b));
    b.config.resume = 1;
    b.config.epochs = 10;
    must(b.ctx, go(&b));
    as_the_reference(&b);
    bench_close(&b);
    bench_open(&b, "scheduled");
    b.config.epochs = 4;
    b.config.schedule = "cosine";
    must(b.ctx, go(&b));
    b.config.resume = 1;
    b.config.epochs = 10;
    refused(&b, DP_ERR_ARG, "schedule was \"cosine:T_max=8.0");
    bench_close(&b);
}

/* A run that has ended makes room for another one. */
static void an_ended_run_is_replaced(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "again");
    b.config.epochs = 15;
    b.config.batch = 1;
    must(b.ctx, go(&b)); /* 60 steps */
    assert_true(there(&b, STEP(60)));
    b.config.epochs = 10;
    b.config.batch = 3;
    must(b.ctx, go(&b));
    as_the_reference(&b);
    assert_true(there(&b, STEP(20)) && !there(&b, STEP(60)));
    b.config.checkpoint_every = 0;
    must(b.ctx, go(&b));
    assert_false(there(&b, "checkpoints"));
    bench_close(&b);
}

/* ---- What the system refuses ---- */

/* Files may not become larger than `bytes`, as on a disk that is full. In a process of its own, which gives back whether the
 * run failed as it should. */
static int run_with_small_files(bench *b, rlim_t bytes)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        dp_status status = go(b);
        _exit(status == DP_ERR_IO && strstr(dp_ctx_message(b->ctx), "File too large") ? 0 : 1);
    }
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static void a_full_disk_loses_nothing(void **state)
{
    (void)state;
    bench b;
    begin(&b, "full");
    dp_array *before = NULL, *after = NULL;
    must(b.ctx, dp_file_read(b.ctx, in(&b, STEP(07)), 0, &before));
    assert_true(run_with_small_files(&b, dp_array_bytes(before) / 2)); /* a checkpoint does not fit, the log does */
    assert_true(there(&b, STEP(07)) && !there(&b, STEP(09)));
    must(b.ctx, dp_file_read(b.ctx, in(&b, STEP(07)), 0, &after));
    assert_memory_equal(before->data, after->data, dp_array_bytes(before));
    dp_array_free(&after);
    assert_true(run_with_small_files(&b, 80)); /* nor does the log */
    must(b.ctx, dp_file_read(b.ctx, in(&b, STEP(07)), 0, &after));
    assert_memory_equal(before->data, after->data, dp_array_bytes(before));
    dp_array_free(&before);
    dp_array_free(&after);
    must(b.ctx, go(&b));
    assert_int_equal(b.log.count, 0);
    as_the_reference(&b);
    bench_close(&b);
}

/* Another process has the log's lock. */
static void one_run_at_a_time(void **state)
{
    (void)state;
    bench b;
    int ready[2], done[2];
    char c = 0;
    begin(&b, "locked");
    assert_true(pipe(ready) == 0 && pipe(done) == 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(in(&b, "log.csv"), O_WRONLY);
        if (fd < 0 || fcntl(fd, F_SETLK, &whole) != 0 || write(ready[1], &c, 1) != 1 || read(done[0], &c, 1) != 1)
            _exit(1);
        _exit(0);
    }
    int result = 0;
    assert_int_equal(read(ready[0], &c, 1), 1);
    refused(&b, DP_ERR_IO, "another run is writing it at the moment");
    assert_int_equal(write(done[1], &c, 1), 1);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    must(b.ctx, go(&b));
    as_the_reference(&b);
    bench_close(&b);
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "requests");
    b.config.keep_checkpoints = 0;
    must_fail(b.ctx, go(&b), DP_ERR_RANGE, "keep_checkpoints 1 or more");
    b.config.keep_checkpoints = 1;
    b.config.out_dir = NULL;
    must_fail(b.ctx, go(&b), DP_ERR_ARG, "checkpoints need a folder");
    b.config.checkpoint_every = 0;
    b.config.resume = 1;
    must_fail(b.ctx, go(&b), DP_ERR_ARG, "checkpoints need a folder");
    b.config.out_dir = b.dir;
    must(b.ctx, go(&b)); /* nothing is there yet: it begins */
    assert_true(there(&b, STEP(20)));
    as_the_reference(&b);
    scratch_write("plain", "", 0);
    mkdir(scratch_path("taken"), 0777);
    scratch_write("taken/checkpoints", "", 0);
    b.config.out_dir = scratch_path("taken");
    must_fail(b.ctx, go(&b), DP_ERR_IO, "checkpoints: cannot be read: Not a directory");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_run_goes_on),
        cmocka_unit_test(the_best_is_kept),
        cmocka_unit_test(a_bad_checkpoint_is_passed_over),
        cmocka_unit_test(a_cut_log_is_noticed),
        cmocka_unit_test(without_a_good_one_nothing_is_changed),
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(a_run_may_become_longer),
        cmocka_unit_test(an_ended_run_is_replaced),
        cmocka_unit_test(a_full_disk_loses_nothing),
        cmocka_unit_test(one_run_at_a_time),
        cmocka_unit_test(bad_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
