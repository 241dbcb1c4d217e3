/* Functions of real numbers. Where the textbook's formula would overflow, the one that does not stands here. */
UNARY(exp, M(exp)(x))
UNARY(log, M(log)(x))
UNARY(erf, M(erf)(x))
UNARY(tanh, M(tanh)(x))
UNARY(softplus, (x <= 0 ? 0 : x) + M(log1p)(M(exp)(-M(fabs)(x))))
UNARY(gelu, x *((1 + M(erf)(x * (T)0.70710678118654752440)) / 2))

/* For x far below 0, exp(-x) is infinite and the quotient 0, which is right to half an ulp of 1. */
UNARY(sigmoid, 1 / (1 + M(exp)(-x)))

BINARY(pow, T, z == 2 ? x * x : M(pow)(x, z))

/* From the gradient z of gelu's value to that of its operand. */
BINARY(gelu_grad, T,
       z *((M(erf)(x * (T)0.70710678118654752440) * (T)0.5 + (T)0.5) +
           x * (M(exp)(x * x * (T)-0.5) * (T)0.39894228040143267794)))
