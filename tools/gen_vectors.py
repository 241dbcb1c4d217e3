#!/usr/bin/env python3
"""Writes the PyTorch vectors that the tests hold denpa against: tests/vectors/data/*.txt.

    python3 -m venv venv && venv/bin/pip install torch numpy && venv/bin/python tools/gen_vectors.py

The files are committed; nothing but a change of the vectors needs PyTorch. docs/testing.md describes the format.

Each case is a formula text of denpa and the same thing in PyTorch. Inputs, upstream gradients and directions are
multiples of 1/64, so that float32 holds them exactly and the same numbers serve both dtypes. Every computed number
comes with a scale, from which the tests derive what they allow (see `scales`).
"""
import argparse
import itertools
import pathlib
import random

import torch
import torch.nn.functional as F

SEED = 20240501
D = torch.float64


# ---- numbers --------------------------------------------------------------------------------------------------------

class Draw:
    """Numbers of one case. Each case has its own stream, so that a new case leaves the others alone."""

    def __init__(self, name):
        self.rng = random.Random(f"{SEED} {name}")

    def multiples(self, shape, low, high):
        count = 1
        for n in shape:
            count *= n
        values = [self.rng.randint(round(low * 64), round(high * 64)) / 64 for _ in range(count)]
        return torch.tensor(values, dtype=D).reshape(shape)


def real(*shape, low=-2.0, high=2.0):
    """An input of random multiples of 1/64."""
    return lambda draw: draw.multiples(shape, low, high)


def positive(*shape):
    return real(*shape, low=0.25, high=3.0)


def fixed(values):
    """An input of given floating numbers."""
    return lambda draw: torch.tensor(values, dtype=D)


def whole(values):
    """An input of integers: class indices, rows."""
    return lambda draw: torch.tensor(values, dtype=torch.int64)


def flat_text(tensor):
    return " ".join("0" if v == 0 else repr(v) for v in tensor.detach().reshape(-1).tolist())


def scale_text(tensor):
    return " ".join(f"{v * 1.05:.2g}" if v else "0" for v in tensor.reshape(-1).tolist())


def record(key, name, tensor, text=flat_text):
    if not tensor.detach().isfinite().all():
        raise ValueError(f"{key} {name} is not finite: {tensor}")
    dims = "".join(f" {n}" for n in tensor.shape)
    return f"{key} {name}{dims} : {text(tensor)}"


# ---- cases ----------------------------------------------------------------------------------------------------------

class Case:
    def __init__(self, name, ops, inputs, formula, function, floor=0.0, gradient_floor=1.0, second=True,
                 note=None):
        """ops: the ops of ops.def that this is a vector for ("-": none, the ops it is made of have their own).
        formula: the right side in denpa's language; function: the same in PyTorch, of the inputs in order.
        floor: what is added to the scale of the value, see `scales`; a number or a function of the inputs.
        gradient_floor: the same for the gradients, times the largest upstream."""
        self.name, self.ops, self.formula, self.function = name, ops, formula, function
        self.floor, self.gradient_floor, self.second, self.note = floor, gradient_floor, second, note
        draw = Draw(name)
        self.inputs = {key: make(draw) for key, make in inputs.items()}
        self.draw = draw


def gradients(of, wrt):
    """Gradients of a scalar; zeros where it does not depend."""
    if not of.requires_grad:
        return [torch.zeros_like(w) for w in wrt]
    found = torch.autograd.grad(of, wrt, create_graph=True, allow_unused=True)
    return [torch.zeros_like(w) if g is None else torch.zeros_like(w) + g for g, w in zip(found, wrt)]


def scales(value, sources, floor):
    """How far rounding may move each element of value, in units of rounding: |v_i| + sum_j |dv_i/ds_j| |s_j| + floor.

    The sum is the componentwise condition: what a change of every source in its last place does. floor is what the
    formula itself loses beyond that, because a number of that size is formed and then cancels: 1 where the logarithm of
    a sum that is at least 1 is near 0, |x| for gelu (1 + erf), for gradients the largest upstream (dy y (1 - y)).
    """
    out = torch.zeros_like(value).reshape(-1)
    for i, element in enumerate(value.reshape(-1)):
        total = element.detach().abs()
        if element.requires_grad:
            found = torch.autograd.grad(element, sources, retain_graph=True, allow_unused=True)
            for g, s in zip(found, sources):
                if g is not None:
                    total = total + (g.nan_to_num(0, 0, 0) * s.detach()).abs().sum()
        out[i] = total
    return out.nan_to_num(0, 0, 0).reshape(value.shape) + floor


def floor_of(case):
    return case.floor(*case.inputs.values()).detach() if callable(case.floor) else case.floor


def case_lines(case):
    inputs = {k: v.requires_grad_() if v.is_floating_point() else v for k, v in case.inputs.items()}
    wrt = {k: v for k, v in inputs.items() if v.is_floating_point()}
    leaves = list(wrt.values())
    y = case.function(*inputs.values())
    lines = [f"# {line}" for line in ([case.note] if case.note else [])]
    lines += [f"case {case.name}", f"ops {case.ops}"]
    lines += [f"| {k} = {v.tolist()}" for k, v in inputs.items()]
    lines.append(f"| y = {case.formula}")
    lines += [record("value", "y", y), record("value_scale", "y", scales(y, leaves, floor_of(case)), scale_text)]
    if not y.requires_grad:
        return lines
    up = case.draw.multiples(tuple(y.shape), -1.0, 1.0).requires_grad_()
    largest = case.gradient_floor * up.detach().abs().max().item()
    first = gradients((y * up).sum(), leaves)
    lines.append(record("upstream", "y", up))
    for key, g in zip(wrt, first):
        lines += [record("grad", key, g), record("grad_scale", key, scales(g, leaves + [up], largest), scale_text)]
    if not case.second:
        return lines
    directions = [case.draw.multiples(tuple(v.shape), -1.0, 1.0).requires_grad_() for v in leaves]
    product = sum((g * c).sum() for g, c in zip(first, directions))
    floor = largest * max(c.detach().abs().max().item() for c in directions)
    for key, c, s in zip(wrt, directions, gradients(product, leaves)):
        lines += [record("direction", key, c), record("second", key, s)]
        lines.append(record("second_scale", key, scales(s, leaves + [up] + directions, floor), scale_text))
    return lines


# ---- the list: element by element -----------------------------------------------------------------------------------

BINARY = {
    "add": ("a + b", lambda a, b: a + b, real, real),
    "sub": ("a - b", lambda a, b: a - b, real, real),
    "mul": ("a * b", lambda a, b: a * b, real, real),
    "div": ("a / b", lambda a, b: a / b, real, positive),
    "pow": ("a ** b", lambda a, b: a ** b, positive, real),
    "maximum": ("maximum(a, b)", torch.maximum, real, real),
    "minimum": ("minimum(a, b)", torch.minimum, real, real),
}
PAIRS = {
    "same": ((2, 3), (2, 3)),
    "row": ((2, 3), (3,)),
    "column": ((2, 1), (2, 3)),
    "outer": ((3, 1), (1, 2)),
    "scalar": ((), (2, 2)),
    "rank3": ((2, 1, 2), (3, 1)),
}
UNARY = {
    "neg": ("-x", lambda x: -x, real),
    "exp": ("exp(x)", torch.exp, real),
    "log": ("log(x)", torch.log, positive),
    "sqrt": ("sqrt(x)", torch.sqrt, positive),
    "square": ("square(x)", torch.square, real),
    "erf": ("erf(x)", torch.erf, real),
    "sigmoid": ("sigmoid(x)", torch.sigmoid, real),
    "tanh": ("tanh(x)", torch.tanh, real),
    "softplus": ("softplus(x)", F.softplus, real),
    "gelu": ("gelu(x)", F.gelu, real),
    "relu": ("relu(x)", torch.relu, real),
    "abs": ("abs(x)", torch.abs, real),
    "leaky_relu": ("leaky_relu(x)", F.leaky_relu, real),
}
FLOOR = {"gelu": torch.abs}
TIES = [[0.5, 1.0, -2.0], [0.0, 1.5, 3.0]]
OTHER = [[0.5, 2.0, -2.0], [0.0, 1.25, -3.0]]


