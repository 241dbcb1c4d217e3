#!/usr/bin/env python3
"""Finds the polynomials and fractions of src/kernels/math_f32.h. Needs numpy and mpmath.

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


def fit_fraction(name, f, low, high, over, under):
    """f is approximated by (p0 + p1 v + ...) / (1 + q1 v + ...) on [low, high], relative to f. The fraction is made linear
    by the denominator of the round before (Sanathanan, Koerner 1963)."""
    v = grid(low, high)
    want = np.array([float(f(mp.mpf(float(x)))) for x in v])
    rounded = {("q", 0): 1.0}
    order = sorted([("p", i) for i in range(over + 1)] + [("q", i) for i in range(1, under + 1)], key=lambda k: k[::-1])

    def column(key):
        return v**key[1] if key[0] == "p" else -want * v**key[1]

    def solve(free, rounds=150):
        rest = -sum(c * column(k) for k, c in rounded.items())
        columns = np.stack([column(k) for k in free], axis=1)
        emphasis, below, best, best_error = np.ones(len(v)), np.ones(len(v)), None, np.inf
        for round_ in range(rounds):
            w = np.sqrt(emphasis) / below / want
            scale = np.linalg.norm(columns * w[:, None], axis=0)
            c, *_ = np.linalg.lstsq(columns * w[:, None] / scale, rest * w, rcond=None)
            found = {**rounded, **dict(zip(free, c / scale))}
            below = sum(found[k] * v**k[1] for k in found if k[0] == "q")
            error = np.abs(sum(found[k] * column(k) for k in found) / below / want)
            if round_ > 5 and error.max() < best_error:
                best, best_error = found, error.max()
            emphasis *= error / error.mean()
            emphasis = np.maximum(emphasis / emphasis.mean(), 1e-10)
        return best

    for i, key in enumerate(order):
        rounded[key] = float(np.float32(solve(order[i:])[key]))
    above, below = (sum(c * v**k[1] for k, c in rounded.items() if k[0] == letter) for letter in "pq")
    error = np.max(np.abs(above / below / want - 1))
    print(f"{name}: error {error:.2e} = {error * 2**24:.3f} u")
    for letter, count in (("p", over + 1), ("q", under + 1)):
        print("    " + ", ".join(float.hex(rounded[letter, i]).replace("0000000p", "p") + "f" for i in range(count)))


def fit_tanh_table(step=37 / 128, degree=5):
    """tanh(n step + d) = c0 + c1 d + ... for |d| <= step / 2; a column for each power, for tanh_avx512.h."""
    columns, worst = [[] for _ in range(degree + 1)], 0
    for n in range(32):
        middle = n * step
        d = grid(max(-middle, -step * 0.50001), step * 0.50001)
        want = np.array([float(mp.tanh(mp.mpf(float(x)) + mp.mpf(middle))) for x in d])
        fixed = [0.0, 1.0] if n == 0 else [float(np.float32(np.tanh(middle)))]
        powers = np.vander(d / step, degree + 1, increasing=True)
        for k in range(degree + 1):
            if k == len(fixed):
                rest = want - sum(c * d**i for i, c in enumerate(fixed))
                c, _ = lawson(powers[:, k:], rest, 1 / np.abs(want))
                fixed.append(float(np.float32(c[0] / step**k)))
            columns[k].append(fixed[k])
        worst = max(worst, np.max(np.abs(sum(c * d**i for i, c in enumerate(fixed)) / want - 1)))
    print(f"tanh by table: error {worst:.2e} = {worst * 2**24:.3f} u")
    for column in columns:
        print("    {" + ", ".join(float.hex(c).replace("0000000p", "p") + "f" for c in column) + "},")


HALF_LN2 = float(mp.log(2) / 2)
# exp(r) = 1 + r + r r Q(r)
fit("exp", lambda r: (mp.exp(r) - 1 - r) / r**2, -HALF_LN2, HALF_LN2, 4, lambda r: r**2 / mp.exp(r))
# log(1 + f) = f - f f / 2 + f f f P(f); relative to the logarithm
fit("log", lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3, float(mp.sqrt(0.5)) - 1, float(mp.sqrt(2)) - 1, 7,
    lambda f: f**3 / mp.log1p(f))
# (exp(2 h) - 1) / 2 = h + h h P(h)
fit("tanh", lambda h: ((mp.exp(2 * h) - 1) / 2 - h) / h**2, -HALF_LN2 / 2, HALF_LN2 / 2, 4,
    lambda h: h**2 / ((mp.exp(2 * h) - 1) / 2))
# erf(x) = x + x P(v), v = x x, for |x| < 0.95
fit("erf below", lambda v: mp.erf(mp.sqrt(v)) / mp.sqrt(v) - 1, 1e-9, 0.95**2, 6, lambda v: mp.sqrt(v) / mp.erf(mp.sqrt(v)))
# erf(x) = 1 - exp(-x R(x)) for 0.95 <= x < 4; an error d of the exponent is one of erfc d
fit("erf above", lambda x: -mp.log(mp.erfc(x)) / x, 0.95, 4.0, 5, lambda x: x * mp.erfc(x) / mp.erf(x))
# exp(a a / 2) Phi(-a)
fit_fraction("normal", lambda a: mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2, 0, 14.5, 4, 5)
# tanh, 16 at a time
fit_tanh_table()
