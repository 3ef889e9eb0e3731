"""What can be compiled, and how it is called: methods, modules, partials, arguments by name."""

from __future__ import annotations

import copy
import functools
import linecache
import pickle
from typing import Any, cast

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, Value

W = Tensor(np.full((2, 2), 0.5), name="W")


class Scaled:
    def __init__(self, w: float) -> None:
        self.w = Value(w, "w")

    @autograd.compile
    def times(self, x: Any, k: Any = 1.0) -> Any:
        return x * self.w * k


class Net(nn.Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(2, 2, rng=0)

    @autograd.compile
    def forward(self, x: Any) -> Any:
        return autograd.tanh(self.layer(x)).sum()


def test_a_decorated_method_belongs_to_its_instance() -> None:
    a, b = Scaled(2.0), Scaled(3.0)
    assert [a.times.value(5.0), b.times.value(5.0), a.times.value(5.0, 2.0)] == [10.0, 15.0, 20.0]
    assert a.times is a.times
    a.w.data = 4.0
    a.times(5.0, k=2.0).backward()
    assert (a.times.value(5.0), a.w.grad, b.w.grad) == (20.0, 10.0, 0.0)
    assert repr(Scaled.times) == "<compiled times, traced 0 times>"


def test_a_module_with_a_compiled_forward_is_copied_and_pickled_as_one() -> None:
    net, x = Net(), np.ones((3, 2))
    for _ in range(3):
        loss: Any = net(x)
    true = autograd.tanh(net.layer(x)).sum().data
    assert loss.data == pytest.approx(true, rel=1e-12)
    assert list(net.state_dict()) == ["layer.weight", "layer.bias"]
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        twin.layer.weight.data = twin.layer.weight.data * 2
        expected = autograd.tanh(twin.layer(x)).sum().data
        for _ in range(4):
            assert twin(x).data == pytest.approx(expected, rel=1e-12)
        assert net(x).data == pytest.approx(true, rel=1e-12)


@autograd.compile
def squared(x: Any) -> Any:
    return x * x


def test_a_compiled_function_is_copied_and_pickled_by_its_name() -> None:
    assert copy.deepcopy(squared) is squared
    assert pickle.loads(pickle.dumps(squared)) is squared


def test_arguments_by_name_stand_at_their_places() -> None:
    f = autograd.compile(lambda x, a=2.0, b=3.0: x * a * b)
    assert f.value(1.0, b=5.0) == 10.0 == f(1.0, b=5.0)
    assert f.value_and_grad(x=1.0, a=4.0) == (12.0, (12.0, 3.0))
    g = autograd.compile(lambda x, k=2.0: (x * W * k).sum())
    for k in (2.0, 2.0, 2.0, 3.0):
        assert g.value(np.ones((2, 2)), k=k) == 2 * k
    with pytest.raises(TypeError, match="compile: <lambda>: got an unexpected keyword argument"):
        f.value(1.0, c=1.0)
    by_name: Any = autograd.compile(lambda x, *, k: x * k)
    with pytest.raises(TypeError, match=r"k of <lambda> is an argument by name alone.*partial"):
        by_name.value(1.0, k=2.0)


def test_a_source_of_arrays_has_the_names_of_the_program() -> None:
    matrix, offset = Tensor(np.ones((2, 2))), Tensor(np.ones(2), name="sum")
    layers = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=1))

    def f(batch: Any, options: Any, lambda_: Any) -> Any:
        return (layers(batch @ matrix + offset) * options["scale"] * lambda_).sum()

    compiled = autograd.compile(f)
    arguments = np.ones((3, 2)), {"scale": np.full((3, 1), 2.0)}, np.ones(())
    for _ in range(3):
        value = compiled.value(*arguments)
    assert value == f(*arguments).data
    assert "def f(batch, options_scale, lambda_):" in compiled.source
    for line in (
        "matrix_data = matrix._data", "sum__data = sum_._data", "layer0_bias_data = layer0_bias",
    ):  # fmt: skip
        assert line in compiled.source


def test_what_is_bound_by_partial_is_found() -> None:
    f = autograd.compile(functools.partial(lambda a, x: (a * x).sum(), W))
    assert [float(f.value(np.ones(2))) for _ in range(4)] == [2.0] * 4
    assert f.captured == [W]


def test_a_node_is_never_equal_to_a_number_and_a_compiled_function_says_so() -> None:
    f = autograd.compile(lambda x, n: x * 2 if n == 1 else x * 3)
    with pytest.raises(
        RuntimeError, match=r"== of a node and a number .*test_compile_forms.py.* by <="
    ):
        f.value(1.0, 1)
    with pytest.raises(RuntimeError, match="== of a node and a number"):
        autograd.compile(lambda x: x * 2 if x in [0.5] else x).value(0.5)
    pair: Any = autograd.compile(lambda x, y: x * 2 if x == y else x * 3)
    assert pair.value(1.0, 1.0) == 3.0  # equality of nodes is identity
    assert cast(Any, Value(1.0)) != 1.0 and "__eq__" not in Value.__dict__


RATE = 2.0


def rated(x: Any) -> Any:
    return sum((x * RATE).sum() if hasattr(x, "sum") else x * RATE for _ in range(1))


def test_a_number_of_a_variable_around_the_function_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offset = 1.0

    def f(x: Any) -> Any:
        return rated(x) + offset

    of_numbers, of_arrays = autograd.compile(f), autograd.compile(f)
    for rate, offset in ((2.0, 1.0), (2.0, 1.0), (2.0, 1.0), (3.0, 1.0), (3.0, 5.0), (2.0, 1.0)):
        monkeypatch.setattr(f"{__name__}.RATE", rate)
        for _ in range(2):
            assert of_numbers.value(1.5) == 1.5 * rate + offset
            assert of_arrays.value(np.full((1, 1), 1.5)) == 1.5 * rate + offset
    assert repr(of_numbers) == "<compiled f, traced 3 times>"


def test_a_variable_that_the_function_changes_is_refused() -> None:
    calls = 0

    def counted(x: Any) -> Any:
        nonlocal calls
        calls += 1
        return x * 2.0

    for x in (1.0, np.ones((1, 1))):
        with pytest.raises(
            RuntimeError, match="counted changes the variable calls, which a replay"
        ):
            autograd.compile(counted).value(x)


@pytest.mark.parametrize("x", [np.ones((1, 2)), 1.0], ids=["arrays", "numbers"])
def test_each_branch_returns_in_a_structure_of_its_own(x: Any) -> None:
    @autograd.compile
    def f(x: Any) -> Any:
        above = x.sum() > 0 if isinstance(x, Tensor) else x > 0
        return {"twice": 2 * x, "thrice": 3 * x} if above else (2 * x, 3 * x)

    for sign in (1, 1, -1, -1, 1, -1):
        for result in (f(sign * x), f.value(sign * x)):
            assert isinstance(result, dict if sign > 0 else tuple)
            values = result.values() if isinstance(result, dict) else result
            for y, k in zip(values, (2, 3), strict=True):
                np.testing.assert_array_equal(getattr(y, "data", y), k * sign * x)


def test_a_step_that_is_given_tensors_writes_its_code_once() -> None:
    layer = nn.Linear(2, 1, rng=0)

    @autograd.compile
    def step(x: Any) -> Any:
        layer.zero_grad()
        loss = layer(x).sum()
        loss.backward()
        return loss

    x = Tensor(np.ones((3, 2)), requires_grad=False)
    for _ in range(3):
        step(x)
    written = len(linecache.cache)
    for _ in range(3):
        step(x)
    assert len(linecache.cache) == written
