#!/usr/bin/env python3
"""Finds the polynomials and fractions of src/kernels/math_f64.h. Needs mpmath.

Each is the minimax fit of the weighted error: an interpolation, then Remez' exchange, in many digits. Then coefficients
are rounded to float64. Prints C, lowest power first, and the largest weighted error after rounding.
"""
import mpmath as mp

mp.mp.dps = 140
POINTS = 1200


def grid(low, high):
    middle, half = (mp.mpf(high) + low) / 2, (mp.mpf(high) - low) / 2
    return [middle - half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / POINTS) for i in range(POINTS)]


def spread(count):
    return [int((POINTS - 1) * (1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count)) / 2) for i in range(count)]


def value(c, x):
    return mp.polyval([mp.mpf(v) for v in reversed(c)], x)


def extremes(error, count):
    """Places of the largest errors, one for each run of equal sign, without the smaller end while there are too many. What
    is next to nothing, where an interpolation was, has no sign."""
    places, least = [], max(map(abs, error)) / 10**50
    for k, e in enumerate(error):
        if abs(e) > least:
            if places and mp.sign(e) == mp.sign(error[places[-1]]):
                places[-1] = k if abs(e) > abs(error[places[-1]]) else places[-1]
            else:
                places.append(k)
    while len(places) > count:
        places.pop(0 if abs(error[places[0]]) < abs(error[places[-1]]) else -1)
    return places


def remez(x, want, weight, over, under):
    """(p0 + p1 v + ...) / (1 + q1 v + ...) nearest to want at the places x. Between exchanges, Newton's way to the fraction
    whose error has the same size E, and alternating signs, at the chosen places."""
    p, q, level = [mp.mpf(0)] * (over + 1), [mp.mpf(1)] + [mp.mpf(0)] * under, mp.mpf(0)

    def step(places, errors, with_level):
        rows, rest = [], []
        for k, error in zip(places, errors):
            y = want[k] + error * level
            row = [x[k] ** i for i in range(over + 1)] + [-y * x[k] ** i for i in range(1, under + 1)]
            row += [-error * value(q, x[k])] if with_level else []
            size = max(map(abs, row))
            rows.append([c / size for c in row])
            rest.append((y * value(q, x[k]) - value(p, x[k])) / size)
        d = mp.lu_solve(mp.matrix(rows), mp.matrix(rest))
        return ([c + d[i] for i, c in enumerate(p)], [q[0]] + [c + d[over + 1 + i] for i, c in enumerate(q[1:])],
                level + d[over + under + 1] if with_level else level)

    p, q, level = step(spread(over + under + 1), [0] * (over + under + 1), False)
    for _ in range(30):
        error = [(value(p, v) / value(q, v) - w) * g for v, w, g in zip(x, want, weight)]
        places = extremes(error, over + under + 2)
        if len(places) < over + under + 2 or max(map(abs, error)) < abs(level) * 1.01:
            break
        signs = [mp.sign(error[places[0]]) * (-1) ** i / weight[k] for i, k in enumerate(places)]
        for _ in range(8 if under else 1):
            p, q, level = step(places, signs, True)
    return p, q


def fit(name, f, x, over, weight, under=0, refit=False):
    """With `refit`, coefficients are rounded one after another, lowest first, and those that are left are fitted again each
    time, so that they take up the rounding: for polynomials near 0."""
    want, counted = [f(v) for v in x], [weight(v) for v in x]
    p, (rest, emphasis) = [], (want, counted)
    while refit and over > len(p):
        p.append(float(remez(x, rest, emphasis, over - len(p), 0)[0][0]))
        rest = [(w - value(p, v)) / v ** len(p) for v, w in zip(x, want)]
        emphasis = [g * v ** len(p) for v, g in zip(x, counted)]
    above, below = remez(x, rest, emphasis, over - len(p), under)
    p, q = p + [float(c) for c in above], [float(c) for c in below]
    worst = max(abs(value(p, v) / value(q, v) - w) * g for v, w, g in zip(x, want, counted))
    print(f"{name}: error {float(worst):.2e} = {float(worst * 2**53):.4f} u")
    for c in (p, q) if under else (p,):
        print("    " + ", ".join(float.hex(v) for v in c))


HALF_LN2, ROOT, SMALL = mp.log(2) / 2, mp.sqrt(2), mp.mpf(1) / 1000
# exp(r) = 1 + r + r r / 2 + r r r Q(r)
fit("exp", lambda r: (mp.exp(r) - 1 - r - r * r / 2) / r**3, grid(-HALF_LN2, HALF_LN2), 9,
    lambda r: abs(r**3 / mp.exp(r)))
# log(1 + f) = 2 s + s z R(z) with s = f / (2 + f), z = s s; relative to the logarithm
fit("log", lambda z: (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z, grid(SMALL, ((ROOT - 1) / (ROOT + 1)) ** 2), 6,
    lambda z: z * mp.sqrt(z) / (2 * mp.atanh(mp.sqrt(z))), refit=True)
# 1 / (1 + v) = 1 + v R(v), for what 1 + x has lost
fit("reciprocal", lambda v: (1 / (1 + v) - 1) / v, grid(SMALL, 1), 2, lambda v: v * (1 + v))
# erf(x) = x + x P(v), v = x x, for |x| < 1
fit("erf below", lambda v: mp.erf(mp.sqrt(v)) / mp.sqrt(v) - 1, grid(SMALL, 1), 11,
    lambda v: mp.sqrt(v) / mp.erf(mp.sqrt(v)), refit=True)
# erf(x) = 1 - exp(-x x) P(x) / Q(x) for 1 <= x < 6
fit("erf above", lambda x: mp.erfc(x) * mp.exp(x * x), grid(1, 6), 5, lambda x: mp.exp(-x * x) / mp.erf(x), under=6)
# exp(a a / 2) Phi(-a) for 0 <= a < 39, dense near 0
fit("normal", lambda a: mp.exp(a * a / 2) * mp.erfc(a / ROOT) / 2, [3 * (1 + w) / (1 - w) for w in grid(-1, mp.mpf(6) / 7)],
    10, lambda a: 2 * mp.exp(-a * a / 2) / mp.erfc(a / ROOT), under=11)
