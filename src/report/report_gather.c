/* What a report is about: the run, its log, the data, a test. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "report/report_internal.h"

/* Keeps the words of an error that is explained on the page. Running out of memory is not one of them. */
static dp_status explain(dpi_report *r, dp_status status, char **why)
{
    if (status == DP_OK || status == DP_ERR_NOMEM || status == DP_ERR_INTERNAL)
        return status;
    char words[1000];
    snprintf(words, sizeof words, "%s", dp_ctx_message(r->ctx));
    return dpi_strdup(r->ctx, words, why);
}

static dp_status open_log(dpi_report *r)
{
    dp_text path = {.ctx = r->ctx};
    dp_status status = dp_text_addf(&path, "%s/log.csv", r->dir);
    if (status == DP_OK)
        status = explain(r, dp_run_log(r->ctx, path.data, &r->log), &r->no_log);
    dp_text_free(&path);
    return status;
}

/* ---- The data ---- */

static dp_status open_data(dpi_report *r, const char *source)
{
    const dp_encoding *learned;
    int count = dp_model_encoding(r->model, &learned);
    dp_status status = DP_ERR_NAME;
    r->is_test = false;
    if (!r->config.train_part) {
        status = dp_dataset_open_as(r->ctx, source, DP_SPLIT_TEST, learned, count, &r->data);
        r->is_test = status == DP_OK;
    }
    /* a table has no test part */
    return status == DP_ERR_NAME ? dp_dataset_open_as(r->ctx, source, DP_SPLIT_TRAIN, learned, count, &r->data)
                                 : status;
}

static dp_status test(dpi_report *r)
{
    const dp_binding *bindings;
    int normalize, count = dp_model_bindings(r->model, &bindings, &normalize);
    return dp_test(r->model, r->data, bindings, count, normalize, &r->result);
}

static dp_status gather_data(dpi_report *r)
{
    const char *source = r->config.data ? r->config.data : dp_run_info_find(r->info, "data");
    if (!source || !*source)
        return dpi_strdup(r->ctx, "config.json does not say which data the run was trained with", &r->no_data);
    dp_status status = open_data(r, source);
    if (status == DP_OK)
        status = test(r);
    if (status == DP_OK || r->config.data)
        return status;
    status = explain(r, status, &r->no_data);
    dp_dataset_free(&r->data);
    if (status == DP_OK)
        dpi_log(r->ctx, DP_LOG_WARNING, "the report is made without data: %s", r->no_data);
    return status;
}

/* ---- Images among them ---- */

static bool is_image(const dp_array *column, dpi_images *out)
{
    const dp_shape *shape = &column->shape;
    if (column->dtype != DP_U8 || shape->rank < 3 || shape->rank > 4)
        return false;
    *out = (dpi_images){true, 0, shape->rank == 4 ? shape->dims[1] : 1, shape->dims[shape->rank - 2],
                        shape->dims[shape->rank - 1]};
    return (out->colors == 1 || out->colors == 3) && out->height > 1 && out->width > 1 && out->height <= 1024 &&
           out->width <= 1024;
}

static void find_images(dpi_report *r)
{
    dpi_images found;
    for (int c = 0; r->data && c < dp_dataset_columns(r->data) && !r->images.found; c++)
        if (is_image(dp_dataset_column(r->data, c), &found)) {
            r->images = found;
            r->images.column = c;
        }
}

/* The one column that fills the input of a model's classes. */
static int find_label(const dpi_report *r)
{
    const dp_binding *bindings;
    int normalize, bound = dp_model_bindings(r->model, &bindings, &normalize);
    for (int i = 0; r->data && i < dp_model_input_count(r->model); i++) {
        dp_model_input input = dp_model_get_input(r->model, i);
        for (int b = 0; b < bound; b++)
            if (r->result.classes && input.classes == r->result.classes && strcmp(bindings[b].input, input.name) == 0)
                return dp_dataset_find(r->data, bindings[b].columns);
    }
    return -1;
}

const char *dpi_report_class(const dpi_report *r, int64_t class, char buffer[DPI_CLASS_BYTES])
{
    const char *name = r->label_column < 0 ? NULL : dp_dataset_class_name(r->data, r->label_column, class);
    if (name)
        return name;
    snprintf(buffer, DPI_CLASS_BYTES, "%lld", (long long)class);
    return buffer;
}

dp_status dpi_report_gather(dpi_report *r)
{
    dp_status status = dp_run_open(r->ctx, r->dir, &r->model);
    if (status == DP_OK)
        status = dp_run_info_read(r->ctx, r->dir, &r->info);
    if (status == DP_OK)
        status = open_log(r);
    if (status == DP_OK)
        status = gather_data(r);
    if (status != DP_OK)
        return status;
    find_images(r);
    r->label_column = find_label(r);
    return DP_OK;
}

void dpi_report_free(dpi_report *r)
{
    dp_test_result_free(&r->result);
    dp_dataset_free(&r->data);
    dp_dataset_free(&r->log);
    dp_run_info_free(&r->info);
    dp_model_free(&r->model);
    dpi_free(r->ctx, r->no_log);
    dpi_free(r->ctx, r->no_data);
}

double dpi_report_said(const dpi_report *r, const char *name)
{
    const char *text = dp_run_info_find(r->info, name), *end;
    double value = text ? dp_number_parse(text, strlen(text), &end) : NAN;
    return text && *text && !*end ? value : NAN;
}

int64_t dpi_report_places(const dpi_report *r)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < r->result.classes * r->result.classes; i++)
        sum += (int64_t)dp_array_get(r->result.confusion, i);
    return sum;
}

const char *dpi_report_rows_name(const dpi_report *r)
{
    return r->is_test ? "test rows" : "training rows";
}
