"""denpa and its peers do the same work in turns; prints how their times compare, beside what is wanted of denpa.

    make bench                                      all of it, into build/bench.json
    bench/bench.sh --only book,xor --rounds 3       some of it
    bench/bench.sh --write docs/performance.md      and puts the tables between that file's marks
    bench/bench.sh --from build/bench.json          the tables once more, without measuring

A round takes each workload and number of threads, and each program once for it; a ratio is that of the medians of two
programs in one round. Shown are the median of the rounds and, in brackets, the least and the largest.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a peer is called, its program, and what it finds in its environment.
PEERS = {
    "torch": ("PyTorch", "torch_peer.py", {}),
    "torch_fused": ("PyTorch, fused=True", "torch_peer.py", {"TORCH_FUSED": "1"}),
    "numpy": ("NumPy", "numpy_peer.py", {}),
    "numpy_as_book": ("NumPy as in the book", "numpy_peer.py", {"NUMPY_AS_BOOK": "1"}),
}

# What is wanted: at least so many times as fast as a peer or as denpa itself on one thread (by number of cores), such a
# share of the peak or of the bandwidth, at most so many µs.
TARGETS = {
    "xor": {"torch": 100},
    "book": {"torch": 3, "numpy": 10, "peak": 0.60, "scaling": {4: 2.3, 2: 1.5}},
    "mlp512": {"torch": 1.5, "peak": 0.85, "scaling": {4: 3.2, 2: 1.8}},
    "mlp2048": {"torch": 1.6, "scaling": {4: 2, 2: 1.5}},
    "expm": {"torch": 8, "scaling": {4: 3, 2: 1.7}},
    "lenet": {"torch": 4, "scaling": {4: 3, 2: 1.7}},
    "simpleconv": {"torch": 3.5, "scaling": {4: 3, 2: 1.7}},
    "deepconv": {"torch": 1.3, "scaling": {4: 3, 2: 1.7}},
    "infer1": {"torch": 10, "us": 5},
    "elementwise": {"bandwidth": 0.80},
}

# Bytes that a step has to move between memory and the core at least, where that is what takes the time. elementwise: x
# is read, the value and the gradient are written. mlp2048, for each weight: read for the product, and, behind the first
# layer, for the gradient of its input; its gradient written and read; itself, m and v read and written by Adam.
TRAFFIC = {"elementwise": 3 * 4 * 10_000_000,
           "mlp2048": 4 * (10 * (784 * 2048 + 2048 * 2048 + 2048 * 10) - 784 * 2048)}


# ---- Measuring ----

class Peer:
    """A peer that waits for work. names is empty if it does not run here."""

    def __init__(self, program, images, threads):
        _, script, settings = PEERS[program]
        env = dict(os.environ, **settings, OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
        command = [sys.executable, str(ROOT / "bench/peers" / script), "--images", str(images),
                   "--threads", str(threads), "--serve"]
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        hello = json.loads(self.process.stdout.readline() or '{"machine": {}, "names": []}')
        self.machine, self.names = hello["machine"], hello["names"]

    def measure(self, name, repeats, seconds):
        print(name, repeats, seconds, file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def denpa(options, *words):
    return json.loads(subprocess.run([options.denpa, *words, "--json"], check=True, stdout=subprocess.PIPE).stdout)


def measure_denpa(options, name, threads):
    result = denpa(options, "bench", "--only", name, "--threads", str(threads), "--repeats", str(options.repeats),
                   "--seconds", str(options.seconds))
    machine = result["machine"]
    return dict(result["workloads"][0], peak_gflops=result["peak_gflops"],
                bandwidth_gbs=machine["bandwidth_gbs"][str(threads)]), machine


def images_folder(options):
    """Where denpa finds MNIST; else its own digits, as files."""
    places = [Path(os.environ["DENPA_DATA"]) / "mnist"] if os.environ.get("DENPA_DATA") else []
    places.append(Path.home() / ".local/share/denpa/mnist")
    for place in places:
        if any((place / ("train-images-idx3-ubyte" + end)).exists() for end in ("", ".gz")):
            return place
    folder = ROOT / "build/bench-digits"
    if not (folder / "train-labels-idx1-ubyte").exists():
        subprocess.run([options.denpa, "data", "make", "digits", "--out", str(folder)], check=True)
    return folder


def whole_process(options, *words):
    """Seconds and peak memory in bytes of one run of the command."""
    start = time.perf_counter()
    process = subprocess.Popen([options.denpa, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"denpa {' '.join(words)} failed")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def measure_processes(options):
    images = "mnist" if images_folder(options).name == "mnist" else "digits"
    model = str(ROOT / "models/two_layer_net.dp")
    train = [whole_process(options, "train", model, "--data", images, "--epochs", "1") for _ in range(3)]
    return {"eval_ms": [whole_process(options, "eval", "-e", "1+1")[0] * 1e3 for _ in range(100)],
            "train_mb": [bytes_ * 1e-6 for _, bytes_ in train]}


def commit():
    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.strip()
    return git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain", "src", "cli") else "")


def measure(options):
    counts = [1] + [n for n in [denpa(options, "info")["threads"]] if n > 1]
    if options.threads:
        counts = options.threads
    images = images_folder(options)
    peers = {(p, t): Peer(p, images, t) for p in PEERS for t in counts}
    found = {"commit": commit(), "command": " ".join(["make", "bench"] if len(sys.argv) == 1 else
                                                     ["bench/bench.sh", *sys.argv[1:]]),
             "counts": counts, "programs": {}, "times": []}
    for peer in peers.values():
        found["programs"].update(peer.machine)
    for round_ in range(options.rounds):
        for name in options.only:
            for threads in counts:
                times, machine = measure_denpa(options, name, threads)
                if machine["images"] or "machine" not in found:
                    found["machine"] = machine
                found["times"].append(dict(times, program="denpa", round=round_))
                for program in PEERS:
                    peer = peers[program, threads]
                    if name in peer.names:
                        times = peer.measure(name, options.repeats, options.seconds)
                        found["times"].append(dict(times, program=program, round=round_))
        print(f"round {round_ + 1} of {options.rounds} done", file=sys.stderr, flush=True)
    for peer in peers.values():
        peer.close()
    found["processes"] = measure_processes(options)
    if options.busy:
        words = ["bash", str(ROOT / "bench/busy.sh"), str(options.rounds)]
        env = dict(os.environ, DENPA=str(options.denpa))
        found["busy"] = subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return found


# ---- Tables ----

def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def spread(values, unit=""):
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{number(middle)}{unit} ({number(least)} to {number(most)})"


def judged(values, target, sign="≥", unit=""):
    """The spread, and, where something is wanted, what and whether it came out."""
    if not values:
        return ""
    if target is None:
        return spread(values, unit)
    middle = statistics.median(values)
    met = middle >= target if sign == "≥" else middle <= target
    return f"{spread(values, unit)}; {sign} {number(target)}{unit}: {'yes' if met else '**no**'}"


class Rounds:
    def __init__(self, found):
        self.rows = {(r["round"], r["program"], r["name"], r["threads"]): r for r in found["times"]}
        self.rounds = sorted({r["round"] for r in found["times"]})

    def values(self, program, name, threads, value):
        rows = [self.rows.get((r, program, name, threads)) for r in self.rounds]
        return [value(row) for row in rows if row]

    def ratios(self, above, below):
        """Of medians in the same round; above and below are (program, name, threads)."""
        pairs = [(self.rows.get((r, *above)), self.rows.get((r, *below))) for r in self.rounds]
        return [median_us(a) / median_us(b) for a, b in pairs if a and b]


def median_us(row):
    return row["us_per_step"]["median"]


def workload_row(rounds, name, threads):
    target = TARGETS[name]
    alone = threads == 1

    def share_of_bandwidth(row):
        return TRAFFIC[name] / median_us(row) * 1e-3 / row["bandwidth_gbs"] * 100

    us = judged(rounds.values("denpa", name, threads, median_us), target.get("us") if alone else None, "≤")
    least = min(rounds.values("denpa", name, threads, lambda row: row["us_per_step"]["min"]))
    peak = rounds.values("denpa", name, threads, lambda row: row["share_of_peak"] * 100)
    peak = judged(peak, target.get("peak") and alone and target["peak"] * 100 or None, unit=" %") if any(peak) else ""
    if name in TRAFFIC:
        bandwidth = rounds.values("denpa", name, threads, share_of_bandwidth)
        wanted = target.get("bandwidth") and alone and target["bandwidth"] * 100 or None
        peak += ("; " if peak else "") + "of bandwidth " + judged(bandwidth, wanted, unit=" %")
    cells = [name, us, number(least), peak]
    if not alone:
        scaling = rounds.ratios(("denpa", name, 1), ("denpa", name, threads))
        cells.append(judged(scaling, target.get("scaling", {}).get(threads)))
    for program in PEERS:
        ratios = rounds.ratios((program, name, threads), ("denpa", name, threads))
        cells.append(judged(ratios, target.get(program) if alone else None))
    bytes_ = rounds.values("denpa", name, threads, lambda row: row["bytes"])
    return cells + [f"{statistics.median(bytes_) * 1e-6:.3g}"]


def tables(found):
    rounds, machine = Rounds(found), found["machine"]
    names = [name for name in TARGETS if any(r["name"] == name for r in found["times"])]
    peak = [r["peak_gflops"] for r in found["times"] if r["program"] == "denpa"]
    programs = ", ".join(f"{k} {v}" for k, v in found["programs"].items()) or "no peers"
    yield f"Machine: {machine['cpu']}, {machine['cores']} cores, kernels {machine['kernels']}; {machine['compiler']}.  "
    yield f"Commit: {found['commit']}. Command: `{found['command']}`, {len(rounds.rounds)} rounds.  "
    yield f"Peers: {programs}. Images: {machine['images'] or 'none'}.  "
    yield f"One core: {spread(peak)} GFLOP/s in float32; "
    copies = []
    for threads in found["counts"]:
        speeds = [r["bandwidth_gbs"] for r in found["times"] if r["program"] == "denpa" and r["threads"] == threads]
        copies.append(f"{spread(speeds)} GB/s with {threads} thread{'s' if threads > 1 else ''}")
    yield "copying memory: " + ", ".join(copies) + "."
    for threads in found["counts"]:
        heads = ["", "µs per step", "least", "of peak"] + (["× one thread"] if threads > 1 else [])
        heads += [f"× {name}" for name, _, _ in PEERS.values()] + ["MB"]
        yield ""
        yield f"{'One thread' if threads == 1 else f'{threads} threads'}:"
        yield ""
        yield "| " + " | ".join(heads) + " |"
        yield "|" + "---|" * len(heads)
        for name in names:
            yield "| " + " | ".join(workload_row(rounds, name, threads)) + " |"
    processes = found["processes"]
    yield ""
    yield f"`denpa eval -e \"1+1\"`, the whole process: {judged(processes['eval_ms'], 5, '≤', ' ms')}.  "
    memory = judged(processes["train_mb"], 120, "≤", " MB")
    yield f"Peak memory of `denpa train`, the book's network on all images: {memory}."
    if "busy" in found:
        yield ""
        yield found["busy"] + "; wanted: at most 2.5."


def write_between_marks(path, lines):
    begin, end = "<!-- bench: begin -->", "<!-- bench: end -->"
    text = path.read_text()
    before, rest = text.split(begin)
    path.write_text(before + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--denpa", type=Path, default=ROOT / "build/denpa")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(TARGETS), help="names of workloads")
    parser.add_argument("--threads", type=lambda text: [int(t) for t in text.split(",")], help="1,4")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=10, help="times of which a round takes the median")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long they take together")
    parser.add_argument("--no-busy", dest="busy", action="store_false", help="leave out bench/busy.sh")
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench.json")
    parser.add_argument("--from", dest="source", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    if options.source:
        found = json.loads(options.source.read_text())
    else:
        found = measure(options)
        options.out.write_text(json.dumps(found, indent=1))
    lines = list(tables(found))
    print("\n".join(lines))
    if options.write:
        write_between_marks(options.write, lines)


main()
