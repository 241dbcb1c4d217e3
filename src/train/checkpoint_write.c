#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <denpa/file.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/checkpoint.h"

static dp_status write_slots(const dpi_slots *slots, const dpi_fit *f, const char *path)
{
    char hash[32];
    void *memory = NULL;
    dp_status status = dpi_alloc(slots->ctx, slots->count, sizeof(dp_tensor), "a checkpoint's tensors", &memory);
    if (status != DP_OK) return status;
    dp_tensor *tensors = memory;
    for (size_t i = 0; i < slots->count; i++)
        tensors[i] = (dp_tensor){.name = slots->items[i].name, .array = &slots->items[i].array};
    const char *model = dp_model_text(f->model);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)dpi_slots_hash(slots, f->words.data, model));
    const char *const metadata[] = {"checkpoint", "1", "config", f->words.data, "model", model, "hash", hash};
    status = dp_safetensors_write(slots->ctx, path, tensors, (int)slots->count, metadata, 4);
    dpi_free(slots->ctx, memory);
    return status;
}

/* The log first: it has to be there as far as the checkpoint says. */
static dp_status write_checkpoint(dpi_fit *f, const char *path)
{
    dpi_slots slots;
    dp_status status = dpi_run_dir_sync(&f->dir);
    f->log = f->dir.place;
    f->has_ended = f->at.step >= f->at.steps || dpi_best_is_over(&f->best);
    if (status != DP_OK) return status;
    status = dpi_slots_list(&slots, f);
    if (status == DP_OK) status = write_slots(&slots, f, path);
    dpi_slots_free(&slots);
    return status;
}

static dp_status folder_of(const dpi_fit *f, char **out)
{
    dp_status status = dpi_path_join(f->model->ctx, f->dir.path, DPI_CHECKPOINT_FOLDER, out);
    return status == DP_OK ? dpi_make_folders(f->model->ctx, *out) : status;
}

static dp_status remove_step(dp_ctx *ctx, const char *folder, int64_t step)
{
    char *path = NULL;
    dp_status status = dpi_checkpoint_path(ctx, folder, step, &path);
    if (status == DP_OK && unlink(path) != 0 && errno != ENOENT)
        status = dpi_fail(ctx, DP_ERR_IO, "%s: cannot be removed: %s", path, strerror(errno));
    dpi_free(ctx, path);
    return status;
}

/* All but the last ones; what is of a later step is of a run that was before. */
static dp_status remove_old(const dpi_fit *f, const char *folder, int64_t keep)
{
    dp_ctx *ctx = f->model->ctx;
    dpi_steps found = {0};
    dp_status status = dpi_steps_find(ctx, folder, &found);
    for (size_t i = 0; i < found.count && status == DP_OK; i++)
        if (found.steps[i] > f->at.step || keep-- <= 0) status = remove_step(ctx, folder, found.steps[i]);
    dpi_steps_free(ctx, &found);
    return status;
}

dp_status dpi_checkpoint_write(dpi_fit *f)
{
    dp_ctx *ctx = f->model->ctx;
    char *folder = NULL, *path = NULL;
    dp_status status = folder_of(f, &folder);
    if (status == DP_OK) status = dpi_checkpoint_path(ctx, folder, f->at.step, &path);
    if (status == DP_OK) status = write_checkpoint(f, path);
    if (status == DP_OK) status = remove_old(f, folder, f->config->keep_checkpoints);
    dpi_free(ctx, path);
    dpi_free(ctx, folder);
    return status;
}

dp_status dpi_checkpoint_write_best(dpi_fit *f)
{
    dp_ctx *ctx = f->model->ctx;
    char *folder = NULL, *path = NULL;
    dp_status status = folder_of(f, &folder);
    if (status == DP_OK) status = dpi_path_join(ctx, folder, DPI_CHECKPOINT_BEST, &path);
    if (status == DP_OK) status = write_checkpoint(f, path);
    dpi_free(ctx, path);
    dpi_free(ctx, folder);
    return status;
}

dp_status dpi_checkpoint_clear(dpi_fit *f)
{
    dp_ctx *ctx = f->model->ctx;
    char *folder = NULL, *best = NULL;
    dp_status status = dpi_path_join(ctx, f->dir.path, DPI_CHECKPOINT_FOLDER, &folder);
    if (status == DP_OK) status = dpi_path_join(ctx, folder, DPI_CHECKPOINT_BEST, &best);
    if (status == DP_OK) status = remove_old(f, folder, 0);
    if (status == DP_OK && unlink(best) != 0 && errno != ENOENT)
        status = dpi_fail(ctx, DP_ERR_IO, "%s: cannot be removed: %s", best, strerror(errno));
    if (status == DP_OK) (void)rmdir(folder); /* it may hold something else */
    dpi_free(ctx, best);
    dpi_free(ctx, folder);
    return status;
}
