/* The weights of a run, row by row of its log: DIR/path.safetensors, for denpa plot landscape. */
#ifndef DENPA_CLI_KEEP_PATH_H
#define DENPA_CLI_KEEP_PATH_H

#include <denpa/train.h>

/* All parameters one after the other, for each row; their steps. Zeroed to begin with; keep 0: nothing is kept. */
typedef struct cli_path {
    int keep;
    char *weights; /* rows * row_bytes */
    int64_t *steps;
    size_t row_bytes, rows, capacity;
} cli_path;

dp_status cli_path_add(cli_path *path, const dp_model *model, int64_t step);

/* A tensor [rows, shape] under the name of each parameter, and the int64 tensor "step" [rows]. */
dp_status cli_path_write(const cli_path *path, const dp_model *model, const char *dir);
void cli_path_free(cli_path *path);

#endif
