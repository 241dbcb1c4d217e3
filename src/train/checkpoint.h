/* Checkpoints: a run as it is at a step, in a file. train.h says what they promise. */
#ifndef DENPA_TRAIN_CHECKPOINT_H
#define DENPA_TRAIN_CHECKPOINT_H

#include "train/fit.h"

/* The folder of checkpoints in that of the run, and the name of the best one. */
#define DPI_CHECKPOINT_FOLDER "checkpoints"
#define DPI_CHECKPOINT_BEST "best.safetensors"

/* One thing that a checkpoint keeps, in the place where the run has it. */
typedef struct dpi_slot {
    char *name;
    dp_array array; /* data is borrowed */
} dpi_slot;

typedef struct dpi_slots {
    dp_ctx *ctx;
    dpi_slot *items;
    size_t count, capacity;
} dpi_slots;

/* Lists everything that a run is made of, beside what its options say: for writing and for reading back. *slots is to be
 * given to dpi_slots_free whether it worked or not. */
dp_status dpi_slots_list(dpi_slots *slots, dpi_fit *f);
void dpi_slots_free(dpi_slots *slots);

/* What a file says of itself: nothing in it was changed since. */
uint64_t dpi_slots_hash(const dpi_slots *slots, const char *words, const char *model);

/* The files of steps in a folder, the last step first; a folder that is not there has none. */
typedef struct dpi_steps {
    int64_t *steps;
    size_t count, capacity;
} dpi_steps;
dp_status dpi_steps_find(dp_ctx *ctx, const char *folder, dpi_steps *out);
void dpi_steps_free(dp_ctx *ctx, dpi_steps *steps);

/* "FOLDER/step-00000300.safetensors", owned by the caller. */
dp_status dpi_checkpoint_path(dp_ctx *ctx, const char *folder, int64_t step, char **out);

/* ---- checkpoint_write.c ---- */

/* Writes the checkpoint of the step at hand, and removes those that are not to be kept. */
dp_status dpi_checkpoint_write(dpi_fit *f);

/* Writes it as the best one. */
dp_status dpi_checkpoint_write_best(dpi_fit *f);

/* ---- checkpoint_read.c ---- */

/* Makes the run what the last good checkpoint says, if there is any; *found says whether there was. */
dp_status dpi_checkpoint_resume(dpi_fit *f, bool *found);

/* A run that begins anew: DP_ERR_ARG if an unfinished one has checkpoints there. */
dp_status dpi_checkpoint_check_begin(dpi_fit *f);

/* Removes the checkpoints in the folder of a run that was there before. */
dp_status dpi_checkpoint_clear(dpi_fit *f);

#endif
