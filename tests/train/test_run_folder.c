/* The folder of a run: what is in it, when, and that nothing of an earlier run is lost. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "train_fixture.h"

#include "support/scratch.h"

static const char text[] =
    "x = input(2)\nt = label(2)\ny = affine(sigmoid(affine(x, 4, init=\"torch\")), 2, init=\"torch\")\n"
    "loss = softmax_cross_entropy(y, t)\n";

static dp_model *text_model(dp_ctx *ctx, uint64_t seed)
{
    dp_setting setting = {"unused", "1 + 1"};
    dp_model_config config;
    dp_model_config_init(&config);
    config.seed = seed;
    config.settings = &setting;
    config.setting_count = 1;
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model));
    return model;
}

static char *read_text(dp_ctx *ctx, const char *dir, const char *name, dp_array **file)
{
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    must(ctx, dp_file_read(ctx, path, 0, file));
    return (*file)->data;
}

static int exists(const char *dir, const char *name)
{
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

static dp_train_config config_for(const char *dir)
{
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 3;
    config.batch = 3;
    config.optimizer = "adam:amsgrad";
    config.out_dir = dir;
    return config;
}

static void everything_is_written(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = text_model(ctx, 3);
    dp_dataset *data = xor_data(ctx);
    const char *dir = scratch_path("new/nested//run/"); /* folders are made as needed */
    dp_train_config config = config_for(dir);
    config.log_every = 1;
    dp_progress end;
    must(ctx, dp_train(model, data, data, &config, &end));

    dp_array *file = NULL;
    assert_string_equal(read_text(ctx, dir, "model.dp", &file), text);
    dp_array_free(&file);

    /* Each row has seven cells, numbers read back as the same, and only rows with a test have its numbers. */
    char *log = read_text(ctx, dir, "log.csv", &file), *line = strtok(log, "\n");
    assert_string_equal(line, "epoch,step,train_loss,train_accuracy,test_loss,test_accuracy,seconds");
    int rows = 0;
    while ((line = strtok(NULL, "\n"))) {
        long long epoch = 0, step = 0;
        int used = 0;
        assert_int_equal(sscanf(line, "%lld,%lld,%n", &epoch, &step, &used), 2);
        rows++;
        assert_int_equal(step, rows);
        assert_int_equal(epoch, (rows + 1) / 2);
        int commas = 0;
        for (char *c = line; *c; c++) commas += *c == ',';
        assert_int_equal(commas, 6);
        assert_int_equal(strstr(line, ",,,") != NULL, rows % 2 == 1); /* no test in the middle of an epoch */
        if (rows == 6) assert_true(strtod(line + used, NULL) == end.loss);
    }
    assert_int_equal(rows, 6);
    dp_array_free(&file);

    char *json = read_text(ctx, dir, "config.json", &file);
    static const char *const wanted[] = {
        "\"format\": 1",
        "\"dtype\": \"float32\"",
        "\"settings\": [[\"unused\", \"1 + 1\"]]",
        "[\"x\", \"x1,x2\"], [\"t\", \"class1\"]",
        "\"optimizer\": \"adam:lr=0.001,beta1=0.9,beta2=0.999,eps=1e-08,weight_decay=0.0,amsgrad=1.0\"",
        "\"batch\": 3",
        "\"model_seed\": 3",
        "\"ended_step\": 6",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(json, wanted[i])) fail_msg("config.json lacks %s:\n%s", wanted[i], json);
    dp_array_free(&file);
    assert_false(exists(dir, "log.csv.part"));
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

#if DENPA_HAVE_JSON
static void a_run_is_opened(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = text_model(ctx, UINT64_MAX), *opened = NULL;
    dp_dataset *data = xor_data(ctx);
    const char *dir = scratch_path("opened");
    dp_train_config config = config_for(dir);
    config.bindings = (dp_binding[]){{"t", "class2"}};
    config.binding_count = 1;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    must(ctx, dp_run_open(ctx, dir, &opened));
    assert_string_equal(dp_model_text(opened), text);
    for (int i = 0; i < dp_model_param_count(model); i++) {
        dp_array a = dp_model_param(model, i), b = dp_model_param(opened, i);
        assert_memory_equal(a.data, b.data, dp_array_bytes(&a));
    }
    dp_test_result was, is;
    must(ctx, dp_test(model, data, NULL, 0, 1, &was)); /* the bindings of the run go with it */
    must(ctx, dp_test(opened, data, NULL, 0, 1, &is));
    assert_true(was.scores.loss == is.scores.loss && was.scores.accuracy == is.scores.accuracy);
    dp_test_result_free(&was);
    dp_test_result_free(&is);
    dp_dataset_free(&data);
    dp_model_free(&model);
    dp_model_free(&opened);
    ctx_close(ctx);
}

