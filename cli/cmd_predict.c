/* denpa predict: what a trained model says to one row. */
#include <math.h>
#include <string.h>

#include "ask.h"

typedef struct predict_options {
    cli_ask_options ask;
    int64_t index;
    int json;
} predict_options;

/* The numbers of a single row, without the axis of the rows. */
static dp_status add_row(dp_text *text, const char *key, const dp_array *rows)
{
    dp_status status = dp_text_addf(text, "\"%s\": ", key);
    if (status != DP_OK || !rows) return status == DP_OK ? dp_text_addf(text, "null") : status;
    dp_array row = *rows;
    row.shape = dp_shape_of(row.shape.rank - 1, rows->shape.dims + 1);
    return dp_text_json_data(text, &row);
}

/* One class, or one for each place of the row: [1, T]. */
static int has_places(const dp_prediction *prediction)
{
    return prediction->classes->shape.rank > 1;
}

static dp_status print_json(dp_ctx *ctx, int64_t index, const dp_prediction *prediction)
{
    dp_text text = {.ctx = ctx};
    dp_status status = dp_text_addf(&text, "{\"index\": %lld, ", (long long)index);
    if (prediction->classes) {
        int many = has_places(prediction);
        if (status == DP_OK) status = add_row(&text, many ? "classes" : "class", prediction->classes);
        if (status == DP_OK) status = dp_text_addf(&text, ", ");
        if (status == DP_OK) status = add_row(&text, "probabilities", prediction->probabilities);
        if (status == DP_OK) status = dp_text_addf(&text, ", ");
        if (status == DP_OK) status = add_row(&text, many ? "labels" : "label", prediction->labels);
        if (status == DP_OK) status = dp_text_addf(&text, "}\n");
    } else {
        if (status == DP_OK) status = dp_text_addf(&text, "\"output\": ");
        if (status == DP_OK) status = dp_text_json_data(&text, prediction->output);
        if (status == DP_OK) status = dp_text_addf(&text, "}\n");
    }
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

/* The first column of images, row `index` of it in shades: two characters a pixel, since they are twice as high as
 * wide. */
static void print_picture(const dp_dataset *data, int64_t index)
{
    static const char shades[] = " .:-=+*#%@";
    for (int c = 0; c < dp_dataset_columns(data); c++) {
        const dp_array *images = dp_dataset_column(data, c);
        if (images->dtype != DP_U8 || images->shape.rank != 3 || !images->data) continue;
        int64_t height = images->shape.dims[1], width = images->shape.dims[2];
        for (int64_t y = 0; y < height; y++) {
            for (int64_t x = 0; x < width; x++) {
                int shade =
                    (int)dp_array_get(images, (index * height + y) * width + x) * (int)(sizeof shades - 1) / 256;
                printf("%c%c", shades[shade], shades[shade]);
            }
            printf("\n");
        }
        return;
    }
}

static void print_bars(const dp_prediction *prediction)
{
    enum { WIDTH = 50 };
    int64_t classes = prediction->probabilities->shape.dims[1];
    for (int64_t k = 0; k < classes; k++) {
        double p = dp_array_get(prediction->probabilities, k);
        int length = p > 0 && p <= 1 ? (int)(p * WIDTH + 0.5) : 0;
        printf("%5lld  %.4f  ", (long long)k, p);
        for (int i = 0; i < length; i++) putchar('#');
        putchar('\n');
    }
}

static dp_status print_array(dp_ctx *ctx, const dp_array *array)
{
    dp_text text = {.ctx = ctx};
    dp_status status = dp_text_array_str(&text, array);
    if (status == DP_OK) status = dp_text_add(&text, "\n", 1);
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

static dp_status print_places(dp_ctx *ctx, int64_t index, const dp_prediction *prediction)
{
    int64_t places = dp_array_elems(prediction->classes), right = 0;
    dp_status status = print_array(ctx, prediction->classes);
    for (int64_t i = 0; prediction->labels && i < places; i++)
        right += dp_array_get(prediction->classes, i) == dp_array_get(prediction->labels, i);
    if (status == DP_OK && prediction->labels)
        printf("row %lld: %lld of %lld classes are right\n", (long long)index, (long long)right, (long long)places);
    return status;
}

static dp_status print_text(dp_ctx *ctx, const dp_dataset *data, int64_t index, const dp_prediction *prediction)
{
    print_picture(data, index);
    if (prediction->classes && has_places(prediction)) return print_places(ctx, index, prediction);
    if (prediction->classes) {
        int64_t class = (int64_t)dp_array_get(prediction->classes, 0);
        int64_t label = prediction->labels ? (int64_t)dp_array_get(prediction->labels, 0) : -1;
        print_bars(prediction);
        printf("row %lld is taken for class %lld with probability %.4f", (long long)index, (long long)class,
               dp_array_get(prediction->probabilities, class));
        if (!prediction->labels) printf("\n");
        else if (class == label) printf("; that is right\n");
        else printf("; in truth it is %lld\n", (long long)label);
        return DP_OK;
    }
    return print_array(ctx, prediction->output);
}

static dp_status predict(const cli_asked *asked, const predict_options *options)
{
    dp_prediction prediction = {0};
    dp_status status = dp_predict_rows(asked->model, asked->data, asked->bindings.bindings, asked->bindings.count,
                                       asked->normalize, &options->index, 1, &prediction);
    if (status == DP_OK && options->json) status = print_json(asked->ctx, options->index, &prediction);
    else if (status == DP_OK) status = print_text(asked->ctx, asked->data, options->index, &prediction);
    dp_prediction_free(&prediction);
    return status;
}

static int run(const void *given, const cli_list *operands)
{
    const predict_options *options = given;
    cli_asked asked;
    int exit_status = cli_ask_open(&cli_predict, &options->ask, operands->items[0], &asked);
    if (exit_status == CLI_FINE) {
        dp_status status = predict(&asked, options);
        if (status != DP_OK) exit_status = cli_fail(asked.ctx, status);
    }
    cli_ask_close(&asked);
    return exit_status;
}

#define OPTION(member) .offset = offsetof(predict_options, member)
static const cli_option options[] = {
    CLI_ASK_OPTIONS(predict_options),
    {.name = "index", .kind = CLI_INTEGER, OPTION(index), .argument = "I", .value = "0",
     .help = "the row, counted from 0"},
    {.name = "json", .kind = CLI_FLAG, OPTION(json),
     .help = "one JSON object: index, class, probabilities, label (null if the data have none); with a class at each "
             "place of a row classes, probabilities, labels; for a model without classes index and output"},
};
static const char *const usage[] = {"RUN --data SRC --index I [options]", NULL};
static const char *const paragraphs[] = {
    "Asks the model that denpa train left in the folder RUN for one row of the data: a picture of it, the probability "
    "of each class, and the class it is taken for; for a model without classes the prediction. The data need not have "
    "labels.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa predict run --data mnist --index 7", "MNIST's test image number 7"},
};
const cli_command cli_predict = {
    .name = "predict",
    .summary = "ask a trained model for one row of data",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(predict_options),
    .run = run,
};
