/* How the ten digits are written: several pen paths for each. */
#ifndef DPI_DATA_DIGITS_STROKES_H
#define DPI_DATA_DIGITS_STROKES_H

#include <stdint.h>

enum { DPI_STROKE_POINTS_MAX = 16 };

typedef enum dpi_pen {
    DPI_PEN_END = 0, /* no more points */
    DPI_PEN_DOWN,    /* the pen is put down here: a stroke begins */
    DPI_PEN_SMOOTH,  /* the path runs through here without a kink */
    DPI_PEN_CORNER   /* the path changes direction here */
} dpi_pen;

/* A point the pen goes through; x to the right, y downwards, both 0..100. */
typedef struct dpi_stroke_point {
    uint8_t x, y;
    uint8_t pen; /* dpi_pen */
} dpi_stroke_point;

/* One way to write a digit; weight is its share among the styles of that digit. */
typedef struct dpi_stroke_style {
    uint8_t digit;
    uint8_t weight;
    dpi_stroke_point points[DPI_STROKE_POINTS_MAX + 1]; /* ends with DPI_PEN_END */
} dpi_stroke_style;

/* The style of `digit` (0..9) that a uniform 32-bit number picks. */
const dpi_stroke_style *dpi_stroke_style_pick(int digit, uint32_t random);

#endif
