/* Making a plan: what the rules in lower_*.c use to turn nodes into steps. */
#ifndef DENPA_PLAN_BUILD_H
#define DENPA_PLAN_BUILD_H

#include "plan/plan_internal.h"

typedef struct dpi_build {
    dp_ctx *ctx;
    const dp_graph *g;
    dp_plan *plan;
    dpk_isa isa;
    dp_op op;         /* of the node that is being lowered */
    dp_status status; /* the first error sticks; after it the calls below do nothing and return NULL or 0 */
} dpi_build;

/* Begins a step and returns its zeroed arguments, of `bytes` bytes; the pointer is good until the next dpi_build_step.
 * nanoseconds: roughly what one unit costs on one core; units are cut at multiples of `cut`. */
void *dpi_build_step(dpi_build *build, dpk_op op, dpk_type type, size_t bytes, int64_t units, int64_t cut,
                     double nanoseconds);

/* The pointer at `member` of the current step's arguments is the memory of the slot plus byte_offset. */
void dpi_build_read(dpi_build *build, const void *member, int32_t slot, size_t byte_offset);
void dpi_build_read_shared(dpi_build *build, const void *member, int32_t slot); /* the output may take its place */
void dpi_build_write(dpi_build *build, const void *member, int32_t slot, size_t byte_offset);

/* A work area of `count` elements of `size` bytes for the steps that follow. */
int32_t dpi_build_scratch(dpi_build *build, int64_t count, size_t size);

/* The name of a value, or `letter` if it has none, kept in the plan; returns its offset in dp_plan.names. */
size_t dpi_build_name(dpi_build *build, dp_val v, const char *letter);

/* The current step may find an index out of range. */
void dpi_build_fault(dpi_build *build, dp_val index, dp_val table, int64_t bound);

/* v is v's input 0 in another guise. */
void dpi_build_alias(dpi_build *build, dp_val v, dp_val of);

/* One rule per family of ops.def. */
typedef void dpi_lower_fn(dpi_build *build, dp_val v, const dpi_node *node);
#define DP_OP(id, name, arity, rule, kind, formula) dpi_lower_fn dpi_lower_##rule;
#include <denpa/ops.def>
#undef DP_OP

/* Operand i of a matrix product: the value that is read, and whether its matrices are transposed. A transpose of the last
 * two axes is looked through: it costs nothing, and takes no step if nothing else needs it. */
dp_val dpi_matmul_operand(const dpi_build *build, const dpi_node *node, int i, bool *transposed);

/* A step that copies the numbers of one slot to another of the same size. */
void dpi_lower_duplicate(dpi_build *build, int32_t to, int32_t from);

static inline dp_val dpi_build_input(const dpi_build *build, const dpi_node *node, int i)
{
    return dpi_node_input(build->g, node, i);
}

static inline const dpi_node *dpi_build_node(const dpi_build *build, dp_val v)
{
    return dpi_node_get(build->g, v);
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

#endif