def elementwise():
    for (op, (text, function, make_a, make_b)), (pair, (a, b)) in itertools.product(BINARY.items(), PAIRS.items()):
        yield Case(f"{op}_{pair}", op, {"a": make_a(*a), "b": make_b(*b)}, text, function)
    for op, (text, function, make) in UNARY.items():
        yield Case(op, op, {"x": make(2, 4)}, text, function, floor=FLOOR.get(op, 0.0))
    for op in ("exp", "sigmoid", "gelu"):
        text, function, make = UNARY[op]
        yield Case(f"{op}_scalar", op, {"x": make()}, text, function, floor=FLOOR.get(op, 0.0))
    for op in ("maximum", "minimum"):
        yield Case(f"{op}_ties", op, {"a": fixed(TIES), "b": fixed(OTHER)}, *BINARY[op][:2],
                   note=f"torch.{op} shares a tie evenly, as denpa does")
    for op in ("relu", "abs", "leaky_relu"):
        yield Case(f"{op}_kink", op, {"x": fixed([-1.5, 0.0, 0.25, 0.0])}, *UNARY[op][:2],
                   note="the kink at 0: relu'(0) = 0, abs'(0) = 0, leaky_relu'(0) = slope")
    yield Case("leaky_relu_slope", "leaky_relu", {"x": real(5)}, "leaky_relu(x, 0.25)", lambda x: F.leaky_relu(x, 0.25))
    edge = [-2.0, -0.5, -0.25, 0.5, 0.75]
    passes = lambda x: torch.where((x >= -0.5) & (x <= 0.5), x, x.detach().clamp(-0.5, 0.5))
    yield Case("clip_bounds", "clip", {"x": fixed(edge)}, "clip(x, -0.5, 0.5)", passes,
               note="denpa passes the gradient on the bounds; torch.clamp does not any more, so this is torch.where")
    yield Case("clip_square", "clip square", {"x": fixed(edge)}, "square(clip(x, -0.5, 0.5))", lambda x: passes(x) ** 2)
    yield Case("pow_zero_base", "pow", {"a": fixed([0.0, 0.0, 0.0, 0.0]), "b": fixed([0.0, 1.0, 2.0, 3.0])},
               *BINARY["pow"][:2],
               second=False, note="0 ** b: da = 0 where b == 0, db = 0")
    yield Case("pow_zero_exponent", "pow", {"a": fixed([-1.5, 0.0, 1.0, 2.5])}, "a ** 0", lambda a: a ** 0)
    yield Case("pow_negative_base", "pow", {"a": fixed([-1.5, -0.5, -2.0])}, "a ** 3", lambda a: a ** 3)
    for text, power in (("square", 2), ("cube", 3), ("inverse", -1), ("root", 0.5), ("odd", 1.75)):
        yield Case(f"pow_{text}", "pow" if power != 2 else "-", {"a": positive(4)}, f"a ** {power}",
                   lambda a, p=power: a ** p)
    yield Case("pow_of_number", "pow", {"a": real(4)}, "2 ** a", lambda a: 2 ** a)
    yield Case("numbers", "add sub mul div", {"x": positive(3)}, "(3 - x) / (2 * x + 1) + 1 / x",
               lambda x: (3 - x) / (2 * x + 1) + 1 / x)
    yield Case("used_often", "mul add", {"x": real(2, 2)}, "x * x * x + x * exp(x) - x",
               lambda x: x * x * x + x * x.exp() - x)
    yield Case("where", "where", {"a": real(2, 3), "b": real(2, 3)}, "where(a > b, a * b, exp(b))",
               lambda a, b: torch.where(a > b, a * b, b.exp()))
    yield Case("where_broadcast", "where", {"c": real(3, 1), "a": real(2), "b": real(1)}, "where(c > 0, a, b)",
               lambda c, a, b: torch.where(c > 0, a, b))
    yield Case("cast", "cast", {"x": real(4)}, "float64(float32(x)) * x", lambda x: x.float().double() * x,
               second=False,
               note="the numbers are float32 exactly, so that the way through float32 rounds nothing")
    yield Case("float16", "float16", {"x": fixed([2049.0, 2051.0, -1000.015625, 33.015625, 33.046875, 0.25, -65519.984375])},
               "float16(x)", lambda x: x.half().to(x.dtype), second=False, note="halves to even")
    yield Case("sign", "sign", {"x": fixed([-1.5, 0.0, 0.25])}, "sign(x) * x", lambda x: x.sign() * x)
    yield Case("round", "round", {"x": fixed([-1.5, -0.5, 0.5, 1.5, 2.25])}, "round(x)", lambda x: x.round().detach(),
               note="halves to even")
    yield Case("compare", "equal not_equal less less_equal greater greater_equal",
               {"a": fixed(TIES), "b": fixed(OTHER)},
               "(a == b) * 1.0 + (a != b) * 2.0 + (a < b) * 4.0 + (a <= b) * 8.0 + (a > b) * 16.0 + (a >= b) * 32.0",
               lambda a, b: sum(c.to(D) * w for c, w in
                                zip((a == b, a != b, a < b, a <= b, a > b, a >= b), (1, 2, 4, 8, 16, 32))))


# ---- the list: over axes --------------------------------------------------------------------------------------------

AXES = {
    "all": ("", None, False),
    "0": (", axis=0", 0, False),
    "last": (", axis=-1", -1, False),
    "keep": (", axis=1, keepdims=True", 1, True),
    "two": (", axis=(0, 2)", (0, 2), False),
    "two_keep": (", axis=(1, -1), keepdims=True", (1, -1), True),
}
REDUCE = {
    "sum": ("sum", lambda x, d, k: x.sum(dim=d, keepdim=k), real),
    "mean": ("mean", lambda x, d, k: x.mean(dim=d, keepdim=k), real),
    "max": ("max", lambda x, d, k: x.amax(dim=d, keepdim=k), real),
    "min": ("min", lambda x, d, k: x.amin(dim=d, keepdim=k), real),
    "logsumexp": ("logsumexp", lambda x, d, k: x.logsumexp(dim=d, keepdim=k), real),
    "var": ("var", lambda x, d, k: x.var(dim=d, keepdim=k, correction=0), real),
    "var1": ("var", lambda x, d, k: x.var(dim=d, keepdim=k, correction=1), real),
}
OP_OF = {"mean": "-", "var": "-", "var1": "-"}


def axes():
    for (name, (word, function, make)), (kind, (text, dim, keep)) in itertools.product(REDUCE.items(), AXES.items()):
        dims = tuple(range(3)) if dim is None else dim
        options = text + (", ddof=1" if name == "var1" else "")
        yield Case(f"{name}_{kind}", OP_OF.get(name, name), {"x": make(2, 2, 3)}, f"{word}(x{options})",
                   lambda x, f=function, d=dims, k=keep: f(x, d, k), floor=1.0 if name == "logsumexp" else 0.0)
    tied = [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [-1.0, 0.5, -1.0]]
    for name in ("max", "min"):
        pick = torch.amax if name == "max" else torch.amin
        yield Case(f"{name}_ties", name, {"x": fixed(tied)}, f"{name}(x, axis=1)", lambda x, p=pick: p(x, dim=1),
                   note=f"torch.a{name} shares ties evenly, as denpa does; torch.{name}(x, dim) gives all to one index")
        yield Case(f"{name}_ties_all", name, {"x": fixed(tied)}, f"square({name}(x))",
                   lambda x, p=pick: p(x, dim=(0, 1)) ** 2)
    for kind, axis in (("last", -1), ("0", 0), ("middle", 1)):
        yield Case(f"softmax_{kind}", "softmax", {"x": real(2, 3, 2)}, f"softmax(x, axis={axis})",
                   lambda x, d=axis: x.softmax(d))
        yield Case(f"log_softmax_{kind}", "log_softmax", {"x": real(2, 3, 2)}, f"log_softmax(x, axis={axis})",
                   lambda x, d=axis: x.log_softmax(d), floor=1.0)
    yield Case("softmax_vector", "softmax", {"x": real(4)}, "softmax(x)", lambda x: x.softmax(0))
    yield Case("argmax", "argmax one_hot", {"x": real(3, 4)}, "one_hot(argmax(x, axis=1), 4) * x",
               lambda x: F.one_hot(x.argmax(1), 4) * x)


# ---- the list: shapes -----------------------------------------------------------------------------------------------

