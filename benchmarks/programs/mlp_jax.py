"""The same training step in JAX: one jitted function."""

from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.programs import Program
from benchmarks.programs.mlp_batches import BATCHES, data
from benchmarks.programs.train_jax import train_step


def prepare(sizes: list[int], batch: int) -> Program:
    given = data(sizes, batch)
    step = jax.jit(train_step, donate_argnums=(0, 1, 2, 3))
    layers = jax.tree.map(jnp.asarray, given.start)
    m, v = jax.tree.map(jnp.zeros_like, layers), jax.tree.map(jnp.zeros_like, layers)
    done = jnp.zeros((), jnp.float32)
    parts: list[Any] = [
        (jnp.asarray(given.x[i : i + batch]), jnp.asarray(given.y[i : i + batch]))
        for i in range(0, len(given.x), batch)
    ]
    steps = 0
    last = 0.0

    def run(times: int) -> None:
        nonlocal layers, m, v, done, steps, last
        for _ in range(times):
            loss, layers, m, v, done = step(layers, m, v, done, *parts[steps % BATCHES])
            last = float(loss)
            steps += 1

    def results() -> dict[str, list[float]]:
        return {"loss": [last], "first weights": layers[0][0].ravel()[:50].tolist()}

    return Program(run, results)
