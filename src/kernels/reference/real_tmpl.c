/* Functions of real numbers that processors have instructions for. */
UNARY(sqrt, M(sqrt)(x))
UNARY(leaky_relu, x <= 0 ? p * x : x)
UNARY(float16, LOCAL(dpi_half_round)(x))

/* p = 10 ** |decimals|; nearbyint rounds halves to even. */
UNARY(round, q < 0 ? M(nearbyint)(x / p) * p : p == 1 ? M(nearbyint)(x) : M(nearbyint)(x * p) / p)

BINARY(div, T, x / z)

/* From the gradient z of the function's value to that of its operand. */
BINARY(relu_grad, T, x > 0 ? z : 0)
BINARY(sigmoid_grad, T, z *(x *(1 - x)))
BINARY(tanh_grad, T, z *(1 - x * x))
