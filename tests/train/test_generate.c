/* Text from small models whose answer is known. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/failing_memory.h"
#include "support/scratch.h"

#include "train_fixture.h"

typedef struct page {
    char text[4096];
    size_t used;
    int64_t most; /* then no more is wanted; 0: no end */
    int64_t characters;
} page;

static int take(void *user, const char *character)
{
    page *p = user;
    size_t bytes = strlen(character);
    assert_true(p->used + bytes < sizeof p->text);
    memcpy(p->text + p->used, character, bytes + 1);
    p->used += bytes;
    return ++p->characters == p->most;
}

/* Scores of what follows from the last character alone: 9 for what the text had. */
static const char bigram[] = "x = input(length, dtype=\"int64\")\nt = label(vocabulary, shape=length)\n"
                             "y = embedding(x, vocabulary, vocabulary, zeros)\nloss = softmax_cross_entropy(y, t)\n";

/* A model of this text, trained on a text so that it knows it by heart. */
static dp_status make_model(dp_ctx *ctx, const char *model_text, const char *text, const char *options, const char *optimizer,
                            int64_t epochs, dp_model **out)
{
    char source[2 * SCRATCH_PATH_BYTES];
    snprintf(source, sizeof source, "text:%s:tail=0,%s", scratch_write("text.txt", text, strlen(text)), options);
    dp_dataset *data = NULL;
    dp_model *model = NULL;
    dp_model_config config;
    dp_train_config train;
    dp_model_config_init(&config);
    dp_train_config_init(&train);
    train.epochs = epochs;
    train.optimizer = optimizer;
    dp_status status = dp_dataset_open(ctx, source, DP_SPLIT_TRAIN, &data);
    if (status == DP_OK) {
        config.setting_count = dp_dataset_settings(data, &config.settings);
        status = dp_model_from_text(ctx, model_text, strlen(model_text), "net.dp", &config, &model);
    }
    if (status == DP_OK) status = dp_train(model, data, NULL, &train, NULL);
    dp_dataset_free(&data);
    if (status == DP_OK) *out = model;
    else dp_model_free(&model);
    return status;
}

static dp_model *model_of(dp_ctx *ctx, const char *model_text, const char *text, const char *options)
{
    dp_model *model = NULL;
    must(ctx, make_model(ctx, model_text, text, options, "adam:lr=0.5", 40, &model));
    return model;
}

static void assert_writes(dp_model *model, const char *prompt, int64_t length, const char *wanted)
{
    page p = {.used = 0};
    dp_generate_config config;
    dp_generate_config_init(&config);
    config.prompt = prompt;
    config.length = length;
    config.temperature = 0;
    config.take = take;
    config.user = &p;
    must(dp_model_ctx(model), dp_generate(model, &config));
    assert_string_equal(p.text, wanted);
}

/* What follows is known, shorter and longer than the window of four. */
static void writes_what_it_learned(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_of(ctx, bigram, "abcabcabcabcabcabc", "length=4");
    assert_writes(model, "a", 9, "bcabcabca");
    assert_writes(model, "abcabcabcab", 3, "cab");
    assert_writes(model, NULL, 3, "bca"); /* there are no lines: as behind the first character */
    assert_writes(model, "", 0, "");
    dp_model_free(&model);
    model = model_of(ctx, bigram, "é本\né本\né本\né本\n", "length=3");
    assert_writes(model, "本", 7, "\né本\né本\n");
    assert_writes(model, NULL, 4, "é本\né");
    dp_model_free(&model);
    ctx_close(ctx);
}

/* To know what follows an a one has to look back two characters, past the begin of a window that is still being filled, and along
 * with one that slides. */
static void looks_back(void **state)
{
    (void)state;
    static const char recurrent[] =
        "x = input(length, dtype=\"int64\")\nt = label(vocabulary, shape=length)\n"
        "h = lstm(embedding(x, vocabulary, 4), 8)\ny = linear(h, vocabulary)\nloss = softmax_cross_entropy(y, t)\n";
    char text[241] = "";
    for (int i = 0; i < 40; i++) strcat(text, "abacad");
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    must(ctx, make_model(ctx, recurrent, text, "length=6,stride=1", "adam:lr=0.03", 60, &model));
    assert_writes(model, "ab", 16, "acadabacadabacad");
    assert_writes(model, "abacadabac", 4, "adab");
    dp_model_free(&model);
    ctx_close(ctx);
}

/* All that is drawn follows from the seed: shares of a model that knows nothing are equal. */
static void seeds_decide(void **state)
{
    (void)state;
    char first[4096] = "";
    for (int threads = 1; threads <= 4; threads *= 2) {
        dp_ctx *ctx = ctx_open(threads);
        dp_model *model = NULL;
        must(ctx, make_model(ctx, bigram, "abcdabcd", "length=2", "sgd", 1, &model));
        for (int p = 0; p < dp_model_param_count(model); p++) {
            dp_array param = dp_model_param(model, p);
            memset(param.data, 0, dp_array_bytes(&param));
        }
        int counts[4] = {0};
        char texts[3][4096];
        for (int i = 0; i < 3; i++) {
            page p = {.used = 0};
            dp_generate_config config;
            dp_generate_config_init(&config);
            config.length = 2000;
            config.seed = i == 2;
            config.take = take;
            config.user = &p;
            must(ctx, dp_generate(model, &config));
            strcpy(texts[i], p.text);
            for (size_t k = 0; k < p.used && !i; k++) counts[p.text[k] - 'a']++;
        }
        assert_string_equal(texts[0], texts[1]);
        assert_string_not_equal(texts[0], texts[2]);
        for (int k = 0; k < 4; k++) /* 500 are expected; the standard deviation is sqrt(2000 * 3 / 16) = 19 */
            assert_true(abs(counts[k] - 500) < 5 * 20);
        if (threads == 1) strcpy(first, texts[0]);
        assert_string_equal(texts[0], first);
        dp_model_free(&model);
        ctx_close(ctx);
    }
}

