/* The page on a run of images: its structure, and that its numbers are those of the library. */
#include <math.h>
#include <stdlib.h>

#include <denpa/check.h>

#include "report/html.h"
#include "report_fixture.h"

#if CAN_REPORT

enum { CLASSES = 10, SHOWN = 6 };
static const char data[] = "digits:600";

typedef struct run {
    dp_ctx *ctx;
    char dir[SCRATCH_PATH_BYTES];
    dp_text html;
} run;

/* Few epochs, so that there are mistakes. */
static int make(void **state)
{
    static run made;
    made = (run){.ctx = ctx_open()};
    scratch_setup(state);
    snprintf(made.dir, sizeof made.dir, "%s", scratch_path("digits"));
    make_run(made.ctx, digits_text, DP_F32, data, 3, "sgd:lr=0.1", made.dir);
    made.html = page_of(made.ctx, made.dir, &(dp_report_config){.rows = 50, .mistakes = SHOWN});
    *state = &made;
    return 0;
}

static int unmake(void **state)
{
    run *made = *state;
    dp_text_free(&made->html);
    ctx_close(made->ctx);
    return scratch_teardown(state);
}

static void it_is_well_formed_and_stands_alone(void **state)
{
    const run *made = *state;
    page_check(made->html.data);
    static const char *const wanted[] = {"<html lang=\"en\"",
                                         "<title>digits – denpa report</title>",
                                         "<a class=\"skip\" href=\"#main\">",
                                         "<header>",
                                         "<nav aria-label=",
                                         "<main id=\"main\"",
                                         "<footer>",
                                         "prefers-color-scheme:dark",
                                         "@media print",
                                         ":focus-visible"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(made->html.data, wanted[i]))
            fail_msg("it lacks %s", wanted[i]);
    static const char *const sections[] = {"result",  "curves", "confusion", "mistakes", "filters",
                                           "network", "layers", "gradients", "timing",   "configuration"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char link[64];
        dp_text part = section_of(&made->html, sections[i]);
        int missing = !DENPA_HAVE_GRAPHVIZ && strcmp(sections[i], "network") == 0;
        assert_int_equal(count_of(part.data, "class=\"note\""), missing);
        if (missing && !strstr(part.data, "libgraphviz"))
            fail_msg("it does not say what to install: %s", part.data);
        snprintf(link, sizeof link, "<li><a href=\"#%s\">", sections[i]);
        assert_int_equal(count_of(made->html.data, link), 1);
        dp_text_free(&part);
    }
    assert_int_equal(count_of(made->html.data, "<section "), sizeof sections / sizeof *sections);
    assert_true(made->html.length < 2000000);
}

static void its_numbers_are_those_of_a_test(void **state)
{
    const run *made = *state;
    dp_model *model = NULL;
    dp_dataset *rows = NULL, *log = NULL;
    dp_test_result result = {0};
    char path[SCRATCH_PATH_BYTES + 16];
    must(made->ctx, dp_run_open(made->ctx, made->dir, &model));
    must(made->ctx, dp_dataset_open(made->ctx, data, DP_SPLIT_TEST, &rows));
    must(made->ctx, dp_test(model, rows, NULL, 0, 1, &result));
    assert_true(number_of(&made->html, "accuracy", 0) == result.scores.accuracy);
    assert_true(number_of(&made->html, "loss", 0) == result.scores.loss);
    assert_true(number_of(&made->html, "f1", 0) == result.scores.f1);
    for (int i = 0; i < CLASSES; i++) {
        assert_true(number_of(&made->html, "precision", i) == dp_array_get(result.by_class, 3 * i));
        assert_true(number_of(&made->html, "recall", i) == dp_array_get(result.by_class, 3 * i + 1));
        assert_true(number_of(&made->html, "f1-of-class", i) == dp_array_get(result.by_class, 3 * i + 2));
    }
    for (int i = 0; i < CLASSES * CLASSES; i++)
        assert_true(number_of(&made->html, "count", i) == dp_array_get(result.confusion, i));
    snprintf(path, sizeof path, "%s/log.csv", made->dir);
    must(made->ctx, dp_run_log(made->ctx, path, &log));
    const dp_array *losses = dp_dataset_column(log, dp_dataset_find(log, "train_loss"));
    assert_true(number_of(&made->html, "train-loss", 0) == dp_array_get(losses, dp_dataset_rows(log) - 1));
    const dp_array *seconds = dp_dataset_column(log, dp_dataset_find(log, "seconds"));
    assert_true(number_of(&made->html, "time-all", 0) >= dp_array_get(seconds, dp_dataset_rows(log) - 1));
    dp_dataset_free(&log);
    dp_test_result_free(&result);
    dp_dataset_free(&rows);
    dp_model_free(&model);
}

