/* Drawings made, shown, freed and written. */
#include <string.h>
#include <strings.h>

#include <denpa/file.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/drawing_internal.h"

static void free_side(dp_ctx *ctx, dpi_gside *side)
{
    dpi_free(ctx, side->text);
    dpi_free(ctx, side->shape);
    dpi_label_free(&side->text_label);
    dpi_label_free(&side->shape_label);
}

static void free_node(dp_ctx *ctx, dpi_gnode *node)
{
    dpi_free(ctx, node->label);
    dpi_free(ctx, node->details);
    dpi_free(ctx, node->notes);
    dpi_free(ctx, node->badge);
    dpi_label_free(&node->label_text);
    dpi_label_free(&node->details_text);
    dpi_label_free(&node->notes_text);
    dpi_label_free(&node->badge_text);
}

void dp_drawing_free(dp_drawing **drawing)
{
    if (!drawing || !*drawing)
        return;
    dp_drawing *d = *drawing;
    for (int n = 0; n < d->node_count; n++)
        free_node(d->ctx, &d->nodes[n]);
    for (int e = 0; e < d->edge_count; e++) {
        for (int i = 0; i < 2; i++) {
            free_side(d->ctx, &d->edges[e].side[i]);
            dpi_free(d->ctx, d->edges[e].points[i]);
        }
    }
    dpi_free(d->ctx, d->nodes);
    dpi_free(d->ctx, d->edges);
    dpi_free(d->ctx, d);
    *drawing = NULL;
}

static dp_status choose_colors(dp_ctx *ctx, const dp_drawing_options *options, dpi_rgba color[2])
{
    const char *forward = options->forward_color, *backward = options->backward_color;
    dp_status status = dpi_color(ctx, forward ? forward : "#222222", DP_CYCLE_SAFE, &color[DPI_FORWARD]);
    return status == DP_OK ? dpi_color(ctx, backward ? backward : "#0062a3", DP_CYCLE_SAFE, &color[DPI_BACKWARD])
                           : status;
}

dp_status dp_drawing_new(const dp_trace *trace, const dp_drawing_options *options, dp_drawing **out)
{
    dp_ctx *ctx = dp_trace_ctx(trace);
    dp_drawing_options given = {0};
    if (options)
        given = *options;
    if (given.digits < 0 || given.digits > 17)
        return dpi_fail(ctx, DP_ERR_ARG, "drawing: digits must be 1 to 17, not %d", given.digits);
    if (!(given.dpi >= 0 && given.dpi <= 10000))
        return dpi_fail(ctx, DP_ERR_ARG, "drawing: dpi must be at most 10000");
    if (given.dpi == 0)
        given.dpi = 100;
    void *memory;
    dpi_rgba color[2];
    dp_status status = choose_colors(ctx, &given, color);
    if (status == DP_OK)
        status = dpi_alloc(ctx, 1, sizeof(dp_drawing), "drawing", &memory);
    if (status != DP_OK)
        return status;
    dp_drawing *d = memory;
    memcpy(d->color, color, sizeof color);
    d->ctx = ctx;
    d->trace = trace;
    d->options = given;
    status = dpi_drawing_fill(d);
    if (status == DP_OK)
        status = dp_drawing_show(d, d->steps);
    if (status == DP_OK)
        *out = d;
    else
        dp_drawing_free(&d);
    return status;
}

int dp_drawing_steps(const dp_drawing *drawing)
{
    return drawing->steps;
}

dp_status dp_drawing_show(dp_drawing *d, int step)
{
    if (step < 0 || step > d->steps)
        return dpi_fail(d->ctx, DP_ERR_RANGE, "drawing: there are the steps 0 to %d, and no step %d", d->steps, step);
    d->shown = step;
    for (int n = 0; n < d->node_count; n++)
        d->nodes[n].shown = d->nodes[n].step <= step;
    for (int e = 0; e < d->edge_count; e++) {
        d->edges[e].shown = d->edges[e].step <= step;
        d->edges[e].back_shown = d->edges[e].goes_back && d->edges[e].back_step <= step;
    }
    return DP_OK;
}