def shapes():
    x = {"x": real(2, 3, 2)}
    m = {"x": real(4, 3)}
    for name, op, inputs, text, function in (
            ("reshape", "reshape", x, "reshape(x, (3, 4))", lambda x: x.reshape(3, 4)),
            ("reshape_minus_one", "reshape", x, "reshape(x, (2, -1))", lambda x: x.reshape(2, -1)),
            ("flatten", "reshape", x, "flatten(x)", lambda x: x.flatten(1)),
            ("transpose_T", "transpose", m, "x.T", lambda x: x.T),
            ("transpose_axes", "transpose", x, "transpose(x, (2, 0, 1))", lambda x: x.permute(2, 0, 1)),
            ("slice_columns", "slice", m, "x[:, 1:3]", lambda x: x[:, 1:3]),
            ("slice_step", "slice", m, "x[::2, :2]", lambda x: x[::2, :2]),
            ("slice_back", "slice", m, "x[::-1, 2:0:-1]", lambda x: x.flip(0)[:, 1:].flip(1)),
            ("select_row", "slice", m, "x[1]", lambda x: x[1]),
            ("select_column", "slice", m, "x[:, -1]", lambda x: x[:, -1]),
            ("select_element", "slice", m, "x[2, 1]", lambda x: x[2, 1])):
        yield Case(name, op, inputs, f"square({text})", lambda x, f=function: f(x) ** 2)
    ab = {"a": real(2, 2), "b": real(1, 2), "c": real(2, 2)}
    yield Case("concat_0", "concat", ab, "square(concat([a, b, c], axis=0))", lambda a, b, c: torch.cat([a, b, c]) ** 2)
    yield Case("concat_1", "concat", {"a": real(2, 2), "b": real(2, 1)}, "exp(concat([a, b], axis=1))",
               lambda a, b: torch.cat([a, b], 1).exp())
    pair = {"a": real(2, 2), "b": real(2, 2)}
    for axis in (0, 1, -1):
        yield Case(f"stack_{axis}".replace("-1", "last"), "-", pair, f"exp(stack([a, b], axis={axis}))",
                   lambda a, b, d=axis: torch.stack([a, b], d).exp())
    yield Case("concat_twice_the_same", "concat", {"a": real(2, 2)}, "exp(concat([a, a], axis=1))",
               lambda a: torch.cat([a, a], 1).exp())
    rows = [2, 0, 2, -1, 2]
    yield Case("gather", "gather", {"x": real(4, 2), "i": whole(rows)}, "exp(x[i])", lambda x, i: x[i].exp(),
               note="row 2 is taken three times: its gradients add up")
    yield Case("gather_2d_index", "gather", {"x": real(3, 2), "i": whole([[0, 2], [1, 1]])}, "exp(x[i])",
               lambda x, i: x[i].exp())
    yield Case("gather_vector", "gather", {"x": real(4), "i": whole([3, 3, 0])}, "exp(x[i])", lambda x, i: x[i].exp())
    yield Case("broadcast_to", "broadcast_to", {"x": real(2, 2, low=-0.5, high=0.5)}, "exp(grad(square(sum(x)), x))",
               lambda x: (2 * x.sum()).expand(2, 2).exp(),
               note="the gradient of a sum repeats, that of a slice is put among zeros, that of rows is added up")
    yield Case("slice_put", "slice_put", {"x": real(2, 2)}, "exp(grad(sum(square(x[:, :1])), x))",
               lambda x: torch.cat([2 * x[:, :1], 0 * x[:, 1:]], 1).exp())
    yield Case("scatter_add", "scatter_add", {"x": real(3, 2, low=-0.5, high=0.5), "i": whole([1, 0, 1])},
               "exp(grad(sum(x[i] * x[i] * x[i]), x))",
               lambda x, i: (3 * x * x * torch.tensor([[1.0], [2.0], [0.0]], dtype=D)).exp())
    yield Case("class_mean", "-", {"x": real(5, 3), "t": whole([0, 2, 1, 2, 2])}, "square(class_mean(x, t, 3))",
               lambda x, t: torch.stack([x[t == k].mean(0) for k in range(3)]) ** 2)


# ---- the list: products ---------------------------------------------------------------------------------------------

def products():
    for name, a, b in (("vectors", (4,), (4,)), ("vector_matrix", (3,), (3, 2)), ("matrix_vector", (2, 3), (3,)),
                       ("matrices", (2, 3), (3, 4)), ("batch", (2, 2, 3), (2, 3, 2)),
                       ("batch_broadcast", (2, 1, 2, 3), (3, 3, 1)), ("batch_matrix", (2, 2, 3), (3, 2)),
                       ("matrix_batch", (2, 3), (2, 3, 2)), ("batch_vector", (2, 2, 3), (3,)),
                       ("vector_batch", (3,), (2, 3, 2)), ("one", (1, 1), (1, 1)), ("long", (1, 17), (17, 1))):
        yield Case(f"matmul_{name}", "matmul", {"a": real(*a), "b": real(*b)}, "a @ b", lambda a, b: a @ b)
    yield Case("matmul_transposed", "matmul transpose", {"a": real(3, 2), "b": real(2, 3)}, "a.T @ b.T",
               lambda a, b: a.T @ b.T)
    yield Case("matmul_itself", "matmul", {"a": real(2, 2)}, "a @ a @ a", lambda a: a @ a @ a)
    yield Case("affine", "-", {"x": real(2, 3), "W": real(3, 2), "b": real(2)}, "affine(x, W, b)",
               lambda x, W, b: x @ W + b)
    yield Case("affine_vector", "-", {"x": real(3), "W": real(3, 2), "b": real(2)}, "affine(x, W, b)",
               lambda x, W, b: x @ W + b)
    yield Case("affine_flattens", "-", {"x": real(2, 2, 2), "W": real(4, 2), "b": real(2)}, "affine(x, W, b)",
               lambda x, W, b: x.flatten(1) @ W + b)
    yield Case("two_layers", "-", {"x": real(2, 2), "W": real(2, 3), "b": real(3), "V": real(3, 2), "t": whole([1, 0])},
               "softmax_cross_entropy(tanh(x @ W + b) @ V, t)",
               lambda x, W, b, V, t: F.cross_entropy((x @ W + b).tanh() @ V, t), floor=1.0)


# ---- the list: planes -----------------------------------------------------------------------------------------------

CONVS = {
    "plain": ((2, 2, 3, 4), (2, 2, 2, 2), {}),
    "padded": ((1, 1, 3, 3), (2, 1, 3, 3), {"padding": (1, 1)}),
    "stride": ((1, 2, 4, 5), (1, 2, 2, 3), {"stride": (2, 1), "padding": (0, 1)}),
    "dilation": ((1, 1, 5, 4), (1, 1, 2, 2), {"dilation": (3, 2), "padding": (1, 0)}),
    "groups": ((1, 4, 2, 3), (2, 2, 2, 2), {"groups": 2, "padding": (1, 0)}),
    "depthwise": ((1, 2, 3, 2), (4, 1, 2, 1), {"groups": 2, "stride": (2, 2), "padding": (1, 1)}),
    "whole": ((2, 1, 2, 3), (2, 1, 2, 3), {}),
    "left_over": ((1, 1, 4, 6), (1, 1, 2, 2), {"stride": (3, 4)}),
    "all": ((1, 2, 5, 5), (2, 1, 2, 2), {"stride": (2, 3), "padding": (2, 1), "dilation": (2, 1), "groups": 2}),
}
TRANSPOSED = {
    "plain": ((1, 2, 2, 3), (2, 2, 2, 2), {}),
    "stride": ((1, 1, 2, 2), (1, 2, 3, 2), {"stride": (2, 3), "padding": (1, 0)}),
    "output_padding": ((1, 2, 2, 2), (2, 1, 2, 3), {"stride": (3, 2), "padding": (1, 1), "output_padding": (2, 1)}),
    "groups": ((1, 2, 2, 2), (2, 2, 2, 1), {"groups": 2, "dilation": (2, 1)}),
}
POOLS = {
    "plain": ((1, 2, 4, 4), {"kernel_size": 2}),
    "left_over": ((1, 1, 5, 3), {"kernel_size": 2}),
    "overlap": ((1, 1, 4, 4), {"kernel_size": 3, "stride": 1}),
    "padded": ((1, 1, 3, 4), {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 1)}),
}


def options(kinds):
    return "".join(f", {key}={value}" for key, value in kinds.items())


