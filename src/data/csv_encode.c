/* From the cells of a table to columns of numbers: categories, missing cells, the target. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "data/csv.h"

enum { MOST_CATEGORIES = 65536, SHOWN_BYTES = 64, LIST_BYTES = 256 };

/* ---- Rules ---- */

dp_status dpi_csv_rules_of(const dpi_data_options *options, const dp_encoding *learned, int count, dpi_csv_rules *rules)
{
    const char *missing = options ? dpi_data_option(options, "missing") : NULL;
    *rules = (dpi_csv_rules){.source = options ? options->source : "", .learned = learned, .learned_count = count};
    if (options) {
        rules->target = dpi_data_option(options, "target");
        rules->categories = dpi_data_option(options, "categories");
    }
    if (!rules->target)
        rules->target = dpi_encoding_option(learned, count, "target");
    if (!missing)
        missing = dpi_encoding_option(learned, count, "missing");
    if (!missing || strcmp(missing, "error") == 0)
        rules->missing = DPI_MISSING_ERROR;
    else if (strcmp(missing, "drop") == 0)
        rules->missing = DPI_MISSING_DROP;
    else if (strcmp(missing, "mean") == 0)
        rules->missing = DPI_MISSING_MEAN;
    else
        return dpi_fail(options->ctx, DP_ERR_ARG, "%s: missing is one of error, drop and mean, not \"%s\"",
                        rules->source, missing);
    return DP_OK;
}

/* Is the name among patterns with "/" between? `hit` notes which pattern it was. */
static bool fits(const char *name, const char *patterns, bool *hit)
{
    char pattern[256];
    bool found = false;
    for (int i = 0; patterns && *patterns; i++) {
        size_t bytes = strcspn(patterns, "/");
        if (bytes < sizeof pattern) {
            memcpy(pattern, patterns, bytes);
            pattern[bytes] = 0;
            if (strcmp(pattern, name) == 0 || fnmatch(pattern, name, 0) == 0)
                found = hit[i] = true;
        }
        patterns += bytes + (patterns[bytes] == '/');
    }
    return found;
}

static dp_status no_column(const dpi_csv_table *t, const dpi_csv_rules *rules, const char *name, size_t bytes)
{
    return dpi_fail(t->ctx, DP_ERR_NAME, "%s: no column is named \"%.*s\"; the first is \"%s\", the last \"%s\"",
                    rules->source, (int)bytes, name, t->names[0], t->names[t->columns - 1]);
}

static dp_status choose_named(dpi_csv_table *t, const dpi_csv_rules *rules)
{
    void *memory;
    const char *at = rules->categories;
    size_t patterns = 1;
    for (const char *c = at; *c; c++)
        patterns += *c == '/';
    dp_status status = dpi_alloc(t->ctx, patterns, sizeof(bool), "names of categories", &memory);
    if (status != DP_OK)
        return status;
    bool *hit = memory;
    for (int i = 0; i < t->columns; i++)
        t->is_words[i] = fits(t->names[i], rules->categories, hit);
    for (size_t i = 0; i < patterns && status == DP_OK; i++) {
        size_t bytes = strcspn(at, "/");
        if (!hit[i])
            status = no_column(t, rules, at, bytes);
        at += bytes + (at[bytes] == '/');
    }
    dpi_free(t->ctx, memory);
    return status;
}

static int find_name(const dpi_csv_table *t, const char *name)
{
    for (int i = 0; i < t->columns; i++)
        if (strcmp(t->names[i], name) == 0)
            return i;
    return -1;
}

dp_status dpi_csv_choose(dpi_csv_table *t, const dpi_csv_rules *rules)
{
    void *memory;
    dp_status status = dpi_alloc(t->ctx, (size_t)t->columns, sizeof(bool), "columns", &memory);
    if (status != DP_OK)
        return status;
    t->is_words = memory;
    if (rules->learned_count) {
        for (int i = 0; i < rules->learned_count; i++) {
            const dp_encoding *item = &rules->learned[i];
            bool words = strncmp(item->rule, DPI_RULE_CLASS, strlen(DPI_RULE_CLASS)) == 0 ||
                         strncmp(item->rule, DPI_RULE_ONE_HOT, strlen(DPI_RULE_ONE_HOT)) == 0;
            int column = words ? find_name(t, item->column) : -1;
            if (column >= 0)
                t->is_words[column] = true;
        }
        return DP_OK;
    }
    if (rules->target && find_name(t, rules->target) < 0)
        return no_column(t, rules, rules->target, strlen(rules->target));
    return rules->categories ? choose_named(t, rules) : DP_OK;
}

/* ---- Categories ---- */

/* A word and its index. */
typedef struct category {
    const char *word;
    int64_t index;
} category;

static int by_word(const void *a, const void *b)
{
    return strcmp(((const category *)a)->word, ((const category *)b)->word);
}

static bool number_of(const char *word, double *value)
{
    const char *behind;
    size_t bytes = strlen(word);
    *value = dp_number_parse(word, bytes, &behind);
    return bytes && behind == word + bytes;
}

