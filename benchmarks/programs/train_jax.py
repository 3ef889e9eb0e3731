"""The training step in JAX: one jitted function from parameters and state to the next ones."""

from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.programs import Program
from benchmarks.programs.moons_batches import BETAS, EPSILON, LEARNING_RATE, batches, start


def loss_of(layers: Any, x: Any, y: Any) -> Any:
    *hidden, (weight, bias) = layers
    for w, b in hidden:
        x = jax.nn.relu(x @ w + b)
    scores = jax.nn.log_softmax(x @ weight + bias)
    return -jnp.mean(scores[jnp.arange(len(y)), y])


def train_step(layers: Any, m: Any, v: Any, steps: Any, x: Any, y: Any) -> Any:
    loss, g = jax.value_and_grad(loss_of)(layers, x, y)
    steps = steps + 1
    beta1, beta2 = BETAS
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, g)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, g)
    rate, correction = LEARNING_RATE / (1 - beta1**steps), jnp.sqrt(1 - beta2**steps)
    layers = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) / correction + EPSILON), layers, m, v
    )
    return loss, layers, m, v, steps


def prepare(at_its_best: bool = False) -> Program:
    """As in a tutorial; or `at_its_best`: buffers donated, and no loss waited for but the last.

    Without a loss to read, JAX queues its steps and works on them in a second thread.
    """
    step = jax.jit(train_step, donate_argnums=(0, 1, 2, 3) if at_its_best else ())
    layers = jax.tree.map(jnp.asarray, start())
    m, v = jax.tree.map(jnp.zeros_like, layers), jax.tree.map(jnp.zeros_like, layers)
    done = jnp.zeros((), jnp.float32)
    data = [(jnp.asarray(batch.x), jnp.asarray(batch.y)) for batch in batches()]
    steps = 0
    last = 0.0

    def run(times: int) -> None:
        nonlocal layers, m, v, done, steps, last
        for _ in range(times):
            x, y = data[steps % len(data)]
            loss, layers, m, v, done = step(layers, m, v, done, x, y)
            steps += 1
            if not at_its_best:
                last = float(loss)
        last = float(loss)

    def results() -> dict[str, list[float]]:
        flat = jnp.concatenate([part.ravel() for layer in layers for part in layer])
        return {"loss": [last], "parameters": flat.tolist()}

    return Program(run, results)
