/* The contract between the plan and the arithmetic.
 *
 * A kernel is a function of plain pointers: it knows no graph, allocates nothing, keeps nothing. All kernels have one
 * type; what they work on is in a struct of their family, and [first, last) says which of the step's units of work
 * this call does. The plan cuts by the shape, so:
 *
 *   units      each unit writes its own part of the output and reads no output of another unit: calls for disjoint
 *              ranges may run in any order, or at once, and the result is the same, bit for bit
 *   result     DPK_DONE, or the place (flat index into the index array, the first in the range) of an index that is
 *              out of range
 *   shapes     every count may be 0; then nothing is read or written (a sum of nothing is 0)
 *   alignment  pointers are aligned to their element, not more; work areas to 64 bytes
 *   aliasing   outputs overlap no input, except where a family says "in place": y may be exactly a
 *   over-read  no byte outside the operands is read or written, also in the last, partial tile
 *   NaN        goes in, comes out; infinities and denormals as IEEE 754 has them
 *   beta       outputs are written, never read: what was in them before (NaN, too) has no influence
 *
 * Every entry of kern_list.def is tested against the reference kernel in f64 (tests/kernels/).
 */
#ifndef DENPA_KERNELS_KERN_H
#define DENPA_KERNELS_KERN_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/array.h>

#define DPK_DONE ((int64_t)-1)
typedef int64_t dpk_fn(const void *args, int64_t first, int64_t last);

/* What the elements are: numbers, or (b1, b4, b8) anything of that many bytes. */
typedef enum dpk_type { DPK_bool, DPK_u8, DPK_i64, DPK_f32, DPK_f64, DPK_b1, DPK_b4, DPK_b8, DPK_TYPE_COUNT } dpk_type;

typedef enum dpk_isa { DPK_ref, DPK_base, DPK_avx2, DPK_avx512, DPK_ISA_COUNT } dpk_isa;

/* An axis of a strided walk: how many, and by how many elements each operand moves (0 repeats; negative goes
 * backwards). Lists of axes have the innermost first, and at least one axis. */
typedef struct dpk_axis {
    int64_t count, a, b, c;
} dpk_axis;

/* y[i] = f(a[i]). Units: elements; cut at multiples of 64. In place. stream: y[i] = a[i], for results so large that they
 * would push everything else out of the caches; another thread may see them late, unless this one calls dpk_settle. */
typedef struct dpk_unary_args {
    const void *a;
    void *y;
    double p, q; /* clip: low, high; leaky_relu: p = slope; round: p = 10^|decimals|, q < 0 for negative decimals */
} dpk_unary_args;

/* The row form of unary, pair and binary kernels, for whoever calls several of them for a few elements at a time:
 *     y[i] = f(a[i], b[i]) for i = 0 .. n - 1, with the same bits as the kernel
 * z is the second result (slope) of a pair. With DPK_REPEATS_A, _B all i have a[0], b[0]; only binary ones repeat. In place:
 * y or z may be a, y may be b. Pointers that the family does not have are not looked at, p and q are those of unary. */
typedef void dpk_row_fn(void *y, void *z, const void *a, const void *b, int64_t n, int repeats, double p, double q);
enum { DPK_REPEATS_A = 1, DPK_REPEATS_B = 2 };

/* A function and its derivative in one go: y[i] = f(a[i]), slope[i] = f'(a[i]). Units: elements; cut at multiples of 64.
 * In place: y may be a. */
typedef struct dpk_pair_args {
    const void *a;
    void *y, *slope;
} dpk_pair_args;

/* y[i] = f(a[..], b[..]): y contiguous, a and b walk along the axes. Units: elements of y. In place where a (or b) is
 * contiguous, too. Comparisons write bytes 0 or 1. */
typedef struct dpk_binary_args {
    const void *a, *b;
    void *y;
    int32_t axis_count;
    dpk_axis axis[]; /* [axis_count] */
} dpk_binary_args;