static int by_number(const void *a, const void *b)
{
    double left, right;
    number_of(((const category *)a)->word, &left);
    number_of(((const category *)b)->word, &right);
    return left < right ? -1 : left > right ? 1 : by_word(a, b);
}

/* The words of a column, each once, in order. list has room for one for each row, and one. */
static int64_t list_words(const dpi_csv_table *t, int column, category *list)
{
    const int64_t *places = t->arrays[column]->data;
    int64_t n = 0, count = 0;
    bool numbers = true;
    for (int64_t i = 0; i < t->rows; i++)
        if (places[i] >= 0)
            list[n++].word = t->words + places[i];
    qsort(list, (size_t)n, sizeof *list, by_word);
    for (int64_t i = 0; i < n; i++)
        if (!i || strcmp(list[i].word, list[count - 1].word) != 0)
            list[count++].word = list[i].word;
    for (int64_t i = 0; i < count; i++) {
        double value;
        numbers = numbers && number_of(list[i].word, &value) && !isnan(value);
    }
    if (numbers)
        qsort(list, (size_t)count, sizeof *list, by_number);
    return count;
}

static dp_status learn_words(const dpi_csv_table *t, int column, const char *kind, category **list, int64_t *count,
                             dpi_encoding *encoding)
{
    void *memory;
    char name[SHOWN_BYTES];
    dpi_utf8_shown(t->names[column], strlen(t->names[column]), name, sizeof name);
    dp_status status = dpi_alloc(t->ctx, (size_t)t->rows + 1, sizeof(category), "categories", &memory);
    if (status != DP_OK)
        return status;
    *list = memory;
    *count = list_words(t, column, *list);
    if (*count == 0)
        return dpi_fail(t->ctx, DP_ERR_FORMAT, "%s: column %s has no categories: all its cells are missing", t->what,
                        name);
    if (*count > MOST_CATEGORIES)
        return dpi_fail(t->ctx, DP_ERR_RANGE, "%s: column %s has %lld categories, and %d are the most", t->what, name,
                        (long long)*count, MOST_CATEGORIES);
    for (int64_t i = 0; i < *count && status == DP_OK; i++)
        status = dpi_encoding_add(encoding, t->names[column], kind, (*list)[i].word);
    return status;
}

static dp_status recall_words(const dpi_csv_table *t, int column, const char *kind, const dpi_csv_rules *rules,
                              category **list, int64_t *count, dpi_encoding *encoding)
{
    void *memory;
    const char *word;
    dp_status status = dpi_alloc(t->ctx, (size_t)rules->learned_count + 1, sizeof(category), "categories", &memory);
    if (status != DP_OK)
        return status;
    *list = memory;
    *count = 0;
    for (int at = 0; status == DP_OK &&
                     (word = dpi_encoding_next(rules->learned, rules->learned_count, t->names[column], kind, &at));) {
        (*list)[(*count)++].word = word;
        status = dpi_encoding_add(encoding, t->names[column], kind, word);
    }
    return status;
}

static dp_status unknown_word(const dpi_csv_table *t, int column, int64_t row, const category *list, int64_t count)
{
    char shown[SHOWN_BYTES], name[SHOWN_BYTES], words[LIST_BYTES] = "";
    const char *word = t->words + ((const int64_t *)t->arrays[column]->data)[row];
    size_t used = 0;
    for (int64_t i = 0; i < count && used < sizeof words; i++)
        used += (size_t)snprintf(words + used, sizeof words - used, i ? ", %s" : "%s", list[i].word);
    dpi_utf8_shown(t->names[column], strlen(t->names[column]), name, sizeof name);
    return dpi_fail(t->ctx, DP_ERR_RANGE, "%s:%lld (column %s): \"%s\" is none of the %lld categories: %s%s", t->what,
                    (long long)((const int64_t *)t->lines->data)[row], name,
                    dpi_utf8_shown(word, strlen(word), shown, sizeof shown), (long long)count, words,
                    used >= sizeof words ? "…" : "");
}

/* Places of words become indices; -1 stays. list is left sorted by word. */
static dp_status find_indices(const dpi_csv_table *t, int column, category *list, int64_t count)
{
    int64_t *places = t->arrays[column]->data;
    for (int64_t i = 0; i < count; i++)
        list[i].index = i;
    qsort(list, (size_t)count, sizeof *list, by_word);
    for (int64_t row = 0; row < t->rows; row++) {
        if (places[row] < 0)
            continue;
        const category *found =
            bsearch(&(category){.word = t->words + places[row]}, list, (size_t)count, sizeof *list, by_word);
        if (!found)
            return unknown_word(t, column, row, list, count);
        places[row] = found->index;
    }
    return DP_OK;
}

/* Row i is 1 at the index and 0 elsewhere; all 0 where the cell is missing. */
static dp_status spread(dpi_csv_table *t, int column, int64_t count)
{
    dp_array *wide;
    const int64_t *indices = t->arrays[column]->data;
    dp_status status = dp_array_new(t->ctx, DP_BOOL, dp_shape_of(2, (int64_t[]){t->rows, count}), &wide);
    if (status != DP_OK)
        return status;
    for (int64_t row = 0; row < t->rows; row++)
        if (indices[row] >= 0)
            ((uint8_t *)wide->data)[row * count + indices[row]] = 1;
    dp_array_free(&t->arrays[column]);
    t->arrays[column] = wide;
    return DP_OK;
}

