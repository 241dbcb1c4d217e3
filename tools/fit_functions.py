#!/usr/bin/env python3
"""Finds the polynomials of src/kernels/math_f32.h. Needs numpy and mpmath.

Each is a nearly minimax fit of the weighted error: least squares on a Chebyshev grid, the weights raised where the
error is largest (Lawson 1961). Coefficients are rounded to float32 one after another, lowest first; those that are
left are fitted again each time, so that they take up the rounding. Prints C, lowest power first, and the error.
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 40
POINTS = 1500


def grid(low, high):
    at = np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    return 0.5 * (high + low) + 0.5 * (high - low) * at


def lawson(powers, want, weight, rounds=60):
    emphasis = np.ones(len(want))
    best, best_error = None, np.inf
    for _ in range(rounds):
        w = weight * np.sqrt(emphasis)
        c, *_ = np.linalg.lstsq(powers * w[:, None], want * w, rcond=None)
        error = np.abs((powers @ c - want) * weight)
        if error.max() < best_error:
            best, best_error = c, error.max()
        if error.max() == 0:
            break
        emphasis *= error / error.mean()
        emphasis = np.maximum(emphasis / emphasis.mean(), 1e-12)
    return best, best_error


def fit(name, f, low, high, degree, weight):
    """f is approximated by c0 + c1 v + ... on [low, high]; the error is counted `weight` times."""
    v = grid(low, high)
    want = np.array([float(f(mp.mpf(float(x)))) for x in v])
    counted = np.array([float(weight(mp.mpf(float(x)))) for x in v])
    scale = max(abs(low), abs(high))
    powers = np.vander(v / scale, degree + 1, increasing=True)
    rounded = []
    for k in range(degree + 1):
        rest = want - sum(c * v**i for i, c in enumerate(rounded))
        c, _ = lawson(powers[:, k:], rest, counted)
        rounded.append(float(np.float32(c[0] / scale**k)))
    error = np.max(np.abs(sum(c * v**i for i, c in enumerate(rounded)) - want) * counted)
    print(f"{name}: error {error:.2e} = {error * 2**24:.3f} u")
    print("    " + ", ".join(float.hex(c).replace("0000000p", "p") + "f" for c in rounded))


HALF_LN2 = float(mp.log(2) / 2)
# exp(r) = 1 + r + r r Q(r)
fit("exp", lambda r: (mp.exp(r) - 1 - r) / r**2, -HALF_LN2, HALF_LN2, 4, lambda r: r**2 / mp.exp(r))
# log(1 + f) = f - f f / 2 + f f f P(f); relative to the logarithm
fit("log", lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3, float(mp.sqrt(0.5)) - 1, float(mp.sqrt(2)) - 1, 7,
    lambda f: f**3 / mp.log1p(f))
# tanh(x) = x + x v P(v), v = x x, for |x| < 0.55
fit("tanh", lambda v: (mp.tanh(mp.sqrt(v)) / mp.sqrt(v) - 1) / v, 1e-9, 0.55**2, 4,
    lambda v: v * mp.sqrt(v) / mp.tanh(mp.sqrt(v)))
# erf(x) = x + x P(v), v = x x, for |x| < 0.95
fit("erf below", lambda v: mp.erf(mp.sqrt(v)) / mp.sqrt(v) - 1, 1e-9, 0.95**2, 6, lambda v: mp.sqrt(v) / mp.erf(mp.sqrt(v)))
# erf(x) = 1 - exp(-x R(x)) for 0.95 <= x < 4; an error d of the exponent is one of erfc d
fit("erf above", lambda x: -mp.log(mp.erfc(x)) / x, 0.95, 4.0, 5, lambda x: x * mp.erfc(x) / mp.erf(x))
