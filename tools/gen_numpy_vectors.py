#!/usr/bin/env python3
"""Writes tests/base/vectors/numpy_text.txt: arrays and how NumPy prints them. Run by hand with NumPy 2.3 or later.

Each case is a line "DTYPE DIMS STR_LINES REPR_LINES" (dims with commas, "-" for a scalar), a line with the elements' bytes in
hexadecimal (little-endian; "-" for none), then the lines of str(array) and those of repr(array). A scalar's str is that of the Python
number, which for float32 has all the digits of the double.
"""
import pathlib

import numpy as np

SEED = 20240611
rng = np.random.default_rng(SEED)
cases = []


def case(array):
    cases.append(np.ascontiguousarray(array).reshape(np.shape(array)))


def both(values):
    for dtype in (np.float64, np.float32):
        with np.errstate(over="ignore"):
            case(np.array(values).astype(dtype))


inf, nan = np.inf, np.nan
FLOATS = [
    [1e-4, 0.05], [0.0], [-0.0], [1.0], [0.1, 0.25, 3], [1, 2, 3], [1e-4, 1], [9.9e-5, 1], [1e8, 1], [99999999.0, 1e6], [999999.0, 5e3], [1e6, 1e4], [1000.5, 1],
    [1001, 1], [1, 1000], [1, 1000.1], [1e-3, 1.001], [0.12345678912345, 1], [1 / 3, 2 / 3, 1], [0.000123456789, 0.1], [1e-10, 2.5],
    [1e100, 1], [1e-100, 1e100], [-1e-300, 5], [5e-324], [1.7976931348623157e308], [nan], [inf], [-inf], [nan, inf, -inf], [nan, 1],
    [nan, 1.5, -2.25], [inf, 1e10], [-inf, 1e10], [-inf, 1], [nan, 123456.0], [inf, 0], [0, 0, nan], [-1, 1], [-0.5, 0.25], [29, 42.1, 38.6],
    [46.8, 25.7, 39.2, 46.9, 29.0, 42.1, 38.6, 35.0, 45.9, 36.0], [0.403, 0, 0, 0.427], [9.999999996, 1], [99.999999999, 1], [0.999999999, 0.5],
    [1.00000001, 1.000000001], [1234567.8, 12345.678], [33554432.0], [16777216.0, 1], [123456.79], [2.0**-44], [0.5, 0.125, 0.0625, 0.03125],
    [1.5e-5], [1.23456789e-5, 1], [1e-5, 1.2e-100], [-1.5e15, 2], [4.9e-4, 0.4], [0.1 + 0.2], [1e22], [1e23], [100.0, 0.1], [100.1, 0.1],
    [0.00390625, 0.9921875], [1e16], [123456789.0], [1e7], [1e5, 101.0],
]
for values in FLOATS:
    both(values)
for n in (1, 2, 5, 7, 9, 12, 20, 37):
    for scale in (1, 100, 1e-3, 1e9):
        both(rng.normal(size=n) * scale)
for shape in [(2, 3), (3, 1), (1, 4), (9, 5), (5, 10), (2, 2, 2), (2, 3, 4), (1, 1, 1, 1), (2, 1, 3, 2), (2, 1, 1, 2, 1, 1, 1, 2), (4, 30), (2, 2, 25)]:
    both(rng.normal(size=shape))
    both(np.round(rng.normal(size=shape), 1))
    case(rng.integers(-20, 1000, size=shape))
    case(rng.integers(0, 2, size=shape).astype(bool))
    case(rng.integers(0, 256, size=shape).astype(np.uint8))
for shape in [(1001,), (2000,), (40, 30), (3, 400), (400, 3), (7, 7, 30), (6, 200), (2, 700), (11, 11, 11), (1000,), (4, 4, 4, 4, 5)]:
    case(rng.integers(0, 256, size=shape).astype(np.uint8))
    case(rng.integers(0, 2, size=shape).astype(bool))
both(rng.normal(size=(30, 40)))
both(rng.normal(size=1001) * 1e-6)
case(np.arange(-600, 600).reshape(40, 30))
for values in ([0], [-1], [1, -10, 100], [2**62, -(2**63)], [2**63 - 1], list(range(24)), list(range(100, 130)), [-5] * 30, list(range(0, 20000, 7))[:60]):
    case(np.array(values, dtype=np.int64))
case(np.array([True]))
case(np.array([False, True] * 20))
for shape in [(0,), (0, 3), (3, 0), (2, 0, 4), (0, 0)]:
    for dtype in (np.float64, np.float32, np.int64, np.bool_, np.uint8):
        case(np.zeros(shape, dtype))
for value in (0.0, -0.0, 3.0, 0.1, 1e-5, 1e16, 1.5e300, nan, -inf, 220.00000000000003, 0.7091774940490723):
    both(value)
for value in (np.int64(-7), np.uint8(200), np.bool_(True), np.bool_(False), np.int64(2**63 - 1)):
    case(np.array(value))
for _ in range(120):
    dtype = rng.choice([np.float64, np.float32])
    n = int(rng.integers(1, 14))
    values = (rng.normal(size=n) * 10.0 ** rng.integers(-6, 9)).round(int(rng.integers(0, 12))).astype(dtype)
    if rng.random() < 0.2:
        values[rng.integers(0, n)] = rng.choice([nan, inf, -inf, 0.0])
    case(values.reshape(-1, 1) if rng.random() < 0.2 else values)


def text_of(array):
    if array.ndim == 0:
        return str(array.item())
    return str(array)


lines = [f"# NumPy {np.__version__}, tools/gen_numpy_vectors.py, seed {SEED}"]
for array in cases:
    shown, written = text_of(array), repr(array)
    dims = ",".join(map(str, array.shape)) or "-"
    lines.append(f"{array.dtype} {dims} {shown.count(chr(10)) + 1} {written.count(chr(10)) + 1}")
    lines.append(array.astype(array.dtype.newbyteorder("<")).tobytes().hex() or "-")
    lines += [shown, written]
path = pathlib.Path(__file__).parent.parent / "tests/base/vectors/numpy_text.txt"
path.write_text("\n".join(lines) + "\n")
print(f"{len(cases)} arrays, {path.stat().st_size} bytes")