/* y[i] = a[..] != 0 ? b[..] : c[..]; a bytes, b, c, y elements of one size; y contiguous. Units: elements of y. In
 * place for contiguous b, c. */
typedef struct dpk_where_args {
    const uint8_t *a;
    const void *b, *c;
    void *y;
    int32_t axis_count;
    dpk_axis axis[];
} dpk_where_args;

/* Several element-wise steps of the same elements in one pass: their row forms, one after the other, for one piece of a few
 * elements after the other. What only a later link reads lies in a register, which is a piece of memory in the first cache, and
 * what is written past the caches is written between one piece and the next, while memory has time for it.
 * Units: elements; cut at multiples of 64. Elements are in rows of `row`. In place: a result may be exactly an operand that no link behind
 * it reads. */
enum { DPK_CHAIN_REGISTERS = 6, DPK_CHAIN_REGISTER_BYTES = 512, DPK_CHAIN_OPERANDS = 16 };
typedef struct dpk_chain_operand {
    void *memory;
    int64_t step, row_step; /* bytes from element to element, and from row to row */
    int32_t in_register;    /* memory, steps: NULL, 0 */
    int32_t ahead;          /* it is read, and so large that memory is asked for it before its time comes */
} dpk_chain_operand;
typedef struct dpk_chain_link {
    dpk_row_fn *row;
    double p, q;
    int32_t repeats;
    uint8_t y, z, a, b; /* operands; any for those that `row` does not have */
} dpk_chain_link;
typedef struct dpk_chain_args {
    int64_t row;   /* at least 1 */
    int64_t piece; /* elements; those of all operands fit a register */
    int32_t links, operands;
    dpk_chain_operand operand[]; /* [operands], at most DPK_CHAIN_OPERANDS, registers in front; then the links */
} dpk_chain_args;

static inline const dpk_chain_link *dpk_chain_links(const dpk_chain_args *args)
{
    return (const void *)(args->operand + args->operands);
}

/* y[.., j b, ..] = a[.., j a, ..] for j along every axis: transposes, broadcasts, slices, pieces of a concatenation.
 * Elements of one size. Units: elements. */
typedef struct dpk_copy_args {
    const void *a;
    void *y; /* moves by axis.b */
    int32_t axis_count;
    dpk_axis axis[];
} dpk_copy_args;

/* y = 0, `units` bytes. */
typedef struct dpk_zero_args {
    void *y;
} dpk_zero_args;

/* a [outer, len, inner] to y [outer, inner]. Units: elements of y. sum divides by `divisor` when it is not 1; a
 * contiguous row is summed pairwise, as NumPy does (Higham, ch. 4), columns row by row. max, min, logsumexp, argmax:
 * len > 0. */
typedef struct dpk_reduce_args {
    const void *a;
    void *y; /* argmax: int64 */
    int64_t len, inner;
    double divisor;
} dpk_reduce_args;

/* a, y [outer, len, inner]: softmax and log_softmax along len. Units: outer * inner. In place. */
typedef struct dpk_softmax_args {
    const void *a;
    void *y;
    int64_t len, inner;
} dpk_softmax_args;

/* loss[i] = -sum_k t[i, k] * log_softmax(y[i, :])_k, or with t[i] = k the class: -log_softmax(y[i, :])_k. Units:
 * rows. */
typedef struct dpk_xent_args {
    const void *y; /* [rows, classes] */
    const void *t; /* [rows, classes] of y's dtype, or int64 [rows] */
    void *loss;    /* [rows] */
    int64_t classes;
} dpk_xent_args;

/* The loss and its gradient in one pass over the scores, with t[i] the class:
 *     p = softmax(y[i, :]);  loss[i] = -log(p[t[i]]);  dy[i, k] = (p[k] - (k == t[i])) * scale[0]
 * loss may be NULL: then only dy is written. Units: rows. In place: dy may be y. */
