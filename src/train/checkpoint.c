/* What a checkpoint keeps, and how its file is called. */
#include "train/checkpoint.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/hash.h"

/* ---- Slots ---- */

static dp_status add(dpi_slots *slots, const char *name, dp_dtype dtype, dp_shape shape, void *data)
{
    void *items = slots->items;
    dp_status status =
        dpi_grow(slots->ctx, &items, &slots->capacity, slots->count + 1, sizeof(dpi_slot), "what a checkpoint keeps");
    slots->items = items;
    if (status != DP_OK) return status;
    dpi_slot *slot = &slots->items[slots->count];
    *slot = (dpi_slot){.array = {.dtype = dtype, .shape = shape, .data = data}};
    status = dpi_strdup(slots->ctx, name, &slot->name);
    if (status == DP_OK) slots->count++;
    return status;
}

static dp_status add_double(dpi_slots *slots, const char *name, double *value)
{
    return add(slots, name, DP_F64, dp_shape_of(0, NULL), value);
}

static dp_status add_integer(dpi_slots *slots, const char *name, int64_t *value)
{
    return add(slots, name, DP_I64, dp_shape_of(0, NULL), value);
}

static dp_status add_scores(dpi_slots *slots, const char *name, dp_scores *scores)
{
    return add(slots, name, DP_F64, dp_shape_of(1, (int64_t[]){DPI_SCORE_COUNT}), scores);
}

/* "WHAT/NAME" for each of the first parameters and states of the model: its part of a flat buffer. */
static dp_status add_buffer(dpi_slots *slots, const dp_model *model, int count, const char *what, void *buffer)
{
    dp_text name = {.ctx = slots->ctx};
    dp_status status = DP_OK;
    for (int i = 0; i < count && status == DP_OK; i++) {
        const dpi_param *param = &model->params[i];
        name.length = 0;
        status = dp_text_addf(&name, "%s/%s", what, param->name);
        if (status == DP_OK)
            status = add(slots, name.data, model->dtype, param->shape,
                         (char *)buffer + param->first * dp_dtype_bytes(model->dtype));
    }
    dp_text_free(&name);
    return status;
}

static dp_status add_optimizer(dpi_slots *slots, dp_optimizer *o)
{
    char name[64];
    dp_status status = add_integer(slots, "optimizer/steps", &o->steps);
    for (int i = 0; i < DPI_STATES && status == DP_OK; i++) {
        if (!o->states[i]) continue;
        snprintf(name, sizeof name, "optimizer/%s", dpi_state_name(o->method, i));
        status = add_buffer(slots, o->model, o->model->trained_count, name, o->states[i]);
    }
    for (size_t g = 0; g < o->group_count && status == DP_OK; g++) {
        const struct {
            const char *what;
            double *value;
        } numbers[] = {{"lr", &o->groups[g].now.lr},
                       {"momentum", &o->groups[g].now.momentum},
                       {"beta1", &o->groups[g].now.beta1},
                       {"mu_product", &o->groups[g].mu_product}};
        for (int i = 0; i < 4 && status == DP_OK; i++) {
            snprintf(name, sizeof name, "optimizer/group %zu/%s", g, numbers[i].what);
            status = add_double(slots, name, numbers[i].value);
        }
    }
    return status;
}

static dp_status add_schedule(dpi_slots *slots, dp_schedule *s)
{
    dp_status status = add_double(slots, "schedule/count", &s->state.count);
    if (status == DP_OK) status = add_double(slots, "schedule/best", &s->state.best);
    if (status == DP_OK) status = add_double(slots, "schedule/bad", &s->state.bad);
    return status == DP_OK ? add_double(slots, "schedule/cooling", &s->state.cooling) : status;
}

static dp_status add_sums(dpi_slots *slots, const char *what, dpi_sums *sums)
{
    char name[64];
    snprintf(name, sizeof name, "%s/loss_sum", what);
    dp_status status = add_double(slots, name, &sums->loss_sum);
    const struct {
        const char *what;
        int64_t *value;
    } counts[] = {{"steps", &sums->steps}, {"correct", &sums->correct}, {"rows", &sums->places}};
    for (int i = 0; i < 3 && status == DP_OK; i++) {
        snprintf(name, sizeof name, "%s/%s", what, counts[i].what);
        status = add_integer(slots, name, counts[i].value);
    }
    return status;
}

static dp_status add_best(dpi_slots *slots, const dp_model *model, dpi_best *best)
{
    dp_status status = add_integer(slots, "best/epoch", &best->epoch);
    if (status == DP_OK) status = add_integer(slots, "best/waited", &best->waited);
    if (status == DP_OK) status = add_scores(slots, "best/validation", &best->validation);
    if (status == DP_OK) status = add_scores(slots, "best/test", &best->test);
    if (status != DP_OK || !best->values) return status;
    return add_buffer(slots, model, model->param_count, "best", best->values);
}

