"""One training step of a 2-16-16-2 network, batch 32, Adam, float32."""

from benchmarks.harness import Bench, Contender, Report, Row, race, ratio

NUMPY = Contender("NumPy by hand", "benchmarks.programs.train_numpy")
OURS = Contender("tracegrad", "benchmarks.programs.train_tracegrad")
TORCH = Contender("PyTorch eager", "benchmarks.programs.train_torch")
JAX = Contender("JAX jit", "benchmarks.programs.train_jax")
# For the record, without a claim.
TORCH_COMPILED = Contender("torch.compile", TORCH.module, {"compiled": True})
# Buffers donated, losses not waited for.
JAX_BEST = Contender("JAX jit at its best", "benchmarks.programs.train_jax", {"at_its_best": True})


def measure(bench: Bench) -> Report:
    # Everybody reads the loss of every step, as a loss curve needs it, but for the last.
    # Compared after 50 steps of float32, in which rounding differs from one library to the next.
    everybody = [NUMPY, OURS, TORCH, TORCH_COMPILED, JAX, JAX_BEST]
    seconds = race(everybody, bench, check_runs=50, rtol=1e-3, atol=2e-5)
    rows = [
        Row("tracegrad / NumPy by hand", ratio(seconds, OURS.name, NUMPY.name), 1.5),
        Row("tracegrad / PyTorch eager", ratio(seconds, OURS.name, TORCH.name), 1 / 4),
        Row("tracegrad / JAX jit", ratio(seconds, OURS.name, JAX.name), 1.0),
    ]
    return Report("A training step (2-16-16-2, batch 32, Adam, float32)", rows, seconds)
