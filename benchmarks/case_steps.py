"""Compiled training steps of three networks, against NumPy by hand and the compilers of others."""

from benchmarks.case_networks import LARGE, MIDDLE, PROGRAM
from benchmarks.harness import Bench, Contender, Report, Row, race, ratio

SMALL = {"sizes": [2, 16, 16, 2], "batch": 32}
#: Each network, and what the compiled step must not exceed: by hand, PyTorch eager, JAX jit.
NETWORKS: list[tuple[dict[str, object], tuple[float, float, float | None]]] = [
    (SMALL, (0.75, 1 / 8, 1.0)),
    (MIDDLE, (0.9, 1 / 4, 1.0)),
    (LARGE, (1.08, 1 / 1.2, None)),
]
OURS, BY_HAND, TORCH, JAX = "tracegrad, compiled", "NumPy by hand", "PyTorch eager", "JAX jit"


def contenders(settings: dict[str, object]) -> list[Contender]:
    return [
        Contender(OURS, PROGRAM.format("tracegrad"), {**settings, "loop": "compiled"}),
        Contender("tracegrad", PROGRAM.format("tracegrad"), settings),
        Contender(BY_HAND, PROGRAM.format("numpy"), settings),
        Contender(TORCH, PROGRAM.format("torch"), settings),
        Contender("torch.compile", PROGRAM.format("torch"), {**settings, "compiled": True}),
        Contender(JAX, PROGRAM.format("jax"), settings),
    ]


def measure(bench: Bench) -> Report:
    rows: list[Row] = []
    times: dict[str, list[float]] = {}
    for settings, bounds in NETWORKS:
        seconds = race(contenders(settings), bench, check_runs=5, rtol=1e-2, atol=1e-4)
        sizes = settings["sizes"]
        assert isinstance(sizes, list)
        called = f"{'-'.join(map(str, sizes))}, batch {settings['batch']}"
        rows += [
            Row(f"{called}: compiled / {peer}", ratio(seconds, OURS, peer), bound)
            for peer, bound in zip((BY_HAND, TORCH, JAX), bounds)
            if bound is not None
        ]
        times |= {f"{name}, {called}": each for name, each in seconds.items()}
    return Report("Compiled training steps (Adam, float32)", rows, times)
