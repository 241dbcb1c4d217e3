/* y = op(a) op(c), where op transposes or does not: the products of the rule ask for the transposed operand by flag,
 * so that none is made. */
#include "grad/grad_internal.h"

/* The sum of d over the leading axes along which an operand of `shape` was repeated. */
static dp_val unbatch(dpi_backward *b, dp_val d, dp_shape shape)
{
    if (!d) return DP_VAL_NONE;
    return dpi_unbroadcast(b, d, d, shape);
}

void dpi_grad_matmul(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_graph *g = b->g;
    bool ta = dpi_node_get(g, y)->attrs.transposed.a, tc = dpi_node_get(g, y)->attrs.transposed.b;
    dp_val a = dpi_input(b, y, 0), c = dpi_input(b, y, 1);
    dy = dpi_full(b, y, dy);
    if (dpi_wants(b, y, 0)) {
        dp_val other = dpi_forward(b, c);
        dx[0] = unbatch(b, ta ? dp_matmul_flags(g, other, dy, tc, 1) : dp_matmul_flags(g, dy, other, 0, !tc),
                        dp_val_shape(g, a));
    }
    if (dpi_wants(b, y, 1)) {
        dp_val other = dpi_forward(b, a);
        dx[1] = unbatch(b, tc ? dp_matmul_flags(g, dy, other, 1, ta) : dp_matmul_flags(g, other, dy, !ta, 0),
                        dp_val_shape(g, c));
    }
}
