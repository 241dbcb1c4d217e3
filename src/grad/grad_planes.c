/* Convolution and its gradients are the three derivatives of one form, linear in each of x, w and u:
 *
 *     sum of u * conv2d(x, w)        conv2d(x, w), conv2d_input(u, w), conv2d_weight(x, u)
 *
 * so that the gradient of any is made of the other two. Pools and what takes their gradients back are linear in the
 * same way, once the places of the largest are known. */
#include "grad/grad_internal.h"

static dpi_window window_of(const dpi_backward *b, dp_val y)
{
    return dpi_node_get(b->g, y)->attrs.window;
}

static dp_shape shape_of(const dpi_backward *b, dp_val y, int i)
{
    return dp_val_shape(b->g, dpi_input(b, y, i));
}

/* conv2d_input(u, w), which gives x's planes. */
static dp_val to_input(dpi_backward *b, dp_val u, dp_val w, dpi_window window, dp_shape x)
{
    for (int i = 0; i < 2; i++)
        window.plane[i] = x.dims[2 + i];
    return dpi_conv(b->g, DP_OP_CONV2D_INPUT, u, w, window);
}

/* conv2d_weight(x, u), which gives w's kernels. */
static dp_val to_weight(dpi_backward *b, dp_val x, dp_val u, dpi_window window, dp_shape w)
{
    for (int i = 0; i < 2; i++)
        window.kernel[i] = w.dims[2 + i], window.plane[i] = 0;
    return dpi_conv(b->g, DP_OP_CONV2D_WEIGHT, x, u, window);
}

static dp_val to_result(dpi_backward *b, dp_val x, dp_val w, dpi_window window)
{
    for (int i = 0; i < 2; i++)
        window.kernel[i] = window.plane[i] = 0;
    return dpi_conv(b->g, DP_OP_CONV2D, x, w, window);
}

static dp_val forward(dpi_backward *b, dp_val y, int i)
{
    return dpi_forward(b, dpi_input(b, y, i));
}

void dpi_grad_conv2d(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_window window = window_of(b, y);
    dy = dpi_full(b, y, dy);
    if (dpi_wants(b, y, 0))
        dx[0] = to_input(b, dy, forward(b, y, 1), window, shape_of(b, y, 0));
    if (dpi_wants(b, y, 1))
        dx[1] = to_weight(b, forward(b, y, 0), dy, window, shape_of(b, y, 1));
}

void dpi_grad_conv2d_input(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_window window = window_of(b, y);
    dy = dpi_full(b, y, dy);
    if (dpi_wants(b, y, 0))
        dx[0] = to_result(b, dy, forward(b, y, 1), window);
    if (dpi_wants(b, y, 1))
        dx[1] = to_weight(b, dy, forward(b, y, 0), window, shape_of(b, y, 1));
}

void dpi_grad_conv2d_weight(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_window window = window_of(b, y);
    dy = dpi_full(b, y, dy);
    if (dpi_wants(b, y, 0))
        dx[0] = to_input(b, forward(b, y, 1), dy, window, shape_of(b, y, 0));
    if (dpi_wants(b, y, 1))
        dx[1] = to_result(b, forward(b, y, 0), dy, window);
}

void dpi_grad_max_pool2d(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_pool(b->g, DP_OP_MAX_POOL2D_PUT, forward(b, y, 0), dpi_full(b, y, dy), window_of(b, y));
}

void dpi_grad_max_pool2d_put(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[1] = dpi_pool(b->g, DP_OP_MAX_POOL2D_PICK, forward(b, y, 0), dpi_full(b, y, dy), window_of(b, y));
}

void dpi_grad_max_pool2d_pick(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[1] = dpi_pool(b->g, DP_OP_MAX_POOL2D_PUT, forward(b, y, 0), dpi_full(b, y, dy), window_of(b, y));
}

void dpi_grad_avg_pool2d(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_window window = window_of(b, y);
    dp_shape x = shape_of(b, y, 0);
    for (int i = 0; i < 2; i++)
        window.plane[i] = x.dims[2 + i];
    dx[0] = dpi_pool(b->g, DP_OP_AVG_POOL2D_PUT, dpi_full(b, y, dy), DP_VAL_NONE, window);
}

void dpi_grad_avg_pool2d_put(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_window window = window_of(b, y);
    for (int i = 0; i < 2; i++)
        window.plane[i] = 0;
    dx[0] = dpi_pool(b->g, DP_OP_AVG_POOL2D, dpi_full(b, y, dy), DP_VAL_NONE, window);
}
