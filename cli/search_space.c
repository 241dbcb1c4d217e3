#include "search_space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/random.h>

/* The streams of trials; parameters and orders have those below (2^62 and more). */
#define STREAM (UINT64_C(3) << 62)

static const struct {
    const char *name;
    search_scale scale;
} scales[] = {{"log", SEARCH_LOG}, {"uniform", SEARCH_UNIFORM}, {"int", SEARCH_INT}, {"choice", SEARCH_CHOICE}};

static int scale_of(const char *expression)
{
    size_t bytes = strcspn(expression, "(");
    while (bytes && expression[bytes - 1] == ' ') bytes--;
    for (int i = 0; i < CLI_COUNT(scales); i++)
        if (strlen(scales[i].name) == bytes && memcmp(scales[i].name, expression, bytes) == 0) return i;
    return -1;
}

int search_is_range(const char *expression)
{
    return strchr(expression, '(') && scale_of(expression) >= 0;
}

static char *trim(char *word)
{
    while (*word == ' ') word++;
    size_t bytes = strlen(word);
    while (bytes && word[bytes - 1] == ' ') word[--bytes] = 0;
    return word;
}

/* Behind the argument that begins here: at a comma or bracket of its own. */
static char *argument_end(char *at)
{
    int depth = 0;
    for (; *at; at++) {
        if (*at == '(' || *at == '[') depth++;
        else if (depth && (*at == ')' || *at == ']')) depth--;
        else if (!depth && (*at == ',' || *at == ')')) break;
    }
    return at;
}

/* Cuts what is between the brackets into choices. Returns 0 if the brackets are not right. */
static int cut_arguments(search_range *range)
{
    char *at = range->words + strcspn(range->words, "(") + 1;
    for (;;) {
        char *end = argument_end(at), mark = *end;
        if (!mark || range->choice_count == SEARCH_MOST_CHOICES) return 0;
        *end = 0;
        range->choices[range->choice_count] = trim(at);
        if (!*range->choices[range->choice_count] ||
            strlen(range->choices[range->choice_count]) >= SEARCH_VALUE_BYTES)
            return 0;
        range->choice_count++;
        at = end + 1;
        if (mark == ')') return !*trim(at);
    }
}

static int read_number(const char *word, double *out)
{
    const char *end;
    *out = dp_number_parse(word, strlen(word), &end);
    return end != word && !*end && isfinite(*out);
}

int search_range_read(const cli_command *command, const char *name, const char *expression, search_range *range)
{
    double points = 3;
    *range = (search_range){.name = name, .words = strdup(expression), .scale = scales[scale_of(expression)].scale};
    if (!range->words) {
        fputs("denpa: out of memory\n", stderr);
        return CLI_WRONG_USE;
    }
    int good = cut_arguments(range), count = range->choice_count;
    if (good && range->scale == SEARCH_CHOICE) return CLI_FINE;
    good = good && (count == 2 || count == 3) && read_number(range->choices[0], &range->low) &&
           read_number(range->choices[1], &range->high) && (count == 2 || read_number(range->choices[2], &points));
    good = good && range->low < range->high && points == floor(points) && points >= 2 && points <= 10000;
    good = good && (range->scale != SEARCH_LOG || range->low > 0);
    good = good && (range->scale != SEARCH_INT || (range->low == floor(range->low) && range->high == floor(range->high) &&
                                                   fabs(range->low) < 1e15 && fabs(range->high) < 1e15));
    range->points = (int)points;
    if (range->scale == SEARCH_INT && range->high - range->low + 1 < points)
        range->points = (int)(range->high - range->low) + 1;
    if (good) return CLI_FINE;
    return cli_wrong_use(command,
                         "--set %s: \"%s\" is no range; write log(LOW, HIGH), uniform(LOW, HIGH) or int(LOW, HIGH), with the "
                         "points of a grid as a third number, or choice(A, B, ...)",
                         name, expression);
}

void search_space_free(search_space *space)
{
    for (int i = 0; i < space->count; i++) free(space->ranges[i].words);
    free(space->ranges);
    *space = (search_space){0};
}

static int64_t points_of(const search_range *range)
{
    return range->scale == SEARCH_CHOICE ? range->choice_count : range->points;
}

int64_t search_grid_count(const search_space *space)
{
    int64_t count = 1;
    for (int i = 0; i < space->count; i++)
        if (__builtin_mul_overflow(count, points_of(&space->ranges[i]), &count)) return 0;
    return count;
}

/* What is `part` of the way from low to high. Six digits are enough, and what is shown is what was used. */
static void value_at(const search_range *range, double part, char value[SEARCH_VALUE_BYTES])
{
    double low = range->low, high = range->high;
    double at = range->scale == SEARCH_LOG ? exp(log(low) + part * (log(high) - log(low))) : low + part * (high - low);
    if (range->scale == SEARCH_INT) snprintf(value, SEARCH_VALUE_BYTES, "%.0f", floor(at + 0.5));
    else snprintf(value, SEARCH_VALUE_BYTES, "%.6g", at < low ? low : at > high ? high : at);
}

static void grid_value(const search_space *space, int i, int64_t trial, char value[SEARCH_VALUE_BYTES])
{
    const search_range *range = &space->ranges[i];
    for (int later = space->count - 1; later > i; later--) trial /= points_of(&space->ranges[later]);
    int64_t point = trial % points_of(range);
    if (range->scale == SEARCH_CHOICE) snprintf(value, SEARCH_VALUE_BYTES, "%s", range->choices[point]);
    else value_at(range, range->points > 1 ? (double)point / (range->points - 1) : 0, value);
}

void search_value(const search_space *space, int i, int64_t trial, int grid, uint64_t seed,
                  char value[SEARCH_VALUE_BYTES])
{
    const search_range *range = &space->ranges[i];
    dp_rng rng = {.seed = seed, .stream = STREAM + (uint64_t)i, .index = (uint64_t)trial};
    if (grid) grid_value(space, i, trial, value);
    else if (range->scale == SEARCH_CHOICE)
        snprintf(value, SEARCH_VALUE_BYTES, "%s", range->choices[dp_rng_below(&rng, (uint64_t)range->choice_count)]);
    else if (range->scale == SEARCH_INT) {
        uint64_t count = (uint64_t)(range->high - range->low) + 1;
        snprintf(value, SEARCH_VALUE_BYTES, "%.0f", range->low + (double)dp_rng_below(&rng, count));
    } else value_at(range, dp_rng_uniform(&rng), value);
}
