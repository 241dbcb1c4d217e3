/* Convolution and pooling, f32, any processor: vectors of 16 bytes. */
#include "kernels/conv_lanes.h"
#include "kernels/conv_layout.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA base
#define M(name) name##_f32
#define VLEN 4
#define ROWS 4
#define WIDEST 2
#define LANE_ROWS 2
#define WEIGHT_TILES(X) X(2, 2) X(3, 2) X(2, 3)
#define WEIGHT_ROOM 6
#include "kernels/conv_spread_tmpl.c"

#include "kernels/activate_tmpl.c"
#include "kernels/conv_forward_tmpl.c"
#include "kernels/conv_weight_tmpl.c"
#include "kernels/pool_tmpl.c"

#include "kernels/conv_lanes_spread_tmpl.c"

#include "kernels/conv_lanes_few_tmpl.c"
#include "kernels/conv_lanes_tmpl.c"
#include "kernels/conv_lanes_weight_tmpl.c"
