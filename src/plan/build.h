/* Making a plan: what the rules in lower_*.c use to turn nodes into steps. */
#ifndef DENPA_PLAN_BUILD_H
#define DENPA_PLAN_BUILD_H

#include "plan/plan_internal.h"

/* Ops of a plan: those of the graph, then those that fusion makes. */
enum {
    DPI_OP_BEFORE_FUSED = DP_OP_COUNT - 1,
#define DPI_FUSED(ID, name, rule) DPI_OP_##ID,
#include "plan/fused.def"
#undef DPI_FUSED
    DPI_OP_COUNT
};

/* What a matrix product does to its result, besides (kern.h); DP_VAL_NONE: nothing. */
typedef struct dpi_fusion {
    dp_val bias, gate;
    dpk_activation activation;
    dpk_gate gate_kind;
} dpi_fusion;

typedef struct dpi_build {
    dp_ctx *ctx;
    const dp_graph *g; /* for names only: the nodes are the plan's own */
    dp_plan *plan;
    dpk_isa isa;
    bool naive; /* each node a step, in the order of the graph */

    dpi_node *nodes; /* [1..count]: copies, which the passes change */
    dp_val *inputs;
    int32_t count;
    size_t input_count;
    dpi_fusion *fusions; /* [value] */
    uint8_t *fixed;      /* [value]: needs to be computed once only */
    dp_val *partner;     /* [value]: another one that the same step can make: of a loss the gradient of its scores, of a
                            product the sums of its second operand, of a gelu its slope; and the other way */
    int32_t *turned; /* [value]: the slot of a matrix with its rows for columns, -1: there is none, 0: nobody has asked */
    const dp_val *wanted;
    int wanted_count;

    int op;           /* of the node that is being lowered */
    bool once;        /* its steps are for the first run only */
    dp_status status; /* the first error sticks; after it the calls below do nothing and return NULL or 0 */
} dpi_build;

/* Copies the graph's nodes; dpi_nodes_close gives the memory back. */
dp_status dpi_nodes_open(dpi_build *build);
void dpi_nodes_close(dpi_build *build);

/* Begins a step and returns its zeroed arguments, of `bytes` bytes; the pointer is good until the next dpi_build_step.
 * nanoseconds: roughly what one unit costs on one core; units are cut at multiples of `cut`. */
void *dpi_build_step(dpi_build *build, dpk_op op, dpk_type type, size_t bytes, int64_t units, int64_t cut,
                     double nanoseconds);

/* The pointer at `member` of the current step's arguments is the memory of the slot plus byte_offset. */
void dpi_build_read(dpi_build *build, const void *member, int32_t slot, size_t byte_offset);
void dpi_build_write(dpi_build *build, const void *member, int32_t slot, size_t byte_offset);

/* The same for a step that goes row by row: units are rows of the output, or whole numbers of them, and of this
 * operand, too, it looks at the same rows only. `rows` is the finest such division, 0 if there is none. */
void dpi_build_read_rows(dpi_build *build, const void *member, int32_t slot, int64_t rows);
void dpi_build_read_shared(dpi_build *build, const void *member, int32_t slot, int64_t rows); /* in place is fine */
void dpi_build_write_rows(dpi_build *build, const void *member, int32_t slot, int64_t rows);

/* The current step has blocks of rows, whose number of rows is the int64_t at `member`; its units are so many for each
 * block. A schedule that cuts it by rows sets that number. */
void dpi_build_blocks(dpi_build *build, const void *member, int64_t units_per_block, int64_t multiple);

/* The int64_t at `member` of the current step is how many blocks the slot has, once the schedule has cut the step that
 * makes them. */
void dpi_build_parts(dpi_build *build, const void *member, int32_t slot);

int64_t dpi_common_divisor(int64_t a, int64_t b); /* of 0 and b: b */

/* A work area of `count` elements of `size` bytes for the steps that follow. */
int32_t dpi_build_scratch(dpi_build *build, int64_t count, size_t size);

