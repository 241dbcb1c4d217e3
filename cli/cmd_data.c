/* denpa data: what a data set has in it, and the built-in digits as files. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include <denpa/data.h>

#include "cli.h"
#include "data_fetch.h"
#include "data_show.h"

typedef struct data_options {
    const char *out, *augment, *dir, *sha256;
    cli_list urls;
    int64_t train, test, seed, index, count, timeout;
    int json;
} data_options;

/* ---- data info ---- */

enum { MOST_CLASSES = 100 };

/* What is said about a column. */
typedef struct column_facts {
    double least, most; /* NaN: there is no number */
    int64_t nans;
    int64_t counts[MOST_CLASSES];
    int classes; /* 0: the numbers are no classes 0..MOST_CLASSES - 1 */
} column_facts;

static void find_range(const dp_array *array, column_facts *facts)
{
    facts->least = facts->most = NAN;
    if (!array->data)
        return;
    for (int64_t i = 0, n = dp_array_elems(array); i < n; i++) {
        double value = array->dtype == DP_U8 ? ((const uint8_t *)array->data)[i] : dp_array_get(array, i);
        if (isnan(value))
            facts->nans++;
        else if (isnan(facts->least))
            facts->least = facts->most = value;
        else if (value < facts->least)
            facts->least = value;
        else if (value > facts->most)
            facts->most = value;
    }
}

static void count_classes(const dp_array *array, column_facts *facts)
{
    if (!array->data || array->shape.rank != 1 || facts->nans || !(facts->least >= 0 && facts->most < MOST_CLASSES))
        return;
    for (int64_t i = 0, n = dp_array_elems(array); i < n; i++) {
        double value = dp_array_get(array, i);
        if (value != floor(value))
            return;
        facts->counts[(int)value]++;
    }
    facts->classes = (int)facts->most + 1;
}

/* Of integer columns without a point. */
static void say_number(dp_text *text, const dp_array *array, double value, int json)
{
    char number[DP_NUMBER_TEXT_BYTES];
    if (!dp_dtype_is_float(array->dtype) && !isnan(value))
        dp_text_addf(text, "%lld", (long long)value);
    else if (json)
        dp_text_json_number(text, value);
    else
        dp_text_addf(text, "%s", dp_number_text_f64(value, number));
}

static void say_column(dp_text *text, const dp_dataset *part, int column, const column_facts *facts)
{
    char shape[DP_SHAPE_TEXT_BYTES];
    const char *name = dp_dataset_column_name(part, column);
    const dp_array *array = dp_dataset_column(part, column);
    dp_text_addf(text, "  %s: %s %s, ", name, dp_dtype_name(array->dtype),
                 dp_shape_text(array->shape, shape, sizeof shape));
    if (!array->data) {
        const dp_setting *of_text;
        dp_text_addf(text, dp_dataset_settings(part, &of_text) ? "windows of a text\n" : "stays in its file\n");
        return;
    }
    say_number(text, array, facts->least, 0);
    dp_text_addf(text, " to ");
    say_number(text, array, facts->most, 0);
    if (facts->nans)
        dp_text_addf(text, ", %lld not a number", (long long)facts->nans);
    dp_text_add(text, "\n", 1);
    for (int i = 0; i < facts->classes; i++) {
        const char *class = dp_dataset_class_name(part, column, i);
        if (facts->counts[i])
            dp_text_addf(text, class ? "    %2d: %lld  %s\n" : "    %2d: %lld\n", i, (long long)facts->counts[i], class);
    }
}

static void say_column_json(dp_text *text, const dp_dataset *part, int column, const column_facts *facts)
{
    const char *name = dp_dataset_column_name(part, column);
    const dp_array *array = dp_dataset_column(part, column);
    dp_text_addf(text, "{\"name\": ");
    dp_text_json_string(text, name);
    dp_text_addf(text, ", \"dtype\": \"%s\", \"shape\": [", dp_dtype_name(array->dtype));
    for (int i = 0; i < array->shape.rank; i++)
        dp_text_addf(text, i ? ", %lld" : "%lld", (long long)array->shape.dims[i]);
    dp_text_addf(text, "], \"min\": ");
    say_number(text, array, facts->least, 1);
    dp_text_addf(text, ", \"max\": ");
    say_number(text, array, facts->most, 1);
    dp_text_addf(text, ", \"nan\": %lld", (long long)facts->nans);
    if (facts->classes)
        dp_text_addf(text, ", \"counts\": [");
    for (int i = 0; i < facts->classes; i++)
        dp_text_addf(text, i ? ", %lld" : "%lld", (long long)facts->counts[i]);
    if (facts->classes)
        dp_text_addf(text, "]");
    for (int i = 0; i < facts->classes; i++) {
        const char *class = dp_dataset_class_name(part, column, i);
        if (!class)
            break;
        dp_text_addf(text, i ? ", " : ", \"classes\": [");
        dp_text_json_string(text, class);
        if (i + 1 == facts->classes || !dp_dataset_class_name(part, column, i + 1))
            dp_text_addf(text, "]");
    }
    dp_text_addf(text, "}");
}

