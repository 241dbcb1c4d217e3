/* What is done to the result of a matrix product right away is done by the product itself, while the result is in
 * registers or close by; and the sums of its second operand's columns, where both are wanted:
 *
 *     act(add(matmul(a, b), bias))    ->   product(a, b; bias, act)          act: relu, sigmoid, tanh
 *     relu_grad(y, matmul(a, b))      ->   product(a, b; gate y)             likewise sigmoid_grad, tanh_grad
 *     matmul(a, d), sum(d, axis 0)    ->   product(a, d; sums)               the gradients of a weight and its bias
 *
 * Only where nothing else reads what is left out. */
#include "plan/passes.h"

#include "base/alloc.h"

/* Can v, which is made of the product p element by element, be the product itself? */
static bool is_only_reader(const dpi_build *build, const dpi_use *uses, dp_val p, dp_val v)
{
    const dpi_node *product = dpi_build_node(build, p), *node = dpi_build_node(build, v);
    return (dpi_is_product(product) || dpi_is_conv(product)) && uses[p].count == 1 &&
           dp_dtype_is_float(product->dtype) && product->dtype == node->dtype &&
           dp_shape_equal(product->shape, node->shape);
}

static void take_over(dpi_build *build, dpi_use *uses, dp_val v, dp_val p, dpi_fusion fusion)
{
    const dpi_node *product = dpi_build_node(build, p);
    dp_val inputs[2] = {dpi_build_input(build, product, 0), dpi_build_input(build, product, 1)};
    build->nodes[v].attrs = product->attrs;
    dpi_pass_rewrite(build, v, dpi_is_conv(product) ? DPI_OP_CONV : DPI_OP_PRODUCT, inputs, 2);
    build->fusions[v] = fusion;
    uses[p].count = 0;
}

/* One number for each column (of a convolution: each channel), wherever it is read. */
static bool is_bias_of(const dpi_build *build, dp_val v, const dpi_node *product)
{
    dp_shape shape = dpi_build_node(build, v)->shape;
    int axis = dpi_is_conv(product) ? 3 : 1; /* from the last */
    return shape.rank >= axis && shape.rank <= product->shape.rank &&
           shape.dims[shape.rank - axis] == product->shape.dims[product->shape.rank - axis] &&
           dp_shape_elems(shape) == shape.dims[shape.rank - axis];
}

static void fuse_bias(dpi_build *build, dpi_use *uses, dp_val v)
{
    for (int i = 0; i < 2; i++) {
        dp_val p = dpi_pass_operand(build, v, DP_OP_ADD, i), bias = dpi_pass_operand(build, v, DP_OP_ADD, 1 - i);
        if (!p || p == bias || !is_only_reader(build, uses, p, v) || build->fusions[p].bias ||
            build->fusions[p].activation || build->fusions[p].gate ||
            !is_bias_of(build, bias, dpi_build_node(build, p)))
            continue;
        take_over(build, uses, v, p, (dpi_fusion){.bias = bias});
        return;
    }
}

static void fuse_activation(dpi_build *build, dpi_use *uses, dp_val v)
{
    static const struct {
        dp_op op;
        dpk_activation activation;
    } kinds[] = {{DP_OP_RELU, DPK_ACT_RELU}, {DP_OP_SIGMOID, DPK_ACT_SIGMOID}, {DP_OP_TANH, DPK_ACT_TANH}};
    for (int i = 0; i < 3; i++) {
        dp_val p = dpi_pass_operand(build, v, (int)kinds[i].op, 0);
        if (!p || !is_only_reader(build, uses, p, v) || build->fusions[p].activation || build->fusions[p].gate)
            continue;
        dpi_fusion fusion = build->fusions[p];
        fusion.activation = kinds[i].activation;
        take_over(build, uses, v, p, fusion);
        return;
    }
}

static void fuse_gate(dpi_build *build, dpi_use *uses, dp_val v)
{
    static const struct {
        int op;
        dpk_gate gate;
    } kinds[] = {
        {DPI_OP_RELU_GRAD, DPK_GATE_RELU}, {DPI_OP_SIGMOID_GRAD, DPK_GATE_SIGMOID}, {DPI_OP_TANH_GRAD, DPK_GATE_TANH}};
    for (int i = 0; i < 3; i++) {
        dp_val y = dpi_pass_operand(build, v, kinds[i].op, 0), p = dpi_pass_operand(build, v, kinds[i].op, 1);
        if (!p || p == y || !is_only_reader(build, uses, p, v) || !dpi_is_product(dpi_build_node(build, p)) ||
            build->fusions[p].bias || build->fusions[p].activation || build->fusions[p].gate ||
            !dp_shape_equal(dpi_build_node(build, y)->shape, dpi_build_node(build, v)->shape))
            continue;
        take_over(build, uses, v, p, (dpi_fusion){.gate = y, .gate_kind = kinds[i].gate});
        return;
    }
}

/* relu_grad(r, max_pool2d_put(r, d)), the way back through a pool and the relu in front of it: what is put down where r is
 * 0 would be taken away again. */
static void fuse_pool_gate(dpi_build *build, dpi_use *uses, dp_val v)
{
    dp_val r = dpi_pass_operand(build, v, DPI_OP_RELU_GRAD, 0), put = dpi_pass_operand(build, v, DPI_OP_RELU_GRAD, 1);
    if (!put || dpi_pass_operand(build, put, DP_OP_MAX_POOL2D_PUT, 0) != r || uses[put].count != 1)
        return;
    dp_val inputs[2] = {r, dpi_pass_operand(build, put, DP_OP_MAX_POOL2D_PUT, 1)};
    build->nodes[v].attrs = dpi_build_node(build, put)->attrs;
    dpi_pass_rewrite(build, v, DPI_OP_POOL_GATE, inputs, 2);
    uses[put].count = 0;
}

/* The product of two matrices, the second of which is d, as it is, that can make sum(d, axis 0) = v in passing: before
 * anybody reads it. */
static void fuse_sums(dpi_build *build, const dpi_use *uses, dp_val v)
{
    dp_val d = dpi_pass_operand(build, v, DP_OP_SUM, 0);
    const dpi_node *node = dpi_build_node(build, v);
    if (!d || node->attrs.reduce.first != 0 || node->attrs.reduce.count != 1 ||
        dpi_build_node(build, d)->shape.rank != 2 || !dp_dtype_is_float(node->dtype))
        return;
    for (dp_val p = d + 1; p <= build->count; p++) {
        const dpi_node *product = dpi_build_node(build, p);
        if (!uses[p].count || !dpi_is_product(product) || product->shape.rank != 2 || build->partner[p])
            continue;
        bool transposed;
        if (dpi_matmul_operand(build, product, 1, &transposed) != d || transposed ||
            (uses[v].first && uses[v].first < p))
            continue;
        build->partner[v] = p;
        build->partner[p] = v;
        return;
    }
}

void dpi_pass_fuse_product(dpi_build *build)
{
    dpi_use *uses = dpi_pass_uses(build);
    if (!uses)
        return;
    for (dp_val v = 1; v <= build->count; v++) {
        if (!uses[v].count)
            continue;
        fuse_bias(build, uses, v);
        fuse_activation(build, uses, v);
        fuse_gate(build, uses, v);
        fuse_pool_gate(build, uses, v);
    }
    for (dp_val v = 1; v <= build->count; v++)
        if (uses[v].count)
            fuse_sums(build, uses, v);
    dpi_free(build->ctx, uses);
}