/* The same, with `count` elements for each of so many rows, by which the next step goes: it may be a tile even where that step
 * is all there is of its item. */
int32_t dpi_build_work(dpi_build *build, int64_t rows, int64_t count, size_t size);

/* The name of a value, or `letter` if it has none, kept in the plan; returns its offset in dp_plan.names. */
size_t dpi_build_name(dpi_build *build, dp_val v, const char *letter);

/* The current step may find an index out of range. */
void dpi_build_fault(dpi_build *build, dp_val index, dp_val table, int64_t bound);

/* v is v's input 0 in another guise. */
void dpi_build_alias(dpi_build *build, dp_val v, dp_val of);

/* Steps that go element by element are cut at multiples of it, so that a range begins where a vector does. */
enum { DPI_CUT = 64 };

/* One rule per family of ops.def. */
typedef void dpi_lower_fn(dpi_build *build, dp_val v, const dpi_node *node);
#define DP_OP(id, name, arity, rule, kind, formula) dpi_lower_fn dpi_lower_##rule;
#include <denpa/ops.def>
#undef DP_OP
dpi_lower_fn dpi_lower_xent_grad, dpi_lower_nothing;

/* Operand i of a matrix product: the value that is read, and whether its matrices are transposed. A transpose of the last
 * two axes is looked through: it costs nothing, and takes no step if nothing else needs it. */
dp_val dpi_matmul_operand(const dpi_build *build, const dpi_node *node, int i, bool *transposed);

/* The slot with matrix v transposed, and the step that puts it there (lower_shape.c). */
int32_t dpi_lower_turn(dpi_build *build, dp_val v);

/* A step that copies the numbers of one slot to another of the same size. */
void dpi_lower_duplicate(dpi_build *build, int32_t to, int32_t from);

static inline dp_val dpi_build_input(const dpi_build *build, const dpi_node *node, int i)
{
    return build->inputs[node->input_first + (size_t)i];
}

static inline const dpi_node *dpi_build_node(const dpi_build *build, dp_val v)
{
    return &build->nodes[v];
}

/* The partner, if it is needed. */
static inline dp_val dpi_partner(const dpi_build *build, dp_val v)
{
    dp_val other = build->partner[v];
    return other && build->plan->slots[other].kind != DPI_SLOT_UNUSED ? other : DP_VAL_NONE;
}

/* Is it a matrix product, with or without more? */
static inline bool dpi_is_product(const dpi_node *node)
{
    return node->op == DP_OP_MATMUL || (int)node->op == DPI_OP_PRODUCT;
}

/* Is it a convolution, with or without more? */
static inline bool dpi_is_conv(const dpi_node *node)
{
    return node->op == DP_OP_CONV2D || (int)node->op == DPI_OP_CONV;
}

/* ---- Axes (axes.c) ---- */

/* How many elements along axes first .. last-1. */
int64_t dpi_axes_elems(dp_shape shape, int first, int last);

/* Row-major steps of a shape. */
void dpi_axes_steps(dp_shape shape, int64_t step[DP_MAX_RANK]);

/* Steps of an operand of shape `from` walked along shape `to`: 0 where it repeats. */
void dpi_axes_broadcast(dp_shape from, dp_shape to, int64_t step[DP_MAX_RANK]);

/* The fewest axes that walk `shape` with these steps (b and c may be NULL), innermost first; returns how many, at
 * least 1. */
int32_t dpi_axes_collapse(dp_shape shape, const int64_t *a, const int64_t *b, const int64_t *c,
                          dpk_axis axis[DP_MAX_RANK]);

/* The finest rows by which an operand of shape `from` and a result of shape `to`, to which it is broadcast, go
 * together: the axes in front of the first one along which it repeats. 0: it repeats as a whole. */
int64_t dpi_axes_rows(dp_shape from, dp_shape to);

#endif
