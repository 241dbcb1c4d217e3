/* For the tests of reports: small runs in a folder that goes away, and a strict look at the page. */
#ifndef DENPA_TESTS_REPORT_FIXTURE_H
#define DENPA_TESTS_REPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>
#include <denpa/report.h>

#include "support/page_check.h"
#include "support/scratch.h"

/* Reports need pictures to be painted, and config.json to be read. */
#define CAN_REPORT (DENPA_HAVE_CAIRO && DENPA_HAVE_JSON)

static const char xor_csv[] = "x1,x2,class1\n0,0,0\n0,1,1\n1,1,0\n1,0,1\n";
static const char xor_text[] =
    "# XOR\nx = input(2)\nt = label(2)\nW1 = param((2, 4), normal(1))\nW2 = param((4, 2), normal(1))\n"
    "h = sigmoid(x @ W1)\ny = h @ W2\nloss = softmax_cross_entropy(y, t)\n";
static const char digits_text[] =
    "x = input(784)\nt = label(10)\nW1 = param((784, 12), normal(0.1))\nb1 = param(12, zeros)\n"
    "h = relu(x @ W1 + b1)\ny = affine(h, 10, std=0.1)\nloss = softmax_cross_entropy(y, t)\n";

static inline void must(dp_ctx *ctx, dp_status status)
{
    if (status != DP_OK)
        fail_msg("%s: %s", dp_status_name(status), dp_ctx_message(ctx));
}

static inline void must_fail(dp_ctx *ctx, dp_status status, dp_status wanted, const char *words)
{
    assert_string_equal(dp_status_name(status), dp_status_name(wanted));
    if (!strstr(dp_ctx_message(ctx), words))
        fail_msg("message \"%s\" lacks \"%s\"", dp_ctx_message(ctx), words);
}

static inline dp_ctx *ctx_open(void)
{
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    return ctx;
}

/* Also holds that nothing was left behind. */
static inline void ctx_close(dp_ctx *ctx)
{
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

/* Trains the model `text` on `data` and leaves the run in the folder `dir`. */
static inline void make_run(dp_ctx *ctx, const char *text, dp_dtype dtype, const char *data, int64_t epochs,
                            const char *optimizer, const char *dir)
{
    dp_model *model = NULL;
    dp_dataset *train = NULL, *test = NULL;
    dp_model_config model_config;
    dp_train_config config;
    dp_model_config_init(&model_config);
    model_config.dtype = dtype;
    dp_train_config_init(&config);
    config.epochs = epochs;
    config.optimizer = optimizer;
    config.batch = 10;
    config.out_dir = dir;
    must(ctx, dp_model_from_text(ctx, text, strlen(text), "net.dp", &model_config, &model));
    must(ctx, dp_dataset_open(ctx, data, DP_SPLIT_TRAIN, &train));
    dp_status status = dp_dataset_open(ctx, data, DP_SPLIT_TEST, &test);
    if (status != DP_ERR_NAME)
        must(ctx, status);
    must(ctx, dp_train(model, train, test, &config, NULL));
    dp_dataset_free(&train);
    dp_dataset_free(&test);
    dp_model_free(&model);
}

/* The page on a run, to be freed with dp_text_free. */
static inline dp_text page_of(dp_ctx *ctx, const char *dir, const dp_report_config *config)
{
    dp_text html = {.ctx = ctx};
    must(ctx, dp_report_html(ctx, dir, config, &html));
    return html;
}

/* The text of a section, from its <section …> to its </section>. */
static inline dp_text section_of(const dp_text *html, const char *id)
{
    char begin[64];
    dp_text part = {.ctx = html->ctx};
    snprintf(begin, sizeof begin, "<section id=\"%s\"", id);
    const char *from = strstr(html->data, begin);
    if (!from)
        fail_msg("there is no section %s", id);
    const char *to = strstr(from, "</section>");
    assert_non_null(to);
    must(html->ctx, dp_text_add(&part, from, (size_t)(to - from)));
    return part;
}

static inline void assert_says(const dp_text *html, const char *section, const char *words)
{
    dp_text part = section_of(html, section);
    if (!strstr(part.data, words))
        fail_msg("section %s lacks \"%s\": %.2000s", section, words, part.data);
    dp_text_free(&part);
}

static inline int count_of(const char *text, const char *words)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, words)); at += strlen(words))
        count++;
    return count;
}

/* The exact number of the n-th <data class="what" value="…">. */
static inline double number_of(const dp_text *html, const char *what, int n)
{
    char begin[80];
    const char *at = html->data, *end;
    snprintf(begin, sizeof begin, "<data class=\"%s\" value=\"", what);
    for (int i = 0; i <= n; i++, at++)
        if (!(at = strstr(at, begin)))
            fail_msg("there is no number %d of class %s", n, what);
    at += strlen(begin) - 1;
    return dp_number_parse(at, strlen(at), &end);
}

#endif
