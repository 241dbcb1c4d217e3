/* denpa convert: a trained model's folder again, with its parameters as float16. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <denpa/file.h>

#include "run_options.h"

typedef struct convert_options {
    const char *dtype, *out;
} convert_options;

typedef struct conversion {
    dp_ctx *ctx;
    const char *from, *to;
} conversion;

static dp_status join(const conversion *c, const char *dir, const char *name, dp_text *path)
{
    size_t bytes = strlen(dir);
    *path = (dp_text){.ctx = c->ctx};
    return dp_text_addf(path, "%s%s%s", dir, bytes && dir[bytes - 1] == '/' ? "" : "/", name);
}

/* A file of the run as it is; one that is not there is left out. */
static dp_status copy(const conversion *c, const char *name)
{
    dp_text from, to = {0};
    dp_array *bytes = NULL;
    struct stat there;
    dp_status status = join(c, c->from, name, &from);
    if (status == DP_OK)
        status = join(c, c->to, name, &to);
    if (status == DP_OK && stat(from.data, &there) == 0) {
        status = dp_file_read(c->ctx, from.data, 0, &bytes);
        if (status == DP_OK)
            status = dp_file_write(c->ctx, to.data, bytes->data, dp_array_bytes(bytes));
    }
    dp_array_free(&bytes);
    dp_text_free(&from);
    dp_text_free(&to);
    return status;
}

/* -1: there is no such file. */
static long long size_of(const conversion *c, const char *dir)
{
    struct stat there;
    dp_text path;
    int found = join(c, dir, "model.safetensors", &path) == DP_OK && stat(path.data, &there) == 0;
    dp_text_free(&path);
    return found ? (long long)there.st_size : -1;
}

/* *made: it was not there. */
static int make_folder(const char *path, int *made)
{
    struct stat there;
    *made = mkdir(path, 0777) == 0;
    if (*made || (errno == EEXIST && stat(path, &there) == 0 && S_ISDIR(there.st_mode)))
        return CLI_FINE;
    fprintf(stderr, "denpa: %s: cannot make the folder: %s\n", path, strerror(errno));
    return cli_exit_status(DP_ERR_IO);
}

static int is_same_folder(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static int convert(const conversion *c, const dp_model *model)
{
    static const char *const others[] = {"model.dp", "config.json", "log.csv"};
    dp_text path;
    int made, exit_status = make_folder(c->to, &made);
    if (exit_status)
        return exit_status;
    dp_status status = join(c, c->to, "model.safetensors", &path);
    if (status == DP_OK)
        status = dp_model_save_float16(model, path.data);
    for (size_t i = 0; i < CLI_COUNT(others) && status == DP_OK; i++)
        status = copy(c, others[i]);
    if (status == DP_OK)
        printf("%s: %lld bytes, before %lld\n", path.data, size_of(c, c->to), size_of(c, c->from));
    dp_text_free(&path);
    if (status != DP_OK && made)
        (void)rmdir(c->to); /* goes if nothing came into it */
    return status == DP_OK ? CLI_FINE : cli_fail(c->ctx, status);
}

static int run(const void *given, const cli_list *operands)
{
    const convert_options *options = given;
    conversion c = {.from = operands->items[0], .to = options->out};
    dp_model *model = NULL;
    if (!options->out)
        return cli_wrong_use(&cli_convert, "--out is missing: the folder to make");
    if (!options->dtype || strcmp(options->dtype, "f16") != 0)
        return cli_wrong_use(&cli_convert, "--dtype: \"%s\" is not f16", options->dtype ? options->dtype : "");
    if (is_same_folder(c.from, c.to))
        return cli_wrong_use(&cli_convert, "--out: %s is the run itself", c.to);
    c.ctx = cli_ctx_new(1);
    if (!c.ctx)
        return CLI_WRONG_USE;
    dp_status status = dp_run_open(c.ctx, c.from, &model);
    int exit_status = status == DP_OK ? convert(&c, model) : cli_fail(c.ctx, status);
    dp_model_free(&model);
    dp_ctx_free(&c.ctx);
    return exit_status;
}

#define OPTION(member) .offset = offsetof(convert_options, member)
static const cli_option options[] = {
    {.name = "dtype",
     .kind = CLI_TEXT,
     OPTION(dtype),
     .argument = "f16",
     .value = "f16",
     .help = "what the parameters are stored as: f16 is float16, half the bytes of float32"},
    {.name = "out", .letter = 'o', .kind = CLI_TEXT, OPTION(out), .argument = "DIR", .help = "the folder to make"},
};
static const char *const usage[] = {"RUN --dtype f16 --out DIR", NULL};
static const char *const paragraphs[] = {
    "Makes a folder like RUN, which denpa train left, with the parameters stored as float16 (11 bits, up to 65504): "
    "each is rounded to the nearest. A parameter beyond 65504 is an error, and nothing is written. The new folder "
    "serves as the old one "
    "did; denpa reads the parameters as what the model was trained in, and computes with that unless told otherwise "
    "(denpa test --dtype f16). Checkpoints are not taken over.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa convert run --dtype f16 --out half", "run's model in half the space"},
};
const cli_command cli_convert = {
    .name = "convert",
    .summary = "store a trained model as float16",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(convert_options),
    .run = run,
};
