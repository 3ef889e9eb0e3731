"""The same function in JAX: ``jit(vmap(value_and_grad(f)))`` in float64."""

import jax
import jax.numpy as jnp

from benchmarks.programs import Program
from benchmarks.programs.point_functions import FUNCTIONS, points, sums

jax.config.update("jax_enable_x64", True)


def prepare(function: str) -> Program:
    one = jax.value_and_grad(lambda x, y: FUNCTIONS[function](x, y, jnp), argnums=(0, 1))
    f = jax.jit(jax.vmap(one))
    x, y = (jnp.asarray(line) for line in points())
    value, slopes = f(x, y)

    def run(times: int) -> None:
        nonlocal value, slopes
        for _ in range(times):
            value, slopes = jax.block_until_ready(f(x, y))

    return Program(run, lambda: sums(value, *slopes))