/* The names that models can take, and the characters of a text. */
static void say_settings(dp_text *text, const dp_dataset *part, int json)
{
    const dp_setting *settings;
    int count = dp_dataset_settings(part, &settings), t = dp_dataset_find(part, "t");
    dp_text characters = {.ctx = text->ctx};
    const char *name;
    for (int i = 0; i < count; i++)
        dp_text_addf(text, json ? ", \"%s\": %s" : i ? ", %s = %s" : "  %s = %s", settings[i].name, settings[i].expression);
    if (!count)
        return;
    for (int64_t k = 0; (name = dp_dataset_class_name(part, t, k)); k++)
        dp_text_addf(&characters, "%s", name);
    dp_text_addf(text, json ? ", \"characters\": " : ": ");
    dp_text_json_string(text, characters.data ? characters.data : "");
    if (!json)
        dp_text_addf(text, "\n");
    dp_text_free(&characters);
}

static void say_part(dp_text *text, const char *split, const dp_dataset *part, int json)
{
    long long rows = dp_dataset_rows(part);
    if (json)
        dp_text_addf(text, "{\"split\": \"%s\", \"rows\": %lld, \"columns\": [", split, rows);
    else
        dp_text_addf(text, "%s: %lld row%s\n", split, rows, rows == 1 ? "" : "s");
    for (int i = 0; i < dp_dataset_columns(part); i++) {
        const dp_array *array = dp_dataset_column(part, i);
        column_facts facts = {0};
        find_range(array, &facts);
        count_classes(array, &facts);
        if (json && i)
            dp_text_addf(text, ", ");
        (json ? say_column_json : say_column)(text, part, i, &facts);
    }
    if (json)
        dp_text_addf(text, "]");
    say_settings(text, part, json);
    if (json)
        dp_text_addf(text, "}");
}

static int info(const data_options *options, const char *source, dp_ctx *ctx)
{
    static const char *const splits[] = {"train", "test"};
    dp_text text = {.ctx = ctx};
    dp_status status = DP_OK;
    if (options->json) {
        dp_text_addf(&text, "{\"source\": ");
        dp_text_json_string(&text, source);
        dp_text_addf(&text, ", \"parts\": [");
    }
    for (int i = 0; i < 2; i++) {
        dp_dataset *part = NULL;
        status = dp_dataset_open(ctx, source, i ? DP_SPLIT_TEST : DP_SPLIT_TRAIN, &part);
        if (i && status == DP_ERR_NAME) {
            status = DP_OK; /* there is no test part */
            break;
        }
        if (status != DP_OK)
            break;
        if (options->json && i)
            dp_text_addf(&text, ", ");
        say_part(&text, splits[i], part, options->json);
        dp_dataset_free(&part);
    }
    if (status == DP_OK && options->json)
        status = dp_text_addf(&text, "]}\n");
    if (status == DP_OK)
        cli_print(&text);
    dp_text_free(&text);
    return status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
}

/* ---- data make ---- */

