/* A text as data: its characters as numbers, windows of them, what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/data.h>
#include <denpa/train.h>

#include "support/failing_memory.h"
#include "support/scratch.h"

static dp_ctx *ctx;

static int setup(void **state)
{
    return dp_ctx_new(NULL, &ctx) == DP_OK ? scratch_setup(state) : -1;
}

static int teardown(void **state)
{
    int left = dp_ctx_memory(ctx).current_bytes != 0;
    dp_ctx_free(&ctx);
    return scratch_teardown(state) || left;
}

/* "text:PATH:OPTIONS" of a new file with these bytes. */
static const char *text_of(const char *bytes, size_t count, const char *options)
{
    static char source[2 * SCRATCH_PATH_BYTES];
    snprintf(source, sizeof source, "text:%s%s%s", scratch_write("text.txt", bytes, count), *options ? ":" : "", options);
    return source;
}

static dp_dataset *open_part(const char *text, const char *options, dp_split split)
{
    dp_dataset *data = NULL;
    if (dp_dataset_open(ctx, text_of(text, strlen(text), options), split, &data) != DP_OK)
        fail_msg("%s: %s", options, dp_ctx_message(ctx));
    return data;
}

/* All of a column. */
static void assert_ids(const dp_dataset *data, const char *name, int64_t rows, int64_t length, const int64_t *ids)
{
    dp_array *array = NULL;
    assert_int_equal(dp_dataset_array(data, dp_dataset_find(data, name), NULL, &array), DP_OK);
    assert_true(array->dtype == DP_I64 && dp_shape_equal(array->shape, dp_shape_of(2, (int64_t[]){rows, length})));
    for (int64_t i = 0; i < rows * length; i++)
        if (((int64_t *)array->data)[i] != ids[i])
            fail_msg("%s[%d] is %d, not %d", name, (int)i, (int)((int64_t *)array->data)[i], (int)ids[i]);
    dp_array_free(&array);
}

#define IDS(data, name, rows, length, ...) assert_ids(data, name, rows, length, (const int64_t[]){__VA_ARGS__})

/* Code points b < d < é < 本: numbers 0 to 3. The last window has room for what follows it. */
static void characters_are_numbered(void **state)
{
    (void)state;
    dp_dataset *data = open_part("d本bébd本", "length=2,tail=0", DP_SPLIT_TRAIN);
    assert_int_equal(dp_dataset_rows(data), 3);
    IDS(data, "x", 3, 2, 1, 3, 0, 2, 0, 1);
    IDS(data, "t", 3, 2, 3, 0, 2, 0, 1, 3);
    const char *names[] = {"b", "d", "é", "本"};
    for (int k = 0; k < 4; k++)
        assert_string_equal(dp_dataset_class_name(data, 1, k), names[k]);
    assert_null(dp_dataset_class_name(data, 1, 4));
    assert_null(dp_dataset_column(data, 0)->data);
    const dp_setting *settings;
    assert_int_equal(dp_dataset_settings(data, &settings), 2);
    assert_string_equal(settings[0].name, "vocabulary");
    assert_string_equal(settings[0].expression, "4");
    assert_string_equal(settings[1].name, "length");
    assert_string_equal(settings[1].expression, "2");
    dp_dataset_free(&data);
}

static void windows_may_overlap(void **state)
{
    (void)state;
    dp_dataset *data = open_part("abcab", "length=3,stride=1,tail=0", DP_SPLIT_TRAIN);
    IDS(data, "x", 2, 3, 0, 1, 2, 1, 2, 0);
    IDS(data, "t", 2, 3, 1, 2, 0, 2, 0, 1);
    dp_dataset_free(&data);
    data = open_part("abcdefg", "length=1,stride=3,tail=0", DP_SPLIT_TRAIN);
    IDS(data, "x", 2, 1, 0, 3);
    IDS(data, "t", 2, 1, 1, 4);
    dp_dataset_free(&data);
}

