/* Pictures of a search: the score over each range, and learning curves of the best trials. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_loader.h"
#include "search.h"

typedef struct picture {
    cli_plot_library plot;
    dp_figure *figure;
    dp_ctx *ctx;
} picture;

static int begin(picture *p, dp_ctx *ctx, int rows, int columns, double width, double height)
{
    dp_figure_options options = {.rows = rows, .columns = columns, .share_y = 1, .width = width * columns,
                                 .height = height * rows};
    *p = (picture){.ctx = ctx};
    int status = cli_plot_load(&p->plot);
    if (status) return status;
    dp_status made = p->plot.dp_figure_new(ctx, &options, &p->figure);
    return made == DP_OK ? CLI_FINE : cli_fail(ctx, made);
}

static int end(picture *p, dp_status status, const char *path)
{
    if (status == DP_OK) status = p->plot.dp_figure_write(p->figure, path);
    p->plot.dp_figure_free(&p->figure);
    return status == DP_OK ? CLI_FINE : cli_fail(p->ctx, status);
}

/* Where a value stands: its number, or of choices that are no numbers their place. */
static double place_of(const search_range *range, const char *value)
{
    const char *behind;
    double number = dp_number_parse(value, strlen(value), &behind);
    if (behind != value && !*behind) return number;
    for (int k = 0; k < range->choice_count; k++)
        if (strcmp(range->choices[k], value) == 0) return k;
    return 0;
}

static int is_words(const search_range *range)
{
    const char *behind;
    for (int k = 0; range->scale == SEARCH_CHOICE && k < range->choice_count; k++) {
        dp_number_parse(range->choices[k], strlen(range->choices[k]), &behind);
        if (behind == range->choices[k] || *behind) return 1;
    }
    return 0;
}

static dp_status draw_range(picture *p, const search_result *result, int i, double *x, double *y)
{
    char value[SEARCH_VALUE_BYTES], label[64];
    const search_range *range = &result->space->ranges[i];
    dp_axes *axes = p->plot.dp_figure_axes(p->figure, 0, i);
    int64_t n = 0;
    for (int64_t t = 0; t < result->count; t++) {
        const search_trial *trial = &result->trials[t];
        if (trial->fate != SEARCH_ENDED || !isfinite(trial->score)) continue;
        x[n] = place_of(range, search_value_of(result, trial, i, value));
        y[n++] = trial->score;
    }
    if (range->scale == SEARCH_LOG) p->plot.dp_axes_log(axes, DP_X);
    p->plot.dp_axes_grid(axes);
    dp_style style = {.opacity = 0.8};
    dp_status status = n ? p->plot.dp_axes_scatter(axes, x, y, NULL, n, &style) : DP_OK;
    if (n && status == DP_OK) { /* the best once more */
        dp_style best = {.label = "best", .size = 90, .color = "C1"};
        status = p->plot.dp_axes_scatter(axes, x, y, NULL, 1, &best);
    }
    if (status == DP_OK && is_words(range)) {
        for (int k = 0; k < range->choice_count; k++) x[k] = k;
        status = p->plot.dp_axes_ticks(axes, DP_X, x, range->choices, range->choice_count);
    }
    if (status == DP_OK) status = p->plot.dp_axes_label(axes, DP_X, range->name);
    snprintf(label, sizeof label, "validation %s", result->score);
    return status == DP_OK && i == 0 ? p->plot.dp_axes_label(axes, DP_Y, label) : status;
}

int search_plot_scores(const search_result *result, dp_ctx *ctx, const char *path)
{
    picture p;
    size_t most = (size_t)result->count + SEARCH_MOST_CHOICES;
    double *numbers = calloc(2 * most, sizeof *numbers);
    int columns = result->space->count, status = numbers ? CLI_FINE : cli_fail(ctx, DP_ERR_NOMEM);
    if (!status) status = begin(&p, ctx, 1, columns, columns > 1 ? 4 : 6.4, 4.2);
    dp_status drawn = DP_OK;
    for (int i = 0; i < columns && !status && drawn == DP_OK; i++)
        drawn = draw_range(&p, result, i, numbers, numbers + most);
    if (!status) status = end(&p, drawn, path);
    free(numbers);
    return status;
}

/* ---- Curves ---- */

static dp_status draw_curve(picture *p, const search_result *result, int index, int columns, double *numbers)
{
    char title[64];
    const search_trial *trial = &result->trials[index];
    dp_axes *axes = p->plot.dp_figure_axes(p->figure, index / columns, index % columns);
    double *x = numbers, *train = x + trial->points, *validation = train + trial->points;
    int classes = 0, n = trial->points;
    for (int k = 0; k < n; k++) classes |= !isnan(trial->curve[k].train_accuracy);
    for (int k = 0; k < n; k++) {
        const search_point *point = &trial->curve[k];
        x[k] = (double)point->epoch;
        train[k] = classes ? point->train_accuracy : point->train_loss;
        validation[k] = classes ? point->validation.accuracy : point->validation.loss;
    }
    dp_style of_validation = {.label = "validation", .color = "C0"};
    dp_style of_train = {.label = "training", .color = "C1", .dash = DP_DASHED};
    dp_status status = n ? p->plot.dp_axes_line(axes, x, validation, n, &of_validation) : DP_OK;
    if (n && status == DP_OK) status = p->plot.dp_axes_line(axes, x, train, n, &of_train);
    snprintf(title, sizeof title, "trial %lld", (long long)trial->number);
    if (status == DP_OK) status = p->plot.dp_axes_title(axes, DP_TITLE_CENTER, title, 0);
    if (status == DP_OK && index % columns == 0)
        status = p->plot.dp_axes_label(axes, DP_Y, classes ? "accuracy" : "loss");
    if (index == 0) p->plot.dp_axes_legend(axes, DP_LEGEND_BEST);
    return status;
}

int search_plot_curves(const search_result *result, dp_ctx *ctx, const char *path)
{
    enum { MOST = 20, COLUMNS = 5 };
    picture p;
    int shown = 0, longest = 0;
    while (shown < MOST && shown < result->count && result->trials[shown].fate == SEARCH_ENDED) {
        if (result->trials[shown].points > longest) longest = result->trials[shown].points;
        shown++;
    }
    if (!shown) return CLI_FINE;
    int columns = shown < COLUMNS ? shown : COLUMNS, rows = (shown + columns - 1) / columns;
    double *numbers = calloc(3 * (size_t)longest + 1, sizeof *numbers);
    int status = numbers ? CLI_FINE : cli_fail(ctx, DP_ERR_NOMEM);
    if (!status) status = begin(&p, ctx, rows, columns, 2.4, 2);
    dp_status drawn = DP_OK;
    for (int i = 0; i < shown && !status && drawn == DP_OK; i++) drawn = draw_curve(&p, result, i, columns, numbers);
    for (int i = shown; i < rows * columns && !status; i++)
        p.plot.dp_axes_off(p.plot.dp_figure_axes(p.figure, i / columns, i % columns));
    if (!status) status = end(&p, drawn, path);
    free(numbers);
    return status;
}