static dp_status write_part(dp_ctx *ctx, const char *dir, const char *prefix, const dp_array *x, const dp_array *t)
{
    char path[4096];
    dp_status status = DP_ERR_ARG;
    if (snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte", dir, prefix) < (int)sizeof path)
        status = dp_idx_write(ctx, path, x);
    if (status != DP_OK)
        return status;
    snprintf(path, sizeof path, "%s/%s-labels-idx1-ubyte", dir, prefix);
    return dp_idx_write(ctx, path, t);
}

static dp_status make_part(dp_ctx *ctx, const data_options *options, dp_split split)
{
    int64_t n = split == DP_SPLIT_TRAIN ? options->train : options->test;
    dp_array *x = NULL, *t = NULL;
    dp_status status = dp_digits_draw(ctx, (uint64_t)options->seed, split, 0, n, &x, &t);
    if (status == DP_OK)
        status = write_part(ctx, options->out, split == DP_SPLIT_TRAIN ? "train" : "t10k", x, t);
    dp_array_free(&x);
    dp_array_free(&t);
    return status;
}

static int make(const data_options *options, const char *name, dp_ctx *ctx)
{
    if (strcmp(name, "digits") != 0)
        return cli_wrong_use(&cli_data, "digits can be made, not \"%s\"", name);
    if (!options->out)
        return cli_wrong_use(&cli_data, "--out DIR is needed: the folder to write to");
    if (mkdir(options->out, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "denpa: %s: cannot make the folder: %s\n", options->out, strerror(errno));
        return CLI_IO_FAILED;
    }
    dp_status status = make_part(ctx, options, DP_SPLIT_TRAIN);
    if (status == DP_OK)
        status = make_part(ctx, options, DP_SPLIT_TEST);
    if (status != DP_OK)
        return cli_fail(ctx, status);
    printf("%s: %lld digits for training, %lld for testing\n", options->out, (long long)options->train,
           (long long)options->test);
    return CLI_FINE;
}

static int show(const data_options *options, const char *source, dp_ctx *ctx)
{
    return cli_data_show_run(ctx, &(cli_data_show){.source = source,
                                                   .out = options->out,
                                                   .augment = options->augment,
                                                   .index = options->index,
                                                   .count = options->count,
                                                   .seed = options->seed});
}

static int fetch(const data_options *options, const char *what, dp_ctx *ctx)
{
    (void)ctx;
    return cli_data_fetch_run(&(cli_data_fetch){.what = what,
                                                .dir = options->dir,
                                                .sha256 = options->sha256,
                                                .urls = &options->urls,
                                                .timeout = options->timeout});
}

/* X(verb): a function of that name, given the options and the operand behind it. */
#define VERBS(X) X(info) X(make) X(show) X(fetch)

static int run(const void *given, const cli_list *operands)
{
    const char *verb = operands->items[0];
    int (*chosen)(const data_options *, const char *, dp_ctx *) = NULL;
#define CHOOSE(name)               \
    if (strcmp(verb, #name) == 0)  \
        chosen = name;
    VERBS(CHOOSE)
#undef CHOOSE
    if (!chosen)
        return cli_wrong_use(&cli_data, "there is info, make, show and fetch, not \"%s\"", verb);
    dp_ctx *ctx = cli_ctx_new(1);
    if (!ctx)
        return CLI_WRONG_USE;
    int status = chosen(given, operands->items[1], ctx);
    dp_ctx_free(&ctx);
    return status;
}

static const char *const usage[] = {"info SRC [--json]", "make digits --out DIR [--train N] [--test N] [--seed S]",
                                    "fetch mnist|URL [--dir DIR] [--url BASE ...] [--sha256 SUM] [--timeout S]",
                                    "show SRC -o FILE [--augment TEXT] [--index I] [--count N] [--seed S]", NULL};
static const char *const paragraphs[] = {
    "info says what a data set has: rows, columns, the smallest and the largest number, and how often each class "
    "occurs.",
    "SRC is `mnist` (the four IDX files, plain or .gz, in $DENPA_DATA/mnist or ~/.local/share/denpa/mnist), `digits` "
    "or `digits:N` (drawn by "
    "denpa), a folder with four IDX files under MNIST's names, a folder with a folder of PNG pictures for each class "
    "(or with train/ and test/, in which those are), or a file: CSV with a header line, NPZ, NPY or IDX; text:FILE is a "
    "text, character by character. "
    "Behind a name and a colon come options, with commas between:",
    "  pictures  size=HxW            bring all pictures to one size\n"
    "            channels=1|3        gray, or red, green and blue\n"
    "            background=B        what is transparent is laid over this, 0 (black) to 255 (white)\n"
    "  CSV       target=NAME         the column of the label: it is put last\n"
    "            categories=A/B      these columns hold names (patterns, too): one-hot, of the target class indices\n"
    "            missing=drop|mean   leave out rows with a missing cell, or put the column's mean there\n"
    "            test=FILE           another CSV file is the test part\n"
    "  NPZ       x=NAME t=NAME       the arrays to take; test_x= and test_t= those of the test part; without them the\n"
    "                                names' endings _train and _test tell the parts\n"
    "  NPY, IDX  t=FILE              the labels; test= and test_t= the test part\n"
    "            stream=1            leave the numbers in the file, which may be larger than memory (from 1 GiB on without being said)\n"
    "  text:     length=T            characters of a window (64)\n"
    "            stride=S            from one window to the next (T)\n"
    "            tail=SHARE          the last share of the text is the test part (0.1)",
    "What a table learned (categories, means) is kept with a model that is trained on it; denpa test and denpa predict "
    "read other tables in the same way.",
    "fetch gets the four files of MNIST to where `mnist` is looked for, or a single file from a URL. It goes on where an earlier try broke "
    "off, tries several places, holds every file against its SHA-256, and puts it in its place only when it is whole.",
    "show paints the pictures of a data set; with --augment each of some in a line of its own, as it is and as the first epochs "
    "of denpa train --augment TEXT with the same --seed see it.",
    "make writes the built-in digits as four IDX files, which any reader of MNIST can read. The same seed gives the "
    "same bytes.",
    NULL,
};
static const cli_option options[] = {
    {.name = "out",
     .letter = 'o',
     .kind = CLI_TEXT,
     .offset = offsetof(data_options, out),
     .argument = "PATH",
     .help = "the folder that make writes to, made if it is not there; the picture that show writes (.png, .svg, .pdf)"},
    {.name = "dir",
     .kind = CLI_TEXT,
     .offset = offsetof(data_options, dir),
     .argument = "DIR",
     .help = "the folder that fetch writes to; without it $DENPA_DATA/mnist or ~/.local/share/denpa/mnist, for a URL the one at hand"},
    {.name = "url",
     .kind = CLI_LIST,
     .offset = offsetof(data_options, urls),
     .argument = "BASE",
     .help = "fetch mnist from BASE/train-images-idx3-ubyte.gz and so on; again for further places"},
    {.name = "sha256",
     .kind = CLI_TEXT,
     .offset = offsetof(data_options, sha256),
     .argument = "SUM",
     .help = "the checksum that the file from a URL has to have"},
    {.name = "timeout",
     .kind = CLI_INTEGER,
     .offset = offsetof(data_options, timeout),
     .argument = "S",
     .value = "30",
     .least = 1,
     .most = 3600,
     .help = "give a place up after so many seconds without a connection, or with less than 100 bytes a second"},
    {.name = "augment",
     .kind = CLI_TEXT,
     .offset = offsetof(data_options, augment),
     .argument = "NAME=AMOUNT,...",
     .help = "show pictures changed as denpa train --augment does"},
    {.name = "index",
     .kind = CLI_INTEGER,
     .offset = offsetof(data_options, index),
     .argument = "I",
     .value = "0",
     .help = "the first row to show"},
    {.name = "count",
     .kind = CLI_INTEGER,
     .offset = offsetof(data_options, count),
     .argument = "N",
     .value = "0",
     .most = 10000,
     .help = "how many rows to show; 0: 100, or 6 with --augment"},
    {.name = "train",
     .kind = CLI_INTEGER,
     .offset = offsetof(data_options, train),
     .argument = "N",
     .value = "60000",
     .least = 1,
     .help = "how many digits for training"},
    {.name = "test",
     .kind = CLI_INTEGER,
     .offset = offsetof(data_options, test),
     .argument = "N",
     .value = "10000",
     .least = 1,
     .help = "how many digits for testing"},
    {.name = "seed",
     .kind = CLI_INTEGER,
     .offset = offsetof(data_options, seed),
     .argument = "S",
     .value = "0",
     .help = "other digits of the same kind, `digits` has seed 0; other changes"},
    {.name = "json", .kind = CLI_FLAG, .offset = offsetof(data_options, json), .help = "one JSON object"},
};
static const cli_example examples[] = {
    {"denpa data info mnist", "rows, columns, class counts"},
    {"denpa data info xor.csv --json", "the same of a CSV file, for a program"},
    {"denpa data info iris.csv:target=species,categories=species", "a CSV file whose label is a name"},
    {"denpa data fetch mnist", "get MNIST"},
    {"denpa data show digits --augment shift=2,rotate=15,elastic=1.5 -o seen.png", "what training will see"},
    {"denpa data make digits -o my_digits --train 1000 --test 100", "a small data set in files"},
};
const cli_command cli_data = {
    .name = "data",
    .summary = "what a data set has in it, as numbers and as pictures; the built-in digits as files",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 2,
    .most_operands = 2,
    .options_bytes = sizeof(data_options),
    .run = run,
};
