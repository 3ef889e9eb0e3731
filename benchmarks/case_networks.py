"""Training steps of larger networks, and what `nn.fit` costs over the loop one writes by hand."""

from benchmarks.harness import Bench, Contender, Report, Row, race, ratio

PROGRAM = "benchmarks.programs.mlp_{}"
MIDDLE = {"sizes": [64, 128, 64, 10], "batch": 128}
LARGE = {"sizes": [784, 512, 256, 10], "batch": 256}


def contenders(settings: dict[str, object]) -> list[Contender]:
    names = {"NumPy by hand": "numpy", "tracegrad": "tracegrad", "PyTorch eager": "torch"}
    return [Contender(name, PROGRAM.format(module), settings) for name, module in names.items()]


def _measured(
    bench: Bench, settings: dict[str, object], by_hand: float, torch: float
) -> tuple[list[Row], dict[str, list[float]]]:
    seconds = race(contenders(settings), bench, check_runs=5, rtol=1e-2, atol=1e-4)
    sizes = settings["sizes"]
    assert isinstance(sizes, list)
    called = f"{'-'.join(map(str, sizes))}, batch {settings['batch']}"
    rows = [
        Row(f"{called}: tracegrad / NumPy by hand", ratio(seconds, "tracegrad", "NumPy by hand"),
            by_hand),
        Row(f"{called}: tracegrad / PyTorch eager", ratio(seconds, "tracegrad", "PyTorch eager"),
            torch),
    ]  # fmt: skip
    return rows, {f"{name}, {called}": times for name, times in seconds.items()}


def measure(bench: Bench) -> Report:
    middle, times = _measured(bench, MIDDLE, 1.35, 1 / 2)
    large, more = _measured(bench, LARGE, 1.3, 1.15)
    loops = [
        Contender(name, PROGRAM.format("tracegrad"), {**MIDDLE, "loop": loop})
        for name, loop in (("a loop over a loader", "loader"), ("nn.fit", "fit"))
    ]
    epochs = race(loops, bench, check_runs=2)
    fit = Row("nn.fit / the loop by hand", ratio(epochs, "nn.fit", "a loop over a loader"), 1.1)
    an_epoch = {f"{name}, 8 batches": seconds for name, seconds in epochs.items()}
    title = "Training steps of larger networks (Adam, float32), and nn.fit"
    return Report(title, [*middle, *large, fit], {**times, **more, **an_epoch})