/* Found in another way: all rows at once, sorted by the library. */
static int by_probability(const void *a, const void *b)
{
    const double *p = a, *q = b;
    return p[0] != q[0] ? (p[0] < q[0] ? -1 : 1) : (p[1] < q[1] ? -1 : 1);
}

static void its_mistakes_are_the_worst_ones(void **state)
{
    const run *made = *state;
    enum { ROWS = 100 };
    int64_t numbers[ROWS], wrong = 0;
    double sorted[ROWS][2];
    dp_model *model = NULL;
    dp_dataset *rows = NULL;
    dp_prediction said;
    must(made->ctx, dp_run_open(made->ctx, made->dir, &model));
    must(made->ctx, dp_dataset_open(made->ctx, data, DP_SPLIT_TEST, &rows));
    assert_int_equal(dp_dataset_rows(rows), ROWS);
    for (int i = 0; i < ROWS; i++)
        numbers[i] = i;
    must(made->ctx, dp_predict_rows(model, rows, NULL, 0, 1, numbers, ROWS, &said));
    for (int i = 0; i < ROWS; i++) {
        int64_t is = (int64_t)dp_array_get(said.labels, i);
        if (is == (int64_t)dp_array_get(said.classes, i))
            continue;
        sorted[wrong][0] = dp_array_get(said.probabilities, i * CLASSES + is);
        sorted[wrong++][1] = i;
    }
    assert_true(wrong >= SHOWN);
    qsort(sorted, (size_t)wrong, sizeof *sorted, by_probability);
    dp_text part = section_of(&made->html, "mistakes");
    assert_int_equal(count_of(part.data, "<li class=\"card\""), SHOWN);
    assert_int_equal(count_of(part.data, "<img "), SHOWN);
    const char *at = part.data;
    for (int i = 0; i < SHOWN; i++) {
        char row[40], exact[DP_NUMBER_TEXT_BYTES];
        snprintf(row, sizeof row, "data-row=\"%d\"", (int)sorted[i][1]);
        const char *next = strstr(at + 1, "data-row=");
        if (!next || strncmp(next, row, strlen(row)) != 0)
            fail_msg("mistake %d is not %s: %.40s", i, row, next ? next : "there is none");
        dp_number_text_f64(sorted[i][0], exact);
        if (!strstr(next, exact))
            fail_msg("%s lacks its probability %s", row, exact);
        at = next;
    }
    dp_text_free(&part);
    dp_prediction_free(&said);
    dp_dataset_free(&rows);
    dp_model_free(&model);
}

static void its_gradients_are_checked(void **state)
{
    const run *made = *state;
    dp_text part = section_of(&made->html, "gradients");
    assert_int_equal(count_of(part.data, "✓ agrees"), 4);
    assert_int_equal(count_of(part.data, "✗"), 0);
    dp_check_config config;
    dp_check_config_init(&config);
    for (int i = 0; i < 4; i++) {
        double difference = number_of(&part, "max-rel", i);
        assert_true(difference >= 0 && difference <= config.tolerance);
    }
    assert_non_null(strstr(part.data, "200 of 9,408")); /* W1 is [784, 12] */
    dp_text_free(&part);
}

static void pictures_are_there(void **state)
{
    const run *made = *state;
    dp_text part = section_of(&made->html, "filters");
    assert_int_equal(count_of(part.data, "<img "), 12);
    assert_non_null(strstr(part.data, "width=\"84\" height=\"84\"")); /* 28 by 28, three times as large */
    dp_text_free(&part);
    part = section_of(&made->html, "curves");
    assert_int_equal(count_of(part.data, "role=\"img\""), 2);
    assert_non_null(strstr(part.data, "aria-label=\"loss over epoch: train from "));
    assert_non_null(strstr(part.data, ", test from "));
    assert_int_equal(count_of(part.data, "<tr><td"), 3); /* epochs, as a table */
    dp_text_free(&part);
    part = section_of(&made->html, "confusion");
    assert_int_equal(count_of(part.data, "role=\"img\""), 1);
    dp_text_free(&part);
#if DENPA_HAVE_GRAPHVIZ
    part = section_of(&made->html, "network");
    assert_int_equal(count_of(part.data, "role=\"img\""), 1);
    assert_non_null(strstr(part.data, "Softmax-with-Loss"));
    dp_text_free(&part);
#endif
    part = section_of(&made->html, "layers");
    assert_int_equal(count_of(part.data, ">parameter ("), 4);
    assert_int_equal(count_of(part.data, ">activation (50, "), 3); /* before and behind relu, and y */
    assert_int_equal(count_of(part.data, "role=\"img\""), 14);     /* values and gradients */
    dp_text_free(&part);
}

