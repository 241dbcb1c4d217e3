"""The workloads of `denpa bench` in NumPy, float32, in place where that costs no clarity, and without the gradient of
the input. `elementwise` is left out: NumPy has no erf.

NUMPY_AS_BOOK=1: `book` alone, the way chapter 5 of the book trains it: images scaled to float32 beforehand, parameters
in float64 (what NumPy's normal numbers are), a batch drawn with replacement, the gradient of the input too, and the
loss worked out once more after the update.

The number of threads is that of its BLAS library, which has to know it before NumPy is loaded: OPENBLAS_NUM_THREADS.
"""
import os

import numpy as np

import peer

f32 = np.float32


class Layers:
    """Affine layers with an activation between them; `slope` gives the activation's derivative from its value."""

    def __init__(self, sizes, activation, slope, bias=True, scale=None, dtype=f32, input_gradient=False):
        rng = np.random.default_rng(0)
        self.activation, self.slope, self.bias, self.input_gradient = activation, slope, bias, input_gradient
        self.W = [(rng.standard_normal((a, b)) * (scale or a ** -0.5)).astype(dtype) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(n, dtype) for n in sizes[1:]]

    def forward(self, x):
        self.x = [x]
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            y = self.x[-1] @ W
            if self.bias:
                y += b
            self.x.append(self.activation(y) if i + 1 < len(self.W) else y)
        return self.x[-1]

    def backward(self, dy):
        dW, db = [], []
        for i in reversed(range(len(self.W))):
            dW.append(self.x[i].T @ dy)
            if self.bias:
                db.append(dy.sum(axis=0))
            if i or self.input_gradient:
                dy = dy @ self.W[i].T
            if i:
                dy *= self.slope(self.x[i])
        return dW[::-1] + db[::-1]

    def parameters(self):
        return self.W + (self.b if self.bias else [])


RELU = (lambda y: np.maximum(y, 0, out=y)), (lambda y: y > 0)
TANH = (lambda y: np.tanh(y, out=y)), (lambda y: 1 - y * y)
SIGMOID = (lambda y: 1 / (1 + np.exp(-y))), (lambda y: y * (1 - y))


def cross_entropy(y, t):
    """The loss and its gradient in the scores y."""
    p = np.exp(y - y.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(t))
    loss = -np.log(p[rows, t]).mean()
    p[rows, t] -= 1
    p /= p.dtype.type(len(t))
    return loss, p


def squared_error(y, t):
    d = y - t
    return (d * d).mean(), d * f32(2 / d.size)


class SGD:
    def __init__(self, parameters, lr):
        self.parameters, self.lr = parameters, f32(lr)

    def step(self, gradients):
        for p, g in zip(self.parameters, gradients):
            g *= self.lr
            p -= g


class Adam:
    def __init__(self, parameters, lr=0.001, amsgrad=False):
        self.parameters, self.lr, self.amsgrad, self.t = parameters, lr, amsgrad, 0
        self.m, self.v, self.top = ([np.zeros_like(p) for p in parameters] for _ in range(3))

    def step(self, gradients):
        self.t += 1
        rate, root = f32(self.lr / (1 - 0.9 ** self.t)), f32((1 - 0.999 ** self.t) ** 0.5)
        for p, g, m, v, top in zip(self.parameters, gradients, self.m, self.v, self.top):
            m += f32(0.1) * (g - m)
            g *= g
            v += f32(0.001) * (g - v)
            if self.amsgrad:
                v = np.maximum(top, v, out=top)
            p -= rate * m / (np.sqrt(v) / root + f32(1e-8))


def trainer(net, loss_function, optimizer, batch):
    def step():
        x, t = batch()
        _, dy = loss_function(net.forward(x), t)
        optimizer.step(net.backward(dy))

    return step


def gathered(images, batch):
    x, t = images
    rows = peer.Rows(len(x), batch, np.random.default_rng(0).permutation)

    def gather():
        chosen = rows.next()
        return x[chosen].astype(f32) / f32(255), t[chosen]

    return gather


def xor(images):
    net = Layers([2, 4, 2], *SIGMOID, bias=False)
    x, t = np.array([[0, 0], [0, 1], [1, 1], [1, 0]], f32), np.array([0, 1, 0, 1])
    return trainer(net, cross_entropy, Adam(net.parameters(), amsgrad=True), lambda: (x, t))


def book(images):
    net = Layers([784, 50, 10], *RELU, scale=0.01)
    return trainer(net, cross_entropy, SGD(net.parameters(), 0.1), gathered(images, 100))


def wide(width, batch):
    def make(images):
        net = Layers([784, width, width, 10], *RELU)
        return trainer(net, cross_entropy, Adam(net.parameters()), gathered(images, batch))

    return make


def expm(images):
    net, rng = Layers([4, 32, 16, 4], *TANH), np.random.default_rng(0)
    x, t = rng.random((10000, 4), f32), rng.random((10000, 4), f32)
    return trainer(net, squared_error, Adam(net.parameters()), lambda: (x, t))


def as_book(images):
    x, t = images[0].astype(f32) / f32(255), images[1]
    net = Layers([784, 50, 10], *RELU, scale=0.01, dtype=np.float64, input_gradient=True)

    def step():
        chosen = np.random.choice(len(x), 100)
        x_batch, t_batch = x[chosen], t[chosen]
        _, dy = cross_entropy(net.forward(x_batch), t_batch)
        for p, g in zip(net.parameters(), net.backward(dy)):
            p -= 0.1 * g
        return cross_entropy(net.forward(x_batch), t_batch)[0]

    return step


def infer1(images):
    net, x = Layers([784, 50, 10], *RELU, scale=0.01), np.random.default_rng(0).random((1, 784), f32)
    return lambda: net.forward(x)


def check_threads(threads):
    if os.environ.get("OPENBLAS_NUM_THREADS") != str(threads):
        raise SystemExit(f"set OPENBLAS_NUM_THREADS={threads}")


ALL = {"xor": xor, "book": book, "mlp512": wide(512, 256), "mlp2048": wide(2048, 64), "expm": expm, "infer1": infer1}
AS_BOOK = os.environ.get("NUMPY_AS_BOOK") == "1"
peer.main({"numpy": np.__version__}, {"book": as_book} if AS_BOOK else ALL, check_threads)