static void can_be_stopped(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_of(ctx, bigram, "abcabcabcabcabcabc", "length=4");
    page p = {.most = 2};
    dp_generate_config config;
    dp_generate_config_init(&config);
    config.take = take;
    config.user = &p;
    must(ctx, dp_generate(model, &config));
    assert_int_equal(p.characters, 2);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* ---- Wrong use ---- */

static void refuses(dp_model *model, dp_generate_config config, dp_status status, const char *words)
{
    page p = {.used = 0};
    config.user = &p;
    must_fail(dp_model_ctx(model), dp_generate(model, &config), status, words);
    assert_int_equal(p.characters, 0);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_of(ctx, bigram, "abc\nabc\nabc\n", "length=4");
    dp_generate_config good, c;
    dp_generate_config_init(&good);
    good.take = take;
    c = good, c.prompt = "ab\naxb";
    refuses(model, c, DP_ERR_RANGE, "prompt:2:2: \"x\" (U+0078) is none of the 4 characters of the text");
    c = good, c.prompt = "ab\xff";
    refuses(model, c, DP_ERR_FORMAT, "prompt: byte 3 (line 1) is no UTF-8");
    c = good, c.temperature = -1;
    refuses(model, c, DP_ERR_RANGE, "temperature has to be 0 or more, not -1");
    c = good, c.temperature = NAN;
    refuses(model, c, DP_ERR_RANGE, "temperature");
    c = good, c.top_p = 0;
    refuses(model, c, DP_ERR_RANGE, "top_p has to be above 0 and at most 1, not 0");
    c = good, c.top_k = -1;
    refuses(model, c, DP_ERR_RANGE, "length and top_k have to be 0 or more, not 500 and -1");
    c = good, c.take = NULL;
    refuses(model, c, DP_ERR_ARG, "there is nobody to take the text");
    dp_array param = dp_model_param(model, 0);
    for (int64_t i = 0; i < dp_array_elems(&param); i++) ((float *)param.data)[i] = NAN;
    refuses(model, good, DP_ERR_RANGE, "the scores of the model are no numbers");
    dp_model_free(&model);
    model = model_open(ctx, xor_network, DP_F32);
    refuses(model, good, DP_ERR_ARG, "was not trained on a text");
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Models that were trained on a text and still cannot write. */
static void refuses_models_that_cannot_write(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        dp_status status;
        const char *words;
    } cases[] = {
        {"x = input(length, dtype=\"int64\")\nt = label(vocabulary, shape=length)\ne = embedding(x, vocabulary, 4)\n"
         "y = linear(attention(e, e, e), vocabulary)\nloss = softmax_cross_entropy(y, t)\n",
         DP_ERR_ARG, "depends on later ones"},
        {"x = input(length, dtype=\"int64\")\nt = input(length)\nw = param(1)\ny = w * t\nloss = sum(y) + 0 * sum(x)\n", DP_ERR_SHAPE,
         "the output is (1, 4) for a window of (4,); it has to be (N, 4, 3)"},
        {"x = input((2, 2), dtype=\"int64\")\nt = label(vocabulary, shape=length)\n"
         "y = reshape(embedding(x, vocabulary, vocabulary), (-1, 4, 3))\nloss = softmax_cross_entropy(y, t)\n",
         DP_ERR_SHAPE, "input x takes rows of int64 (2, 2)"},
        {"x = input(length, dtype=\"int64\")\nt = label(vocabulary, shape=length)\n"
         "y = embedding(x, vocabulary, vocabulary) + embedding(t, vocabulary, vocabulary)\nloss = softmax_cross_entropy(y, t)\n",
         DP_ERR_SHAPE, "the output needs 2 inputs"},
    };
    dp_ctx *ctx = ctx_open(1);
    dp_generate_config config;
    dp_generate_config_init(&config);
    config.take = take;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dp_model *model = NULL;
        must(ctx, make_model(ctx, cases[i].text, "abcabcabcabcabcabc", "length=4", "sgd", 1, &model));
        refuses(model, config, cases[i].status, cases[i].words);
        dp_model_free(&model);
    }
    ctx_close(ctx);
}

static dp_status train_and_write(dp_ctx *ctx, void *user)
{
    (void)user;
    dp_model *model = NULL;
    dp_status status = make_model(ctx, bigram, "abcabcabc", "length=2", "sgd", 1, &model);
    page p = {.used = 0};
    dp_generate_config config;
    dp_generate_config_init(&config);
    config.prompt = "ab";
    config.length = 3;
    config.take = take;
    config.user = &p;
    if (status == DP_OK) status = dp_generate(model, &config);
    dp_model_free(&model);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(train_and_write, NULL) > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_learned),
        cmocka_unit_test(looks_back),
        cmocka_unit_test(seeds_decide),
        cmocka_unit_test(can_be_stopped),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(refuses_models_that_cannot_write),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