def planes():
    for name, (x, w, kinds) in CONVS.items():
        call = lambda x, W, b, k=kinds: F.conv2d(x, W, b, **k)
        yield Case(f"conv2d_{name}", "conv2d", {"x": real(*x), "W": real(*w), "b": real(w[0])},
                   f"square(conv2d(x, W, b{options(kinds)}))", lambda x, W, b, f=call: f(x, W, b) ** 2)
    weight = lambda x, W, u: torch.autograd.grad((u * F.conv2d(x, W, stride=2, padding=1)).sum(), W, create_graph=True)[0]
    yield Case("conv2d_weight", "conv2d_weight", {"x": real(2, 1, 3, 3), "W": real(2, 1, 2, 2), "u": real(2, 2, 2, 2)},
               "square(grad(conv2d(x, W, padding=1, stride=2), W, upstream=u))",
               lambda x, W, u: weight(x, W, u) ** 2)
    for name, (x, w, kinds) in TRANSPOSED.items():
        call = lambda x, W, b, k=kinds: F.conv_transpose2d(x, W, b, **k)
        out = w[1] * kinds.get("groups", 1)
        yield Case(f"conv_transpose2d_{name}", "conv2d_input", {"x": real(*x), "W": real(*w), "b": real(out)},
                   f"square(conv_transpose2d(x, W, b{options(kinds)}))", lambda x, W, b, f=call: f(x, W, b) ** 2,
                   second="output_padding" not in kinds,
                   note="no second order: PyTorch 2.15 refuses its own third" if "output_padding" in kinds else None)
    yield Case("conv1d", "conv2d", {"x": real(2, 2, 6), "W": real(4, 1, 2), "b": real(4)},
               "square(conv1d(x, W, b, stride=2, padding=1, dilation=2, groups=2))",
               lambda x, W, b: F.conv1d(x, W, b, stride=2, padding=1, dilation=2, groups=2) ** 2)
    yield Case("conv_transpose1d", "conv2d_input", {"x": real(1, 2, 3), "W": real(2, 1, 2), "b": real(1)},
               "square(conv_transpose1d(x, W, b, stride=2, padding=1, output_padding=1))",
               lambda x, W, b: F.conv_transpose1d(x, W, b, stride=2, padding=1, output_padding=1) ** 2, second=False)
    for name, (x, kinds) in POOLS.items():
        yield Case(f"max_pool2d_{name}", "max_pool2d", {"x": real(*x)}, f"square(max_pool2d(x{options(kinds)}))",
                   lambda x, k=kinds: F.max_pool2d(x, **k) ** 2)
        yield Case(f"avg_pool2d_{name}", "avg_pool2d", {"x": real(*x)}, f"square(avg_pool2d(x{options(kinds)}))",
                   lambda x, k=kinds: F.avg_pool2d(x, **k) ** 2)
        real_only = kinds | {"count_include_pad": False}
        yield Case(f"avg_pool2d_real_{name}", "avg_pool2d", {"x": real(*x)}, f"square(avg_pool2d(x{options(real_only)}))",
                   lambda x, k=real_only: F.avg_pool2d(x, **k) ** 2)
    yield Case("max_pool2d_dilation", "max_pool2d", {"x": real(1, 1, 5, 4)}, "square(max_pool2d(x, 2, 1, dilation=(3, 2)))",
               lambda x: F.max_pool2d(x, 2, 1, dilation=(3, 2)) ** 2)
    ties = [[[[1.0, 1.0, 0.5, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0], [0.0, 0.0, -1.0, 2.0]]]]
    for kind in ("2", "2, 1"):
        arguments = [int(n) for n in kind.split(", ")]
        yield Case(f"max_pool2d_ties_{arguments[-1]}", "max_pool2d", {"x": fixed(ties)}, f"square(max_pool2d(x, {kind}))",
                   lambda x, a=arguments: F.max_pool2d(x, *a) ** 2, note="the first of those that tie gets it all")
    put = lambda x: torch.autograd.grad((F.max_pool2d(x, 2, 1) ** 3).sum(), x, create_graph=True)[0] / 16
    yield Case("max_pool2d_put", "max_pool2d_put", {"x": real(1, 1, 3, 3)},
               "exp(grad(sum(max_pool2d(x, 2, 1) ** 3), x) / 16)", lambda x: put(x).exp(), gradient_floor=16.0)
    yield Case("max_pool2d_pick", "max_pool2d_pick", {"x": real(1, 1, 3, 3), "v": real(1, 1, 3, 3)},
               "exp(grad(sum(v * grad(sum(max_pool2d(x, 2, 1) ** 3), x)), x) / 64)",
               lambda x, v: (torch.autograd.grad((v * put(x)).sum() * 16, x, create_graph=True)[0] / 64).exp(),
               gradient_floor=16.0)
    spread = lambda x: torch.autograd.grad((F.avg_pool2d(x, 2, 1) ** 3).sum(), x, create_graph=True)[0]
    yield Case("avg_pool2d_put", "avg_pool2d_put", {"x": real(1, 1, 3, 3)},
               "exp(grad(sum(avg_pool2d(x, 2, 1) ** 3), x))", lambda x: spread(x).exp(), gradient_floor=4.0)
    yield Case("global_pools", "-", {"x": real(1, 2, 2, 3)}, "global_max_pool2d(x) * global_avg_pool2d(x)",
               lambda x: F.adaptive_max_pool2d(x, 1) * F.adaptive_avg_pool2d(x, 1))
    yield Case("max_pool1d", "-", {"x": real(1, 2, 5)}, "square(max_pool1d(x, 2, 1, padding=1))",
               lambda x: F.max_pool1d(x, 2, 1, padding=1) ** 2)
    yield Case("avg_pool1d", "-", {"x": real(1, 2, 5)}, "square(avg_pool1d(x, 3, 2, padding=1))",
               lambda x: F.avg_pool1d(x, 3, 2, padding=1) ** 2)


# ---- the list: losses -----------------------------------------------------------------------------------------------

def rows_of(y):
    return y.reshape(-1, y.shape[-1])


def soft_cross_entropy(y, t):
    return -(rows_of(t) * rows_of(y).log_softmax(1)).sum(1).mean()


def book_cross_entropy(p, t, eps=1e-7):
    return -(rows_of(t) * (rows_of(p) + eps).log()).sum(1).mean()


def losses():
    name = "softmax_cross_entropy"
    text = f"{name}(y0, t)"
    indices = {"y0": real(3, 4), "t": whole([2, 0, 3])}
    yield Case(f"{name}_indices", name, indices, text, lambda y0, t: F.cross_entropy(y0, t), floor=1.0)
    yield Case(f"{name}_one_hot", name, indices, f"{name}(y0, one_hot(t, 4))", lambda y0, t: F.cross_entropy(y0, t),
               floor=1.0)
    yield Case(f"{name}_soft", name, {"y0": real(2, 3), "t": fixed([[0.25, 0.5, 0.25], [0.125, 0.0, 0.875]])}, text,
               soft_cross_entropy, floor=1.0)
    yield Case(f"{name}_any_target", name, {"y0": real(2, 3), "t": real(2, 3)}, text, soft_cross_entropy, floor=1.0,
               note="targets that do not add up to 1: the formula of ops.h")
    yield Case(f"{name}_rank3", name, {"y0": real(2, 2, 3), "t": whole([[2, 0], [1, 1]])}, text,
               lambda y0, t: F.cross_entropy(rows_of(y0), t.reshape(-1)), floor=1.0)
    yield Case(f"{name}_rank3_soft", name, {"y0": real(2, 2, 2), "t": positive(2, 2, 2)}, text, soft_cross_entropy,
               floor=1.0)
    yield Case(f"{name}_vector", name, {"y0": real(4), "t": whole(1)}, text, lambda y0, t: F.cross_entropy(y0, t),
               floor=1.0)
    probabilities = fixed([[0.25, 0.625, 0.125], [0.0625, 0.4375, 0.5]])
    book = {"p": probabilities, "t": whole([1, 2])}
    yield Case("cross_entropy_indices", "-", book, "cross_entropy(p, t)",
               lambda p, t: book_cross_entropy(p, F.one_hot(t, 3)))
    yield Case("cross_entropy_sum", "-", book, 'cross_entropy(p, t, reduction="sum")',
               lambda p, t: 2 * book_cross_entropy(p, F.one_hot(t, 3)))
    yield Case("cross_entropy_one_hot", "-", {"p": probabilities, "t": fixed([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])},
               "cross_entropy(p, t)", book_cross_entropy)
    yield Case("cross_entropy_eps", "-", book, "cross_entropy(p, t, eps=0.125)",
               lambda p, t: book_cross_entropy(p, F.one_hot(t, 3), 0.125))
    yield Case("cross_entropy_vector", "-", {"p": fixed([0.25, 0.625, 0.125]), "t": fixed([0.0, 1.0, 0.0])},
               "cross_entropy(p, t)",
               book_cross_entropy)
    yt = {"y0": real(2, 3), "t": real(2, 3)}
    yield Case("mean_squared_error", "-", yt, "mean_squared_error(y0, t)", lambda y0, t: F.mse_loss(y0, t))
    yield Case("sum_squared_error", "-", yt, "sum_squared_error(y0, t)", lambda y0, t: ((y0 - t) ** 2).sum() / 2,
               note="the book's, half of torch's sum")


