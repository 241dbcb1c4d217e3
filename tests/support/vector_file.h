/* Vector files: numbers that another program (PyTorch) computed. docs/testing.md describes the format. */
#ifndef DENPA_TESTS_VECTOR_FILE_H
#define DENPA_TESTS_VECTOR_FILE_H

#include <denpa/array.h>

/* "KEY NAME DIM… : NUMBERS" */
typedef struct vector_record {
    char *key;
    char *name;
    dp_shape shape;
    int64_t count;
    double *values;
} vector_record;

/* "case NAME", "ops NAME…" and the lines of formula text behind "| ". */
typedef struct vector_case {
    char *name;
    char *ops;  /* "" if there are none */
    char *text; /* the formula, "" if there is none */
    vector_record *records;
    int record_count;
} vector_case;

typedef struct vector_file {
    vector_case *cases;
    int count;
} vector_file;

/* Reads tests/vectors/data/<name>.txt. Fails the test that calls it, saying where, if it cannot. */
void vector_file_read(const char *name, vector_file *out);
void vector_file_free(vector_file *file);

/* The record of that key and name, NULL if there is none. */
const vector_record *vector_find(const vector_case *c, const char *key, const char *name);
const vector_case *vector_find_case(const vector_file *file, const char *name);

/* The numbers of a record as an array of ctx, which the caller frees. */
dp_array *vector_array(dp_ctx *ctx, const vector_record *record, dp_dtype dtype);

#endif
