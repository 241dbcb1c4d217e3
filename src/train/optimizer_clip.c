/* Clipping of gradients, once for each dtype. */
#include <float.h>

#include "train/optimizer.h"

#define TYPE float
#define LARGEST FLT_MAX
#define CLIP(name) name##_f32
#include "train/optimizer_clip_tmpl.c"
#undef TYPE
#undef LARGEST
#undef CLIP
#define TYPE double
#define LARGEST DBL_MAX
#define CLIP(name) name##_f64
#include "train/optimizer_clip_tmpl.c"