typedef struct dpk_xent_grad_args {
    const void *y;     /* [rows, classes] */
    const int64_t *t;  /* [rows] */
    const void *scale; /* one number of y's dtype */
    void *loss;        /* [rows], or NULL */
    void *dy;          /* [rows, classes] */
    int64_t classes;
} dpk_xent_grad_args;

/* y[i] = a[index[i]], rows of `row` elements of one size; negative indices from the end. Units: rows of y. */
typedef struct dpk_gather_args {
    const void *a;
    const int64_t *index;
    void *y;
    int64_t rows, row;
} dpk_gather_args;

/* y[i, j] = a[index[i], j] / 255, rounded once: bytes of pictures to numbers from 0 to 1. Rows of `row` elements; those
 * of y begin y_row elements apart. Units: rows of y. */
typedef struct dpk_pixels_args {
    const uint8_t *a;
    const int64_t *index;
    void *y;
    int64_t rows, row, y_row;
} dpk_pixels_args;

/* y [rows, row] = 0, then y[index[i], :] += a[i, :] for i = 0 .. count-1 in that order. Units: the `row` columns of
 * y. */
typedef struct dpk_scatter_args {
    const void *a;
    const int64_t *index;
    void *y;
    int64_t rows, row, count;
} dpk_scatter_args;

/* y[i, k] = 1 where index[i] == k, else 0. Units: rows of y. */
typedef struct dpk_one_hot_args {
    const int64_t *index;
    void *y;
    int64_t classes;
} dpk_one_hot_args;

/* y[i] = p + q * (draw i of the stream) for normal, p + (q - p) * draw for uniform, in f64, then rounded. Units:
 * elements. */
typedef struct dpk_random_args {
    void *y;
    uint64_t seed, stream;
    double p, q;
} dpk_random_args;

/* y[i] = a[i] / (1 - p), or 0 where word i % 64 / 16 of philox(counter = {c low, c high, s low, s high}, key = {seed low,
 * seed high}) is below p 2^32; c = i / 64 * 16 + i % 16, s = stream + step[0]. Units: elements; cut at multiples of 64. In
 * place. */
typedef struct dpk_dropout_args {
    const void *a;
    const int64_t *step;
    void *y;
    uint64_t seed, stream;
    double p;
} dpk_dropout_args;

/* One step of an optimiser on parameters p with gradients g and the state arrays s, NULL where the method has none; the
 * formulas are in reference/update_tmpl.c, what the factors are in train/optimizer_update.c. Units: elements. In place:
 * p and s are read and written. The same bits at every level. */
enum { DPK_STATES = 3 };
typedef struct dpk_update_args {
    void *p;
    const void *g;
    void *s[DPK_STATES];
    double lr, decay, left, eps, keep, take, momentum, take_m, lr_m, correction;
} dpk_update_args;

/* Are all of these finite? Returns the place of the first that is not. Units: elements. */
typedef struct dpk_finite_args {
    const void *a;
} dpk_finite_args;

/* What becomes of a sum s of a product before it is y[i, j]: activation(s + bias[j]), then through the gate, which is
 * the way back through an activation whose result was g = gate[i, j]: s where g > 0, else 0; s * (g * (1 - g));
 * s * (1 - g * g). */
typedef enum dpk_activation { DPK_ACT_NONE, DPK_ACT_RELU, DPK_ACT_SIGMOID, DPK_ACT_TANH } dpk_activation;
typedef enum dpk_gate { DPK_GATE_NONE, DPK_GATE_RELU, DPK_GATE_SIGMOID, DPK_GATE_TANH } dpk_gate;

