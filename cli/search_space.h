/* What denpa search tries: names with ranges, and the values of each trial. */
#ifndef DENPA_CLI_SEARCH_SPACE_H
#define DENPA_CLI_SEARCH_SPACE_H

#include "cli.h"

typedef enum search_scale { SEARCH_LOG, SEARCH_UNIFORM, SEARCH_INT, SEARCH_CHOICE } search_scale;

/* What a value sets. */
typedef enum search_target { SEARCH_MODEL, SEARCH_OPTIMIZER, SEARCH_BATCH } search_target;

enum { SEARCH_MOST_CHOICES = 64, SEARCH_VALUE_BYTES = 64 };

typedef struct search_range {
    const char *name;
    search_scale scale;
    search_target target;
    double low, high;
    int points; /* of a grid */
    char *words; /* owned; what the choices point into */
    const char *choices[SEARCH_MOST_CHOICES];
    int choice_count;
} search_range;

typedef struct search_space {
    search_range *ranges;
    int count;
} search_space;

/* Does EXPR say a range: log(a, b), uniform(a, b), int(a, b), choice(a, b, …)? */
int search_is_range(const char *expression);

/* Reads NAME and range. On failure says so and returns the exit status. */
int search_range_read(const cli_command *command, const char *name, const char *expression, search_range *range);
void search_space_free(search_space *space);

/* How many trials a grid has; 0: more than can be counted. */
int64_t search_grid_count(const search_space *space);

/* The value of range number i in a trial: at random, a function of seed, i and trial alone; or of the grid, whose last range
 * changes first. */
void search_value(const search_space *space, int i, int64_t trial, int grid, uint64_t seed,
                  char value[SEARCH_VALUE_BYTES]);

#endif
