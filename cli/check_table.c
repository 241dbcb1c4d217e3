/* Gradient checks: run, and shown. */
#include <stdlib.h>

#include "session.h"

dp_status cli_session_check(cli_session *session, dp_val loss, const dp_val *variables, int n,
                            const dp_check_config *config, dp_check_result **results)
{
    *results = calloc((size_t)n + 1, sizeof **results);
    if (!*results) return DP_ERR_NOMEM;
    return dp_check_gradient(session->graph, loss, variables, n, session->feed_vals,
                             (const dp_array *const *)session->feeds, session->feed_count, config, *results);
}

int cli_check_failed(const dp_check_result *results, int n)
{
    for (int i = 0; i < n; i++)
        if (!results[i].ok) return 1;
    return 0;
}

/* The flat index of an element as the indices NumPy takes: "[3, 5]". */
static const char *place_text(dp_shape shape, int64_t flat, char *buffer, size_t bytes)
{
    int64_t index[DP_MAX_RANK];
    for (int i = shape.rank - 1; i >= 0; i--) {
        index[i] = shape.dims[i] ? flat % shape.dims[i] : 0;
        flat = shape.dims[i] ? flat / shape.dims[i] : 0;
    }
    size_t used = (size_t)snprintf(buffer, bytes, "[");
    for (int i = 0; i < shape.rank && used < bytes; i++)
        used += (size_t)snprintf(buffer + used, bytes - used, i ? ", %lld" : "%lld", (long long)index[i]);
    if (used < bytes) snprintf(buffer + used, bytes - used, "]");
    return shape.rank ? buffer : "";
}

static dp_status add_row(dp_text *text, const dp_graph *g, const dp_check_result *result)
{
    char shape[DP_SHAPE_TEXT_BYTES], place[DP_SHAPE_TEXT_BYTES], checked[48];
    dp_shape_text(dp_val_shape(g, result->variable), shape, sizeof shape);
    snprintf(checked, sizeof checked, "%lld/%lld", (long long)result->checked, (long long)result->total);
    dp_status status = dp_text_addf(text, "%-12s %-14s %12s  %8.1e  %8.1e  %-10s %s\n",
                                    dp_val_name(g, result->variable), shape, checked, result->max_abs, result->max_rel,
                                    place_text(dp_val_shape(g, result->variable), result->place, place, sizeof place),
                                    result->ok ? "ok" : "DIFFERS");
    if (status != DP_OK || result->ok) return status;
    char analytic[DP_NUMBER_TEXT_BYTES], numeric[DP_NUMBER_TEXT_BYTES];
    return dp_text_addf(text, "             there the gradient is %s, central differences give %s\n",
                        dp_number_text_f64(result->analytic, analytic), dp_number_text_f64(result->numeric, numeric));
}

dp_status cli_check_table(dp_text *text, const dp_graph *g, const dp_check_result *results, int n)
{
    dp_status status = dp_text_addf(text, "%-12s %-14s %12s  %8s  %8s  %s\n", "variable", "shape", "checked", "max abs",
                                    "max rel", "at");
    for (int i = 0; i < n && status == DP_OK; i++) status = add_row(text, g, &results[i]);
    return status;
}

static dp_status add_details(dp_text *text, const dp_graph *g, const dp_check_result *result)
{
    char place[DP_SHAPE_TEXT_BYTES];
    const char *at = place_text(dp_val_shape(g, result->variable), result->place, place, sizeof place);
    dp_status status = dp_text_addf(text, ", \"checked\": %lld, \"total\": %lld, \"at\": %s, \"analytic\": ",
                                    (long long)result->checked, (long long)result->total, *at ? at : "[]");
    if (status == DP_OK) status = dp_text_json_number(text, result->analytic);
    if (status == DP_OK) status = dp_text_addf(text, ", \"numeric\": ");
    return status == DP_OK ? dp_text_json_number(text, result->numeric) : status;
}

static dp_status add_member(dp_text *text, const dp_graph *g, const dp_check_result *result, int full)
{
    dp_status status = dp_text_json_string(text, dp_val_name(g, result->variable));
    if (status == DP_OK) status = dp_text_addf(text, ": {\"max_abs\": ");
    if (status == DP_OK) status = dp_text_json_number(text, result->max_abs);
    if (status == DP_OK) status = dp_text_addf(text, ", \"max_rel\": ");
    if (status == DP_OK) status = dp_text_json_number(text, result->max_rel);
    if (status == DP_OK && full) status = add_details(text, g, result);
    return status == DP_OK ? dp_text_addf(text, ", \"ok\": %s}", result->ok ? "true" : "false") : status;
}

dp_status cli_check_json(dp_text *text, const dp_graph *g, const dp_check_result *results, int n, int full)
{
    dp_status status = dp_text_addf(text, "{");
    for (int i = 0; i < n && status == DP_OK; i++) {
        if (i) status = dp_text_addf(text, ", ");
        if (status == DP_OK) status = add_member(text, g, &results[i], full);
    }
    return status == DP_OK ? dp_text_addf(text, "}") : status;
}
