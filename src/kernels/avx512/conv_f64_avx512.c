/* Convolution and pooling, f64, AVX-512. */
#include "kernels/conv_lanes.h"
#include "kernels/conv_layout.h"
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA avx512
#define VLEN 8
#define ROWS 8
#define WIDEST 3
#define LANE_ROWS 6
#define WEIGHT_TILES(X) X(4, 6) X(5, 5) X(8, 3) X(3, 8) X(6, 4) X(3, 9) X(2, 9) X(1, 12)
#define WEIGHT_ROOM 27
#include "kernels/conv_spread_tmpl.c"

#include "kernels/activate_tmpl.c"
#include "kernels/conv_forward_tmpl.c"
#include "kernels/conv_weight_tmpl.c"
#include "kernels/pool_tmpl.c"

#include "kernels/conv_lanes_spread_tmpl.c"

#include "kernels/conv_lanes_few_tmpl.c"
#include "kernels/conv_lanes_tmpl.c"
#include "kernels/conv_lanes_weight_tmpl.c"
