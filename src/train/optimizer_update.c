/* The updates of the optimisers, once for each dtype. */
#include <math.h>

#include "train/optimizer.h"

#define TYPE float
#define SQRT sqrtf
#define UPDATE(name) name##_f32
#include "train/optimizer_tmpl.c"
#undef TYPE
#undef SQRT
#undef UPDATE
#define TYPE double
#define SQRT sqrt
#define UPDATE(name) name##_f64
#include "train/optimizer_tmpl.c"