typedef struct bad_config {
    const char *text;
    dp_status status;
    const char *words;
} bad_config;

#define CONFIG(format, model, dtype, seed, settings, bindings, normalize)                        \
    "{\"format\": " format ", \"model\": " model ", \"dtype\": " dtype ", \"model_seed\": " seed \
    ", \"settings\": " settings ", \"bindings\": " bindings ", \"normalize\": " normalize "}"

static const bad_config bad[] = {
    {"", DP_ERR_FORMAT, "no JSON"},
    {"{", DP_ERR_FORMAT, "no JSON"},
    {"[]", DP_ERR_FORMAT, "JSON object"},
    {"{}", DP_ERR_FORMAT, "\"format\" has to be a number"},
    {"{\"format\": 1, \"format\": 1}", DP_ERR_FORMAT, "duplicate"},
    {CONFIG("2", "\"model.dp\"", "\"float32\"", "0", "[]", "[]", "true"), DP_ERR_UNSUPPORTED, "its format is 2"},
    {CONFIG("1", "null", "\"float32\"", "0", "[]", "[]", "true"), DP_ERR_UNSUPPORTED, "C program"},
    {CONFIG("1", "\"../model.dp\"", "\"float32\"", "0", "[]", "[]", "true"), DP_ERR_FORMAT, "\"model\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"int64\"", "0", "[]", "[]", "true"), DP_ERR_FORMAT, "\"dtype\" has to be"},
    {CONFIG("1", "\"model.dp\"", "7", "0", "[]", "[]", "true"), DP_ERR_FORMAT, "\"dtype\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "\"12x\"", "[]", "[]", "true"), DP_ERR_FORMAT,
     "\"model_seed\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "\"\"", "[]", "[]", "true"), DP_ERR_FORMAT, "\"model_seed\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "0", "[[\"a\"]]", "[]", "true"), DP_ERR_FORMAT,
     "\"settings\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "0", "{}", "[]", "true"), DP_ERR_FORMAT, "\"settings\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "0", "[]", "[[\"a\", 1]]", "true"), DP_ERR_FORMAT,
     "\"bindings\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "0", "[]", "[[\"a\", \"b\", \"c\"]]", "true"), DP_ERR_FORMAT,
     "\"bindings\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float32\"", "0", "[]", "[]", "1"), DP_ERR_FORMAT, "\"normalize\" has to be"},
    {CONFIG("1", "\"model.dp\"", "\"float64\"", "0", "[]", "[]", "true"), DP_ERR_FORMAT,
     "float32"}, /* the file's tensors */
};

static void bad_configs_are_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = text_model(ctx, 0), *opened = NULL;
    dp_dataset *data = xor_data(ctx);
    char dir[SCRATCH_PATH_BYTES];
    snprintf(dir, sizeof dir, "%s", scratch_path("bad")); /* scratch_path's own buffer is used again */
    dp_train_config config = config_for(dir);
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scratch_write("bad/config.json", bad[i].text, strlen(bad[i].text));
        must_fail(ctx, dp_run_open(ctx, dir, &opened), bad[i].status, bad[i].words);
        assert_null(opened);
    }
    must_fail(ctx, dp_run_open(ctx, scratch_path("absent"), &opened), DP_ERR_IO, "config.json");
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}
#endif

/* During the run what an earlier one left is untouched; afterwards everything is of the new one. */
typedef struct watch {
    dp_ctx *ctx;
    const char *dir;
    int rows, stop_at, kept;
} watch;

static int watch_folder(void *user, const dp_progress *at)
{
    watch *w = user;
    static const char *const names[] = {"model.safetensors", "model.dp", "config.json", "log.csv"};
    if (!at->is_row) return 0;
    for (int i = 0; i < 4; i++) {
        dp_array *file = NULL;
        w->kept += strcmp(read_text(w->ctx, w->dir, names[i], &file), "old") == 0;
        dp_array_free(&file);
    }
    return ++w->rows == w->stop_at;
}

static void write_old_files(void)
{
    scratch_write("kept/model.safetensors", "old", 3);
    scratch_write("kept/model.dp", "old", 3);
    scratch_write("kept/config.json", "old", 3);
    scratch_write("kept/log.csv", "old", 3);
}

