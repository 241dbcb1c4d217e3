/* Clipping of gradients, once for each dtype. */
#include "train/optimizer.h"

#define TYPE float
#define CLIP(name) name##_f32
#include "train/optimizer_clip_tmpl.c"
#undef TYPE
#undef CLIP
#define TYPE double
#define CLIP(name) name##_f64
#include "train/optimizer_clip_tmpl.c"