/* y[.., i, j] = sum_k a[.., i, k] b[.., k, j] for every matrix of a batch, k ascending in one accumulator (FMA or not
 * is the kernel's choice), so |error| <= gamma_K * sum |a||b|; then bias, activation and gate. y is contiguous. Batch
 * axes: innermost first, steps of a and b in elements; none for one matrix.
 *   matmul     plain. Units: rows of y (batch * m).
 *   gemm       in register tiles. Units: dpk_gemm_cut says how many. The columns of a tail are sums of several, by places of
 *              k: the same for every way to cut the rows.
 *   thin       many rows with a small b, in register tiles, without a batch. Units: blocks of row_block rows; scratch: what
 *              dpk_thin_cut asks for, for each unit; NULL only if it asks for none.
 *   thin_row   a single row, with b_col = 1, without a batch. Units: dpk_thin_row_cut says how many.
 *   thin_grad  the gradient of such a b: many steps of k, a_row = 1, b_col = 1, no batch, bias, activation or gate. Units:
 *              blocks of row_block steps of k, each with a y [m, n] and sums [n] of its own: those of its steps.
 *   gemm_<library>  by a library, one call for each unit of dpk_gemm_cut_library, without threads of its own. The order
 *              of its sums is the library's; a and b have a step of 1 along one of their axes.
 * bias [n], gate (as y, contiguous) and sums [n] may be NULL; sums[j] = sum_k b[k, j], k ascending, is written beside y
 * (where b is a gradient that comes back, this is the gradient of the bias); only without a batch. */
typedef struct dpk_matmul_args {
    const void *a, *b;
    void *y;
    int64_t m, n, k;
    int64_t a_row, a_col, b_row, b_col; /* steps in elements */
    int32_t batch_axes;
    dpk_axis batch[DP_MAX_RANK];
    const void *bias, *gate;
    void *sums;
    dpk_activation activation;
    dpk_gate gate_kind; /* DPK_GATE_NONE: no gate */
    /* For gemm, from dpk_gemm_cut: how many of the last columns, or all of a few, are done apart; vectors of the others, shared evenly among
     * `panels`; rows and panels (about) of a unit; how much of k is copied to the unit's part of `scratch` at a time, 0: b is
     * read where it lies; is a (a_row = 1) copied, too? */
    int64_t tail, vectors, panels, row_block, group, k_block;
    int32_t pack_a;
    void *scratch;
} dpk_matmul_args;

/* What a gemm wants: rows and columns of its register tile, and the columns of one vector. */
typedef struct dpk_gemm_tile {
    int32_t rows, vector, max_vectors;
} dpk_gemm_tile;

/* Cuts a product by its shape alone, for the gemm that dpk_find gives: fills in the last members of args. Returns the
 * units; *scratch is how many elements of the work area belong to each (0: there is none), *unit_ns about what a unit
 * takes. A unit leaves nothing there for another: its part may be where others had theirs. */
int64_t dpk_gemm_cut(dpk_isa isa, dpk_type type, int64_t matrices, dpk_matmul_args *args, int64_t *scratch,
                     double *unit_ns);

/* The same for thin, thin_row and thin_grad; 0: the product is not for them. *scratch is how many elements of the work area belong to
 * each unit. row_block may be changed afterwards; units follow it. */
int64_t dpk_thin_cut(dpk_isa isa, dpk_type type, dpk_matmul_args *args, int64_t *scratch, double *unit_ns);
int64_t dpk_thin_row_cut(dpk_isa isa, dpk_type type, const dpk_matmul_args *args, double *unit_ns);
int64_t dpk_thin_grad_cut(dpk_isa isa, dpk_type type, dpk_matmul_args *args, double *unit_ns);

/* May y of a thin be its gate, as in place? */
int dpk_thin_in_place(dpk_isa isa, dpk_type type, const dpk_matmul_args *args);

/* The same for a gemm of a library, which has no work area and takes columns one by one: larger pieces. Returns 0 if
 * the library cannot count that far. */
int64_t dpk_gemm_cut_library(int64_t matrices, dpk_matmul_args *args, double *unit_ns);

/* Groups of panels: units of a block of rows. */
static inline int64_t dpk_gemm_groups(const dpk_matmul_args *args)
{
    return (args->panels + args->group - 1) / args->group;
}

/* Elements of the work area of a unit, for tiles of `rows` by at most `columns`: whole lines, so that each unit's begins with
 * one. */
