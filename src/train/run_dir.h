/* The folder a run leaves behind: model.safetensors, model.dp, config.json, log.csv. */
#ifndef DENPA_TRAIN_RUN_DIR_H
#define DENPA_TRAIN_RUN_DIR_H

#include <denpa/text.h>
#include <denpa/train.h>

#include "train/scores.h"

/* The number of the format of config.json. */
#define DPI_RUN_FORMAT 1

/* The columns of a log behind those that every one has. */
typedef struct dpi_log_columns {
    bool validation, test, lr;
    bool no_seconds; /* the column is left empty, so that the same run gives the same bytes */
    int scores[DPI_SCORE_COUNT];
    int score_count;
} dpi_log_columns;

/* DP_ERR_NAME: config->metrics names no score, or one that every log has. */
dp_status dpi_log_columns_read(dp_ctx *ctx, const dp_train_config *config, bool has_test, dpi_log_columns *columns);

/* How far a log is: its bytes, their hash, and its rows. */
typedef struct dpi_log_place {
    int64_t bytes, rows;
    uint64_t hash;
} dpi_log_place;

typedef struct dpi_run_dir {
    dp_ctx *ctx;
    dpi_log_columns columns;
    char *path;          /* NULL: there is no folder, and nothing is written */
    char *log_path;      /* where the log grows: log.csv, or log.csv.part while an older log.csv has to be kept */
    int log;             /* file descriptor */
    dp_text rows;        /* not written yet */
    double flushed;      /* when, in the run's seconds */
    dpi_log_place place; /* rows: in all; bytes and hash: of what was written */
    bool keep_log;       /* also where it has no rows */
} dpi_run_dir;

/* Begins the log in a folder that is there, or goes on with it from a place (NULL: from its beginning). DP_ERR_IO if anything of
 * it will not be possible. dpi_run_dir_close is to be called in any case. */
dp_status dpi_run_dir_open(dpi_run_dir *dir, dp_ctx *ctx, const char *path, const dpi_log_columns *columns,
                           const dpi_log_place *place);

/* The path of the log in a folder that begins as the place says, owned by the caller. DP_ERR_FORMAT: there is none. */
dp_status dpi_run_dir_find_log(dp_ctx *ctx, const char *path, const dpi_log_place *place, char **out);

/* Brings all rows to the disk; from then on the log is kept. */
dp_status dpi_run_dir_sync(dpi_run_dir *dir);

/* The folder with all that is above it. */
dp_status dpi_make_folders(dp_ctx *ctx, const char *path);

/* A row of the log; unknown numbers are left empty: the accuracy where it is NaN, the tests where they were not made. */
dp_status dpi_run_dir_row(dpi_run_dir *dir, const dp_progress *progress, bool tested);

/* Writes everything, each file in one step. config is the text of config.json. */
dp_status dpi_run_dir_save(dpi_run_dir *dir, const dp_model *model, const dp_text *config);

/* Ends it; a log without rows is removed. */
void dpi_run_dir_close(dpi_run_dir *dir);

/* "DIR/NAME", owned by the caller (dpi_free). */
dp_status dpi_path_join(dp_ctx *ctx, const char *dir, const char *name, char **out);

/* run_config.c: the text of config.json; optimizer and schedule (NULL: none) in full; test and end may be NULL. */
dp_status dpi_run_config_text(dp_text *text, const dp_model *model, const dp_dataset *train, const dp_dataset *test,
                              const dp_train_config *config, const char *optimizer, const char *schedule,
                              const dp_progress *end);

#endif
