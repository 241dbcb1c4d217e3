/* Lengths in points, and colours, of graph drawings. */
#ifndef DENPA_PLOT_DRAWING_LOOK_H
#define DENPA_PLOT_DRAWING_LOOK_H

#include "plot/drawing_internal.h"

#define VALUE_SIZE 11.0 /* font sizes */
#define LABEL_SIZE 11.0
#define SIGN_SIZE 15.0
#define SMALL_SIZE 8.0
#define CIRCLE 30.0 /* diameter of an operation */
#define CIRCLE_PAD 2.5
#define BOX_PAD 9.0
#define BOX_LEAST 26.0
#define LEAF_PAD 4.0
#define BLOCK_PAD 3.0 /* beside what is written on an arrow */
#define BLOCK_LEAST 18.0
#define LINE_GAP 7.0 /* between the middle of an arrow and what is written on it */
#define SIDE_GAP 3.0
#define DETAILS_GAP 4.0
#define HEAT_WIDTH 72.0
#define HEAT_HEIGHT 44.0
#define HEAT_LEAST 6.0
#define HEAT_GAP 5.0
#define BLANK_WIDTH 34.0
#define BLANK_HEIGHT 16.0
#define MARGIN 10.0
#define APART 2.6 /* of the two arrows from the middle between them */
#define FORWARD_WIDTH 1.0
#define BACKWARD_WIDTH 2.2

static const dpi_rgba ink = {0x22, 0x22, 0x22, 255}, grey = {0x70, 0x70, 0x70, 255}, good = {0x2e, 0x7d, 0x32, 255}, bad = {0xc6, 0x28, 0x28, 255}, paper = {255, 255, 255, 255},
                      fill = {0xf4, 0xf4, 0xf0, 255};

/* A large array as rows and columns: one long row of a square number of elements is an image. */
static inline void dpi_heat_matrix(const dp_array *array, int64_t *rows, int64_t *columns)
{
    *columns = array->shape.rank ? array->shape.dims[array->shape.rank - 1] : 1;
    *rows = *columns ? dp_array_elems(array) / *columns : 1;
    int64_t side = 8;
    while (side * side < *columns)
        side++;
    if (*rows == 1 && side * side == *columns)
        *rows = *columns = side;
}

#endif
