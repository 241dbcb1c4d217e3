/* What a picture is about: a formula, the formula of a run with its trained parameters, an array, a table. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <denpa/file.h>
#include <denpa/train.h>

#include "plot_scene.h"

/* Points at a time where a run's inputs are filled by nothing but a survey. */
enum { SURVEY_BATCH = 1024 };

static int ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), bytes = strlen(ending);
    return length >= bytes && strcmp(path + length - bytes, ending) == 0;
}

static int open_text(plot_scene *scene, const cli_source *source, dp_dtype dtype, int64_t first, int64_t rows)
{
    static const cli_list none = {0};
    return cli_session_open(scene->command, source, &none, dtype, first, rows, &scene->session);
}

/* ---- .npy: the name `data` ---- */

/* "data = input((28, 28))" for rows of that shape. */
static dp_status input_text(dp_text *text, const dp_array *array)
{
    dp_shape row = dp_shape_of(array->shape.rank - 1, array->shape.dims + 1);
    char words[DP_SHAPE_TEXT_BYTES];
    return dp_text_addf(text, "data = input(%s)", dp_shape_text(row, words, sizeof words));
}

static int open_npy(plot_scene *scene, const plot_source *source, const char *path)
{
    dp_ctx *ctx = cli_ctx_new(0);
    dp_array *array = NULL, *numbers = NULL;
    dp_text text = {.ctx = ctx};
    char shape[DP_SHAPE_TEXT_BYTES];
    if (!ctx) return CLI_WRONG_USE;
    dp_status status = dp_npy_read(ctx, path, &array);
    if (status == DP_OK) status = dp_array_convert(ctx, array, DP_F64, &numbers);
    int failed = status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
    if (!failed && (numbers->shape.rank < 1 || dp_array_elems(numbers) < 1))
        failed = cli_wrong_use(scene->command, "%s has the shape %s: there is nothing to draw", path,
                               dp_shape_text(numbers->shape, shape, sizeof shape));
    if (!failed && input_text(&text, numbers) != DP_OK) failed = cli_fail(ctx, DP_ERR_NOMEM);
    if (!failed) {
        cli_source from = source->formula;
        from.array = numbers;
        from.text = text.data;
        failed = open_text(scene, &from, DP_F64, 0, -1);
    }
    dp_text_free(&text);
    dp_array_free(&array);
    dp_array_free(&numbers);
    dp_ctx_free(&ctx);
    return failed;
}

/* ---- .csv: a name for each column, `data` for all of them ---- */

static int is_name(const char *text)
{
    if (!isalpha((unsigned char)*text) && *text != '_' && !(*text & 0x80)) return 0;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '_' && !(*text & 0x80)) return 0;
    return 1;
}

static dp_status table_text(dp_text *text, dp_text *all, const dp_dataset *table)
{
    dp_status status = dp_text_addf(all, "data = stack([");
    for (int k = 0; k < dp_dataset_columns(table) && status == DP_OK; k++) {
        const char *name = dp_dataset_column_name(table, k);
        char own[24];
        snprintf(own, sizeof own, "column_%d", k);
        status = dp_text_addf(text, "%s = input()\n", is_name(name) ? name : own);
        if (status == DP_OK) status = dp_text_addf(all, "%s%s", k ? ", " : "", is_name(name) ? name : own);
    }
    if (status == DP_OK) status = dp_text_add(text, all->data, all->length);
    return status == DP_OK ? dp_text_addf(text, "], axis=1)\n") : status;
}

static int open_csv(plot_scene *scene, const plot_source *source, const char *path)
{
    dp_ctx *ctx = cli_ctx_new(0);
    dp_dataset *table = NULL;
    dp_text text = {.ctx = ctx}, all = {.ctx = ctx};
    if (!ctx) return CLI_WRONG_USE;
    dp_status status = dp_csv_read(ctx, path, &table);
    if (status == DP_OK) status = table_text(&text, &all, table);
    int failed = status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
    if (!failed) {
        cli_source from = source->formula;
        from.data = path;
        from.text = text.data;
        failed = open_text(scene, &from, DP_F64, 0, -1);
    }
    dp_text_free(&text);
    dp_text_free(&all);
    dp_dataset_free(&table);
    dp_ctx_free(&ctx);
    return failed;
}