/* Rows in any order, into floats, longer than what is put together at a time. */
static void rows_are_gathered(void **state)
{
    (void)state;
    enum { LENGTH = 300, CHARACTERS = 1000 };
    static char text[CHARACTERS + 1];
    static float rows[2 * LENGTH];
    for (int i = 0; i < CHARACTERS; i++)
        text[i] = (char)('a' + i * i % 26);
    int64_t occurs[26] = {0}, number[26], next = 0;
    for (int i = 0; i < CHARACTERS; i++)
        occurs[text[i] - 'a'] = 1;
    for (int c = 0; c < 26; c++)
        number[c] = occurs[c] ? next++ : -1;
    dp_dataset *data = open_part(text, "length=300,stride=7,tail=0", DP_SPLIT_TRAIN);
    assert_int_equal(dp_dataset_rows(data), (CHARACTERS - 1 - LENGTH) / 7 + 1);
    for (int column = 0; column < 2; column++) {
        assert_int_equal(
            dp_dataset_gather(data, &column, 1, (const int64_t[]){99, 4}, 2, 1, DP_F32, LENGTH, rows), DP_OK);
        for (int i = 0; i < LENGTH; i++) {
            assert_true(rows[i] == (float)number[text[99 * 7 + i + column] - 'a']);
            assert_true(rows[LENGTH + i] == (float)number[text[4 * 7 + i + column] - 'a']);
        }
    }
    uint8_t bytes[LENGTH];
    assert_int_equal(dp_dataset_gather(data, (const int[]){0}, 1, (const int64_t[]){0}, 1, 0, DP_U8, LENGTH, bytes),
                     DP_ERR_UNSUPPORTED);
    dp_dataset_free(&data);
}

/* More than 256 of them do not fit into bytes. */
static void many_characters(void **state)
{
    (void)state;
    enum { COUNT = 600 };
    char text[3 * COUNT + 1] = "";
    size_t used = 0;
    for (int i = COUNT; i > 0; i--) { /* U+4E00 + i, falling */
        int code = 0x4e00 + i;
        text[used++] = (char)(0xe0 | code >> 12);
        text[used++] = (char)(0x80 | (code >> 6 & 0x3f));
        text[used++] = (char)(0x80 | (code & 0x3f));
    }
    text[used] = 0;
    dp_dataset *data = open_part(text, "length=599,tail=0", DP_SPLIT_TRAIN);
    int64_t ids[COUNT];
    for (int i = 0; i < COUNT; i++)
        ids[i] = COUNT - 1 - i;
    assert_ids(data, "x", 1, COUNT - 1, ids);
    assert_ids(data, "t", 1, COUNT - 1, ids + 1);
    dp_dataset_free(&data);
}

/* 20 characters, of which the last tenth, or as many as are said, are for testing. The characters of both are known to both. */
static void the_tail_is_the_test_part(void **state)
{
    (void)state;
    static const char text[] = "aaaaaaaaaaaaaaabcdef";
    dp_dataset *data = open_part(text, "length=3,tail=0.25", DP_SPLIT_TRAIN);
    assert_int_equal(dp_dataset_rows(data), 4);
    assert_string_equal(dp_dataset_class_name(data, 1, 5), "f");
    dp_dataset_free(&data);
    data = open_part(text, "length=3,tail=0.25", DP_SPLIT_TEST);
    IDS(data, "x", 1, 3, 1, 2, 3);
    IDS(data, "t", 1, 3, 2, 3, 4);
    dp_dataset_free(&data);
    data = open_part(text, "length=1", DP_SPLIT_TEST);
    IDS(data, "x", 1, 1, 4);
    dp_dataset_free(&data);
    /* Where a window does not fit into the tenth, there is none, and all is trained on. */
    assert_int_equal(dp_dataset_open(ctx, text_of(text, 20, "length=2"), DP_SPLIT_TEST, &data), DP_ERR_NAME);
    data = open_part(text, "length=2", DP_SPLIT_TRAIN);
    assert_int_equal(dp_dataset_rows(data), 9);
    dp_dataset_free(&data);
}

/* What was learned reads another text: the same numbers, the same windows. */
static void learned_characters(void **state)
{
    (void)state;
    const dp_encoding *learned;
    dp_dataset *data = open_part("abcde\n", "length=2,tail=0", DP_SPLIT_TRAIN), *other = NULL;
    int count = dp_dataset_encoding(data, &learned);
    const char *source = text_of("ed", 2, "tail=0");
    assert_int_equal(dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, learned, count, &other), DP_ERR_RANGE);
    source = text_of("\xef\xbb\xbf" "edc", 6, "tail=0");
    assert_int_equal(dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, learned, count, &other), DP_OK);
    IDS(other, "x", 1, 2, 5, 4);
    IDS(other, "t", 1, 2, 4, 3);
    dp_dataset_free(&other);
    source = text_of("ab\nbé", 6, "tail=0");
    assert_int_equal(dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, learned, count, &other), DP_ERR_RANGE);
    assert_non_null(strstr(dp_ctx_message(ctx), ":2:2: \"é\" (U+00E9) is none of the 6 characters"));
    static const dp_encoding words[] = {{"", "option:length=2"}, {"t", "class:rose"}, {"t", "class:tulip"}};
    assert_int_equal(dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, words, 3, &other), DP_ERR_FORMAT);
    assert_int_equal(dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, words, 1, &other), DP_ERR_ARG);
    static const dp_encoding falling[] = {{"", "option:length=2"}, {"t", "class:b"}, {"t", "class:a"}};
    assert_int_equal(dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, falling, 3, &other), DP_ERR_FORMAT);
    assert_null(other);
    dp_dataset_free(&data);
}