static inline int64_t dpk_gemm_scratch(const dpk_matmul_args *args, int64_t rows, int64_t columns)
{
    const int64_t line = 16;
    int64_t elems = args->k_block * (columns + (args->pack_a ? args->row_block / rows * rows : 0));
    return (elems + line - 1) / line * line;
}

/* First vector of panel p; of panel number `panels` it is `vectors`. */
static inline int64_t dpk_gemm_panel(const dpk_matmul_args *args, int64_t p)
{
    return p * args->vectors / args->panels;
}

/* A window over planes; [0] along the height, [1] along the width. Place i, q of it lies at i * stride - padding + q *
 * dilation of the plane; what lies outside counts as 0 (largest: not at all). */
typedef struct dpk_window {
    int64_t plane[2], places[2]; /* of what it goes over; how often it fits */
    int64_t kernel[2], stride[2], padding[2], dilation[2];
} dpk_window;

/* Convolution of images x [N, C, H, W] with kernels w [O, C / groups, KH, KW] to y [N, O, OH, OW], and its gradients:
 *   conv2d         a = x, b = w: y[n, o, i, j] = sum over c, p, q of x[n, c, ..] w[o, c, p, q]; then + bias[o] (bias may be
 *                  NULL) and the activation. Units: images.
 *   conv2d_input   a = y's gradient, b = w: y [N, C, H, W]. Units: images.
 *   conv2d_weight  a = x, b = y's gradient: y [pieces, O, C / groups, KH, KW], piece p from images p * N / pieces to
 *                  (p + 1) * N / pieces. sums [pieces, O] may be NULL; sums[p, o] = sum of b over the images of the
 *                  piece and the plane. Units: pieces.
 *   conv2d_lanes, conv2d_lanes_input, conv2d_lanes_weight
 *                  the same with an image in each lane of a vector (conv_lanes.h); input: for a stride of 1 only. Units:
 *                  blocks of row_block images, a multiple of DPK_CONV_LANES. weight: pieces of DPK_CONV_LANES images.
 *                  With `pool`, what there is of the result, or of its gradient, is the largest of windows of 2 x 2 side by
 *                  side, [N, O, OH / 2, OW / 2] (of conv2d_lanes only without activation, or with relu), and `choice` says
 *                  which of the four it was, 4: none, for relu had taken it away; conv2d_lanes writes it if it is not NULL.
 * |error| <= gamma_K * sum |a||b|, K terms and the bias. Padding may be multiplied as zeros, so that infinities and NaN may
 * make NaN of results of the same image (of a weight: of the same filter or channel) that they do not belong to. */
enum { DPK_CONV_LANES = 16 }; /* images that vectors of any level divide */
typedef struct dpk_conv_args {
    const void *a, *b;
    void *y;
    int64_t images, channels, filters, groups;
    dpk_window window;
    const void *bias;
    dpk_activation activation;
    void *sums;
    int64_t pieces;
    void *scratch; /* a part of scratch_elems for each unit; levels above ref need it */
    int64_t scratch_elems;
    int64_t row_block, pool; /* of the lanes */
    uint8_t *choice;         /* for each group of DPK_CONV_LANES images a byte for each result, in an order of its own */
} dpk_conv_args;

/* Pools, plane by plane. Units: planes.
 *   max_pool2d       y[i, j] = largest of the window's a; NaN is the largest
 *   max_pool2d_put   y (as a) = 0, then b[i, j] added where the first largest of a's window is, with `gate` only where that is
 *                    above 0; b and y: pooled, plane
 *   max_pool2d_pick  y[i, j] = b (as a) at that place
 *   avg_pool2d       y[i, j] = sum of the window's a / kernel elements (count_real: those inside the plane)
 *   avg_pool2d_put   y [plane] = sum of a[i, j] / count over the windows that an element is in */
typedef struct dpk_pool_args {
    const void *a, *b;
    void *y;
    dpk_window window;
    int64_t count_real, gate;
} dpk_pool_args;

