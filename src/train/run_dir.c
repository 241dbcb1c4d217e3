#include "train/run_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <denpa/file.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/hash.h"

static const char log_header[] = "epoch,step,train_loss,train_accuracy,test_loss,test_accuracy,seconds";

/* Rows are written together, at most so many seconds late: 10,000 rows a second may be made. */
#define FLUSH_SECONDS 0.2
#define FLUSH_BYTES 65536

dp_status dpi_path_join(dp_ctx *ctx, const char *dir, const char *name, char **out)
{
    size_t bytes = strlen(dir), more = strlen(name);
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, bytes + more + 2, 1, "path", &memory);
    if (status != DP_OK) return status;
    char *path = memory;
    memcpy(path, dir, bytes);
    if (bytes && path[bytes - 1] != '/') path[bytes++] = '/';
    memcpy(path + bytes, name, more + 1);
    *out = path;
    return DP_OK;
}

static dp_status io_error(dp_ctx *ctx, const char *path, const char *what)
{
    return dpi_fail(ctx, DP_ERR_IO, "%s: %s: %s", path, what, strerror(errno));
}

static dp_status make_folder(dp_ctx *ctx, const char *path)
{
    struct stat there;
    if (mkdir(path, 0777) == 0) return DP_OK;
    if (errno == EEXIST && stat(path, &there) == 0) {
        if (S_ISDIR(there.st_mode)) return DP_OK;
        errno = ENOTDIR;
    }
    return io_error(ctx, path, "cannot make the folder");
}

dp_status dpi_make_folders(dp_ctx *ctx, const char *path)
{
    char *copy = NULL;
    dp_status status = dpi_strdup(ctx, path, &copy);
    if (status != DP_OK) return status;
    for (char *at = copy;; at++) {
        char kept = *at;
        if (kept && kept != '/') continue;
        *at = 0;
        if (*copy) status = make_folder(ctx, copy);
        *at = kept;
        if (!kept || status != DP_OK) break;
    }
    dpi_free(ctx, copy);
    return status;
}

/* A file that will be replaced at the end must not be a folder. */
static dp_status check_target(dp_ctx *ctx, const char *dir, const char *name, bool *exists)
{
    char *path = NULL;
    dp_status status = dpi_path_join(ctx, dir, name, &path);
    if (status != DP_OK) return status;
    struct stat there;
    *exists = stat(path, &there) == 0;
    if (*exists && !S_ISREG(there.st_mode))
        status = dpi_fail(ctx, DP_ERR_IO, "%s: cannot be written: it is no plain file", path);
    dpi_free(ctx, path);
    return status;
}

static dp_status write_all(dpi_run_dir *dir, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t done = write(dir->log, bytes, count);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return io_error(dir->ctx, dir->log_path, "cannot be written");
        bytes += done;
        count -= (size_t)done;
    }
    return DP_OK;
}

static dp_status flush(dpi_run_dir *dir)
{
    size_t count = dir->rows.length;
    dp_status status = count ? write_all(dir, dir->rows.data, count) : DP_OK;
    if (status == DP_OK && count) {
        dir->place.bytes += (int64_t)count;
        dir->place.hash = dpi_hash(dir->place.hash, dir->rows.data, count);
    }
    dir->rows.length = 0;
    return status;
}

dp_status dpi_run_dir_sync(dpi_run_dir *dir)
{
    dp_status status = flush(dir);
    dir->keep_log = true;
    if (status == DP_OK && fsync(dir->log) != 0 && errno != EINVAL && errno != ENOTSUP)
        status = io_error(dir->ctx, dir->log_path, "cannot be written");
    return status;
}

/* ---- The log ---- */

dp_status dpi_log_columns_read(dp_ctx *ctx, const dp_train_config *config, bool has_test, dpi_log_columns *columns)
{
    *columns =
        (dpi_log_columns){.validation = config->validation > 0, .test = has_test, .lr = config->schedule != NULL};
    columns->no_seconds = config->checkpoint_every > 0 || config->resume;
    for (const char *at = config->metrics; at && *at; at += *at == ',') {
        size_t bytes = strcspn(at, ",");
        int score = dpi_score_find(at, bytes);
        if (score < 0) return dpi_score_unknown_name(ctx, at, bytes);
        bool given = score < 2; /* loss and accuracy are there */
        for (int i = 0; i < columns->score_count; i++) given |= columns->scores[i] == score;
        if (!given) columns->scores[columns->score_count++] = score;
        at += bytes;
    }
    return DP_OK;
}

