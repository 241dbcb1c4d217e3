/* Common sub-expressions: a node that computes what an earlier one has computed becomes another name of that one.
 *
 *     relu(x @ W) ... relu(x @ W)   ->   one product, one relu
 *
 * Two nodes are the same if op, dtype, shape, attributes and (so replaced) inputs are. Small constants are compared by
 * their bytes. Source: value numbering, as in any compiler book. */
#include "plan/passes.h"

#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"

enum { SMALL_CONST_BYTES = 64 };

/* The bytes of the attributes that the op has; the rest of the union says nothing. */
static size_t attrs_bytes(const dpi_node *node)
{
    switch (node->op) {
    case DP_OP_CLIP:
    case DP_OP_LEAKY_RELU:
    case DP_OP_DROPOUT:
    case DP_OP_RANDOM_NORMAL:
    case DP_OP_RANDOM_UNIFORM:
        return sizeof node->attrs.range;
    case DP_OP_ROUND:
        return sizeof node->attrs.round;
    case DP_OP_MATMUL:
        return sizeof node->attrs.transposed;
    case DP_OP_CONV2D:
    case DP_OP_CONV2D_INPUT:
    case DP_OP_CONV2D_WEIGHT:
    case DP_OP_MAX_POOL2D:
    case DP_OP_MAX_POOL2D_PUT:
    case DP_OP_MAX_POOL2D_PICK:
    case DP_OP_AVG_POOL2D:
    case DP_OP_AVG_POOL2D_PUT:
        return sizeof node->attrs.window;
    case DP_OP_TRANSPOSE:
        return (size_t)node->shape.rank * sizeof node->attrs.perm.axis[0];
    case DP_OP_CONCAT:
    case DP_OP_ARGMAX:
    case DP_OP_SOFTMAX:
    case DP_OP_LOG_SOFTMAX:
        return sizeof node->attrs.axis;
    case DP_OP_SUM:
    case DP_OP_MAX:
    case DP_OP_MIN:
    case DP_OP_LOGSUMEXP:
        return sizeof node->attrs.reduce;
    default:
        return 0; /* slices are compared by hand */
    }
}

static bool same_attrs(const dpi_node *a, const dpi_node *b)
{
    if (a->op == DP_OP_SLICE || a->op == DP_OP_SLICE_PUT) {
        size_t bytes = (size_t)a->shape.rank * sizeof a->attrs.slice.start[0];
        return memcmp(a->attrs.slice.start, b->attrs.slice.start, bytes) == 0 &&
               memcmp(a->attrs.slice.step, b->attrs.slice.step, bytes) == 0;
    }
    return memcmp(&a->attrs, &b->attrs, attrs_bytes(a)) == 0 && a->classes == b->classes && a->seed == b->seed &&
           a->stream == b->stream;
}

static bool is_small_const(const dpi_node *node)
{
    return node->op == DP_OP_CONST && !(node->flags & DPI_NODE_VARIABLE) &&
           dp_array_bytes(node->blob->array) <= SMALL_CONST_BYTES;
}

static bool same(const dpi_build *build, const dpi_node *a, const dpi_node *b)
{
    if (a->op != b->op || a->dtype != b->dtype || !dp_shape_equal(a->shape, b->shape) ||
        a->input_count != b->input_count)
        return false;
    if (a->op == DP_OP_CONST)
        return memcmp(a->blob->array->data, b->blob->array->data, dp_array_bytes(a->blob->array)) == 0;
    for (int i = 0; i < a->input_count; i++)
        if (dpi_build_input(build, a, i) != dpi_build_input(build, b, i))
            return false;
    return same_attrs(a, b);
}

static uint64_t mix(uint64_t hash, uint64_t x)
{
    hash = (hash ^ x) * UINT64_C(0x9E3779B97F4A7C15); /* 2^64 over the golden ratio: spreads to the high bits */
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const dpi_build *build, const dpi_node *node)
{
    uint64_t hash = mix((uint64_t)node->op, (uint64_t)node->dtype);
    for (int i = 0; i < node->shape.rank; i++)
        hash = mix(hash, (uint64_t)node->shape.dims[i]);
    for (int i = 0; i < node->input_count; i++)
        hash = mix(hash, (uint64_t)dpi_build_input(build, node, i));
    if (node->op == DP_OP_CONST) {
        const unsigned char *bytes = node->blob->array->data;
        for (size_t i = 0; i < dp_array_bytes(node->blob->array); i++)
            hash = mix(hash, bytes[i]);
    }
    return mix(mix(hash, node->seed), node->stream);
}

/* May another node stand for it? Not for what is given from outside. */
static bool may_be_common(const dpi_node *node)
{
    return node->op != DP_OP_INPUT && node->op != DP_OP_PARAM && node->op != DP_OP_STATE && (node->op != DP_OP_CONST || is_small_const(node));
}

void dpi_pass_cse(dpi_build *build)
{
    size_t capacity = 16;
    void *table = NULL, *names = NULL;
    while (capacity < 2 * (size_t)build->count)
        capacity *= 2;
    build->status = dpi_alloc(build->ctx, capacity, sizeof(dp_val), "common values of the plan", &table);
    if (build->status == DP_OK)
        build->status =
            dpi_alloc(build->ctx, (size_t)build->count + 1, sizeof(dp_val), "common values of the plan", &names);
    dp_val *first = table, *stands_for = names; /* by hash; by value */
    for (dp_val v = 1; build->status == DP_OK && v <= build->count; v++) {
        dpi_node *node = &build->nodes[v];
        stands_for[v] = v;
        for (int i = 0; i < node->input_count; i++) {
            dp_val *input = &build->inputs[node->input_first + (size_t)i];
            *input = stands_for[*input];
        }
        if (!may_be_common(node))
            continue;
        size_t at = (size_t)hash_of(build, node) & (capacity - 1);
        while (first[at] && !same(build, &build->nodes[first[at]], node))
            at = (at + 1) & (capacity - 1);
        if (!first[at]) {
            first[at] = v;
        } else if (node->input_count) { /* a leaf has no place for an input; its readers know the other one now */
            stands_for[v] = first[at];
            dpi_pass_replace(build, v, first[at]);
        } else {
            stands_for[v] = first[at];
        }
    }
    dpi_free(build->ctx, table);
    dpi_free(build->ctx, names);
}
