/* What surveys have in common. */
#ifndef DENPA_SURVEY_PLANE_H
#define DENPA_SURVEY_PLANE_H

#include <denpa/plan.h>
#include <denpa/survey.h>

/* Errors: DP_ERR_ARG (not finite, empty, more points than can be counted). */
dp_status dpi_plane_check(dp_ctx *ctx, const dp_plane *plane);

/* Binds what is given for v, which is `planned` in the plan's graph, if the plan needs it. Errors: DP_ERR_SHAPE (it has not v's dtype and
 * shape), by name. */
dp_status dpi_survey_bind(dp_plan *plan, dp_val planned, const dp_graph *g, dp_val v, const dp_array *feed);

#endif