static dp_status add_header(dpi_run_dir *dir)
{
    const dpi_log_columns *columns = &dir->columns;
    dp_text *rows = &dir->rows;
    dp_status status = dp_text_addf(rows, "%s%s%s", log_header, columns->validation ? ",val_loss,val_accuracy" : "",
                                    columns->lr ? ",lr" : "");
    for (int i = 0; i < columns->score_count && status == DP_OK; i++) {
        const char *name = dpi_score_name(columns->scores[i]);
        if (columns->validation) status = dp_text_addf(rows, ",val_%s", name);
        if (status == DP_OK && columns->test) status = dp_text_addf(rows, ",test_%s", name);
    }
    return status == DP_OK ? dp_text_addf(rows, "\n") : status;
}

/* Does the file begin as the place says? One that cannot be read does not. */
static dp_status begins_so(dp_ctx *ctx, const char *path, const dpi_log_place *place, bool *is_so)
{
    dp_array *bytes = NULL;
    *is_so = false;
    if (access(path, R_OK) != 0) return DP_OK;
    dp_status status = dp_file_read(ctx, path, 0, &bytes);
    if (status != DP_OK) return status == DP_ERR_NOMEM ? status : DP_OK;
    *is_so = place->bytes >= 0 && dp_array_bytes(bytes) >= (size_t)place->bytes &&
             dpi_hash(DPI_HASH_BEGIN, bytes->data, (size_t)place->bytes) == place->hash;
    dp_array_free(&bytes);
    return DP_OK;
}

dp_status dpi_run_dir_find_log(dp_ctx *ctx, const char *path, const dpi_log_place *place, char **out)
{
    static const char *const names[] = {"log.csv.part", "log.csv"};
    for (int i = 0; i < 2; i++) {
        char *log = NULL;
        bool found = false;
        dp_status status = dpi_path_join(ctx, path, names[i], &log);
        if (status == DP_OK) status = begins_so(ctx, log, place, &found);
        if (found) *out = log;
        else dpi_free(ctx, log);
        if (found || status != DP_OK) return status;
    }
    return dpi_fail(ctx, DP_ERR_FORMAT, "%s/log.csv: its first %lld bytes are not those of this checkpoint", path,
                    (long long)place->bytes);
}

/* One run at a time. A system without locks has none. */
static dp_status lock(const dpi_run_dir *dir)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(dir->log, F_SETLK, &whole) == 0 || (errno != EACCES && errno != EAGAIN)) return DP_OK;
    return dpi_fail(dir->ctx, DP_ERR_IO, "%s: another run is writing it at the moment", dir->log_path);
}

/* The log's path, and that everything that will be written can be. */
static dp_status find_paths(dpi_run_dir *dir, const char *path, const dpi_log_place *place)
{
    dp_ctx *ctx = dir->ctx;
    bool exists = false;
    dp_status status = dpi_strdup(ctx, path, &dir->path);
    if (status == DP_OK) status = check_target(ctx, path, "model.safetensors", &exists);
    if (status == DP_OK) status = check_target(ctx, path, "model.dp", &exists);
    if (status == DP_OK) status = check_target(ctx, path, "config.json", &exists);
    if (status == DP_OK) status = check_target(ctx, path, "log.csv", &exists);
    if (status != DP_OK) return status;
    if (place) return dpi_run_dir_find_log(ctx, path, place, &dir->log_path);
    return dpi_path_join(ctx, path, exists ? "log.csv.part" : "log.csv", &dir->log_path);
}

