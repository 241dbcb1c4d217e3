/* Arithmetic that integers have, too. */
UNARY(neg, (T)-WRAP(x))
UNARY(abs, x < 0 ? (T)-WRAP(x) : x == 0 ? 0 : x)
UNARY(square, (T)(WRAP(x) * WRAP(x)))
UNARY(sign, IS_NAN(x) ? x : (T)((x > 0) - (x < 0)))
UNARY(relu, x <= 0 ? 0 : x)
UNARY(clip, x<p ? p : x> q ? q : x)

BINARY(add, T, WRAP(x) + WRAP(z))
BINARY(sub, T, WRAP(x) - WRAP(z))
BINARY(mul, T, WRAP(x) * WRAP(z))
BINARY(maximum, T, x > z || IS_NAN(x) ? x : z)
BINARY(minimum, T, x < z || IS_NAN(x) ? x : z)