/* ---- A run ---- */

static int open_run(plot_scene *scene, const plot_source *source, const cli_list *operands, int64_t first, int64_t rows)
{
    cli_source from = source->formula;
    from.as_trained = 1;
    from.zero_rows = from.data ? 0 : SURVEY_BATCH;
    scene->run = operands->items[0];
    return cli_session_open(scene->command, &from, operands, DP_F32, first, rows, &scene->session);
}

int plot_source_open(plot_scene *scene, const plot_source *source, const cli_list *operands)
{
    dp_dtype dtype;
    int64_t first, rows;
    const char *path = operands->count ? operands->items[0] : NULL;
    int failed = cli_dtype_read(scene->command, source->dtype, &dtype);
    if (!failed) failed = cli_rows_read(scene->command, source->data_rows, &first, &rows);
    if (failed) return failed;
    if (path && source->formula.text) return cli_wrong_use(scene->command, "give either a file or -e TEXT");
    if (path && cli_is_folder(path)) return open_run(scene, source, operands, first, rows);
    if (path && ends_with(path, ".npy")) return open_npy(scene, source, path);
    if (path && ends_with(path, ".csv")) return open_csv(scene, source, path);
    cli_source from = source->formula;
    if (!path && !from.text) from.text = "";
    return cli_session_open(scene->command, &from, operands, dtype, first, rows, &scene->session);
}

/* ---- Its weights ---- */

/* Where `step` is in a path, or the last row before it; -1: the path begins later. */
static int64_t row_of(const dp_array *steps, double step)
{
    int64_t row = -1;
    for (int64_t i = 0; steps && i < dp_array_elems(steps); i++)
        if (dp_array_get(steps, i) <= step) row = i;
    return row;
}

static dp_status open_path(plot_scene *scene, dp_tensors **out)
{
    dp_text path = {.ctx = scene->session.ctx};
    dp_status status = dp_text_addf(&path, "%s/path.safetensors", scene->run);
    if (status == DP_OK) status = dp_safetensors_read(scene->session.ctx, path.data, out);
    dp_text_free(&path);
    return status;
}

/* The parameter of a name as it is to be used: from a row of the path, or where training ended. data is NULL if there is none. */
static dp_array weights_of(const plot_scene *scene, const dp_tensors *path, int64_t row, const char *name)
{
    const dp_array *all = path ? dp_tensors_find(path, name) : NULL;
    int found = dp_model_param_find(scene->session.run, name);
    dp_array trained = found < 0 ? (dp_array){0} : dp_model_param(scene->session.run, found);
    if (!path) return trained;
    if (!all || all->dtype != trained.dtype || all->shape.rank != trained.shape.rank + 1 || row >= all->shape.dims[0] ||
        dp_array_elems(all) != all->shape.dims[0] * dp_array_elems(&trained))
        return (dp_array){0};
    trained.data = (char *)all->data + (size_t)row * dp_array_bytes(&trained);
    return trained;
}

int plot_run_feed(plot_scene *scene, const plot_layer *layer)
{
    cli_session *s = &scene->session;
    dp_tensors *path = NULL;
    double step = 0;
    int64_t row = 0;
    if (!scene->session.run) return CLI_FINE;
    if (layer && layer->said.text[KEY_STEP]) {
        int status = plot_number(scene, layer, KEY_STEP, 0, 0, &step);
        if (!status) status = plot_status(scene, open_path(scene, &path));
        if (status) return status;
        row = row_of(dp_tensors_find(path, "step"), step);
    }
    int status = row < 0 ? plot_fail(scene, layer, "the path of %s begins after step %g", scene->run, step) : CLI_FINE;
    for (int i = 0; i < s->feed_count && !status; i++) {
        dp_op op = dp_val_op(s->graph, s->feed_vals[i]);
        if (op != DP_OP_PARAM && op != DP_OP_STATE) continue;
        const char *name = dp_val_name(s->graph, s->feed_vals[i]);
        dp_array weights = weights_of(scene, path, row, name);
        status = weights.data ? plot_status(scene, cli_session_put(s, i, &weights))
                              : plot_fail(scene, layer, "%s has no %s as the formula wants it", scene->run, name);
    }
    dp_tensors_free(&path);
    return status;
}
