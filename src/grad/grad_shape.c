#include "grad/grad_internal.h"

static dp_shape input_shape(const dpi_backward *b, dp_val y, int i)
{
    return dp_val_shape(b->g, dpi_input(b, y, i));
}

void dpi_grad_reshape(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_reshape(b->g, dpi_full(b, y, dy), input_shape(b, y, 0));
}

void dpi_grad_transpose(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    int back[DP_MAX_RANK] = {0}, rank = dp_val_shape(b->g, y).rank;
    for (int i = 0; i < rank; i++) back[dpi_node_get(b->g, y)->attrs.perm.axis[i]] = i;
    dx[0] = dp_transpose(b->g, dpi_full(b, y, dy), back, rank);
}

void dpi_grad_broadcast_to(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_unbroadcast(b, y, dy, input_shape(b, y, 0));
}

void dpi_grad_concat(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_slice_spec specs[DP_MAX_RANK];
    int axis = dpi_node_get(b->g, y)->attrs.axis.axis, count = dp_val_input_count(b->g, y);
    for (int i = 0; i < axis; i++) specs[i] = (dp_slice_spec){DP_SLICE_NONE, DP_SLICE_NONE, DP_SLICE_NONE};
    dy = dpi_full(b, y, dy);
    int64_t start = 0;
    for (int i = 0; i < count; i++) {
        int64_t size = input_shape(b, y, i).dims[axis];
        specs[axis] = (dp_slice_spec){start, start + size, 1};
        if (dpi_wants(b, y, i)) dx[i] = dp_slice(b->g, dy, specs, axis + 1);
        start += size;
    }
}

void dpi_grad_slice(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_attrs attrs = dpi_node_get(b->g, y)->attrs;
    dx[0] = dpi_slice_put(b->g, dpi_full(b, y, dy), input_shape(b, y, 0), attrs.slice.start, attrs.slice.step);
}

void dpi_grad_slice_put(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_node node = {.op = DP_OP_SLICE, .shape = input_shape(b, y, 0), .attrs = dpi_node_get(b->g, y)->attrs};
    dy = dpi_full(b, y, dy);
    dx[0] = dpi_graph_add(b->g, &node, &dy, 1);
}
