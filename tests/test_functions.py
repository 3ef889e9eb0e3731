"""The public functions: numbers, arrays, Values and Tensors go in, and the same kind comes out."""

from __future__ import annotations

import inspect
import itertools
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradients
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.calculus.rules import RULES
from autograd.functions.table import FUNCTIONS
from tests.row_operands import nodes

ROWS = pytest.mark.parametrize("name", RULES)


@ROWS
def test_a_row_gives_back_the_kind_it_was_given(name: str) -> None:
    function, rule = FUNCTIONS[name], RULES[name]
    point = tuple(points[-1] for points in rule.samples)
    expected = function(*point)
    assert type(expected) is float
    for number in (np.float64, np.float32, lambda x: np.array(x)):
        found = function(*map(number, point))
        assert isinstance(found, np.ndarray | np.generic)
        assert float(found) == pytest.approx(expected, rel=1e-5)
    array = function(*(np.array([x, x]) for x in point))
    assert type(array) is np.ndarray and array.shape == (2,)
    assert type(function(*([x, x] for x in point))) is np.ndarray
    assert type(function(*nodes(rule, Value, point))) is Value
    assert type(function(*nodes(rule, Tensor, point))) is Tensor


@ROWS
def test_one_node_among_numbers_is_enough(name: str) -> None:
    function, rule = FUNCTIONS[name], RULES[name]
    point = tuple(points[-1] for points in rule.samples)
    kinds: tuple[Any, ...] = (Value, Tensor)
    places = [i for i, arg in enumerate(rule.args) if arg not in rule.refused]
    for kind, place in itertools.product(kinds, places):
        operands: list[Any] = [kind(x) if i == place else x for i, x in enumerate(point)]
        out: Any = function(*operands)
        assert isinstance(out, kind)
        assert float(out.data) == pytest.approx(function(*point))
        if rule.partials[place] is None:  # a condition
            continue
        out.backward()
        leaves = nodes(rule, kind, point)
        function(*leaves).backward()
        assert float(operands[place].grad) == pytest.approx(float(leaves[place].grad))


@ROWS
def test_integers_count_as_floats(name: str) -> None:
    function, rule = FUNCTIONS[name], RULES[name]
    if name in ("where", "arctanh", "arcsin", "arccos", "logit", "erfinv", "erfcinv", "betainc"):
        return
    whole = (2,) * rule.arity
    out = function(*whole)
    assert type(out) is float and out == pytest.approx(function(*map(float, whole)))
    found = function(*(np.array([x]) for x in whole))
    assert found[0] == pytest.approx(out)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.arity > 1])
def test_kinds_of_node_do_not_mix(name: str) -> None:
    point = [points[-1] for points in RULES[name].samples]
    mixed = [Value(point[0]), Tensor(point[1]), *point[2:]]
    for operands in (mixed, mixed[1::-1] + mixed[2:]):
        with pytest.raises(TypeError, match="Tensor"):
            FUNCTIONS[name](*operands)


@ROWS
def test_operands_may_be_given_by_name_and_wrong_calls_are_named(name: str) -> None:
    function, rule = FUNCTIONS[name], RULES[name]
    assert next(iter(inspect.signature(function).parameters)) == rule.args[0]
    point = tuple(points[-1] for points in rule.samples)
    if name not in ("clip", "gelu"):
        by_name = dict(zip(rule.args, point, strict=True))
        assert function(**by_name) == function(*point)
    with pytest.raises(TypeError):
        function()
    with pytest.raises(TypeError):
        function(*point, 1.0, 2.0, 3.0)
    with pytest.raises(TypeError):
        function(*point, nonsense=1)
    strangers: tuple[Any, ...] = ("a", None, 1j, {})
    for strange in strangers:
        with pytest.raises(TypeError) as caught:
            function(strange, *point[1:])
        assert "\n" not in str(caught.value)


def test_defaults_of_rows() -> None:
    assert autograd.leaky_relu(-2.0) == pytest.approx(-0.02)
    assert autograd.leaky_relu(-2.0, slope=0.5) == autograd.leaky_relu(-2.0, 0.5) == -1.0
    x = Tensor([-2.0, 3.0])
    autograd.leaky_relu(x, slope=0.5).sum().backward()
    assert x.grad.tolist() == [0.5, 1.0]
    slope = Tensor(0.5)
    autograd.leaky_relu(x, slope).sum().backward()
    assert slope.grad.item() == -2.0
    assert autograd.elu(-1.0, alpha=2.0) == pytest.approx(2 * np.expm1(-1))