/* Not for plans, but to measure what a core can do: y[i] = y[i] * 0.5 + 0.5, `rounds` times, for
 * y[0 .. chains * lanes - 1]. */
typedef void dpk_peak_fn(float *y, int64_t rounds);
typedef struct dpk_peak {
    dpk_peak_fn *run;
    int64_t lanes;  /* floats of a vector */
    int64_t chains; /* vectors that do not wait for one another */
} dpk_peak;
enum { DPK_PEAK_MAX_FLOATS = 320 };

/* ---- The list ---- */

typedef enum dpk_op {
#define DPK_OP(op, family) DPK_##op,
#include "kernels/kern_list.def"
    DPK_OP_COUNT
} dpk_op;

enum {
#define DPK_TILE(type, isa, rows, vector, max_vectors) \
    DPK_ROWS_##type##_##isa = rows, DPK_VECTOR_##type##_##isa = vector, DPK_MAX_VECTORS_##type##_##isa = max_vectors,
#include "kernels/kern_list.def"
};

#define DPK_KERNEL(op, type, isa) dpk_fn dpk_##op##_##type##__##isa;
#include "kernels/kern_list.def"

#define DPK_ROW(op, type, isa) dpk_row_fn dpk_row_##op##_##type##__##isa;
#include "kernels/kern_list.def"

enum {
#define DPK_PEAK(isa, lanes, chains) DPK_PEAK_LANES_##isa = lanes, DPK_PEAK_CHAINS_##isa = chains,
#include "kernels/kern_list.def"
};
#define DPK_PEAK(isa, lanes, chains) dpk_peak_fn dpk_peak_f32__##isa;
#include "kernels/kern_list.def"

/* The number type of a dtype; the any-element type of its size. */
dpk_type dpk_type_of(dp_dtype dtype);
dpk_type dpk_size_type(dp_dtype dtype);

/* The fastest kernel at or below the level `isa`; NULL if the op has none for this type. */
dpk_fn *dpk_find(dpk_isa isa, dpk_op op, dpk_type type);

/* The row form of what dpk_find gives; NULL: it has none. */
dpk_row_fn *dpk_find_row(dpk_isa isa, dpk_op op, dpk_type type);

/* Whatever this thread has written so far, past the caches, too, is seen before what it writes from now on. */
void dpk_settle(void);

/* What scratch_elems of a convolution has to be; -1: the planes are too large for anything but ref. */
int64_t dpk_conv_scratch(dpk_op op, dpk_type type, const dpk_conv_args *args);

/* Which gemm makes the products of this type: DPK_gemm, or that of the library that DENPA_GEMM=onednn|cblas in the
 * environment asks for, if this build and level have it. */
dpk_op dpk_gemm_chosen(dpk_isa isa, dpk_type type);

/* Its word, "own" for DPK_gemm. Word i of those that this build has; NULL behind the last. */
const char *dpk_gemm_word(dpk_op op);
const char *dpk_gemm_word_at(int i);

/* The tile of what dpk_find gives for gemm; rows 0 if there is none. */
dpk_gemm_tile dpk_find_gemm_tile(dpk_isa isa, dpk_type type);

/* The multiply-add loop with the widest vectors at or below the level `isa`, which is at least DPK_base. */
dpk_peak dpk_find_peak(dpk_isa isa);

/* Names, for messages and tests. */
const char *dpk_isa_name(dpk_isa isa);
const char *dpk_op_text(dpk_op op);

/* The highest level that this processor, its operating system and this build can run; DENPA_CPU=ref|base|avx2|avx512
 * in the environment lowers it (an unknown word, or a higher level, changes nothing). */
dpk_isa dpk_cpu_best(void);
dpk_isa dpk_cpu_level(void);

/* The processor's own name, zero-ended; "" if it has none to give. Returns name. */
enum { DPK_CPU_NAME_BYTES = 49 };
char *dpk_cpu_name(char name[DPK_CPU_NAME_BYTES]);

#endif