dp_status dpi_run_dir_open(dpi_run_dir *dir, dp_ctx *ctx, const char *path, const dpi_log_columns *columns,
                           const dpi_log_place *place)
{
    *dir = (dpi_run_dir){.ctx = ctx, .columns = *columns, .log = -1, .rows = {.ctx = ctx}};
    dir->place.hash = DPI_HASH_BEGIN;
    if (place) dir->place = *place;
    if (!path) return DP_OK;
    dp_status status = find_paths(dir, path, place);
    if (status != DP_OK) return status;
    dir->log = open(dir->log_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (dir->log < 0) return io_error(ctx, dir->log_path, "cannot be written");
    dir->keep_log = true; /* until it is known to be this run's */
    status = lock(dir);
    if (status != DP_OK) return status;
    if (ftruncate(dir->log, (off_t)dir->place.bytes) != 0 || lseek(dir->log, 0, SEEK_END) < 0)
        return io_error(ctx, dir->log_path, "cannot be written");
    dir->keep_log = place != NULL;
    if (!place) status = add_header(dir);
    return status == DP_OK ? flush(dir) : status;
}

static dp_status add_cell(dp_text *text, double value, bool known)
{
    char number[DP_NUMBER_TEXT_BYTES] = "";
    if (known) dp_number_text_f64(value, number);
    return dp_text_addf(text, ",%s", number);
}

/* A loss of NaN that was found is written; another score that is NaN has no meaning for the model. */
static dp_status add_pair(dp_text *text, const dp_scores *scores, bool known)
{
    dp_status status = add_cell(text, scores->loss, known);
    return status == DP_OK ? add_cell(text, scores->accuracy, known && !isnan(scores->accuracy)) : status;
}

static dp_status add_score(dp_text *text, const dp_scores *scores, int score)
{
    double value = dpi_score_get(scores, score);
    return add_cell(text, value, !isnan(value));
}

static dp_status add_row(dpi_run_dir *dir, const dp_progress *at, bool tested)
{
    const dpi_log_columns *columns = &dir->columns;
    dp_text *rows = &dir->rows;
    dp_status status = dp_text_addf(rows, "%lld,%lld", (long long)at->epoch, (long long)at->step);
    if (status == DP_OK) status = add_cell(rows, at->loss, true);
    if (status == DP_OK) status = add_cell(rows, at->train_accuracy, !isnan(at->train_accuracy));
    if (status == DP_OK) status = add_pair(rows, &at->test, tested && columns->test);
    if (status == DP_OK) status = add_cell(rows, at->seconds, !columns->no_seconds);
    if (status == DP_OK && columns->validation) status = add_pair(rows, &at->validation, tested);
    if (status == DP_OK && columns->lr) status = add_cell(rows, at->lr, true);
    for (int i = 0; i < columns->score_count && status == DP_OK; i++) {
        if (columns->validation) status = add_score(rows, &at->validation, columns->scores[i]);
        if (status == DP_OK && columns->test) status = add_score(rows, &at->test, columns->scores[i]);
    }
    return status == DP_OK ? dp_text_addf(rows, "\n") : status;
}

dp_status dpi_run_dir_row(dpi_run_dir *dir, const dp_progress *at, bool tested)
{
    if (!dir->path) return DP_OK;
    dp_text *rows = &dir->rows;
    dp_status status = add_row(dir, at, tested);
    dir->place.rows++;
    if (status != DP_OK || (rows->length < FLUSH_BYTES && at->seconds - dir->flushed < FLUSH_SECONDS)) return status;
    dir->flushed = at->seconds;
    return flush(dir);
}

static dp_status write_file(const dpi_run_dir *dir, const char *name, const char *bytes, size_t count)
{
    char *path = NULL;
    dp_status status = dpi_path_join(dir->ctx, dir->path, name, &path);
    if (status != DP_OK) return status;
    status = dp_file_write(dir->ctx, path, bytes, count);
    dpi_free(dir->ctx, path);
    return status;
}

/* A model from C has no text; that of an earlier run would not be true of this one. */
static dp_status write_text(const dpi_run_dir *dir, const dp_model *model)
{
    const char *text = dp_model_text(model);
    if (*text) return write_file(dir, "model.dp", text, strlen(text));
    char *path = NULL;
    dp_status status = dpi_path_join(dir->ctx, dir->path, "model.dp", &path);
    if (status != DP_OK) return status;
    if (unlink(path) != 0 && errno != ENOENT) status = io_error(dir->ctx, path, "cannot be removed");
    dpi_free(dir->ctx, path);
    return status;
}

static dp_status finish_log(dpi_run_dir *dir)
{
    char *path = NULL;
    dp_status status = flush(dir);
    if (status == DP_OK && access(dir->log_path, F_OK) != 0) status = io_error(dir->ctx, dir->log_path, "has gone");
    if (status == DP_OK) status = dpi_path_join(dir->ctx, dir->path, "log.csv", &path);
    if (status == DP_OK && strcmp(path, dir->log_path) != 0 && rename(dir->log_path, path) != 0)
        status = io_error(dir->ctx, path, "cannot be replaced");
    dpi_free(dir->ctx, path);
    return status;
}

dp_status dpi_run_dir_save(dpi_run_dir *dir, const dp_model *model, const dp_text *config)
{
    char *path = NULL;
    dp_status status = dpi_make_folders(dir->ctx, dir->path); /* somebody may have removed it meanwhile */
    if (status == DP_OK) status = dpi_path_join(dir->ctx, dir->path, "model.safetensors", &path);
    if (status == DP_OK) status = dp_model_save(model, path);
    dpi_free(dir->ctx, path);
    if (status == DP_OK) status = write_text(dir, model);
    if (status == DP_OK) status = write_file(dir, "config.json", config->data, config->length);
    if (status == DP_OK) status = finish_log(dir);
    return status;
}

void dpi_run_dir_close(dpi_run_dir *dir)
{
    if (dir->log >= 0) {
        if (dir->path) flush(dir);
        close(dir->log);
        if (!dir->place.rows && !dir->keep_log) unlink(dir->log_path);
    }
    dp_text_free(&dir->rows);
    dpi_free(dir->ctx, dir->log_path);
    dpi_free(dir->ctx, dir->path);
    *dir = (dpi_run_dir){.log = -1};
}
