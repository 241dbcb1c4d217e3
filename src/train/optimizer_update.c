/* The updates of the optimisers, once for each dtype. */
#include <float.h>
#include <math.h>

#include "train/optimizer.h"

double dpi_nadam_mu(const dpi_optimizer_options *options, int64_t t)
{
    return options->beta1 * (1 - 0.5 * pow(0.96, (double)t * options->momentum_decay));
}

#define TYPE float
#define SQRT sqrtf
#define LARGEST FLT_MAX
#define UPDATE(name) name##_f32
#include "train/optimizer_tmpl.c"
#undef TYPE
#undef SQRT
#undef LARGEST
#undef UPDATE
#define TYPE double
#define SQRT sqrt
#define LARGEST DBL_MAX
#define UPDATE(name) name##_f64
#include "train/optimizer_tmpl.c"