static void older_files_are_kept_until_the_end(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = text_model(ctx, 0);
    dp_dataset *data = xor_data(ctx);
    const char *dir = scratch_path("kept");
    mkdir(dir, 0777);
    write_old_files();
    watch w = {.ctx = ctx, .dir = dir, .stop_at = 2};
    dp_train_config config = config_for(dir);
    config.progress = watch_folder;
    config.user = &w;

    /* a run that fails leaves them, too */
    config.bindings = (dp_binding[]){{"t", "nothing"}};
    config.binding_count = 1;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_NAME, "nothing");
    config.binding_count = 0;
    assert_false(exists(dir, "log.csv.part"));

    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_CANCELLED, "stopped after 4 of 6");
    assert_int_equal(w.rows, 2);
    assert_int_equal(w.kept, 8);
    assert_false(exists(dir, "log.csv.part"));
    dp_array *file = NULL;
    char *log = read_text(ctx, dir, "log.csv", &file); /* the interrupted run kept its rows and what it had trained */
    assert_non_null(strstr(log, "\n1,2,"));
    assert_non_null(strstr(log, "\n2,4,"));
    dp_array_free(&file);
#if DENPA_HAVE_JSON
    dp_model *opened = NULL;
    must(ctx, dp_run_open(ctx, dir, &opened));
    assert_memory_equal(dp_model_param(opened, 0).data, dp_model_param(model, 0).data, 32);
    dp_model_free(&opened);
#endif
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* A model from C has no text; an older one's would not be true of it. */
static void a_model_from_c_has_no_text(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx);
    const char *dir = scratch_path("kept");
    mkdir(dir, 0777);
    write_old_files();
    dp_train_config config = config_for(dir);
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_false(exists(dir, "model.dp"));
    assert_true(exists(dir, "model.safetensors"));
    dp_array *file = NULL;
    assert_non_null(strstr(read_text(ctx, dir, "config.json", &file), "\"model\": null"));
    dp_array_free(&file);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

static int count_calls(void *user, const dp_progress *at)
{
    (void)at;
    ++*(int *)user;
    return 0;
}

static void unwritable_folders_are_found_before_the_first_step(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = text_model(ctx, 0);
    dp_dataset *data = xor_data(ctx);
    scratch_write("plain", "a file", 6);
    mkdir(scratch_path("taken"), 0777);
    mkdir(scratch_path("taken/model.safetensors"), 0777);
    int calls = 0;
    static const struct {
        const char *dir, *words;
        dp_status status;
    } cases[] = {
        {"plain", "plain: cannot make the folder", DP_ERR_IO},
        {"plain/run", "plain: cannot make the folder", DP_ERR_IO},
        {"taken", "model.safetensors: cannot be written: it is no plain file", DP_ERR_IO},
    };
    for (int i = 0; i < 3; i++) {
        dp_train_config config = config_for(scratch_path(cases[i].dir));
        config.progress = count_calls;
        config.user = &calls;
        must_fail(ctx, dp_train(model, data, NULL, &config, NULL), cases[i].status, cases[i].words);
    }
    dp_train_config config = config_for("/dev/null/run");
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_IO, "/dev/null");
    config = config_for("");
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_ARG, "empty");
    assert_int_equal(calls, 0);
    assert_false(exists(scratch_path("taken"), "log.csv"));
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Takes row x of a table of four: 9 is found out when it runs. */
static dp_status failing_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_I64, SHAPE(batch));
    dp_val w = dp_param(g, "w", SHAPE(4), (dp_init){.kind = DP_INIT_CONSTANT});
    values->loss = dp_sum(g, dp_gather(g, w, x), NULL, 0, 0);
    return dp_graph_status(g);
}

static void a_run_that_fails_leaves_no_empty_log(void **state)
{
    (void)state;
    static const char *const names[] = {"x"};
    static const double numbers[] = {1, 9};
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, failing_network, DP_F32);
    dp_dataset *data = table(ctx, 2, 1, names, numbers);
    const char *dir = scratch_path("failed");
    dp_train_config config = config_for(dir);
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "9");
    assert_false(exists(dir, "log.csv"));
    assert_false(exists(dir, "model.safetensors"));
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_written),
#if DENPA_HAVE_JSON
        cmocka_unit_test(a_run_is_opened),
        cmocka_unit_test(bad_configs_are_refused),
#endif
        cmocka_unit_test(older_files_are_kept_until_the_end),
        cmocka_unit_test(a_model_from_c_has_no_text),
        cmocka_unit_test(a_run_that_fails_leaves_no_empty_log),
        cmocka_unit_test(unwritable_folders_are_found_before_the_first_step),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