@pytest.mark.parametrize(
    "kind", [float, np.array, Value, Tensor], ids=["float", "array", "Value", "Tensor"]
)
def test_clip_takes_none_numbers_and_arrays(kind: Any) -> None:
    def number(x: Any) -> float:
        return float(x.data if isinstance(x, Value | Tensor) else x)

    x = kind(3.0)
    assert number(autograd.clip(x, 0, 1)) == 1.0
    assert number(autograd.clip(x, None, 1)) == 1.0
    assert number(autograd.clip(x, 5)) == number(autograd.clip(x, a_min=5, a_max=None)) == 5.0
    assert number(autograd.clip(x, min=4, max=6)) == number(autograd.clip(x, low=4)) == 4.0
    assert number(autograd.clip(x)) == 3.0
    with pytest.raises(TypeError, match="unexpected keyword argument 'top'"):
        autograd.clip(x, top=1)  # type: ignore[call-overload]


def test_clip_with_trainable_bounds() -> None:
    x, low, high = Tensor([-3.0, 0.0, 3.0]), Tensor([-1.0, -1.0, -1.0]), Tensor(2.0)
    autograd.clip(x, low, high).sum().backward()
    assert x.grad.tolist() == [0, 1, 0] and low.grad.tolist() == [1, 0, 0] and high.grad == 1


def test_both_forms_of_gelu() -> None:
    x = Tensor([-1.0, 0.5, 2.0])
    exact, tanh = autograd.gelu(x), autograd.gelu(x, approximate="tanh")
    np.testing.assert_allclose(exact.data, tanh.data, atol=1e-3)
    assert not np.array_equal(exact.data, tanh.data)
    with pytest.raises(ValueError, match="approximate must be 'none' or 'tanh', not 'exact'"):
        autograd.gelu(x, approximate="exact")  # type: ignore[call-overload]


def test_split_gives_nodes_whose_gradients_meet_again() -> None:
    x = Tensor(np.arange(6.0))
    a, b, c = autograd.split(x, 3)
    (a * 1 + b * 2 + c * c).sum().backward()
    assert x.grad.tolist() == [1, 1, 2, 2, 8, 10]
    assert [part.shape for part in autograd.split(np.ones((4, 2)), [1, 3])] == [
        (1, 2),
        (2, 2),
        (1, 2),
    ]
    with pytest.raises(ValueError, match=r"split: .*\(6,\)"):
        autograd.split(x, 4)


@pytest.mark.parametrize("name", sorted(set(ARRAY_RULES) - {"put_index"}))
def test_a_structural_row_over_arrays_gives_an_array_and_over_tensors_a_tensor(name: str) -> None:
    rule = ARRAY_RULES[name]
    rng = np.random.default_rng(0)
    for sample in rule.samples:
        operands = sample.operands(rng)
        expected = rule.forward(*operands, **sample.attrs)
        if rule.arity is None:
            continue  # concatenate, stack and einsum take their operands in a way of their own
        plain = FUNCTIONS[name](*operands, **sample.attrs)
        np.testing.assert_array_equal(plain, expected)
        nodes = [
            Tensor(x) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in operands
        ]
        if not any(isinstance(x, Tensor) for x in nodes):
            continue
        out = FUNCTIONS[name](*nodes, **sample.attrs)
        assert type(out) is Tensor and out.shape == np.shape(expected)


@pytest.mark.parametrize(
    "name", ["matmul", "reshape", "softmax", "cumsum", "concatenate", "einsum", "take"]
)
def test_a_structural_row_has_no_meaning_for_a_value(name: str) -> None:
    v = Value(2.0)
    calls: dict[str, Any] = {
        "matmul": lambda: autograd.matmul(v, np.ones((1, 1))),  # type: ignore[call-overload]
        "reshape": lambda: autograd.reshape(v, (1,)),  # type: ignore[call-overload]
        "softmax": lambda: autograd.softmax(v),  # type: ignore[call-overload]
        "cumsum": lambda: autograd.cumsum(v),  # type: ignore[call-overload]
        "concatenate": lambda: autograd.concatenate([v, v]),  # type: ignore[list-item]
        "einsum": lambda: autograd.einsum("i,i", [1.0], v),  # type: ignore[call-overload]
        "take": lambda: autograd.take(v, 0),  # type: ignore[call-overload]
    }
    with pytest.raises(TypeError, match="Tensor") as caught:
        calls[name]()
    assert str(caught.value).startswith(f"{name}:")


