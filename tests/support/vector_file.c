#include "support/vector_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void *grown(void *memory, size_t bytes)
{
    void *more = realloc(memory, bytes);
    assert_non_null(more);
    return more;
}

/* A copy of the first `length` bytes of text, zero-ended. */
static char *copied(const char *text, size_t length)
{
    char *copy = grown(NULL, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Takes the next word off *at. */
static char *next_word(char **at)
{
    *at += strspn(*at, " ");
    size_t length = strcspn(*at, " ");
    char *word = copied(*at, length);
    *at += length;
    return word;
}

static void add_text(vector_case *c, const char *line)
{
    size_t had = strlen(c->text), length = strlen(line);
    c->text = grown(c->text, had + length + 2);
    memcpy(c->text + had, line, length);
    memcpy(c->text + had + length, "\n", 2);
}

static vector_case *add_case(vector_file *file, const char *name)
{
    file->cases = grown(file->cases, (size_t)(file->count + 1) * sizeof *file->cases);
    vector_case *c = &file->cases[file->count++];
    *c = (vector_case){.name = copied(name, strlen(name)), .ops = copied("", 0), .text = copied("", 0)};
    return c;
}

static void read_numbers(vector_record *record, char *at, const char *place)
{
    int64_t count = dp_shape_elems(record->shape);
    record->values = grown(NULL, (size_t)(count > 0 ? count : 1) * sizeof *record->values);
    while (record->count < count) {
        char *end;
        record->values[record->count] = strtod(at, &end);
        if (end == at)
            fail_msg("%s: number %d of %d is missing", place, (int)record->count, (int)count);
        record->count++;
        at = end;
    }
    if (at[strspn(at, " ")] != '\0')
        fail_msg("%s: more numbers than the %d of its shape", place, (int)count);
}

static void add_record(vector_case *c, char *at, const char *place)
{
    c->records = grown(c->records, (size_t)(c->record_count + 1) * sizeof *c->records);
    vector_record *record = &c->records[c->record_count++];
    *record = (vector_record){.key = next_word(&at), .name = next_word(&at)};
    int64_t dims[DP_MAX_RANK];
    int rank = 0;
    for (;;) {
        char *word = next_word(&at);
        int ends = strcmp(word, ":") == 0;
        if (!ends && (*word == '\0' || rank == DP_MAX_RANK))
            fail_msg("%s: expected `: NUMBERS` after the shape", place);
        if (!ends)
            dims[rank++] = strtoll(word, NULL, 10);
        free(word);
        if (ends)
            break;
    }
    record->shape = dp_shape_of(rank, dims);
    read_numbers(record, at, place);
}

static void read_line(vector_file *file, char *line, const char *place)
{
    if (*line == '\0' || *line == '#')
        return;
    if (strncmp(line, "case ", 5) == 0) {
        add_case(file, line + 5);
        return;
    }
    if (file->count == 0)
        fail_msg("%s: a line before the first case", place);
    vector_case *c = &file->cases[file->count - 1];
    if (strncmp(line, "| ", 2) == 0) {
        add_text(c, line + 2);
    } else if (strncmp(line, "ops ", 4) == 0) {
        free(c->ops);
        c->ops = copied(line + 4, strlen(line + 4));
    } else {
        add_record(c, line, place);
    }
}

void vector_file_read(const char *name, vector_file *out)
{
    const char *root = getenv("DENPA_SOURCE_DIR");
    char path[4096], place[256];
    snprintf(path, sizeof path, "%s/tests/vectors/data/%s.txt", root ? root : ".", name);
    FILE *stream = fopen(path, "r");
    if (!stream)
        fail_msg("cannot open %s", path);
    *out = (vector_file){0};
    char *line = NULL;
    size_t capacity = 0;
    for (int number = 1; getline(&line, &capacity, stream) >= 0; number++) {
        line[strcspn(line, "\r\n")] = '\0';
        snprintf(place, sizeof place, "%s.txt:%d", name, number);
        read_line(out, line, place);
    }
    free(line);
    fclose(stream);
    assert_true(out->count > 0);
}

static void free_case(vector_case *c)
{
    for (int i = 0; i < c->record_count; i++) {
        free(c->records[i].key);
        free(c->records[i].name);
        free(c->records[i].values);
    }
    free(c->records);
    free(c->name);
    free(c->ops);
    free(c->text);
}

void vector_file_free(vector_file *file)
{
    for (int i = 0; i < file->count; i++)
        free_case(&file->cases[i]);
    free(file->cases);
    *file = (vector_file){0};
}

const vector_record *vector_find(const vector_case *c, const char *key, const char *name)
{
    for (int i = 0; i < c->record_count; i++)
        if (strcmp(c->records[i].key, key) == 0 && strcmp(c->records[i].name, name) == 0)
            return &c->records[i];
    return NULL;
}

const vector_case *vector_find_case(const vector_file *file, const char *name)
{
    for (int i = 0; i < file->count; i++)
        if (strcmp(file->cases[i].name, name) == 0)
            return &file->cases[i];
    return NULL;
}

dp_array *vector_array(dp_ctx *ctx, const vector_record *record, dp_dtype dtype)
{
    assert_non_null(record);
    dp_array numbers = {.dtype = DP_F64, .shape = record->shape, .data = record->values};
    dp_array *array = NULL;
    assert_int_equal(dp_array_convert(ctx, &numbers, dtype, &array), DP_OK);
    return array;
}
