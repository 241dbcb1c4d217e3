"""The workloads of `denpa bench` in PyTorch: eager, float32, as a user writes them who cares for speed.

Images stay bytes and are scaled after index_select, which was the fastest of the usual ways; the loss is not read back;
torch.compile is not used. TORCH_FUSED=1 gives the optimisers fused=True in place of their defaults.
"""
import os

import torch
from torch import nn
from torch.nn import functional as F

import peer

FUSED = True if os.environ.get("TORCH_FUSED") == "1" else None


def trainer(net, loss_function, optimizer, batch):
    """batch() gives the inputs and what is to come out."""

    def step():
        x, t = batch()
        loss = loss_function(net(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def gathered(images, batch):
    x, t = torch.from_numpy(images[0]), torch.from_numpy(images[1])
    rows = peer.Rows(len(x), batch, torch.randperm)

    def gather():
        chosen = rows.next()
        return x.index_select(0, chosen).float().div_(255), t.index_select(0, chosen)

    return gather


def mlp(sizes, activation, bias=True):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b, bias=bias), activation()]
    return nn.Sequential(*layers[:-1])


def xor(images):
    net = mlp([2, 4, 2], nn.Sigmoid, bias=False)
    x, t = torch.tensor([[0., 0.], [0., 1.], [1., 1.], [1., 0.]]), torch.tensor([0, 1, 0, 1])
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001, amsgrad=True, fused=FUSED)
    return trainer(net, F.cross_entropy, optimizer, lambda: (x, t))


def book(images):
    net = mlp([784, 50, 10], nn.ReLU)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, fused=FUSED)
    return trainer(net, F.cross_entropy, optimizer, gathered(images, 100))


def wide(width, batch):
    def make(images):
        net = mlp([784, width, width, 10], nn.ReLU)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.001, fused=FUSED)
        return trainer(net, F.cross_entropy, optimizer, gathered(images, batch))

    return make


def pictures(images, batch):
    gather = gathered(images, batch)

    def square():
        x, t = gather()
        return x.view(-1, 1, 28, 28), t

    return square


def convolutional(make, batch):
    def workload(images):
        net = make()
        optimizer = torch.optim.Adam(net.parameters(), lr=0.001, fused=FUSED)
        return trainer(net, F.cross_entropy, optimizer, pictures(images, batch))

    return workload


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
                         nn.Linear(84, 10))


def simpleconv():
    return nn.Sequential(nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4320, 100),
                         nn.ReLU(), nn.Linear(100, 10))


def deepconv():
    layers, channels = [], 1
    for filters, padding in ((16, 1), (16, 1), (32, 1), (32, 2), (64, 1), (64, 1)):
        layers += [nn.Conv2d(channels, filters, 3, padding=padding), nn.ReLU()]
        if channels == filters:
            layers.append(nn.MaxPool2d(2))
        channels = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(1024, 50), nn.ReLU(), nn.Dropout(0.5), nn.Linear(50, 10),
                         nn.Dropout(0.5))


def expm(images):
    net = mlp([4, 32, 16, 4], nn.Tanh)
    x, t = torch.rand(10000, 4), torch.rand(10000, 4)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001, fused=FUSED)
    return trainer(net, F.mse_loss, optimizer, lambda: (x, t))


def infer1(images):
    net, x = mlp([784, 50, 10], nn.ReLU), torch.rand(1, 784)

    @torch.inference_mode()
    def step():
        return net(x)

    return step


def elementwise(images):
    x, ones = torch.randn(10_000_000, requires_grad=True), torch.ones(()).expand(10_000_000)

    def step():
        y = F.gelu(x * 1.5 + 0.25) * 2
        return y, torch.autograd.grad(y, x, ones)

    return step


TRAINED = {"xor": xor, "book": book, "mlp512": wide(512, 256), "mlp2048": wide(2048, 64), "expm": expm,
           "lenet": convolutional(lenet, 128), "simpleconv": convolutional(simpleconv, 100),
           "deepconv": convolutional(deepconv, 100)}
peer.main({"torch": torch.__version__},
          TRAINED if FUSED else {**TRAINED, "infer1": infer1, "elementwise": elementwise},
          torch.set_num_threads)
