/* Functions of real numbers. Where the textbook's formula would overflow, the one that does not stands here. */
UNARY(exp, M(exp)(x))
UNARY(log, M(log)(x))
UNARY(sqrt, M(sqrt)(x))
UNARY(erf, M(erf)(x))
UNARY(tanh, M(tanh)(x))
UNARY(relu, x <= 0 ? 0 : x)
UNARY(leaky_relu, x <= 0 ? p * x : x)
UNARY(softplus, (x > 0 || IS_NAN(x) ? x : 0) + M(log1p)(M(exp)(-M(fabs)(x))))
UNARY(gelu, x *((1 + M(erf)(x * (T)0.70710678118654752440)) / 2))
UNARY(clip, x<p ? p : x> q ? q : x)

/* For x far below 0, exp(-x) is infinite and the quotient 0, which is right to half an ulp of 1. */
UNARY(sigmoid, 1 / (1 + M(exp)(-x)))

/* p = 10 ** |decimals|; nearbyint rounds halves to even. */
UNARY(round, q < 0 ? M(nearbyint)(x / p) * p : p == 1 ? M(nearbyint)(x) : M(nearbyint)(x * p) / p)

BINARY(div, T, x / z)
BINARY(pow, T, z == 2 ? x * x : M(pow)(x, z))

/* From the gradient z of the function's value to that of its operand. */
BINARY(relu_grad, T, x > 0 ? z : 0)
BINARY(sigmoid_grad, T, z *(x *(1 - x)))
BINARY(tanh_grad, T, z *(1 - x * x))
BINARY(gelu_grad, T,
       z *((M(erf)(x * (T)0.70710678118654752440) * (T)0.5 + (T)0.5) +
           x * (M(exp)(x * x * (T)-0.5) * (T)0.39894228040143267794)))
