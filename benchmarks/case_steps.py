"""Training steps of three networks, compiled and eager: NumPy by hand, PyTorch, compilers."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio

PROGRAM = "benchmarks.programs.mlp_{}"
OURS, EAGER, BY_HAND = "tracegrad, compiled", "tracegrad", "NumPy by hand"
TORCH, TORCH_COMPILED, JAX = "PyTorch eager", "torch.compile", "JAX jit"

SMALL = {"sizes": [2, 16, 16, 2], "batch": 32}
MIDDLE = {"sizes": [64, 128, 64, 10], "batch": 128}
LARGE = {"sizes": [784, 512, 256, 10], "batch": 256}
#: What a step must not exceed by a peer's: the compiled one, and the eager one. That of the
#: smallest network has a case of its own.
NETWORKS: list[tuple[dict[str, object], dict[str, float], dict[str, float]]] = [
    (SMALL, {BY_HAND: 0.75, TORCH: 1 / 8, JAX: 1.0}, {}),
    (MIDDLE, {BY_HAND: 0.9, TORCH: 1 / 4, JAX: 1.0}, {BY_HAND: 1.35, TORCH: 1 / 2}),
    (LARGE, {BY_HAND: 1.08, TORCH: 1 / 1.2}, {BY_HAND: 1.3, TORCH: 1.15}),
]


def contenders(settings: dict[str, object]) -> list[Contender]:
    return [
        Contender(OURS, PROGRAM.format("tracegrad"), {**settings, "loop": "compiled"}),
        Contender(EAGER, PROGRAM.format("tracegrad"), settings),
        Contender(BY_HAND, PROGRAM.format("numpy"), settings),
        Contender(TORCH, PROGRAM.format("torch"), settings),
        Contender(TORCH_COMPILED, PROGRAM.format("torch"), {**settings, "compiled": True}),
        Contender(JAX, PROGRAM.format("jax"), settings),
    ]


def measure(bench: Bench) -> Report:
    rows: list[Row] = []
    times: Seconds = {}
    for settings, compiled, eager in NETWORKS:
        seconds = race(contenders(settings), bench, check_runs=5, rtol=1e-2, atol=1e-4)
        sizes = settings["sizes"]
        assert isinstance(sizes, list)
        called = f"{'-'.join(map(str, sizes))}, batch {settings['batch']}"
        for ours, bounds in ((OURS, compiled), (EAGER, eager)):
            what = ours.rpartition(" ")[2]
            rows += [
                Row(f"{called}: {what} / {peer}", ratio(seconds, ours, peer), bound)
                for peer, bound in bounds.items()
            ]
        times |= {f"{name}, {called}": each for name, each in seconds.items()}
    return Report("Training steps (Adam, float32)", rows, times)