static void refuses(const char *bytes, size_t count, const char *options, dp_status status, const char *words)
{
    dp_dataset *none = NULL;
    dp_status got = dp_dataset_open(ctx, text_of(bytes, count, options), DP_SPLIT_TRAIN, &none);
    if (got != status || !strstr(dp_ctx_message(ctx), words))
        fail_msg("%s: %s: \"%s\" lacks \"%s\"", options, dp_status_name(got), dp_ctx_message(ctx), words);
    assert_null(none);
}

static void refuses_what_is_no_text(void **state)
{
    (void)state;
    refuses("", 0, "", DP_ERR_FORMAT, "it is empty");
    refuses("\xef\xbb\xbf", 3, "", DP_ERR_FORMAT, "it is empty");
    refuses("a\nb\xff", 4, "", DP_ERR_FORMAT, "byte 4 (line 2) is no UTF-8");
    refuses("a\xe6\x9c", 3, "", DP_ERR_FORMAT, "byte 2 (line 1) is no UTF-8");
    refuses("ab\0c", 4, "", DP_ERR_FORMAT, "byte 3 (line 1) is zero");
    refuses("abc", 3, "", DP_ERR_RANGE, "3 characters, and a window of 64 with the one that follows it takes 65");
    refuses("abc", 3, "length=3,tail=0", DP_ERR_RANGE, "takes 4");
    refuses("abc", 3, "length=2,tail=0.5", DP_ERR_RANGE, "the tail of 2 of 3 characters is shorter");
    refuses("abc", 3, "length=0", DP_ERR_ARG, "length=0: it is a number of characters");
    refuses("abc", 3, "length=1.5", DP_ERR_ARG, "length=1.5");
    refuses("abc", 3, "length=1e18", DP_ERR_ARG, "length=1e18");
    refuses("abc", 3, "stride=-1", DP_ERR_ARG, "stride=-1");
    refuses("abc", 3, "stride=x", DP_ERR_ARG, "stride=x");
    refuses("abc", 3, "tail=1", DP_ERR_ARG, "tail=1: it is a share");
    refuses("abc", 3, "tail=nan", DP_ERR_ARG, "tail=nan");
    refuses("abc", 3, "seq=2", DP_ERR_NAME, "a text has no option seq; there are length stride tail");
    dp_dataset *none = NULL;
    assert_int_equal(dp_dataset_open(ctx, "text:/nowhere/at/all", DP_SPLIT_TRAIN, &none), DP_ERR_IO);
    assert_int_equal(dp_dataset_open(ctx, "text:", DP_SPLIT_TRAIN, &none), DP_ERR_IO);
}

/* ---- In training ---- */

static const char model_text[] = "x = input(length, dtype=\"int64\")\nt = label(vocabulary, shape=length)\n"
                                 "y = embedding(x, vocabulary, vocabulary, zeros)\nloss = softmax_cross_entropy(y, t)\n";

