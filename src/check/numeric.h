/* The loss at other places than the one it was given. */
#ifndef DENPA_CHECK_NUMERIC_H
#define DENPA_CHECK_NUMERIC_H

#include <denpa/array.h>
#include <denpa/plan.h>

/* A plan for the loss in which each wrt[i] is read from x[i], which may be written between runs. */
typedef struct dpi_numeric {
    dp_ctx *ctx;
    dp_plan *plan;
    dp_val loss;      /* in the plan's graph */
    int n;
    dp_array **x;     /* [n] DP_F64, of the shapes of wrt */
} dpi_numeric;

/* wrt values keep their own numbers at first. Free with dpi_numeric_close, also on error. */
dp_status dpi_numeric_open(dpi_numeric *numeric, dp_graph *g, dp_val loss, const dp_val *wrt, int n, const dp_val *feed_vals,
                           const dp_array *const *feeds, int feed_count);
void dpi_numeric_close(dpi_numeric *numeric);

/* The loss with element `place` of x[i] set to `value` for this one run. */
dp_status dpi_numeric_loss(dpi_numeric *numeric, int i, int64_t place, double value, double *loss);

#endif
