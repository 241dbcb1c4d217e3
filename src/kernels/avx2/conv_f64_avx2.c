/* Convolution and pooling, f64, AVX2. */
#include "kernels/conv_lanes.h"
#include "kernels/conv_layout.h"
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA avx2
#define VLEN 4
#define ROWS 6
#define WIDEST 2
#define LANE_ROWS 3
#define WEIGHT_TILES(X) X(3, 4) X(3, 3) X(2, 4) X(1, 8)
#define WEIGHT_ROOM 12
#include "kernels/conv_spread_tmpl.c"

#include "kernels/activate_tmpl.c"
#include "kernels/conv_forward_tmpl.c"
#include "kernels/conv_weight_tmpl.c"
#include "kernels/pool_tmpl.c"

#include "kernels/conv_lanes_spread_tmpl.c"

#include "kernels/conv_lanes_few_tmpl.c"
#include "kernels/conv_lanes_tmpl.c"
#include "kernels/conv_lanes_weight_tmpl.c"
