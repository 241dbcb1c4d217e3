/* The loss at other places than the one it was given. */
#ifndef DENPA_CHECK_NUMERIC_H
#define DENPA_CHECK_NUMERIC_H

#include <denpa/array.h>
#include <denpa/plan.h>

/* A plan for the loss in which wrt is read from x, which is written between runs. */
typedef struct dpi_numeric {
    dp_ctx *ctx;
    dp_plan *plan;
    dp_val loss; /* in the plan's graph */
    dp_array *x; /* DP_F64, of the shape of wrt */
} dpi_numeric;

/* x begins as wrt's own numbers. Free with dpi_numeric_close, also on error. */
dp_status dpi_numeric_open(dpi_numeric *numeric, dp_graph *g, dp_val loss, dp_val wrt, const dp_val *feed_vals,
                           const dp_array *const *feeds, int feed_count);
void dpi_numeric_close(dpi_numeric *numeric);

/* The loss with element `place` of x set to `value` for this one run. */
dp_status dpi_numeric_loss(dpi_numeric *numeric, int64_t place, double value, double *loss);

#endif