/* Does the page have this picture, with this alt text? Made here from the numbers that it should show. */
static void assert_image(const run *made, dp_array *rgb, int scale, const char *classes, const char *alt)
{
    dp_text text = {.ctx = made->ctx};
    dpi_html html = {.ctx = made->ctx, .out = &text};
    dpi_html_image(&html, rgb, scale, classes, alt);
    must(made->ctx, html.status);
    if (!strstr(made->html.data, text.data))
        fail_msg("%s is another picture", alt);
    dp_text_free(&text);
    dp_array_free(&rgb);
}

static void images_are_those_of_the_numbers(void **state)
{
    const run *made = *state;
    enum { SIDE = 28, PIXELS = SIDE * SIDE, NEURONS = 12 };
    dp_model *model = NULL;
    dp_dataset *rows = NULL;
    double tile[PIXELS], most = 0;
    must(made->ctx, dp_run_open(made->ctx, made->dir, &model));
    must(made->ctx, dp_dataset_open(made->ctx, data, DP_SPLIT_TEST, &rows));
    dp_array weights = dp_model_param(model, dp_model_param_find(model, "W1"));
    for (int64_t i = 0; i < PIXELS * NEURONS; i++)
        most = fmax(most, fabs(dp_array_get(&weights, i)));
    for (int k = 0; k < NEURONS; k++) {
        char alt[40];
        dp_array *rgb = NULL,
                 matrix = {.dtype = DP_F64, .shape = dp_shape_of(2, (int64_t[]){SIDE, SIDE}), .data = tile};
        for (int64_t i = 0; i < PIXELS; i++)
            tile[i] = dp_array_get(&weights, i * NEURONS + k);
        must(made->ctx,
             dp_heat_image(made->ctx, &matrix,
                           &(dp_field_options){.colormap = DP_DIVERGING, .has_scale = 1, .vmin = -most, .vmax = most},
                           &rgb));
        snprintf(alt, sizeof alt, "Weights of neuron %d", k);
        assert_image(made, rgb, 3, "pixels", alt);
    }
    dp_text part = section_of(&made->html, "mistakes");
    int row = atoi(strstr(part.data, "data-row=\"") + 10);
    const uint8_t *digit = (const uint8_t *)dp_dataset_column(rows, 0)->data + row * PIXELS;
    char alt[60];
    dp_array *rgb = NULL;
    must(made->ctx, dp_array_new(made->ctx, DP_U8, dp_shape_of(3, (int64_t[]){SIDE, SIDE, 3}), &rgb));
    for (int i = 0; i < 3 * PIXELS; i++)
        ((uint8_t *)rgb->data)[i] = 255 - digit[i / 3];
    snprintf(alt, sizeof alt, "Row %d, an image of class %d", row, (int)dp_array_get(dp_dataset_column(rows, 1), row));
    assert_image(made, rgb, 3, "pixels ink", alt);
    dp_text_free(&part);
    dp_dataset_free(&rows);
    dp_model_free(&model);
}

