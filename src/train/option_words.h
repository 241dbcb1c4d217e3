/* Words such as "adam:lr=0.001,amsgrad": a name, and options with numbers, read from a list of what there is. */
#ifndef DENPA_TRAIN_OPTION_WORDS_H
#define DENPA_TRAIN_OPTION_WORDS_H

#include <stddef.h>

#include <denpa/text.h>

/* X(name, words): what a number may be. */
#define DPI_LIMITS(X)                                       \
    X(ANY, "a finite number")                               \
    X(NOT_NEGATIVE, "a finite number that is not negative") \
    X(POSITIVE, "a finite number above 0")                  \
    X(BELOW_ONE, "at least 0 and below 1")                  \
    X(UP_TO_ONE, "at least 0 and at most 1")                \
    X(SWITCH, "1 or 0")                                     \
    X(WHOLE, "a whole number that is not negative")         \
    X(WHOLES, "whole numbers that grow, as in 30/80")

typedef enum dpi_limits {
#define LIMITS_ENUM(name, words) DPI_##name,
    DPI_LIMITS(LIMITS_ENUM)
#undef LIMITS_ENUM
} dpi_limits;

/* The member of an option with WHOLES; every other option is a double. */
typedef struct dpi_wholes {
    int count;
    double at[16];
} dpi_wholes;

/* Options of a name that is not in the list belong to all names. */
enum { DPI_OPTION_OF_ALL = -1 };

typedef struct dpi_option {
    int owner; /* the number of the name that has it */
    const char *name;
    size_t offset; /* of its member in the struct of options */
    double value;  /* the default; NaN: it has to be given */
    dpi_limits limits;
} dpi_option;

typedef struct dpi_option_list {
    const char *what; /* "optimiser" */
    const char *const *names;
    int name_count;
    const dpi_option *options;
    int option_count;
} dpi_option_list;

/* The number of the name that a text begins with, up to its ':' or end. DP_ERR_NAME says which there are. */
dp_status dpi_options_name(dp_ctx *ctx, const dpi_option_list *list, const char *text, size_t bytes, int *owner);

/* Sets the options of a name to their defaults. */
void dpi_options_default(const dpi_option_list *list, int owner, void *options);

/* Reads "lr=0.1,amsgrad"; a switch may be given by its name alone. DP_ERR_NAME, DP_ERR_RANGE; then options may be half
 * read. */
dp_status dpi_options_read(dp_ctx *ctx, const dpi_option_list *list, int owner, const char *text, size_t bytes,
                           void *options);

/* DP_ERR_RANGE if an option that has to be given was not. */
dp_status dpi_options_complete(dp_ctx *ctx, const dpi_option_list *list, int owner, const void *options);

/* Adds ":lr=0.1,…": all options of the name, and those of all names that are not at their default. */
dp_status dpi_options_write(dp_text *text, const dpi_option_list *list, int owner, const void *options);

#endif
