/* The streams of the generator (random.h) that a run draws from under its seed. Parameters have those from 0 on. Every
 * draw follows from the seed and a place, so that a run that goes on from a checkpoint needs no state of a generator. */
#ifndef DENPA_TRAIN_STREAMS_H
#define DENPA_TRAIN_STREAMS_H

#include <stdint.h>

/* The order of epoch e (from 0) has this stream + e. */
#define DPI_ORDER_STREAM (UINT64_C(1) << 62)

/* Which rows are for validation. */
/* (Pictures that are changed have those from 2^63 on: src/data/augment.c.) */
#define DPI_SPLIT_STREAM ((UINT64_C(1) << 62) - 1)

/* The characters of a text that is written. */
#define DPI_GENERATE_STREAM ((UINT64_C(1) << 62) - 2)

#endif
