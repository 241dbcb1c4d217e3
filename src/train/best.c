#include "train/best.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "train/scores.h"

static size_t values_bytes(const dp_model *model)
{
    return model->elems * dp_dtype_bytes(model->dtype);
}

dp_status dpi_best_init(dpi_best *best, const dp_model *model, int64_t patience)
{
    *best = (dpi_best){.patience = patience, .validation = dpi_scores_unknown(), .test = dpi_scores_unknown()};
    return patience
               ? dpi_alloc(model->ctx, model->elems, dp_dtype_bytes(model->dtype), "the best parameters", &best->values)
               : DP_OK;
}

void dpi_best_deinit(dpi_best *best, const dp_model *model)
{
    dpi_free(model->ctx, best->values);
    *best = (dpi_best){0};
}

bool dpi_best_watch(dpi_best *best, const dp_model *model, const dp_progress *at)
{
    if (best->epoch ? !(at->validation.loss < best->validation.loss) : !(at->validation.loss < HUGE_VAL)) {
        best->waited++;
        return false;
    }
    best->epoch = at->epoch;
    best->waited = 0;
    best->validation = at->validation;
    best->test = at->test;
    if (best->values) memcpy(best->values, model->values, values_bytes(model));
    return true;
}

bool dpi_best_is_over(const dpi_best *best)
{
    return best->patience && best->waited >= best->patience;
}

void dpi_best_restore(const dpi_best *best, dp_model *model, dp_progress *at)
{
    if (!best->epoch || !best->values) return;
    memcpy(model->values, best->values, values_bytes(model));
    at->validation = best->validation;
    at->test = best->test;
}