static dp_status add_progress(dpi_slots *slots, dp_progress *at)
{
    dp_status status = add_integer(slots, "run/step", &at->step);
    if (status == DP_OK) status = add_integer(slots, "run/epoch", &at->epoch);
    if (status == DP_OK) status = add_integer(slots, "run/best_epoch", &at->best_epoch);
    if (status == DP_OK) status = add_double(slots, "run/loss", &at->loss);
    if (status == DP_OK) status = add_double(slots, "run/train_accuracy", &at->train_accuracy);
    if (status == DP_OK) status = add_double(slots, "run/lr", &at->lr);
    if (status == DP_OK) status = add_double(slots, "run/seconds", &at->seconds);
    if (status == DP_OK) status = add_scores(slots, "run/validation", &at->validation);
    return status == DP_OK ? add_scores(slots, "run/test", &at->test) : status;
}

static dp_status add_log(dpi_slots *slots, dpi_log_place *log)
{
    dp_status status = add_integer(slots, "log/bytes", &log->bytes);
    if (status == DP_OK) status = add_integer(slots, "log/rows", &log->rows);
    return status == DP_OK ? add(slots, "log/hash", DP_I64, dp_shape_of(0, NULL), &log->hash) : status;
}

dp_status dpi_slots_list(dpi_slots *slots, dpi_fit *f)
{
    *slots = (dpi_slots){.ctx = f->model->ctx};
    dp_status status = add_progress(slots, &f->at);
    if (status == DP_OK) status = add_integer(slots, "run/has_ended", &f->has_ended);
    if (status == DP_OK) status = add_log(slots, &f->log);
    if (status == DP_OK) status = add_sums(slots, "row", &f->row);
    if (status == DP_OK) status = add_sums(slots, "epoch", &f->epoch);
    if (status == DP_OK) status = add_buffer(slots, f->model, f->model->param_count, "model", f->model->values);
    if (status == DP_OK) status = add_optimizer(slots, f->optimizer);
    if (status == DP_OK && f->schedule) status = add_schedule(slots, f->schedule);
    return status == DP_OK ? add_best(slots, f->model, &f->best) : status;
}

void dpi_slots_free(dpi_slots *slots)
{
    for (size_t i = 0; i < slots->count; i++) dpi_free(slots->ctx, slots->items[i].name);
    dpi_free(slots->ctx, slots->items);
    *slots = (dpi_slots){.ctx = slots->ctx};
}

uint64_t dpi_slots_hash(const dpi_slots *slots, const char *words, const char *model)
{
    uint64_t hash = dpi_hash(DPI_HASH_BEGIN, words, strlen(words) + 1);
    hash = dpi_hash(hash, model, strlen(model) + 1);
    for (size_t i = 0; i < slots->count; i++) {
        const dpi_slot *slot = &slots->items[i];
        hash = dpi_hash(hash, slot->name, strlen(slot->name) + 1);
        hash = dpi_hash(hash, slot->array.data, dp_array_bytes(&slot->array));
    }
    return hash;
}

/* ---- Files ---- */

#define PREFIX "step-"
#define SUFFIX ".safetensors"

dp_status dpi_checkpoint_path(dp_ctx *ctx, const char *folder, int64_t step, char **out)
{
    char name[64];
    snprintf(name, sizeof name, PREFIX "%08lld" SUFFIX, (long long)step);
    return dpi_path_join(ctx, folder, name, out);
}

/* The step of a file's name, -1 if it is no checkpoint's. */
static int64_t step_of(const char *name)
{
    long long step = 0;
    int behind = 0;
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0) return -1;
    if (sscanf(name + sizeof PREFIX - 1, "%18lld%n", &step, &behind) != 1 || step < 0) return -1;
    return strcmp(name + sizeof PREFIX - 1 + behind, SUFFIX) == 0 ? step : -1;
}

static int later_first(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left < right) - (left > right);
}

dp_status dpi_steps_find(dp_ctx *ctx, const char *folder, dpi_steps *out)
{
    dpi_steps found = {0};
    dp_status status = DP_OK;
    DIR *dir = opendir(folder);
    if (!dir && errno != ENOENT) return dpi_fail(ctx, DP_ERR_IO, "%s: cannot be read: %s", folder, strerror(errno));
    for (struct dirent *entry; dir && status == DP_OK && (entry = readdir(dir));) {
        int64_t step = step_of(entry->d_name);
        if (step < 0) continue;
        void *steps = found.steps;
        status = dpi_grow(ctx, &steps, &found.capacity, found.count + 1, sizeof(int64_t), "checkpoints");
        found.steps = steps;
        if (status == DP_OK) found.steps[found.count++] = step;
    }
    if (dir) closedir(dir);
    if (found.count) qsort(found.steps, found.count, sizeof *found.steps, later_first);
    if (status == DP_OK) *out = found;
    else dpi_steps_free(ctx, &found);
    return status;
}

void dpi_steps_free(dp_ctx *ctx, dpi_steps *steps)
{
    dpi_free(ctx, steps->steps);
    *steps = (dpi_steps){0};
}