static void words_are_those_of_the_numbers(void **state)
{
    const run *made = *state;
    char path[SCRATCH_PATH_BYTES + 16], words[120], first[DP_NUMBER_TEXT_BYTES], last[DP_NUMBER_TEXT_BYTES];
    dp_model *model = NULL;
    dp_dataset *curves = NULL, *rows = NULL;
    must(made->ctx, dp_run_open(made->ctx, made->dir, &model));
    must(made->ctx, dp_dataset_open(made->ctx, data, DP_SPLIT_TEST, &rows));
    /* curves: where each begins and ends */
    snprintf(path, sizeof path, "%s/log.csv", made->dir);
    must(made->ctx, dp_run_log(made->ctx, path, &curves));
    const dp_array *loss = dp_dataset_column(curves, dp_dataset_find(curves, "test_loss"));
    snprintf(words, sizeof words, ", test from %s to %s\"", dp_number_text_f32((float)dp_array_get(loss, 0), first),
             dp_number_text_f32((float)dp_array_get(loss, 2), last));
    assert_says(&made->html, "curves", words);
    /* histograms: the mean of W1 */
    dp_array weights = dp_model_param(model, dp_model_param_find(model, "W1"));
    double sum = 0;
    for (int64_t i = 0; i < dp_array_elems(&weights); i++)
        sum += dp_array_get(&weights, i);
    snprintf(words, sizeof words, "mean <data value=\"%s\">",
             dp_number_text_f64(sum / (double)dp_array_elems(&weights), first));
    assert_says(&made->html, "layers", words);
    /* the graph: the loss of the first five rows, from their probabilities */
    dp_prediction said;
    must(made->ctx, dp_predict_rows(model, rows, NULL, 0, 1, (int64_t[]){0, 1, 2, 3, 4}, 5, &said));
    sum = 0;
    for (int64_t i = 0; i < 5; i++)
        sum -= log(dp_array_get(said.probabilities, i * CLASSES + (int64_t)dp_array_get(said.labels, i))) / 5;
    dp_number_text_f64(sum, first);
    snprintf(words, sizeof words, ">%.*s", 5, first); /* three digits or more; >1 and 0.xxx alike */
    if (DENPA_HAVE_GRAPHVIZ)
        assert_says(&made->html, "network", words);
    dp_prediction_free(&said);
    dp_dataset_free(&curves);
    dp_dataset_free(&rows);
    dp_model_free(&model);
}

static void the_same_run_gives_the_same_bytes(void **state)
{
    const run *made = *state;
    dp_config one;
    dp_config_init(&one);
    one.threads = 1;
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(&one, &ctx), DP_OK);
    dp_text again = page_of(ctx, made->dir, &(dp_report_config){.rows = 50, .mistakes = SHOWN});
    assert_int_equal(again.length, made->html.length);
    assert_memory_equal(again.data, made->html.data, again.length);
    dp_text_free(&again);
    ctx_close(ctx);
}

static void it_is_written_as_a_whole_or_not_at_all(void **state)
{
    const run *made = *state;
    dp_report_config config;
    dp_array *file = NULL;
    dp_report_config_init(&config);
    const char *path = scratch_path("page.html");
    must(made->ctx, dp_report_write(made->ctx, made->dir, &(dp_report_config){.rows = 50, .mistakes = SHOWN}, path));
    must(made->ctx, dp_file_read(made->ctx, path, 0, &file));
    assert_int_equal(dp_array_bytes(file), made->html.length);
    assert_memory_equal(file->data, made->html.data, made->html.length);
    dp_array_free(&file);
    int entries = scratch_count();
    must_fail(made->ctx, dp_report_write(made->ctx, made->dir, &config, scratch_path("missing/page.html")), DP_ERR_IO,
              "missing/page.html");
    must_fail(made->ctx, dp_report_write(made->ctx, scratch_path("none"), &config, path), DP_ERR_IO, "config.json");
    assert_int_equal(scratch_count(), entries);
    must(made->ctx, dp_file_read(made->ctx, path, 0, &file)); /* what was there is there */
    assert_int_equal(dp_array_bytes(file), made->html.length);
    dp_array_free(&file);
    config.rows = 0;
    must_fail(made->ctx, dp_report_write(made->ctx, made->dir, &config, path), DP_ERR_RANGE, "at least 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_well_formed_and_stands_alone),
        cmocka_unit_test(its_numbers_are_those_of_a_test),
        cmocka_unit_test(its_mistakes_are_the_worst_ones),
        cmocka_unit_test(its_gradients_are_checked),
        cmocka_unit_test(pictures_are_there),
        cmocka_unit_test(images_are_those_of_the_numbers),
        cmocka_unit_test(words_are_those_of_the_numbers),
        cmocka_unit_test(the_same_run_gives_the_same_bytes),
        cmocka_unit_test(it_is_written_as_a_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}

#else

/* Says which package is missing. */
static void it_says_what_is_missing(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open();
    must_fail(ctx, dp_report_write(ctx, ".", NULL, "page.html"), DP_ERR_UNSUPPORTED, "lib");
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_says_what_is_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