static dp_status check_target(const dpi_csv_table *t, int column)
{
    const int64_t *indices = t->arrays[column]->data;
    for (int64_t row = 0; row < t->rows; row++)
        if (indices[row] < 0)
            return dpi_fail(t->ctx, DP_ERR_FORMAT, "%s:%lld (column %s): the target is missing", t->what,
                            (long long)((const int64_t *)t->lines->data)[row], t->names[column]);
    return DP_OK;
}

static dp_status encode_words(dpi_csv_table *t, int column, const dpi_csv_rules *rules, dpi_encoding *encoding)
{
    category *list = NULL;
    int64_t count = 0;
    bool is_target = rules->target && strcmp(rules->target, t->names[column]) == 0;
    const char *kind = is_target ? DPI_RULE_CLASS : DPI_RULE_ONE_HOT;
    dp_status status = rules->learned_count ? recall_words(t, column, kind, rules, &list, &count, encoding)
                                            : learn_words(t, column, kind, &list, &count, encoding);
    if (status == DP_OK)
        status = find_indices(t, column, list, count);
    dpi_free(t->ctx, list);
    if (status != DP_OK)
        return status;
    return is_target ? check_target(t, column) : spread(t, column, count);
}

/* ---- Missing numbers ---- */

static dp_status mean_of(const dpi_csv_table *t, int column, const dpi_csv_rules *rules, dpi_encoding *encoding,
                         double *mean)
{
    char number[DP_NUMBER_TEXT_BYTES];
    const double *values = t->arrays[column]->data;
    double sum = 0;
    int64_t n = 0;
    int at = 0;
    const char *learned = dpi_encoding_next(rules->learned, rules->learned_count, t->names[column], DPI_RULE_MEAN, &at);
    for (int64_t i = 0; i < t->rows; i++)
        if (!isnan(values[i]))
            sum += values[i], n++;
    *mean = sum / (double)n;
    if (learned && !number_of(learned, mean))
        return dpi_fail(t->ctx, DP_ERR_FORMAT, "%s: the mean of column %s is no number: %s", t->what, t->names[column],
                        learned);
    if (!learned && n == 0)
        return dpi_fail(t->ctx, DP_ERR_FORMAT, "%s: column %s has no mean: all its cells are missing", t->what,
                        t->names[column]);
    return dpi_encoding_add(encoding, t->names[column], DPI_RULE_MEAN, dp_number_text_f64(*mean, number));
}

static dp_status fill_missing(dpi_csv_table *t, int column, const dpi_csv_rules *rules, dpi_encoding *encoding)
{
    double mean, *values = t->arrays[column]->data;
    bool is_target = rules->target && strcmp(rules->target, t->names[column]) == 0;
    for (int64_t row = 0; row < t->rows && is_target; row++)
        if (isnan(values[row]))
            return dpi_fail(t->ctx, DP_ERR_FORMAT, "%s:%lld (column %s): the target is missing", t->what,
                            (long long)((const int64_t *)t->lines->data)[row], t->names[column]);
    if (is_target)
        return DP_OK;
    dp_status status = mean_of(t, column, rules, encoding, &mean);
    for (int64_t row = 0; row < t->rows && status == DP_OK; row++)
        if (isnan(values[row]))
            values[row] = mean;
    return status;
}

/* ---- The whole ---- */

static void move_to_end(dpi_csv_table *t, int column)
{
    char *name = t->names[column];
    dp_array *array = t->arrays[column];
    for (int i = column; i + 1 < t->columns; i++) {
        t->names[i] = t->names[i + 1];
        t->arrays[i] = t->arrays[i + 1];
    }
    t->names[t->columns - 1] = name;
    t->arrays[t->columns - 1] = array;
}

static dp_status remember(dpi_encoding *encoding, const char *key, const char *value)
{
    char text[512];
    if (!value || snprintf(text, sizeof text, "%s=%s", key, value) >= (int)sizeof text)
        return DP_OK;
    return dpi_encoding_add(encoding, "", DPI_RULE_OPTION, text);
}

dp_status dpi_csv_encode(dpi_csv_table *t, const dpi_csv_rules *rules, dpi_encoding *encoding)
{
    static const char *const modes[] = {[DPI_MISSING_DROP] = "drop", [DPI_MISSING_MEAN] = "mean"};
    dp_status status = remember(encoding, "target", rules->target);
    if (status == DP_OK && rules->missing)
        status = remember(encoding, "missing", modes[rules->missing]);
    for (int i = 0; i < t->columns && status == DP_OK; i++) {
        if (t->is_words[i])
            status = encode_words(t, i, rules, encoding);
        else if (rules->missing == DPI_MISSING_MEAN)
            status = fill_missing(t, i, rules, encoding);
    }
    int target = status == DP_OK && rules->target ? find_name(t, rules->target) : -1;
    if (target >= 0)
        move_to_end(t, target);
    return status;
}
