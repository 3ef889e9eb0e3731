"""Where a nan, an infinity or a missing gradient starts, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, detect_anomaly, diagnose, grad, gradcheck, jvp
from autograd.engine.recording import present, state

F = autograd


def deep_network(depth: int, gain: float) -> tuple[Any, dict[str, Any]]:
    """A chain of sigmoid layers; its parameters are named as a module would name them."""
    rng = np.random.default_rng(0)
    parameters: dict[str, Any] = {}
    h: Any = rng.standard_normal((4, 8))
    for i in range(depth):
        w = Tensor(gain * rng.standard_normal((8, 8)), name=f"layer{i}.weight")
        b = Tensor(np.zeros(8), name=f"layer{i}.bias")
        parameters |= {f"layer{i}.weight": w, f"layer{i}.bias": b}
        h = F.sigmoid(F.linear(h, w, b)) if gain < 5 else F.linear(h, w, b)
    return F.mean(h * h), parameters


# -- detect_anomaly -------------------------------------------------------------------------------

FORWARD: dict[str, tuple[Callable[[], Any], str]] = {
    "log of a negative": (
        lambda: Value(-1.0).log(),
        r"^forward: log gave nan at .*test_diagnosis.py:\d+: .*operand 1 = -1\)$",
    ),
    "division by zero": (lambda: Value(1.0) / Value(0.0), r"div gave inf .*operand 2 = 0"),
    "overflow": (lambda: F.exp(Tensor([1.0, 1000.0])), r"exp gave .*inf at \[1\]"),
    "sqrt in an array": (
        lambda: F.sqrt(Tensor([[4.0, 1.0], [-1.0, 9.0]])).sum(),
        r"sqrt gave .*nan at \[1, 0\]",
    ),
    "inf - inf": (lambda: Tensor([np.inf]) - Tensor([np.inf]), "sub gave .*nan"),
    "structural": (lambda: Tensor([1e200, 1e200]) @ Tensor([1e200, 1e200]), "matmul gave inf"),
}


@pytest.mark.parametrize("name", FORWARD)
def test_the_first_bad_value_raises_where_it_is_made(name: str) -> None:
    call, message = FORWARD[name]
    with pytest.raises(FloatingPointError, match=message), detect_anomaly():
        call()
    assert not present().special and not state.hooked


BACKWARD: dict[str, tuple[Callable[[], Any], str]] = {
    "sqrt at zero": (
        lambda: Value(0.0).sqrt().backward(),
        r"^backward: the gradient through sqrt became inf at .*test_diagnosis.py:\d+",
    ),
    "sqrt of an array": (
        lambda: F.sqrt(Tensor([1.0, 0.0])).sum().backward(),
        r"through sqrt became .*inf at \[1\]",
    ),
    "below other operations": (
        lambda: (2.0 * F.sqrt(Tensor([3.0, 0.0]) * 2.0) + 1.0).sum().backward(),
        "through sqrt became",
    ),
    "overflow of a product": (
        lambda: ((Tensor([1e-200]) * 1e200) * 1e200).sum().backward(),
        "through mul became",
    ),
    "in a transform": (lambda: grad(lambda x: F.sqrt(x))(0.0), "through sqrt became inf"),
    "the upstream gradient": (
        lambda: Tensor([1.0]).backward(np.array([np.nan])),
        "upstream gradient given is .*nan",
    ),
}


@pytest.mark.parametrize("name", BACKWARD)
def test_the_first_bad_gradient_raises_and_names_its_operation(name: str) -> None:
    call, message = BACKWARD[name]
    with pytest.raises(FloatingPointError, match=message), detect_anomaly():
        call()
    assert not present().special and not state.hooked


def test_what_is_sound_passes_untouched() -> None:
    with detect_anomaly():
        x = Tensor([0.0, 4.0])
        y = F.where(x.data > 0, F.sqrt(x), 0.0)  # the branch not taken leaks nothing
        y.sum().backward()
        np.testing.assert_array_equal(x.grad, [0.0, 0.25])
        assert F.hessian(lambda w: (3 * w - 6) ** 2)(2.0) == 18.0
        assert grad(lambda x: jvp(lambda y: F.where(y > 0, F.sqrt(y), y), x, 1.0)[1])(0.0) == 0.0
        masked = F.softmax(F.where(np.array([True, False]), x, -np.inf))
        assert masked.data[0] == 1.0
        assert jvp(F.exp, 0.0, 1.0) == (1.0, 1.0)
    v = Value(3.0)
    (v * v).backward()
    assert v.grad == 6.0


def test_it_is_a_decorator_and_lines_are_recorded_inside_only() -> None:
    def made() -> Any:
        return Value(1.0) * 2

    line = detect_anomaly()(made)()._origin.line
    assert re.search(r"test_diagnosis.py:\d+: return Value\(1.0\) \* 2", str(line))
    assert (Value(1.0) * 2)._origin.line is None


def test_a_decorated_function_may_call_itself() -> None:
    @detect_anomaly()
    def power(n: int) -> Any:
        return Value(2.0) if n == 0 else power(n - 1) * 2.0

    before = np.geterr()
    assert power(3).data == 16.0
    assert np.geterr() == before and not present().special


# -- diagnose -------------------------------------------------------------------------------------


def test_a_sound_loss_has_nothing_to_say() -> None:
    w, b = Tensor([1.0, 2.0]), Tensor(0.5)
    found = diagnose(F.mean((w + b) ** 2))
    assert found and not found.findings
    assert [layer.name for layer in found.layers] == ["w", "b"]
    assert found.layers[1].grad_norm == pytest.approx(4.0)
    assert str(found).startswith("nothing wrong")
    assert w.grad is None


def test_a_nan_is_traced_to_the_operation_that_made_it() -> None:
    with np.errstate(all="ignore"):
        x = Tensor([1.0, -2.0, 3.0], name="x")
        loss = F.exp(F.log(x) * 2.0).sum()
    found = diagnose(loss)
    assert not found and found.forward is not None
    assert found.forward.operation == "log" and "nan" in found.forward.found
    assert "detect_anomaly" in str(found)  # the line is not known
    with pytest.raises(FloatingPointError), detect_anomaly():
        F.log(x)


def test_an_infinity_does_not_hide_the_nan_that_comes_later() -> None:
    with np.errstate(all="ignore"):
        x = Value(0.0, name="x")
        loss = x.log() * 0.0 + 1.0
    found = diagnose(loss)
    assert found.forward is not None and found.forward.operation == "mul"
    with np.errstate(all="ignore"):
        found = diagnose(Value(0.0).log() + 1.0)
    assert found.forward is not None and found.forward.operation == "log"
    assert "inf" in found.forward.found


def test_a_leaf_that_came_in_broken_is_named() -> None:
    found = diagnose(Tensor([1.0, np.nan], name="data").sum())
    assert found.forward is not None and found.forward.operation == "the leaf data"


def test_a_bad_gradient_is_traced_backwards() -> None:
    x = Tensor([4.0, 0.0], name="x")
    found = diagnose(F.sqrt(x).sum())
    assert found.forward is None and found.backward is not None
    assert found.backward.operation == "sqrt" and "operand 1 = [4, 0]" in str(found.backward)


def test_parameters_without_a_gradient_are_named() -> None:
    w, dead, lost = (Tensor([1.0, 2.0], name=n) for n in ("w", "dead", "lost"))
    frozen = Tensor([1.0, 2.0], requires_grad=False, name="frozen")
    loss = (w * F.relu(dead * -1.0) * 1.0 + w + frozen).sum()
    found = diagnose(loss, [w, dead, lost, frozen])
    assert found.unreached == ("lost",)
    assert found.untracked == ("frozen",)
    assert found.flat == ("dead",)
    assert "does not depend on lost" in str(found)
    assert diagnose(loss, {"a": {"w": w}, "b": lost}).unreached == ("b",)


def test_a_long_list_of_names_is_cut() -> None:
    dead = [Tensor([1.0], name=f"p{i}") for i in range(20)]
    text = str(diagnose(Value(1.0) * 2.0, dead))
    assert "depend on p0, p1, p2, p3, p4, p5, p6, p7 and 12 more" in text


def test_a_module_names_its_own_parameters() -> None:
    class Module:
        def __init__(self) -> None:
            self.w, self.lost = Tensor([1.0]), Tensor([1.0])

        def named_parameters(self) -> Any:
            return [("layer.w", self.w), ("head.w", self.lost)]

    module = Module()
    found = diagnose((module.w**2).sum(), module)
    assert found.unreached == ("head.w",)
    assert [layer.name for layer in found.layers] == ["layer", "head"]

    class Scalar:
        def parameters(self) -> list[Any]:
            return [module.w, module.lost]

    assert diagnose((module.w**2).sum(), Scalar()).unreached == ("leaf 1",)


@pytest.mark.parametrize("gain, word", [(0.5, "vanishes"), (30.0, "explodes")])
def test_vanishing_and_explosion_show_in_the_table(gain: float, word: str) -> None:
    loss, parameters = deep_network(12, gain)
    found = diagnose(loss, parameters)
    assert f"the gradient {word}" in found.trend
    assert [layer.name for layer in found.layers] == [f"layer{i}" for i in range(12)]
    assert found.layers[0].parameters == 72
    table = str(found).splitlines()
    assert sum(line.startswith("layer") for line in table) == 13
    assert len({len(line) for line in table[-13:]}) == 1  # the columns are aligned


def test_a_healthy_depth_is_not_accused() -> None:
    loss, parameters = deep_network(3, 1.0)
    assert diagnose(loss, parameters)


def test_values_and_names_of_variables() -> None:
    first, second = Value(2.0), Value(3.0)
    found = diagnose(first * second)
    assert [layer.name for layer in found.layers] == ["first", "second"]
    twins = [Value(1.0, name="w"), Value(2.0, name="w")]
    found = diagnose(twins[0] * twins[1], twins)
    assert [layer.name for layer in found.layers] == ["w", "w (2)"]


BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "a number": (lambda: diagnose(3.0), TypeError, "a Value or a Tensor, not 3.0"),  # type: ignore[arg-type]
    "an array": (lambda: diagnose(Tensor([1.0, 2.0])), ValueError, r"shape \(2,\)"),
    "no parameter": (lambda: diagnose(Value(1.0), [3.0]), TypeError, "no Value or Tensor but 3.0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        call()


def test_a_notebook_shows_a_diagnosis_as_a_table() -> None:
    w, unused = Value(2.0, "w<b>"), Value(1.0, "q&")
    found = diagnose((Value(0.0, "x") * w).tanh() * w, {"w<b>": w, "q&": unused})
    page = found._repr_html_()
    assert page.startswith("<div><p><strong>✗ no gradient, the loss does not depend on q&amp;")
    assert page.count("<tr>") == 3 and "w&lt;b&gt;</td>" in page and "<b>" not in page
    fine = diagnose(w * w)
    assert fine._repr_html_().startswith("<div><p><strong>✓ nothing wrong")


def test_a_notebook_shows_a_report_as_a_table() -> None:
    report = gradcheck(lambda x: autograd.relu(x), np.array([0.0, 1.0]))
    page = report._repr_html_()
    assert page.startswith("<div><p><strong>✓ gradcheck passed: order 1, 4 derivatives")
    assert page.count("<tr>") == 3 and "kink: d output[0] / d argument &#x27;x&#x27;[0]" in page
    report = gradcheck(lambda x: x.detach() * x, 3.0)
    page = report._repr_html_()
    assert not report and page.startswith("<div><p><strong>✗ gradcheck FAILED")
