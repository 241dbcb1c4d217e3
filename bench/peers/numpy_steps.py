"""The book's networks in NumPy, float32, one thread: the same lines as bench_steps prints.

    OPENBLAS_NUM_THREADS=1 python3 bench/peers/numpy_steps.py [repeats]
"""
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402


def softmax(y):
    e = np.exp(y - y.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Book:
    """784-50-10, relu, softmax with cross-entropy, SGD; two matrix products a layer and no dX for the first."""

    batch, steps = 100, 200

    def __init__(self, rng):
        f = np.float32
        self.x = rng.random((self.batch, 784), dtype=f)
        self.t = np.arange(self.batch) % 10
        self.W1, self.b1 = (0.01 * rng.standard_normal((784, 50))).astype(f), np.zeros(50, f)
        self.W2, self.b2 = (0.01 * rng.standard_normal((50, 10))).astype(f), np.zeros(10, f)

    def step(self):
        x, t, n = self.x, self.t, self.batch
        a = x @ self.W1 + self.b1
        mask = a <= 0
        a[mask] = 0
        p = softmax(a @ self.W2 + self.b2)
        loss = -np.log(p[np.arange(n), t] + 1e-7).sum() / n
        p[np.arange(n), t] -= 1
        dy = p / np.float32(n)
        dh = dy @ self.W2.T
        dW2, db2 = a.T @ dy, dy.sum(axis=0)
        dh[mask] = 0
        dW1, db1 = x.T @ dh, dh.sum(axis=0)
        lr = np.float32(0.1)
        for p_, g in ((self.W1, dW1), (self.b1, db1), (self.W2, dW2), (self.b2, db2)):
            p_ -= lr * g
        return loss


class Xor:
    """2-4-2 without biases, sigmoid, Adam with AMSGrad."""

    batch, steps = 4, 2000

    def __init__(self, rng):
        f = np.float32
        self.x = rng.random((4, 2), dtype=f)
        self.t = np.arange(4) % 2
        self.p = [rng.random((2, 4), dtype=f), rng.random((4, 2), dtype=f)]
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]
        self.top = [np.zeros_like(p) for p in self.p]
        self.k = 0

    def step(self):
        x, t, n = self.x, self.t, self.batch
        W1, W2 = self.p
        h = 1 / (1 + np.exp(-(x @ W1)))
        p = softmax(h @ W2)
        loss = -np.log(p[np.arange(n), t]).sum() / n
        p[np.arange(n), t] -= 1
        dy = p / np.float32(n)
        grads = [x.T @ ((dy @ W2.T) * h * (1 - h)), h.T @ dy]
        self.k += 1
        for p_, g, m, v, top in zip(self.p, grads, self.m, self.v, self.top):
            m += np.float32(0.1) * (g - m)
            v *= np.float32(0.999)
            v += np.float32(0.001) * g * g
            np.maximum(top, v, out=top)
            denominator = np.sqrt(top) / np.float32((1 - 0.999**self.k) ** 0.5) + np.float32(1e-8)
            p_ -= np.float32(0.001 / (1 - 0.9**self.k)) * m / denominator
        return loss


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for name, kind in (("book", Book), ("xor", Xor)):
        work = kind(np.random.default_rng(0))
        us = []
        for r in range(-1, repeats):
            start = time.perf_counter()
            for _ in range(work.steps):
                work.step()
            if r >= 0:
                us.append((time.perf_counter() - start) / work.steps * 1e6)
        us.sort()
        print(f"numpy {name:<6} us/step  min {us[0]:9.2f}  median {us[repeats // 2]:9.2f}  max {us[-1]:9.2f}")


main()
