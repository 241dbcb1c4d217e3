#!/usr/bin/env python3
"""Writes tests/base/vectors/half.txt: what NumPy makes of numbers as float16. Run by hand.

A line "values HASH": FNV-1a, 64 bits, over the float32 bytes (little-endian) of all 65,536 float16 in order, without the NaNs.
Then lines "f32 BITS HALF" and "f64 BITS HALF": a number, and the float16 that NumPy rounds it to, in hexadecimal.
"""
import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
SEED = 20261121
rng = np.random.default_rng(SEED)


def fnv(data):
    hashed = 0xCBF29CE484222325
    for byte in data:
        hashed = (hashed ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return hashed


values = np.arange(65536, dtype=np.uint16).view(np.float16)
lines = [f"# NumPy {np.__version__}, tools/gen_half_vectors.py, seed {SEED}",
         f"values {fnv(values[~np.isnan(values)].astype('<f4').tobytes()):016x}"]
for dtype, word, digits in ((np.float32, np.uint32, 8), (np.float64, np.uint64, 16)):
    # Any bits; numbers of every size that float16 has and somewhat beyond; halves of halves, which lie between two or on one.
    any_bits = rng.integers(0, 1 << 8 * np.dtype(dtype).itemsize, 60, dtype=word, endpoint=False).view(dtype)
    sized = (rng.uniform(1, 2, 160) * 2.0 ** rng.integers(-27, 18, 160) * rng.choice([-1, 1], 160)).astype(dtype)
    finite = values[(values > 0) & np.isfinite(values)].astype(np.float64)
    at = rng.integers(0, len(finite) - 1, 40)
    ties = ((finite[at] + finite[at + 1]) / 2).astype(dtype)
    edges = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 65504, 65519.99, 65520, -65520, 65536, 2**-14, 2**-24, 2**-25, 2**-26,
                      3 * 2**-25, 1e-300, 1e-40], dtype)
    numbers = np.concatenate([any_bits, sized, ties, np.nextafter(ties, dtype(np.inf)), np.nextafter(ties, dtype(0)), edges])
    for bits, half in zip(numbers.view(word), numbers.astype(np.float16).view(np.uint16)):
        lines.append(f"{np.dtype(dtype).str[1]}{8 * np.dtype(dtype).itemsize} {bits:0{digits}x} {half:04x}")
path = pathlib.Path(__file__).parent.parent / "tests/base/vectors/half.txt"
path.write_text("\n".join(lines) + "\n")
print(f"{len(lines) - 2} numbers, {path.stat().st_size} bytes")
