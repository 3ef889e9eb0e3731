"""Training steps of other kinds: regression, two classes, convolutions, a transformer."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio

#: Each kind: what the compiled step must not exceed, by the eager one and by PyTorch's.
KINDS = {
    "regression": (0.8, 1.0),
    "two classes": (0.8, 1.0),
    "convolutions": (1.0, 1.0),
    "transformer": (0.9, 1.0),
}
OURS, EAGER, TORCH = "tracegrad, compiled", "tracegrad", "PyTorch eager"


def measure(bench: Bench) -> Report:
    rows: list[Row] = []
    times: Seconds = {}
    for kind, bounds in KINDS.items():
        settings = {"kind": kind}
        field = [
            Contender(OURS, "benchmarks.programs.kinds_tracegrad", {**settings, "compiled": True}),
            Contender(EAGER, "benchmarks.programs.kinds_tracegrad", settings),
            Contender(TORCH, "benchmarks.programs.kinds_torch", settings),
        ]
        seconds = race(field, bench, check_runs=5, rtol=1e-2, atol=1e-4)
        rows += [
            Row(f"{kind}: compiled / {peer}", ratio(seconds, OURS, peer), bound)
            for peer, bound in zip((EAGER, TORCH), bounds)
        ]
        times |= {f"{name}, {kind}": each for name, each in seconds.items()}
    return Report("Training steps of other kinds (Adam, float32)", rows, times)
