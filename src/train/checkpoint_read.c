#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <denpa/file.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/checkpoint.h"

/* ---- What differs ---- */

/* The length of `"key": value` in a line of config.json, without its end. */
static size_t line_bytes(const char *line)
{
    size_t bytes = strcspn(line, "\n");
    return bytes && line[bytes - 1] == ',' ? bytes - 1 : bytes;
}

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

static size_t key_bytes(const char *line)
{
    const char *colon = strchr(line, ':');
    return colon && colon < line + line_bytes(line) ? (size_t)(colon - line) + 1 : 0;
}

/* The line with the same key, NULL if there is none. */
static const char *same_key(const char *text, const char *line)
{
    size_t key = key_bytes(line);
    for (; *text; text = next_line(text))
        if (key_bytes(text) == key && memcmp(text, line, key) == 0) return text;
    return NULL;
}

/* Lines whose values may differ: how long the run is to be, and which denpa wrote it. */
static bool may_differ(const char *line)
{
    static const char *const keys[] = {"  \"epochs\":", "  \"steps\":", "  \"denpa\":"};
    for (int i = 0; i < 3; i++)
        if (strncmp(line, keys[i], strlen(keys[i])) == 0) return true;
    return false;
}

static dp_status add_value(dp_text *text, const char *line)
{
    size_t key = line ? key_bytes(line) : 0;
    return line ? dp_text_addf(text, "%.*s", (int)(line_bytes(line) - key), line + key)
                : dp_text_addf(text, " nothing");
}

/* "batch was 100 and is 50; …" */
static dp_status add_differences(dp_text *text, const char *was, const char *is)
{
    dp_status status = DP_OK;
    for (const char *line = is; *line && status == DP_OK; line = next_line(line)) {
        size_t key = key_bytes(line);
        const char *before = same_key(was, line);
        if (!key || may_differ(line)) continue;
        if (before && line_bytes(before) == line_bytes(line) && memcmp(before, line, line_bytes(line)) == 0) continue;
        status = dp_text_addf(text, "%s%.*s was", text->length ? "; " : "", (int)key - 5, line + 3);
        if (status == DP_OK) status = add_value(text, before);
        if (status == DP_OK) status = dp_text_addf(text, " and is");
        if (status == DP_OK) status = add_value(text, line);
    }
    return status;
}

/* The first line of the model that is another one. */
static dp_status add_model_difference(dp_text *text, const char *was, const char *is)
{
    int number = 1;
    while (*was && line_bytes(was) == line_bytes(is) && memcmp(was, is, line_bytes(was)) == 0) {
        was = next_line(was), is = next_line(is);
        number++;
    }
    return dp_text_addf(text, "%sthe model's line %d was \"%.*s\" and is \"%.*s\"", text->length ? "; " : "", number,
                        (int)strcspn(was, "\n"), was, (int)strcspn(is, "\n"), is);
}

static dp_status compare_run(const dpi_fit *f, const char *path, const char *words, const char *model)
{
    dp_ctx *ctx = f->model->ctx;
    dp_text text = {.ctx = ctx};
    dp_status status = add_differences(&text, words, f->words.data);
    if (status == DP_OK && strcmp(model, dp_model_text(f->model)) != 0)
        status = add_model_difference(&text, model, dp_model_text(f->model));
    if (status == DP_OK && text.length)
        status = dpi_fail(ctx, DP_ERR_ARG,
                          "%s: the run cannot go on, since it is another one: %s. Make it the same, or begin anew in "
                          "another folder",
                          path, text.data);
    dp_text_free(&text);
    return status;
}

/* ---- A file ---- */

/* What became of a file. */
typedef enum outcome { GOOD, BAD, REFUSED } outcome;

static dp_status bad_file(dp_ctx *ctx, const char *path, const char *what)
{
    return dpi_fail(ctx, DP_ERR_FORMAT, "%s: %s", path, what);
}

/* Points each slot at the file's numbers, so that the hash can be taken of them. */
static dp_status find_tensors(const dpi_fit *f, const char *path, const dp_tensors *tensors, const dpi_slots *slots,
                              dpi_slots *there)
{
    dp_ctx *ctx = f->model->ctx;
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, slots->count, sizeof(dpi_slot), "a checkpoint's tensors", &memory);
    if (status != DP_OK) return status;
    *there = (dpi_slots){.ctx = ctx, .items = memory, .count = slots->count};
    if ((size_t)dp_tensors_count(tensors) != slots->count)
        return bad_file(ctx, path, "it has other tensors than the run");
    for (size_t i = 0; i < slots->count; i++) {
        const dpi_slot *slot = &slots->items[i];
        const dp_array *array = dp_tensors_find(tensors, slot->name);
        if (!array || array->dtype != slot->array.dtype || !dp_shape_equal(array->shape, slot->array.shape))
            return dpi_fail(ctx, DP_ERR_FORMAT, "%s: tensor %s is missing, or of another shape", path, slot->name);
        there->items[i] = (dpi_slot){.name = slot->name, .array = *array};
    }
    return DP_OK;
}

static void take(const dpi_slots *there, const dpi_slots *slots)
{
    for (size_t i = 0; i < slots->count; i++)
        memcpy(slots->items[i].array.data, there->items[i].array.data, dp_array_bytes(&slots->items[i].array));
}

