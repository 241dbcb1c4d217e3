/* What convolution's functions share. */
#ifndef DENPA_FORMULA_PLANES_H
#define DENPA_FORMULA_PLANES_H

#include "formula/scope.h"

/* One number for both axes, or (height, width), each at least `least`; with one axis pair[1] alone. Not given: left as it
 * is. */
dp_status dpi_pair(dp_scope *s, const dpi_object *object, const char *what, int axes, int64_t least, int64_t pair[2]);

/* The options of a convolution. */
dp_status dpi_read_conv(dp_scope *s, const dpi_object *stride, const dpi_object *padding, const dpi_object *dilation,
                        const dpi_object *groups, int axes, dp_conv *how);

#endif
