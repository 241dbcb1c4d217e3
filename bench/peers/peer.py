"""What the peers have in common: the images, the timing, the words in which they are asked and answer.

A peer is a program with a table of workloads, named as those of `denpa bench`: each a function that gets the images
and returns a function for one step.

    python3 bench/peers/torch_peer.py --images FOLDER --threads 1 [--only NAME,...] [--repeats R] [--seconds S]

prints one JSON object of the shape of `denpa bench --json`. With --serve it reads lines "NAME REPEATS SECONDS" instead
and answers each with one such workload on a line, so that several programs can take turns.
"""
import argparse
import gzip
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np


def idx_bytes(folder, name, header):
    """What is in an IDX file behind its header, plain or .gz."""
    path = Path(folder) / name
    content = path.read_bytes() if path.exists() else gzip.decompress(path.with_name(name + ".gz").read_bytes())
    return np.frombuffer(content, np.uint8, offset=header)


def load_images(folder):
    """uint8 [N, 784] and int64 [N]."""
    x = idx_bytes(folder, "train-images-idx3-ubyte", 16).reshape(-1, 784).copy()
    return x, idx_bytes(folder, "train-labels-idx1-ubyte", 8).astype(np.int64)


class Rows:
    """The rows of the next batch, in a new order for every epoch; rows at the end that do not fill a batch are left
    out. permutation(n) makes an order."""

    def __init__(self, count, batch, permutation):
        self.count, self.batch, self.permutation, self.at = count, batch, permutation, count

    def next(self):
        if self.at + self.batch > self.count:
            self.order, self.at = self.permutation(self.count), 0
        self.at += self.batch
        return self.order[self.at - self.batch:self.at]


def run(step, steps):
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return time.perf_counter() - start


def measure(step, repeats, seconds):
    """µs per step, found the way cli/workloads.c does it."""
    wanted, steps = seconds / repeats, 1
    run(step, 1)
    once = run(step, steps)
    while once < wanted / 8:
        steps *= 2
        once = run(step, steps)
    steps = max(1, int(steps * wanted / max(once, 1e-9)))
    run(step, steps)
    times = [run(step, steps) / steps * 1e6 for _ in range(repeats)]
    return {"min": min(times), "median": statistics.median(times), "max": max(times)}


def main(machine, workloads, set_threads):
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--only", default=",".join(workloads))
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    set_threads(options.threads)
    images = load_images(options.images)

    def answer(name, repeats, seconds):
        us = measure(workloads[name](images), repeats, seconds)
        return {"name": name, "threads": options.threads, "us_per_step": us}

    if options.serve:
        print(json.dumps({"machine": machine, "names": list(workloads)}), flush=True)
        for line in sys.stdin:
            name, repeats, seconds = line.split()
            print(json.dumps(answer(name, int(repeats), float(seconds))), flush=True)
    else:
        results = [answer(name, options.repeats, options.seconds) for name in options.only.split(",")]
        print(json.dumps({"machine": machine, "workloads": results}, indent=1))
