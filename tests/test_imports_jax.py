"""Functions of JAX as lessons: stand-ins have its forms, and its own programs are recomputed."""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograd import gradients, steps
from autograd.imports.jaxpr import _Run
from autograd.imports.primitives import PRIMITIVES
from autograd.imports.recomputing import Place, Recomputation
from tests.house import ROOT
from tests.peers import require


@dataclass
class Primitive:
    """One of JAX's primitives, computed by NumPy."""

    name: str
    compute: Any
    multiple_results: bool = False

    def get_bind_params(self, params: Any) -> Any:
        return params

    def bind(self, *operands: Any, **params: Any) -> Any:
        return self.compute(*operands, **params)


@dataclass(eq=False)
class Variable:
    name: str


@dataclass
class Program:
    """A closed jaxpr, written line by line."""

    inputs: list[Variable]
    eqns: list[Any] = field(default_factory=list)
    outvars: list[Variable] = field(default_factory=list)
    consts: tuple[()] = ()
    constvars: tuple[()] = ()

    @property
    def jaxpr(self) -> Any:
        return self

    @property
    def invars(self) -> list[Variable]:
        return self.inputs

    def then(self, name: str, compute: Any, *operands: Any, **params: Any) -> Variable:
        result = Variable(name)
        source = SimpleNamespace(name_stack="loss" if name == "reduce_sum" else "", traceback=None)
        self.eqns.append(
            SimpleNamespace(
                primitive=Primitive(name, compute),
                params=params,
                invars=[x if isinstance(x, Variable) else SimpleNamespace(val=x) for x in operands],
                outvars=[result],
                source_info=source,
            )
        )
        self.outvars = [result]
        return result


def test_a_program_of_jaxs_primitives_without_jax() -> None:
    rng = np.random.default_rng(0)
    w, b, x = rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(4, 3))
    inner = Program([Variable("h")])
    inner.then("max", np.maximum, inner.inputs[0], 0.0)
    outer = Program([Variable("w"), Variable("b"), Variable("x")])
    z = outer.then("dot_general", lambda a, b, **_: a @ b, outer.inputs[2], outer.inputs[0],
                   dimension_numbers=(((1,), (0,)), ((), ())))  # fmt: skip
    row = outer.then("broadcast_in_dim", lambda a, **_: a[None], outer.inputs[1], shape=(1, 2),
                     broadcast_dimensions=(1,), sharding=None)  # fmt: skip
    z = outer.then("add", np.add, z, row)
    outer.eqns.append(
        SimpleNamespace(
            primitive=Primitive("jit", None, multiple_results=True),
            params={"jaxpr": inner, "name": "relu"},
            invars=[z],
            outvars=[h := Variable("h")],
            source_info=SimpleNamespace(name_stack="", traceback=None),
        )
    )
    kept = outer.then("gt", np.greater, h, 0.5)
    cut = outer.then("select_n", lambda c, a, b: np.where(c, b, a), kept, 0.0, h)
    part = outer.then("slice", lambda a, **_: a[1:4, :1], cut, start_indices=(1, 0),
                      limit_indices=(4, 1), strides=None)  # fmt: skip
    square = outer.then("integer_pow", lambda a, y: a**y, part, y=2)
    outer.then("reduce_sum", lambda a, axes, **_: a.sum(axes), square, axes=(0, 1))

    ours = Recomputation("JAX", "program", PRIMITIVES)
    nodes = [ours.given(value, name, name != "x") for value, name in ((w, "w"), (b, "b"), (x, "x"))]
    ((out, theirs),) = _Run(ours).jaxpr(outer, list(zip(nodes, (w, b, x))), Place())
    assert out.scope == ("loss",) and out.data == pytest.approx(float(theirs), rel=1e-12)
    relu = next(row for row in steps(out).graph if row.op == "maximum")
    assert relu.scope == ("relu",)
    h_numbers = x @ w + b
    g = np.zeros((4, 2))
    g[1:, :1] = (2 * h_numbers * (h_numbers > 0.5))[1:, :1]
    first, second = gradients(out, nodes[:2])
    np.testing.assert_allclose(first, x.T @ g, rtol=1e-12)
    np.testing.assert_allclose(second, g.sum(0), rtol=1e-12)

    outer.eqns[0].primitive.name = "erf_inverse_of_tomorrow"
    with pytest.raises(ValueError, match="program uses erf_inverse_of_tomorrow, which has no row"):
        _Run(ours).jaxpr(outer, list(zip(nodes, (w, b, x))), Place())


def test_functions_of_jax_itself() -> None:
    """In a process of its own: beside JAX's threads no other test may fork."""
    if find_spec("jax") is None:
        require("jax")  # fails, or skips the test
    program = "from tests.test_imports_jax import check_programs_of_jax; check_programs_of_jax()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def check_programs_of_jax() -> None:
    jax = importlib.import_module("jax")
    jnp = jax.numpy
    key = jax.random.PRNGKey(0)
    x, w = jax.random.normal(key, (1, 1, 6, 6)), jax.random.normal(key, (2, 1, 3, 3))

    def network(params: Any, x: Any, y: Any) -> Any:
        z = jax.lax.conv_general_dilated(x, params["w"], (1, 1), "SAME")
        size = (1, 1, 2, 2)
        z = jax.lax.reduce_window(jax.nn.relu(z), -jnp.inf, jax.lax.max, size, size, "VALID")
        logits = z.reshape(1, -1) @ params["v"] + jax.random.normal(key, (3,))
        with jax.named_scope("loss"):
            return -jax.nn.log_softmax(logits)[0, y]

    def recurrent(w: Any, xs: Any) -> Any:
        def turn(h: Any, x: Any) -> Any:
            h = jnp.tanh(w @ h + x)
            return h, jax.lax.stop_gradient(h) * h

        return jax.lax.scan(turn, jnp.zeros(2), xs)[1].sum()

    params = {"w": w, "v": jax.random.normal(key, (18, 3))}
    lesson = steps(network, params, x, 1)
    theirs = jax.grad(network)(params, x, 1)
    for name, g in theirs.items():
        ours = lesson.gradients[lesson.graph[f"params.{name}"].index]
        assert np.abs(ours - np.asarray(g)).max() <= 1e-5 * max(map(abs, np.ravel(g)))
    assert any(row.scope[:1] == ("loss",) for row in lesson.graph)
    lesson = steps(recurrent, x[0, 0, :2, :2], x[0, 0, :3, :2])
    assert ("turn 1",) in {row.scope for row in lesson.graph}
    with pytest.raises(ValueError, match="branch depends on the numbers"):
        steps(lambda x: jnp.sin(x) if x > 0 else x, 2.0)

    def stops(x: Any) -> Any:
        raise BaseException("enough")

    with pytest.raises(ValueError, match="stops raised BaseException: enough"):
        steps(stops, x)