static dp_model *model_for(const dp_dataset *data)
{
    dp_model *model = NULL;
    dp_model_config config;
    dp_model_config_init(&config);
    config.setting_count = dp_dataset_settings(data, &config.settings);
    if (dp_model_from_text(ctx, model_text, sizeof model_text - 1, "net.dp", &config, &model) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
    return model;
}

/* What follows a letter is always the same: the model gets it all right. */
static void a_model_learns_it(void **state)
{
    (void)state;
    dp_dataset *data = open_part("abcabcabcabcabcabcabcabcabcabc", "length=4,tail=0", DP_SPLIT_TRAIN);
    dp_model *model = model_for(data);
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 30;
    config.optimizer = "sgd:lr=5";
    dp_progress end;
    assert_int_equal(dp_train(model, data, NULL, &config, &end), DP_OK);
    assert_true(end.train_accuracy == 1);
    dp_model_free(&model);
    dp_dataset_free(&data);
}

static int64_t row_of(const dp_dataset *data, const int64_t *rows, int64_t n, double *sum)
{
    float x[8];
    *sum = 0;
    for (int64_t i = 0; i < n; i++) {
        assert_int_equal(dp_dataset_gather(data, (const int[]){1}, 1, rows + i, 1, 0, DP_F32, 4, x), DP_OK);
        for (int k = 0; k < 4; k++)
            *sum += x[k];
    }
    return n;
}

/* The last windows are for validation, and no window that is trained on reads what is predicted there: with zeros for parameters and a
 * rate of 0 class 0 is said everywhere, so the accuracy tells which rows were which. */
static void validation_is_the_end(void **state)
{
    (void)state;
    /* 33 characters, 8 windows of 4; the last two have only "b" to predict. */
    static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbb";
    static const struct {
        const char *options;
        double share, train, validation;
    } cases[] = {
        {"length=4,tail=0", 0.25, 1, 0},          /* rows 0 to 5, and 6 to 7 */
        {"length=4,stride=1,tail=0", 0.2, 0, 0}, /* 29 rows; 23 to 28; those up to 19 are trained on */
    };
    for (int i = 0; i < 2; i++) {
        dp_dataset *data = open_part(text, cases[i].options, DP_SPLIT_TRAIN);
        dp_model *model = model_for(data);
        dp_train_config config;
        dp_train_config_init(&config);
        config.optimizer = "sgd:lr=0";
        config.validation = cases[i].share;
        dp_progress end;
        assert_int_equal(dp_train(model, data, NULL, &config, &end), DP_OK);
        if (i == 0) {
            assert_true(end.train_accuracy == 1 && end.validation.accuracy == 0);
        } else {
            /* a's are predicted up to character 24: of rows 0 to 19, which predict 1 to 23, all; of 23 to 28 a single one. */
            double b = 0;
            int64_t rows[] = {23, 24, 25, 26, 27, 28};
            row_of(data, rows, 6, &b);
            assert_true(end.train_accuracy == 1);
            assert_true(b == 23 && end.validation.accuracy == (24 - b) / 24);
        }
        dp_model_free(&model);
        dp_dataset_free(&data);
    }
}

static void classes_have_to_suffice(void **state)
{
    (void)state;
    dp_dataset *data = open_part("abcabc", "length=2,tail=0", DP_SPLIT_TRAIN), *wider = NULL;
    dp_model *model = model_for(data);
    const char *source = text_of("abcdef", 6, "length=2,tail=0");
    assert_int_equal(dp_dataset_open(ctx, source, DP_SPLIT_TRAIN, &wider), DP_OK);
    dp_train_config config;
    dp_train_config_init(&config);
    assert_int_equal(dp_train(model, wider, NULL, &config, NULL), DP_ERR_RANGE);
    assert_non_null(strstr(dp_ctx_message(ctx), "has 6 different characters, and there are only 3 classes"));
    dp_model_free(&model);
    dp_dataset_free(&wider);
    dp_dataset_free(&data);
}

static dp_status open_and_train(dp_ctx *failing, void *user)
{
    dp_dataset *data = NULL, *same = NULL;
    const dp_encoding *learned;
    dp_status status = dp_dataset_open(failing, user, DP_SPLIT_TRAIN, &data);
    if (status == DP_OK) {
        int count = dp_dataset_encoding(data, &learned);
        status = dp_dataset_open_as(failing, user, DP_SPLIT_TEST, learned, count, &same);
    }
    dp_array *array = NULL;
    if (status == DP_OK)
        status = dp_dataset_hook(NULL, failing, user, "train", "x", &array);
    dp_array_free(&array);
    dp_dataset_free(&same);
    dp_dataset_free(&data);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    static const char text[] = "to be or not to be that is the question";
    char source[2 * SCRATCH_PATH_BYTES];
    snprintf(source, sizeof source, "%s", text_of(text, sizeof text - 1, "length=4,tail=0.2"));
    assert_true(failing_memory_try_all(open_and_train, source) > 30);
}

/* The last test: a failing teardown of a group does not fail cmocka's program. */
static void nothing_is_left(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_numbered),
        cmocka_unit_test(windows_may_overlap),
        cmocka_unit_test(rows_are_gathered),
        cmocka_unit_test(many_characters),
        cmocka_unit_test(the_tail_is_the_test_part),
        cmocka_unit_test(learned_characters),
        cmocka_unit_test(refuses_what_is_no_text),
        cmocka_unit_test(a_model_learns_it),
        cmocka_unit_test(validation_is_the_end),
        cmocka_unit_test(classes_have_to_suffice),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(nothing_is_left),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