/* Everything is compared before anything is taken. */
static dp_status take_file(dpi_fit *f, const char *path, const dp_tensors *tensors, outcome *became)
{
    dp_ctx *ctx = f->model->ctx;
    dpi_slots slots, there = {.ctx = ctx};
    char hash[32];
    const char *words = dp_tensors_metadata(tensors, "config"), *model = dp_tensors_metadata(tensors, "model");
    const char *said = dp_tensors_metadata(tensors, "hash");
    if (!words || !model || !said) return bad_file(ctx, path, "it is no checkpoint");
    dp_status status = compare_run(f, path, words, model);
    if (status == DP_ERR_ARG) *became = REFUSED;
    if (status != DP_OK) return status;
    status = dpi_slots_list(&slots, f);
    if (status == DP_OK) status = find_tensors(f, path, tensors, &slots, &there);
    if (status == DP_OK) {
        snprintf(hash, sizeof hash, "%016llx", (unsigned long long)dpi_slots_hash(&there, words, model));
        if (strcmp(hash, said) != 0) status = bad_file(ctx, path, "its numbers are not those that were written");
    }
    if (status == DP_OK) take(&there, &slots);
    if (status == DP_OK && f->at.step < 0) status = bad_file(ctx, path, "its step is below 0");
    dpi_free(ctx, there.items);
    dpi_slots_free(&slots);
    return status;
}

/* Makes the run what the file says. */
static dp_status read_file(dpi_fit *f, const char *path, outcome *became)
{
    dp_tensors *tensors = NULL;
    char *log = NULL;
    *became = BAD;
    dp_status status = dp_safetensors_read(f->model->ctx, path, &tensors);
    if (status == DP_OK) status = take_file(f, path, tensors, became);
    if (status == DP_OK) status = dpi_run_dir_find_log(f->model->ctx, f->config->out_dir, &f->log, &log);
    if (status == DP_OK) *became = GOOD;
    if (status == DP_ERR_NOMEM) *became = REFUSED;
    dpi_free(f->model->ctx, log);
    dp_tensors_free(&tensors);
    return status;
}

/* ---- The last good one ---- */

/* The files to try, the last step first, then the best. */
static dp_status path_of(const dpi_fit *f, const char *folder, const dpi_steps *found, size_t i, char **out)
{
    dp_ctx *ctx = f->model->ctx;
    return i < found->count ? dpi_checkpoint_path(ctx, folder, found->steps[i], out)
                            : dpi_path_join(ctx, folder, DPI_CHECKPOINT_BEST, out);
}

static dp_status try_all(dpi_fit *f, const char *folder, const dpi_steps *found, bool *taken)
{
    dp_ctx *ctx = f->model->ctx;
    dp_status status = DP_OK;
    size_t tried = 0;
    for (size_t i = 0; i <= found->count; i++) {
        char *path = NULL;
        outcome became = BAD;
        status = path_of(f, folder, found, i, &path);
        if (status != DP_OK) return status;
        bool is_there = i < found->count || access(path, F_OK) == 0;
        if (is_there) status = read_file(f, path, &became), tried++;
        dpi_free(ctx, path);
        if (!is_there) continue;
        if (became == GOOD) *taken = true;
        if (became != BAD) return status;
        dpi_log(ctx, DP_LOG_WARNING, "%s; the checkpoint before it is tried", dp_ctx_message(ctx));
    }
    if (!tried) return DP_OK;
    return dpi_fail(ctx, DP_ERR_FORMAT,
                    "%s: none of the checkpoints can be used (%zu tried); nothing was changed. To begin "
                    "anew, remove that folder",
                    folder, tried);
}

dp_status dpi_checkpoint_resume(dpi_fit *f, bool *taken)
{
    dp_ctx *ctx = f->model->ctx;
    char *folder = NULL;
    dpi_steps found = {0};
    *taken = false;
    dp_status status = dpi_path_join(ctx, f->config->out_dir, DPI_CHECKPOINT_FOLDER, &folder);
    if (status == DP_OK) status = dpi_steps_find(ctx, folder, &found);
    if (status == DP_OK) status = try_all(f, folder, &found, taken);
    if (status == DP_OK && *taken && f->at.step > f->at.steps)
        status =
            dpi_fail(ctx, DP_ERR_RANGE, "%s: the last checkpoint is of step %lld, but the run is to have only %lld",
                     folder, (long long)f->at.step, (long long)f->at.steps);
    dpi_steps_free(ctx, &found);
    dpi_free(ctx, folder);
    return status;
}

/* Has the run of this checkpoint ended? One that cannot be read has not. */
static dp_status has_ended(dp_ctx *ctx, const char *path, bool *ended)
{
    dp_tensors *tensors = NULL;
    dp_status status = dp_safetensors_read(ctx, path, &tensors);
    *ended = false;
    if (status != DP_OK) return status == DP_ERR_NOMEM ? status : DP_OK;
    const dp_array *flag = dp_tensors_find(tensors, "run/has_ended");
    *ended = flag && dp_array_elems(flag) == 1 && dp_array_get(flag, 0) != 0;
    dp_tensors_free(&tensors);
    return DP_OK;
}

dp_status dpi_checkpoint_check_begin(dpi_fit *f)
{
    dp_ctx *ctx = f->model->ctx;
    char *folder = NULL, *path = NULL;
    dpi_steps found = {0};
    bool ended = true;
    dp_status status = dpi_path_join(ctx, f->config->out_dir, DPI_CHECKPOINT_FOLDER, &folder);
    if (status == DP_OK) status = dpi_steps_find(ctx, folder, &found);
    if (status == DP_OK && found.count) status = dpi_checkpoint_path(ctx, folder, found.steps[0], &path);
    if (status == DP_OK && found.count) status = has_ended(ctx, path, &ended);
    if (status == DP_OK && !ended)
        status = dpi_fail(ctx, DP_ERR_ARG,
                          "%s has checkpoints of a run that has not ended, the last one of step %lld: go on with it "
                          "(resume), or remove that folder to begin anew",
                          folder, (long long)found.steps[0]);
    dpi_steps_free(ctx, &found);
    dpi_free(ctx, path);
    dpi_free(ctx, folder);
    return status;
}
