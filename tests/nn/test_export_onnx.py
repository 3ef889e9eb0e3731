"""Files of ONNX compute what the networks do, for any number of rows."""

from __future__ import annotations

import math
import operator
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from tests import peers
from tests.nn.networks import NETWORKS, SINGLE, NetworkRow, outputs, rows_of


def session(path: Path) -> Any:
    runtime = peers.require("onnxruntime")
    runtime.set_default_logger_severity(4)
    return runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def run(loaded: Any, X: tuple[Any, ...]) -> list[Any]:
    return list(loaded.run(None, {i.name: x for i, x in zip(loaded.get_inputs(), X, strict=True)}))


@pytest.mark.parametrize("row", [*NETWORKS, *SINGLE], ids=str)
def test_a_file_is_as_the_network(row: NetworkRow, tmp_path: Path) -> None:
    onnx = peers.require("onnx")
    model, X = row.network()
    path = nn.export(model, tmp_path / "net.onnx", X, batch_axis=row.axis)
    onnx.checker.check_model(str(path), full_check=True)
    loaded = session(path)
    tries = [X]
    if row.axis is not None:
        assert all(i.shape[row.axis] == "rows" for i in loaded.get_inputs())
        tries += [rows_of(X, row.axis, [0]), rows_of(X, row.axis, [0, -1, 0, -1, -1, 0, 0])]
    for inputs in tries:
        for found, out in zip(run(loaded, inputs), outputs(model, inputs), strict=True):
            assert found.dtype == out.dtype
            tolerance = 1e-5 if out.dtype == np.float32 else 1e-9
            np.testing.assert_allclose(found, out, tolerance, tolerance)


class Elementwise(nn.Module):
    """A function of one or two inputs."""

    def __init__(self, function: Any, count: int) -> None:
        self.function, self.count = function, count

    def forward(self, a: Any, b: Any = None) -> Any:
        return self.function(a) if self.count == 1 else self.function(a, b)


#: Rows of the table by the range of their operands.
_ONE = {
    "exp exp2 expm1 sin cos tan sinh cosh tanh arcsinh arctan erf gelu gelu_tanh silu sigmoid "
    "softplus relu elu leaky_relu square cbrt sign floor ceil round abs deg2rad rad2deg sinc": (
        -3,
        3,
    ),
    "log log1p log2 log10 sqrt reciprocal": (0.1, 3.0),
    "arcsin arccos arctanh": (-0.9, 0.9),
    "arccosh": (1.1, 4.0),
}
_TWO = (
    "add sub mul div maximum minimum fmax fmin hypot logaddexp logaddexp2 mod floor_divide".split()
)
_OPERATORS = {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "mod": "mod"}
_OPERATORS["floor_divide"] = "floordiv"
_LACKS = {"arcsin", "arccos", "arctan"}  # the runtime, for 64 bits


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_elementwise_rows(dtype: Any, tmp_path: Path) -> None:
    peers.require("onnx")
    rng = np.random.default_rng(0)
    tried = [(name, limits) for names, limits in _ONE.items() for name in names.split()]
    for name, (low, high) in [*tried, *((name, (0.3, 2.0)) for name in _TWO)]:
        if name in _LACKS and dtype == np.float64:
            continue
        function = getattr(operator, _OPERATORS.get(name, ""), None) or getattr(autograd, name)
        model = Elementwise(function, 2 if name in _TWO else 1)
        X = tuple(rng.uniform(low, high, (4, 5)).astype(dtype) for _ in range(model.count))
        path = nn.export(model, tmp_path / "net.onnx", X)
        (found,) = run(session(path), X)
        tolerance = 3e-6 if dtype == np.float32 else 1e-10
        wanted = outputs(model, X)[0]
        np.testing.assert_allclose(found, wanted, tolerance, tolerance, err_msg=name)


def test_small_numbers_keep_their_digits(tmp_path: Path) -> None:
    """What ONNX has no operator for is computed so that nothing is lost near 0."""
    peers.require("onnx")
    x = 10.0 ** np.arange(-12, 1)[:, None] * [1.0, -0.9]
    for name in ("expm1", "log1p"):
        model = Elementwise(getattr(autograd, name), 1)
        (found,) = run(session(nn.export(model, tmp_path / "net.onnx", x)), (x,))
        np.testing.assert_allclose(found, outputs(model, (x,))[0], 1e-12)


def test_the_error_function_of_64_bits(tmp_path: Path) -> None:
    peers.require("onnx")
    x = np.r_[np.linspace(-7, 7, 20_001), 0.0, 40.0, -1e6][:, None]
    model = Elementwise(autograd.erf, 1)
    (found,) = run(session(nn.export(model, tmp_path / "net.onnx", x)), (x,))
    assert np.abs(found.ravel() - [math.erf(v) for v in x.ravel()]).max() < 3e-15


def test_weights_are_there_by_name_with_all_digits(tmp_path: Path) -> None:
    onnx = peers.require("onnx")
    model = nn.MLP(4, [3, 2], rng=0)
    loaded = onnx.load(nn.export(model, tmp_path / "net.onnx"))
    found = {one.name: onnx.numpy_helper.to_array(one) for one in loaded.graph.initializer}
    for name, array in model.state_dict().items():
        assert np.array_equal(found[name], array)
    assert {node.op_type for node in loaded.graph.node} >= {"MatMul", "Add", "Relu"}
    assert loaded.graph.input[0].name == "x" and loaded.graph.output[0].name == "y"


def test_what_counts_its_rows_gets_those_of_the_example(tmp_path: Path) -> None:
    peers.require("onnx")

    class Counting(nn.Module):
        def forward(self, x: Any) -> Any:
            return autograd.flip(x, axis=0) * len(x)

    x = np.arange(12.0).reshape(3, 4)
    loaded = session(nn.export(Counting(), tmp_path / "net.onnx", x))
    assert loaded.get_inputs()[0].shape == [3, 4]
    assert np.array_equal(run(loaded, (x,))[0], x[::-1] * 3)


def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peers.require("onnx")
    path = tmp_path / "net.onnx"
    for function, name in ((autograd.inv, "inv"), (autograd.gammaln, "gammaln")):
        with pytest.raises(ValueError, match=f"^export: {name} has no operators") as caught:
            nn.export(Elementwise(function, 1), path, np.eye(3)[None] + 1.0)
        assert "\n" not in str(caught.value)
    model = nn.MLP(2, [1], rng=0)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(
        ImportError, match=r"need the onnx package: `pip install tracegrad\[onnx\]`"
    ):
        nn.export(model, path)
    monkeypatch.undo()
    model[0].weight.data = np.full((2, 1), np.nan)
    with pytest.raises(ValueError, match=r"the weights 0\.weight are not finite"):
        nn.export(model, path)
    assert not path.exists()