def test_reductions_of_a_value_are_the_value() -> None:
    v = Value(-2.0)
    for name in "sum mean prod max min amax amin logsumexp".split():
        assert getattr(autograd, name)(v) is v
    assert autograd.norm(v).data == 2.0


X = np.array([[0.9, -0.2, 0.6], [0.4, 0.8, -0.3]])

#: What people write; each is compared with NumPy and with central differences, in both orders.
EXPRESSIONS: dict[str, Any] = {
    "x[0]": lambda x: x[0],
    "x[-1, 1:]": lambda x: x[-1, 1:],
    "x[::-1, ::2]": lambda x: x[::-1, ::2],
    "x[..., None]": lambda x: x[..., None],
    "x[:, [2, 0, 2]]": lambda x: x[:, [2, 0, 2]],
    "x[[0, 1, 0], [1, 1, 1]]": lambda x: x[[0, 1, 0], [1, 1, 1]],
    "x[np.array([[0, 1], [1, 1]])]": lambda x: x[np.array([[0, 1], [1, 1]])],
    "x[mask]": lambda x: x[X > 0],
    "x[rows]": lambda x: x[np.array([False, True])],
    "x[1, 2]": lambda x: x[1, 2],
    "x[()]": lambda x: x[()],
    "x[0:0]": lambda x: x[0:0],
    "x[np.int64(1)]": lambda x: x[np.int64(1)],
    "x[:, None, ::-1]": lambda x: x[:, None, ::-1],
    "x.T @ x": lambda x: x.T @ x,
    "x @ vector": lambda x: x @ np.array([1.0, 2.0, 3.0]),
    "vector @ x": lambda x: np.array([1.0, 2.0]) @ x,
    "batched": lambda x: np.ones((4, 5, 2)) @ x,
    "x[0] @ x[1]": lambda x: x[0] @ x[1],
    "einsum ij->ji": lambda x: np.einsum("ij->ji", x),
    "einsum ij->": lambda x: np.einsum("ij->", x),
    "einsum ij,ij->i": lambda x: np.einsum("ij,ij->i", x, x),
    "einsum ij,kj": lambda x: np.einsum("ij,kj", x, x),
    "einsum three": lambda x: np.einsum("ij,kj,kl->il", x, x, np.ones((2, 4))),
    "einsum ellipsis": lambda x: np.einsum("...j,j->...", x, np.arange(3.0)),
    "sum of squares": lambda x: (x * x).sum(),
    "mean of both axes": lambda x: x.mean(axis=(0, 1)),
    "mean of negative axes": lambda x: x.mean(axis=(-1, -2), keepdims=True),
    "normalise rows": lambda x: (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True),
    "softmax by hand": lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True),
    "log sum exp by hand": lambda x: np.log(np.sum(np.exp(x), axis=0)),
    "pairwise distances": lambda x: ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1),
    "outer": lambda x: np.outer(x, x[0]),
    "0-d": lambda x: x.sum() * x[0, 0] ** 2 / (1 + x[1, 1]),
    "concatenate mixed": lambda x: np.concatenate([x, np.ones((1, 3)), x * x]),
    "stack of rows": lambda x: np.stack([x[1], x[0], x[1]]),
    "sum of a list": lambda x: sum([x[0], x[1], x[0] * x[1]]),
    "polynomial": lambda x: 3 * x**3 - 2 * x**2 + x - 7,
    "2 ** x": lambda x: 2**x,
    "x ** x": lambda x: (x * x + 0.5) ** x,
    "x % 0.7": lambda x: x % 0.7,
    "where of both": lambda x: np.where(X > 0, np.sin(x), np.cos(x)),
    "max minus min": lambda x: x.max(axis=1) - x.min(axis=1),
    "var ddof": lambda x: x.var(axis=0, ddof=1),
    "prod": lambda x: x.prod(axis=1),
    "cumsum cumprod": lambda x: np.cumprod(np.cumsum(x, axis=1), axis=0),
    "reshape transpose": lambda x: x.reshape(3, 2).T.reshape(-1)[::-1],
    "swap and move": lambda x: np.moveaxis(np.swapaxes(x[None], 0, 2), 0, -1),
    "squeeze and expand": lambda x: np.squeeze(np.expand_dims(x, (0, 2))),
    "tile and repeat": lambda x: np.repeat(np.tile(x, (2, 1)), [1, 0, 2, 1], axis=0),
    "roll flip sort": lambda x: np.sort(np.roll(np.flip(x, 1), 1, axis=0), axis=1),
    "triangles": lambda x: np.triu(x) * 2 + np.tril(x, -1),
    "diagonals": lambda x: np.diag(np.diag(x)) + np.diagonal(x),
    "norms": lambda x: np.linalg.norm(x, axis=1) + np.linalg.norm(x),
    "broadcast to": lambda x: np.broadcast_to(x[:1], (4, 3)),
    "leading ones": lambda x: x[None, None] * np.ones((2, 1, 1, 3)),
    "arctan2 and hypot": lambda x: np.arctan2(x, x.T.reshape(2, 3) + 2) + np.hypot(x, 1.0),
    "absolute value": lambda x: abs(x) + np.abs(-x),
    "empty sum": lambda x: x[:0].sum() + x[:, 5:].sum(axis=1),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_people_write_is_right_to_second_order(name: str) -> None:
    f = EXPRESSIONS[name]
    x = Tensor(X)
    out = f(x)
    expected = np.asarray(f(X))
    assert type(out) is Tensor and out.shape == expected.shape
    np.testing.assert_allclose(out.data, expected, rtol=1e-13, atol=1e-15)
    rng = np.random.default_rng(0)
    weights, direction = rng.standard_normal(out.shape), rng.standard_normal(X.shape)
    total = (out * weights).sum()
    (first,) = gradients(total, [x], create_graph=True)
    total.backward()
    np.testing.assert_allclose(first.data, x.grad, rtol=1e-12, atol=1e-14)
    step = 1e-6
    numeric = np.zeros(X.shape)
    for at in np.ndindex(X.shape):
        up, down = X.copy(), X.copy()
        up[at] += step
        down[at] -= step
        numeric[at] = np.sum(weights * (f(up) - f(down))) / (2 * step)
    np.testing.assert_allclose(x.grad, numeric, rtol=1e-6, atol=1e-7)

    def slope(at: Any) -> Any:
        leaf = Tensor(at)
        (f(leaf) * weights).sum().backward()
        return leaf.grad

    numeric = (slope(X + step * direction) - slope(X - step * direction)) / (2 * step)
    along = (first * direction).sum()
    second = gradients(along, [x])[0] if along.requires_grad else None
    found = np.zeros(X.shape) if second is None else second.data
    np.testing.assert_allclose(found, numeric, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0), (2, 0, 3)])
def test_empty_arrays_flow_through(shape: tuple[int, ...]) -> None:
    x = Tensor(np.zeros(shape))
    out = (x * 2 + 1).tanh().sum() + x.sum(axis=0).sum() + autograd.exp(x).T.reshape(-1).sum()
    out = out + autograd.concatenate([x, x]).sum() + (x[:0] ** 2).sum()
    out.backward()
    assert x.grad.shape == shape
    (found,) = gradients(out, [x], create_graph=True)
    assert found.shape == shape


@pytest.mark.parametrize("decimals", [0, 1, 3, -1])
def test_round_takes_decimals_as_numpys(decimals: int) -> None:
    a = np.array([[12.3456, -0.05], [15.0, 2.5]])
    expected = np.round(a, decimals)
    for function in (autograd.round, np.round, np.around):
        out = function(Tensor(a), decimals)
        np.testing.assert_array_equal(out.data, expected)
    np.testing.assert_array_equal(autograd.round(a, decimals), expected)
    np.testing.assert_array_equal(autograd.grad(lambda x: x.round(decimals).sum())(a), 0 * a)
    assert Tensor(a.astype(np.float32)).round(decimals).dtype == np.float32
    assert autograd.round(Value(12.3456), decimals).data == round(12.3456, decimals)