# ---- the list: layers -----------------------------------------------------------------------------------------------

def philox(counter, key):
    """Philox 4x32-10 (Salmon et al. 2011) of two 64-bit numbers and a key of 64 bits."""
    c = [counter[0] & 0xFFFFFFFF, counter[0] >> 32, counter[1] & 0xFFFFFFFF, counter[1] >> 32]
    k = [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def dropout(x, p, number):
    """torch.nn.functional.dropout(x, p) with the mask that denpa draws for its dropout of that number, seed 0, step 0."""
    keep = [philox((i // 64 * 16 + i % 16, 2**63 + number * 2**40), 0)[i % 64 // 16] >= int(p * 2**32)
            for i in range(x.numel())]
    return x * torch.tensor(keep).reshape(x.shape) / (1 - p)


def recurrent(layer, x, weights, first):
    """torch.nn.RNN, GRU or LSTM with these weights: what all steps give."""
    zeros = x.new_zeros(1, x.shape[0], weights[1].shape[1])
    states = [s[None] for s in first] or [zeros] * (2 if layer == "lstm" else 1)
    how = (True, 1, 0.0, False, False, True)  # biases, one layer, no dropout, evaluation, one direction, batch first
    name = {"rnn": "rnn_tanh"}.get(layer, layer)
    return getattr(torch._VF, name)(x, states if layer == "lstm" else states[0], weights, *how)[0]


def attend(q, k, v, **options):
    """torch's scaled_dot_product_attention by its plain formula: the fused ones have no second order."""
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        return F.scaled_dot_product_attention(q, k, v, **options)


def heads(x, count, W_in, W_out, b_in=None, b_out=None, hidden=None):
    """torch's multi-head attention of x to itself; hidden: True where nothing is looked at, or numbers that are added."""
    rows = x.transpose(0, 1)
    y, _ = F.multi_head_attention_forward(rows, rows, rows, x.shape[2], count, W_in.T, b_in, None, None, False, 0.0,
                                          W_out.T, b_out, training=False, attn_mask=hidden)
    return y.transpose(0, 1)


def layers():
    yield Case("dropout_training", "dropout", {"x": real(4, 20)}, "dropout(square(x), 0.25)",
               lambda x: dropout(x ** 2, 0.25, 0))
    yield Case("dropout_twice_training", "dropout", {"x": real(70)}, "dropout(exp(dropout(x)), p=0.3)",
               lambda x: dropout(dropout(x, 0.5, 0).exp(), 0.3, 1))
    yield Case("silu", "-", {"x": real(2, 4)}, "silu(x)", F.silu)
    yield Case("elu", "-", {"x": fixed([-3.0, -0.5, 0.25, 2.0])}, "elu(x)", F.elu)
    yield Case("elu_alpha", "-", {"x": real(3, 3)}, "elu(x, alpha=0.75)", lambda x: F.elu(x, 0.75))
    yield Case("elu_small", "-", {"x": fixed(SMALL)}, "elu(x)", F.elu, second=False,
               note="near 0 no digit may be lost; at 0 the second order has a jump, which each takes its own way")
    yield Case("prelu", "-", {"x": real(2, 4), "a": real(1)}, "prelu(x, a)", F.prelu)
    yield Case("prelu_kink", "-", {"x": fixed([-1.5, 0.0, 0.25]), "a": fixed([0.25])}, "prelu(x, a)", F.prelu,
               second=False, note="the kink at 0: the slope a")
    yield Case("prelu_channels", "-", {"x": real(2, 3, 2), "a": real(3)}, "prelu(x, a)", F.prelu)
    yt = {"y0": real(2, 3), "t": real(2, 3)}
    questions = {"y0": real(2, 3), "t": fixed([[0.0, 1.0, 0.25], [1.0, 0.0, 0.5]])}
    bce = "binary_cross_entropy_with_logits"
    for word in ("mean", "sum", "none"):
        yield Case(f"l1_loss_{word}", "-", yt, f'l1_loss(y0, t, "{word}")',
                   lambda y0, t, r=word: F.l1_loss(y0, t, reduction=r))
        yield Case(f"huber_loss_{word}", "-", yt, f'huber_loss(y0, t, reduction="{word}")',
                   lambda y0, t, r=word: F.huber_loss(y0, t, reduction=r))
        yield Case(f"{bce}_{word}", "-", questions, f'{bce}(y0, t, reduction="{word}")',
                   lambda y0, t, r=word: F.binary_cross_entropy_with_logits(y0, t, reduction=r))
    yield Case("huber_loss_delta", "-", yt, "huber_loss(y0, t, 0.5)", lambda y0, t: F.huber_loss(y0, t, delta=0.5))
    yield Case("huber_loss_bound", "-", {"y0": fixed([-1.0, 1.0, 0.0, 3.0]), "t": fixed([0.0, 0.0, 0.0, 0.0])},
               "huber_loss(y0, t)", F.huber_loss, second=False,
               note="the slope at the bound; the second order has a jump there, which each takes its own way")
    yield Case(f"{bce}_pos_weight", "-", questions | {"w": whole([1, 3, 2])}, f"{bce}(y0, t, w)",
               lambda y0, t, w: F.binary_cross_entropy_with_logits(y0, t, pos_weight=w.to(D)))
    yield Case(f"{bce}_large", "-", {"y0": fixed([-800.0, -40.0, 40.0, 800.0, 0.0]), "t": whole([0, 0, 1, 1, 1])},
               f'{bce}(y0, t, reduction="none")',
               lambda y0, t: F.softplus(torch.where(t == 1, -y0, y0), threshold=700),
               note="a right answer costs exp(-40): no digit of it may be lost; torch's own has 0 for it")
    logs = {"p": fixed([[-1.5, -0.75, -1.25], [-0.5, -2.0, -1.75]]), "t": fixed([[0.25, 0.5, 0.25], [0.625, 0.25, 0.125]])}
    for word in ("mean", "sum", "batchmean", "none"):
        yield Case(f"kl_div_{word}", "-", logs, f'kl_div(p, t, "{word}")',
                   lambda p, t, r=word: F.kl_div(p, t, reduction=r))
    yield Case("kl_div_zero", "-", {"p": real(3), "t": whole([0, 1, 0])}, 'kl_div(p, t, "sum")',
               lambda p, t: F.kl_div(p, t.to(D), reduction="sum"))
    xent = "softmax_cross_entropy"
    scores, classes, soft = {"y0": real(3, 4)}, {"t": whole([2, 0, 3])}, {"t": positive(3, 4)}
    weight = {"w": whole([1, 3, 2, 1])}
    yield Case(f"{xent}_weight", xent, scores | classes | weight, f"{xent}(y0, t, w)",
               lambda y0, t, w: F.cross_entropy(y0, t, w.to(D)), floor=1.0)
    yield Case(f"{xent}_smoothing", xent, scores | classes, f"{xent}(y0, t, label_smoothing=0.25)",
               lambda y0, t: F.cross_entropy(y0, t, label_smoothing=0.25), floor=1.0)
    yield Case(f"{xent}_weight_smoothing", xent, scores | classes | weight, f"{xent}(y0, t, w, 0.125)",
               lambda y0, t, w: F.cross_entropy(y0, t, w.to(D), label_smoothing=0.125), floor=1.0)
    yield Case(f"{xent}_soft_weight_smoothing", xent, scores | soft | weight, f"{xent}(y0, t, w, 0.125)",
               lambda y0, t, w: F.cross_entropy(y0, t, w.to(D), label_smoothing=0.125), floor=8.0)
    rows, one, two = {"x": real(3, 4)}, {"g": positive(4), "b": real(4)}, {"g": positive(2, 3), "b": real(2, 3)}
    yield Case("layer_norm", "-", rows | one, "layer_norm(x, g, b)", lambda x, g, b: F.layer_norm(x, (4,), g, b))
    yield Case("layer_norm_plain", "-", rows, "layer_norm(x, affine=False)", lambda x: F.layer_norm(x, (4,)))
    yield Case("layer_norm_axes", "-", {"x": real(2, 2, 3)} | two, "layer_norm(x, g, b, axes=2, eps=0.125)",
               lambda x, g, b: F.layer_norm(x, (2, 3), g, b, 0.125))
    yield Case("rms_norm", "-", rows | {"g": positive(4)}, "rms_norm(x, g)", lambda x, g: F.rms_norm(x, (4,), g, 1e-6))
    yield Case("rms_norm_axes", "-", {"x": real(2, 2, 3)}, "rms_norm(x, axes=2, eps=0.125, affine=False)",
               lambda x: F.rms_norm(x, (2, 3), None, 0.125))
    for kind, shape in (("rows", (5, 3)), ("line", (3, 3, 2)), ("plane", (2, 3, 2, 2))):
        given = {"x": real(*shape), "g": positive(3), "b": real(3)}
        seen = {"m": real(3), "v": positive(3)}
        yield Case(f"batch_norm_{kind}_training", "-", given | seen, "batch_norm(x, g, b, m, v)",
                   lambda x, g, b, m, v: F.batch_norm(x, m.detach().clone(), v.detach().clone(), g, b, True),
                   second=False, note="torch has no third order, which the scales of the second would need")
        yield Case(f"batch_norm_{kind}", "-", given | {"m": whole([1, -2, 0]), "v": whole([1, 2, 3])},
                   "batch_norm(x, g, b, m, v, eps=0.125)",
                   lambda x, g, b, m, v: F.batch_norm(x, m.to(D), v.to(D), g, b, eps=0.125))
    yield Case("embedding", "gather", {"x": whole([[1, 0, 2], [2, 2, 0]]), "W": real(3, 2)}, "embedding(x, W)", F.embedding)
    qkv = {"q": real(2, 3, 2), "k": real(2, 4, 2), "v": real(2, 4, 3)}
    yield Case("attention", "-", qkv, "attention(q, k, v)", lambda q, k, v: attend(q, k, v))
    yield Case("attention_causal", "-", qkv, "attention(q, k, v, causal=True)",
               lambda q, k, v: attend(q, k, v, is_causal=True))
    yield Case("attention_added", "-", qkv | {"m": real(3, 4)}, "attention(q, k, v, m)",
               lambda q, k, v, m: attend(q, k, v, attn_mask=m))
    yield Case("attention_longer_mask", "-", qkv | {"m": real(5, 6)}, "attention(q, k, v, m > -1)",
               lambda q, k, v, m: attend(q, k, v, attn_mask=(m > -1)[:3, :4]))
    yield Case("attention_heads", "-", {"q": real(1, 2, 3, 2), "k": real(1, 2, 3, 2), "v": real(1, 2, 3, 2)},
               "attention(q, k, v, causal=True)", lambda q, k, v: attend(q, k, v, is_causal=True))
    many = {"x": real(2, 3, 4), "W": real(4, 12), "U": real(4, 4)}
    both = {"b": real(12), "c": real(4)}
    # A bias of the keys changes nothing: its gradients are sums of numbers as large as a query, 4 products of 2 x 2, that cancel.
    later = torch.ones(3, 3).triu(1) > 0
    call = "multi_head_attention(x, 2, W_in=W, W_out=U"
    yield Case("multi_head_attention", "-", many | both, f"{call}, b_in=b, b_out=c)",
               lambda x, W, U, b, c: heads(x, 2, W, U, b, c), gradient_floor=16.0)
    yield Case("multi_head_attention_causal", "-", many | both, f"{call}, b_in=b, b_out=c, causal=True)",
               lambda x, W, U, b, c: heads(x, 2, W, U, b, c, hidden=later), gradient_floor=16.0)
    yield Case("multi_head_attention_plain", "-", many, f"{call})", lambda x, W, U: heads(x, 2, W, U), gradient_floor=16.0)
    yield Case("multi_head_attention_added", "-", many | {"m": real(3, 3)}, f"{call}, mask=m)",
               lambda x, W, U, m: heads(x, 2, W, U, hidden=m), gradient_floor=16.0)
    yield Case("multi_head_attention_chosen", "-", many | {"m": real(3, 3)}, f"{call}, mask=m > -1)",
               lambda x, W, U, m: heads(x, 2, W, U, hidden=~(m > -1)), gradient_floor=16.0)
    for layer, gates in (("rnn", 1), ("gru", 3), ("lstm", 4)):
        weights = {"x": real(2, 3, 2), "W": real(2 * gates, 2), "U": real(2 * gates, 2), "b": real(2 * gates), "c": real(2 * gates)}
        first = {"h": real(2, 2)} | ({"s": real(2, 2)} if layer == "lstm" else {})
        yield Case(layer, "-", weights | first, f"{layer}(x, W, U, b, c, {', '.join(first)})",
                   lambda x, W, U, b, c, *s, f=layer: recurrent(f, x, [W, U, b, c], s), gradient_floor=4.0)
        yield Case(f"{layer}_plain", "-", {k: weights[k] for k in "xWU"}, f"{layer}(x, W, U)",
                   lambda x, W, U, f=layer, g=gates: recurrent(f, x, [W, U, 0 * W[:, 0], 0 * W[:, 0]], ()), gradient_floor=4.0)
    yield Case("rnn_relu", "-", {"x": real(2, 3, 2), "W": real(2, 2), "U": real(2, 2)},
               'rnn(x, W, U, nonlinearity="relu")',
               lambda x, W, U: recurrent("rnn_relu", x, [W, U, 0 * W[:, 0], 0 * W[:, 0]], ()))
    yield Case("dropout_evaluation", "-", {"x": real(5)}, "exp(dropout(x))", lambda x: F.dropout(x, training=False).exp())


# ---- the list: large and small numbers -------------------------------------------------------------------------------

LARGE = [-1e4, -800.0, -100.0, -40.0, -20.0, -1.0, 0.0, 1.0, 20.0, 40.0, 100.0, 800.0, 1e4]
SMALL = [-(2.0**-10), -(2.0**-24), 0.0, 2.0**-40, 2.0**-12]
LARGE_ROWS = [[1e4, -1e4, 0.0], [1e4, 1e4, -1e4], [-1e4, -1e4, -9999.0], [800.0, 799.0, -800.0], [20.0, 0.0, -20.0]]


def extremes():
    for op in ("sigmoid", "tanh", "softplus", "gelu", "erf", "relu"):
        function = (lambda x: F.softplus(x, threshold=700)) if op == "softplus" else UNARY[op][1]
        yield Case(f"{op}_large", op, {"x": fixed(LARGE)}, f"{op}(x)", function, floor=FLOOR.get(op, 0.0),
                   note="torch's softplus is x above 20 by default, here above 700" if op == "softplus" else None)
    for op in ("tanh", "erf", "gelu"):
        yield Case(f"{op}_small", op, {"x": fixed(SMALL)}, *UNARY[op][:2], note="near 0 no digit may be lost")
    for op, function in (("softmax", lambda x: x.softmax(1)), ("log_softmax", lambda x: x.log_softmax(1))):
        yield Case(f"{op}_large", op, {"x": fixed(LARGE_ROWS)}, f"{op}(x)", function,
                   floor=1.0 if op == "log_softmax" else 0.0)
    yield Case("logsumexp_large", "logsumexp", {"x": fixed(LARGE_ROWS[:1] + LARGE_ROWS[3:])}, "logsumexp(x, axis=1)",
               lambda x: x.logsumexp(1), floor=1.0)
    yield Case("logsumexp_large_ties", "logsumexp", {"x": fixed(LARGE_ROWS[1:3])}, "logsumexp(x, axis=1)",
               lambda x: x.logsumexp(1), floor=1.0, gradient_floor=1e4,
               note="PyTorch's gradient dy exp(a - y) takes y rounded, by up to a unit of 1e4")
    yield Case("softmax_cross_entropy_large", "softmax_cross_entropy",
               {"x": fixed(LARGE_ROWS), "t": whole([0, 2, 2, 1, 0])},
               "softmax_cross_entropy(x, t)", lambda x, t: F.cross_entropy(x, t), floor=1.0)
    yield Case("softmax_cross_entropy_large_soft", "softmax_cross_entropy",
               {"x": fixed(LARGE_ROWS), "t": fixed([[0.5, 0.25, 0.25]] * 5)}, "softmax_cross_entropy(x, t)",
               soft_cross_entropy, floor=1.0)


# ---- training -------------------------------------------------------------------------------------------------------

class Path:
    """100 steps of an optimiser, as denpa's text and in PyTorch; five steps are an epoch."""

    def __init__(self, text, make, schedule=None, make_schedule=None, by_epoch=False, clip=None):
        self.text, self.make, self.schedule, self.make_schedule = text, make, schedule, make_schedule
        self.by_epoch, self.clip = by_epoch, clip


def clip_value(limit):
    return lambda p: torch.nn.utils.clip_grad_value_(p, limit)


def clip_norm(limit):
    return lambda p: torch.nn.utils.clip_grad_norm_(p, limit)


def optimizer(name, **options):
    return lambda p: getattr(torch.optim, name)(p, **options)


def group_of_b(name, for_b, **options):
    return lambda p: getattr(torch.optim, name)([{"params": [p[0]]}, {"params": [p[1]], **for_b}], **options)


def schedule(name, **options):
    return lambda o: getattr(torch.optim.lr_scheduler, name)(o, **options)


def warm(total, name, **options):
    def make(o):
        parts = [torch.optim.lr_scheduler.LinearLR(o, total_iters=total), schedule(name, **options)(o)]
        return torch.optim.lr_scheduler.SequentialLR(o, parts, milestones=[total])
    return make


def paths():
    momentum = dict(lr=0.05, momentum=0.9)
    betas = dict(lr=0.02, betas=(0.7, 0.95), eps=1e-3)
    yield Path("sgd", optimizer("SGD"))
    yield Path("sgd:lr=0.1", optimizer("SGD", lr=0.1))
    yield Path("sgd:lr=0.1,weight_decay=0.05", optimizer("SGD", lr=0.1, weight_decay=0.05))
    yield Path("momentum:lr=0.05", optimizer("SGD", **momentum))
    yield Path("momentum:lr=0.05,momentum=0.8,dampening=0.3", optimizer("SGD", lr=0.05, momentum=0.8, dampening=0.3))
    yield Path("momentum:lr=0.05,momentum=0.9,nesterov", optimizer("SGD", **momentum, nesterov=True))
    yield Path("nesterov:lr=0.05,weight_decay=0.02", optimizer("SGD", **momentum, nesterov=True, weight_decay=0.02))
    yield Path("adagrad", optimizer("Adagrad"))
    yield Path("adagrad:lr=0.1,lr_decay=0.03,weight_decay=0.1,initial_accumulator_value=0.2,eps=0.001",
               optimizer("Adagrad", lr=0.1, lr_decay=0.03, weight_decay=0.1, initial_accumulator_value=0.2, eps=1e-3))
    yield Path("rmsprop", optimizer("RMSprop"))
    yield Path("rmsprop:centered", optimizer("RMSprop", centered=True))
    yield Path("rmsprop:lr=0.002,alpha=0.9,eps=0.001,weight_decay=0.1,momentum=0.8",
               optimizer("RMSprop", lr=0.002, alpha=0.9, eps=1e-3, weight_decay=0.1, momentum=0.8))
    yield Path("rmsprop:lr=0.002,momentum=0.8,centered", optimizer("RMSprop", lr=0.002, momentum=0.8, centered=True))
    yield Path("adadelta", optimizer("Adadelta"))
    yield Path("adadelta:lr=2,rho=0.8,eps=0.0001,weight_decay=0.1",
               optimizer("Adadelta", lr=2.0, rho=0.8, eps=1e-4, weight_decay=0.1))
    yield Path("adam", optimizer("Adam"))
    yield Path("adam:lr=0.02,amsgrad", optimizer("Adam", lr=0.02, amsgrad=True))
    yield Path("adam:lr=0.02,weight_decay=0.1", optimizer("Adam", lr=0.02, weight_decay=0.1))
    yield Path("adam:lr=0.02,weight_decay=0.1,amsgrad", optimizer("Adam", lr=0.02, weight_decay=0.1, amsgrad=True))
    yield Path("adam:lr=0.02,beta1=0.7,beta2=0.95,eps=0.001", optimizer("Adam", **betas))
    yield Path("adamw", optimizer("AdamW"))
    yield Path("adamw:lr=0.02,weight_decay=0.3,amsgrad", optimizer("AdamW", lr=0.02, weight_decay=0.3, amsgrad=True))
    yield Path("nadam", optimizer("NAdam"))
    yield Path("nadam:lr=0.02,beta1=0.7,beta2=0.95,eps=0.001,weight_decay=0.1,momentum_decay=0.1",
               optimizer("NAdam", **betas, weight_decay=0.1, momentum_decay=0.1))
    yield Path("nadam:lr=0.02,weight_decay=0.1,decoupled_weight_decay",
               optimizer("NAdam", lr=0.02, weight_decay=0.1, decoupled_weight_decay=True))
    # groups
    yield Path("sgd:lr=0.1,weight_decay=0.05;B:weight_decay=0,lr=0.02",
               group_of_b("SGD", dict(lr=0.02, weight_decay=0), lr=0.1, weight_decay=0.05))
    yield Path("adam:lr=0.02;[B-Z]*:amsgrad,beta1=0.5",
               group_of_b("Adam", dict(amsgrad=True, betas=(0.5, 0.999)), lr=0.02))
    yield Path("adagrad:lr=0.1;?:initial_accumulator_value=0.5",
               optimizer("Adagrad", lr=0.1, initial_accumulator_value=0.5))
    # clipping
    yield Path("sgd:lr=0.3,clip_value=0.03", optimizer("SGD", lr=0.3), clip=clip_value(0.03))
    yield Path("momentum:lr=0.1,clip_norm=0.05", optimizer("SGD", lr=0.1, momentum=0.9), clip=clip_norm(0.05))
    yield Path("adam:lr=0.02,clip_value=0.03,clip_norm=0.04", optimizer("Adam", lr=0.02),
               clip=lambda p: (clip_value(0.03)(p), clip_norm(0.04)(p)))
    # schedules
    for text, make in (("step:step_size=7,gamma=0.8", schedule("StepLR", step_size=7, gamma=0.8)),
                       ("multistep:milestones=20/50/51,gamma=0.5",
                        schedule("MultiStepLR", milestones=[20, 50, 51], gamma=0.5)),
                       ("exponential:gamma=0.97", schedule("ExponentialLR", gamma=0.97)),
                       ("cosine", schedule("CosineAnnealingLR", T_max=100)),
                       ("cosine:T_max=30,eta_min=0.01", schedule("CosineAnnealingLR", T_max=30, eta_min=0.01)),
                       ("warmup:total_iters=10", schedule("LinearLR", total_iters=10)),
                       ("warmup:start_factor=0.1,end_factor=0.7,total_iters=40",
                        schedule("LinearLR", start_factor=0.1, end_factor=0.7, total_iters=40)),
                       ("onecycle", schedule("OneCycleLR", max_lr=0.1, total_steps=100)),
                       ("onecycle:max_lr=0.3,total_steps=120,pct_start=0.4,linear,base_momentum=0.7,max_momentum=0.9,"
                        "div_factor=10,final_div_factor=100,three_phase",
                        schedule("OneCycleLR", max_lr=0.3, total_steps=120, pct_start=0.4, anneal_strategy="linear",
                                 base_momentum=0.7, max_momentum=0.9, div_factor=10, final_div_factor=100,
                                 three_phase=True)),
                       ("onecycle:cycle_momentum=0",
                        schedule("OneCycleLR", max_lr=0.1, total_steps=100, cycle_momentum=False)),
                       ("warmup:total_iters=10;cosine", warm(10, "CosineAnnealingLR", T_max=90)),
                       ("warmup:total_iters=10;step:step_size=20", warm(10, "StepLR", step_size=20))):
        yield Path("momentum:lr=0.1", optimizer("SGD", lr=0.1, momentum=0.9), text, make)
    yield Path("adam:lr=0.02", optimizer("Adam", lr=0.02), "onecycle",
               schedule("OneCycleLR", max_lr=0.02, total_steps=100))
    yield Path("nadam:lr=0.02", optimizer("NAdam", lr=0.02), "onecycle",
               schedule("OneCycleLR", max_lr=0.02, total_steps=100))
    yield Path("sgd:lr=0.1;B:lr=0.02", group_of_b("SGD", dict(lr=0.02), lr=0.1), "exponential:gamma=0.97",
               schedule("ExponentialLR", gamma=0.97))
    yield Path("sgd:lr=0.1", optimizer("SGD", lr=0.1), "step:step_size=3,by_epoch", schedule("StepLR", step_size=3),
               by_epoch=True)
    yield Path("sgd:lr=0.1", optimizer("SGD", lr=0.1), "cosine:by_epoch", schedule("CosineAnnealingLR", T_max=20),
               by_epoch=True)
    for text, options in (("plateau:patience=1,threshold=0.01,cooldown=2,factor=0.5",
                           dict(patience=1, threshold=0.01, cooldown=2, factor=0.5)),
                          ("plateau:patience=0,threshold=0.01,threshold_abs,min_lr=0.02,factor=0.7",
                           dict(patience=0, threshold=0.01, threshold_mode="abs", min_lr=0.02, factor=0.7))):
        yield Path("sgd:lr=0.1;B:lr=0.05", group_of_b("SGD", dict(lr=0.05), lr=0.1), text,
                   schedule("ReduceLROnPlateau", **options), by_epoch=True)


def path_lines(path, leaves, loss_of):
    leaves = [p.clone().requires_grad_() for p in leaves]
    made = path.make(leaves)
    plan = path.make_schedule(made) if path.schedule else None
    lines, rates = [f"case {path.text}"], []
    if path.schedule:
        lines[0] += f" | {path.schedule}"
    for step in range(1, 101):
        rates.append(made.param_groups[0]["lr"])
        made.zero_grad()
        loss = loss_of(*leaves)
        loss.backward()
        if path.clip:
            path.clip(leaves)
        made.step()
        if plan and not path.by_epoch:
            plan.step()
        elif plan and step % 5 == 0:
            plan.step(*([loss.item()] if "plateau" in path.schedule else []))
        if step % 10 == 0:
            lines += [record(f"after_{step}", name, leaf) for name, leaf in zip("AB", leaves)]
    if plan:
        lines.append(record("rates", "group0", torch.tensor(rates, dtype=D)))
    return lines


def optimizer_lines():
    """100 steps on mean((tanh(x @ A) @ V * B - t)**2): V is fixed, A [3, 2] and B [4] are trained.

    NAdam keeps a product of 100 factors in the default dtype, which is made float64 for that."""
    draw = Draw("optimizers")
    x, v, t = (draw.multiples(s, -1.0, 1.0) for s in ((5, 3), (2, 4), (5, 4)))
    a0, b0 = (draw.multiples(s, -1.0, 1.0) for s in ((3, 2), (4,)))
    lines = ["case function", "| loss = mean((tanh(x @ A) @ V * B - t)**2)"]
    lines += [record("input", k, w) for k, w in (("x", x), ("V", v), ("t", t), ("A", a0), ("B", b0))]
    torch.set_default_dtype(D)
    for path in paths():
        lines += ["", *path_lines(path, (a0, b0), lambda a, b: (((x @ a).tanh() @ v * b - t) ** 2).mean())]
    torch.set_default_dtype(torch.float32)
    return lines


def loss_lines():
    """Ten losses of relu(x @ W1 + b1) @ W2 + b2 with softmax_cross_entropy, SGD 0.1, and their scales: the losses
    as functions of the initial parameters and the inputs."""
    draw = Draw("losses")
    x = draw.multiples((6, 20), -1.0, 1.0).requires_grad_()
    t = torch.tensor([0, 3, 1, 4, 2, 3])
    start = {"W1": draw.multiples((20, 8), -0.5, 0.5), "b1": draw.multiples((8,), -0.25, 0.25),
             "W2": draw.multiples((8, 5), -0.5, 0.5), "b2": draw.multiples((5,), -0.25, 0.25)}
    leaves = [p.requires_grad_() for p in start.values()]
    lines = ["case two_layers", "| x = input(20)", "| t = label(5)"]
    lines += [f"| {k} = param({tuple(p.shape)}, zeros)" for k, p in start.items()]
    lines += ["| h = relu(x @ W1 + b1)", "| y = h @ W2 + b2", "| loss = softmax_cross_entropy(y, t)"]
    lines += [record("input", "x", x), record("input", "t", t)] + [record("input", k, p) for k, p in start.items()]
    now, found, spread = leaves, [], []
    for _ in range(10):
        w1, b1, w2, b2 = now
        loss = F.cross_entropy((x @ w1 + b1).relu() @ w2 + b2, t)
        found.append(loss.detach())
        spread.append(scales(loss, leaves + [x], 1.0))
        now = [p - 0.1 * g for p, g in zip(now, gradients(loss, now))]
    lines.append(record("value", "losses", torch.stack(found)))
    return lines + [record("value_scale", "losses", torch.stack(spread), scale_text)]


def batch_norm_lines():
    """Six steps of SGD 0.1 on mean((batch_norm(x, momentum=0.25) * v - t)**2), each on rows of its own, float64: what
    gamma, beta and the running statistics are after each; then the output in evaluation."""
    draw = Draw("batch_norm")
    lines = []
    for name, shape in (("rows", (4, 3)), ("planes", (2, 3, 2, 2))):
        norm = torch.nn.BatchNorm1d(3, momentum=0.25) if len(shape) == 2 else torch.nn.BatchNorm2d(3, momentum=0.25)
        norm = norm.double()
        x, t = draw.multiples((6, *shape), -2.0, 2.0), draw.multiples((6, *shape), -1.0, 1.0)
        row = str(tuple(shape[1:])).replace(",)", "")
        row = row.replace("(", "") if len(shape) == 2 else row
        lines += ["", f"case batch_norm_{name}", f"| x = input({row})", f"| t = input({row})",
                  "| y = batch_norm(x, momentum=0.25)", "| loss = mean((y * 1.5 - t) ** 2)"]
        optimizer = torch.optim.SGD(norm.parameters(), lr=0.1)
        for step in range(6):
            optimizer.zero_grad()
            ((norm(x[step]) * 1.5 - t[step]) ** 2).mean().backward()
            optimizer.step()
            lines += [record("input", f"x{step}", x[step]), record("input", f"t{step}", t[step])]
            for key, value in (("gamma", norm.weight), ("beta", norm.bias), ("running_mean", norm.running_mean),
                               ("running_var", norm.running_var)):
                lines.append(record("after", f"y.{key}{step}", value))
        norm.eval()
        lines.append(record("value", "y", norm(x[0])))
    return lines


def replay_text(n, hidden, k, bias):
    option = "" if bias else ", bias=False"
    return [f"| x = input({n})", f"| t = label({k})", f'| h = sigmoid(affine(x, {hidden}, init="torch"{option}))',
            f'| y = affine(h, {k}, init="torch"{option})', "| loss = softmax_cross_entropy(y, t)"]


def replay_lines():
    """What torch.nn.Linear draws after manual_seed, float32, as denpa's [in, out]; the XOR net's first 50 losses."""
    lines = []
    for seed, (n, hidden, k), bias in ((0, (2, 4, 2), False), (3, (20, 8, 5), True)):
        torch.manual_seed(seed)
        nets = {"h": torch.nn.Linear(n, hidden, bias=bias), "y": torch.nn.Linear(hidden, k, bias=bias)}
        lines += ["", f"case linear_seed_{seed}", *replay_text(n, hidden, k, bias)]
        lines.append(record("seed", "torch", torch.tensor(seed)))
        for name, net in nets.items():
            lines.append(record("param", f"{name}.W", net.weight.T))
            lines += [record("param", f"{name}.b", net.bias)] if bias else []
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 4, bias=False), torch.nn.Sigmoid(), torch.nn.Linear(4, 2, bias=False))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001, betas=(0.9, 0.999), amsgrad=True)
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    t = torch.tensor([0, 1, 0, 1])
    found = []
    for _ in range(50):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), t)
        loss.backward()
        optimizer.step()
        found.append(loss.detach())
    lines += ["", "case xor", *replay_text(2, 4, 2, False), record("input", "x", x), record("input", "t", t)]
    return lines + [record("value", "losses", torch.stack(found))]


# ---- writing --------------------------------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description="write tests/vectors/data")
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--out", type=pathlib.Path, default=root / "tests/vectors/data")
    out = parser.parse_args().out
    torch.set_num_threads(1)
    version = torch.__version__.split("+")[0]
    header = f"# Written by tools/gen_vectors.py with PyTorch {version}, seed {SEED}; see docs/testing.md\n"
    files = {f"ops_{group.__name__}.txt": [line for case in group() for line in ["", *case_lines(case)]]
             for group in (elementwise, axes, shapes, products, planes, losses, extremes, layers)}
    files |= {"train_optimizers.txt": optimizer_lines(), "train_losses.txt": loss_lines(),
              "train_batch_norm.txt": batch_norm_lines()}
    files |= {"train_replay.txt": replay_lines()}
    for name, lines in files.items():
        (out / name).write_text(header + "\n" + "\n".join(lines).strip("\n") + "\n")


if __name__ == "__main__":
    main()
