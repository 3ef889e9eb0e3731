"""The frozen graph of array computations: snapshots, expressions, and its own chain rule."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, steps
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from autograd.calculus.rules import RULES, Rule
from autograd.graph.tracing import trace
from autograd.writing.formatting import extent, full, number, summary
from tests.row_operands import nodes


def public(rule: Any, operands: tuple[Any, ...], attrs: dict[str, Any]) -> Any:
    function = getattr(autograd, rule.name)
    if rule.name == "einsum":
        return function(attrs["subscripts"], *operands)
    return function(operands, **attrs) if rule.arity is None else function(*operands, **attrs)


@pytest.mark.parametrize("rule", ARRAY_RULES.values(), ids=ARRAY_RULES.keys())
def test_every_structural_row_agrees_with_the_engine(rule: ArrayRule) -> None:
    rng = np.random.default_rng(5)
    for sample in rule.samples:
        operands = tuple(
            Tensor(x) if x is not None and np.asarray(x).dtype.kind == "f" else x
            for x in sample.operands(rng)
        )
        with np.errstate(all="ignore"):
            if rule.name in ("getitem", "put_index"):
                out = operands[0][sample.attrs["index"]] if rule.name == "getitem" else None
            else:
                out = public(rule, operands, dict(sample.attrs))
        if not isinstance(out, Tensor):
            continue
        upstream = np.asarray(rng.standard_normal(out.shape), dtype=out.dtype)
        out.backward(upstream)
        graph = trace(out).backward(upstream).validate()
        assert graph.output.expression
        for leaf in operands:
            if isinstance(leaf, Tensor) and leaf.grad is not None:
                ours = graph[leaf].grad
                assert ours.shape == leaf.shape and ours.dtype == leaf.dtype
                np.testing.assert_allclose(ours, leaf.grad, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_every_elementwise_row_agrees_with_the_engine_under_broadcasting(
    rule: Rule, kind: Any
) -> None:
    shapes = [(2, 3), (3,), (2, 1)]
    arrays = [np.resize(*pair).astype(kind) for pair in zip(rule.samples, shapes)]
    operands = nodes(rule, Tensor, arrays)
    leaves = [x for x in operands if isinstance(x, Tensor)]
    out = getattr(autograd, rule.name)(*operands)
    (out * out).sum().backward()
    graph = trace((out * out).sum()).backward().validate()
    for leaf in leaves:
        ours = graph[leaf].grad
        if leaf.grad is not None and ours is not None:
            assert ours.dtype == kind and ours.shape == leaf.shape
            np.testing.assert_allclose(ours, leaf.grad, rtol=1e-10 if kind is np.float64 else 1e-5)


def test_arrays_are_copied_and_cannot_be_written() -> None:
    x = Tensor([1.0, 2.0])
    data = np.array([3.0, 4.0])
    graph = trace((x * data).sum()).backward()
    x.data[0] = data[0] = 100.0
    assert graph["x"].value[0] == 1 and graph["data"].value[0] == 3
    with pytest.raises(ValueError, match="read-only"):
        graph["x"].value[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        graph["x"].grad[0] = 5.0


def test_plain_arrays_are_constants_named_after_their_variables() -> None:
    X = np.ones((4, 2))
    w = Tensor(np.ones(2))
    loss = (X @ w - X @ w).sum()
    graph = trace(loss)
    assert graph["X"].kind == "constant" and graph["w"].kind == "leaf"
    assert [node.label for node in graph].count("X") == 1


def test_integer_labels_are_constants() -> None:
    logits, y = Tensor([[1.0, 2.0]]), Tensor([1])
    graph = trace(autograd.cross_entropy(logits, y)).backward()
    assert graph["y"].kind == "constant" and graph["y"].grad is None
    assert graph["logits"].grad.shape == (1, 2)


def test_leaf_assigned_after_use_is_reported_by_name() -> None:
    w = Tensor([1.0], name="fc1.weight")
    loss = (w * w).sum()
    w.data = np.array([2.0])
    with pytest.raises(ValueError, match=r"fc1\.weight was assigned to after it was used"):
        trace(loss)


def test_condition_keeps_its_history_and_gets_no_gradient() -> None:
    x = Tensor([-1.0, 2.0], name="x")
    mask = autograd.relu(x)
    graph = trace(autograd.where(mask, x, 0.0).sum()).backward().validate()
    assert graph[mask].expression == "relu(x)" and graph[mask].grad is None
    assert graph["x"].grad.tolist() == [0, 1]


def test_repeated_operand_of_a_matrix_product_lists_both_terms() -> None:
    a = Tensor([[1.0, 2.0], [3.0, 4.0]], name="a")
    graph = trace((a @ a).sum(), names={}).backward()
    terms = graph.contributions(0)
    assert [term.slot for term in terms] == [0, 1] and terms[0].local is None
    np.testing.assert_allclose(sum(term.value for term in terms), graph["a"].grad)


def test_output_that_is_no_number_needs_a_gradient_of_its_shape() -> None:
    x = Tensor([1.0, 2.0], name="x")
    graph = trace(x * x, names={})
    with pytest.raises(ValueError, match=r"shape \(2,\) has no single gradient; .* pass gradient="):
        graph.backward()
    with pytest.raises(
        ValueError, match=r"gradient of shape \(3,\) does not fit the output's \(2,\)"
    ):
        graph.backward(np.ones(3))
    assert graph.backward([1.0, 0.5])["x"].grad.tolist() == [2, 2]


def test_zero_wins_over_infinity_elementwise() -> None:
    x = Tensor([0.0, 4.0], name="x")
    graph = trace(autograd.where(x.data > 0, autograd.sqrt(x), 0.0).sum(), names={}).backward()
    assert graph["x"].grad.tolist() == [0, 0.25]


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda a: a @ a.T, "a @ v1"),
        (lambda a: a.T.sum(axis=0, keepdims=True), "sum(v1, axis=0, keepdims=True)"),
        (lambda a: a[1:, ::-1], "a[1:, ::-1]"),
        (lambda a: a[..., None, 0], "a[..., None, 0]"),
        (lambda a: a[[0, 1, 0]], "a[[0, 1, 0]]"),
        (lambda a: a[np.arange(6) % 2], "a[array(6,)]"),
        (lambda a: a.T, "a.T"),
        (lambda a: a.reshape(4), "reshape(a, shape=4)"),
        (lambda a: a.mean(), "mean(a)"),
        (lambda a: autograd.concatenate([a, a], axis=1), "concatenate([a, a], axis=1)"),
        (lambda a: autograd.einsum("ij,jk->ik", a, a), "einsum('ij,jk->ik', a, a)"),
        (lambda a: autograd.linear(a, a), "a @ a"),
        (lambda a: autograd.linear(a, a, a[0]), "a @ a + v1"),
        (lambda a: a.astype(np.float32), "astype(a, dtype=float32)"),
        (lambda a: a * np.ones(2), "a * c1"),
        (lambda a: autograd.clip(a, 0.0, 1.0), "clip(a, 0, 1)"),
    ],
)
def test_array_expression_reads_as_written(make: Any, text: str) -> None:
    a = Tensor([[1.0, 2.0], [3.0, 4.0]], name="a")
    assert trace(make(a), names={}).output.expression == text


@pytest.mark.parametrize(
    "value, text",
    [
        (np.arange(12.0).reshape(3, 4), "(3, 4) 0 … 11"),
        (np.full((2, 5), 0.1), "(2, 5) 0.1 … 0.1"),
        (np.array([[1.0, -2.5]]), "[[1, -2.5]]"),
        (np.array([1, np.nan, 3, np.inf, 5]), "(5,) 1 … 5, 1 nan, 1 inf"),
        (np.full(9, np.nan), "(9,) 9 nan"),
        (np.array([-np.inf] * 5), "(5,) 5 -inf"),
        (np.zeros((0, 3)), "(0, 3) []"),
        (np.arange(6) > 2, "(6,) 3 True"),
        (np.array(0.25), "0.25"),
        (np.float32(0.1), "0.1"),
        (True, "1"),
        (None, "None"),
    ],
)
def test_summary_is_one_short_line(value: Any, text: str) -> None:
    assert summary(value) == text
    assert text.endswith(extent(value))


@pytest.mark.parametrize(
    "value, text",
    [
        (1234.5678, "1235"),
        (12345.678, "12346"),
        (999999.5, "1000000"),
        (12345678.0, "1.235e+07"),
        (0.00012344, "0.0001234"),
        (0.00001234, "1.234e-05"),
        (9999.7, "10000"),
        (-0.0, "0"),
        (float("nan"), "nan"),
        (-float("inf"), "-inf"),
        (2.0, "2"),
    ],
)
def test_number_has_four_significant_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_full_value_of_a_large_array_is_cut_in_the_middle() -> None:
    assert "..." in full(np.zeros((100, 100))) and len(full(np.zeros((100, 100)))) < 2000
    assert full(np.array([[1.0, 2.5]])) == "(1, 2) float64\n[[1.  2.5]]"
    assert full(1 / 3) == "0.3333333333333333"


def test_an_array_used_twice_is_one_constant_until_its_numbers_change() -> None:
    X = np.array([[1.0, 2.0]])
    w = Tensor([3.0, 4.0], name="w")
    twice = trace((X * w).sum() + (X * w).sum())
    assert [row.label for row in twice if row.kind == "constant"] == ["X"]
    before = (X * w).sum()
    X[...] = 5.0
    changed = trace(before + (X * w).sum())
    constants = [row.value.tolist() for row in changed if row.kind == "constant"]
    assert constants == [[[1.0, 2.0]], [[5.0, 5.0]]]
    assert float(changed.output.value) == 11.0 + 35.0


def test_an_index_is_written_as_one_writes_it() -> None:
    x = Tensor(np.ones((3, 4)), name="x")
    put = autograd.put_index(x[:, 0:2], (slice(None), slice(0, 2)), (3, 4))
    mask = np.array([True, False, True])
    expected = {
        "put_index(x[:, 0:2], index=s_[:, 0:2], shape=(3, 4))": put,
        "x[[True, False, True], 1]": x[mask, 1],
        "x[()]": x[()],
        "x[..., None, ::2]": x[..., None, ::2],
    }
    for text, out in expected.items():
        lines = str(trace(out)).splitlines()
        written = lines[-1].partition(" = ")[2].partition("  ")[0]
        assert written.replace("v1", "x[:, 0:2]") == text


def test_a_layer_without_a_bias_has_two_operands() -> None:
    x, W = Tensor([[1.0, -2.0]], name="x"), Tensor([[3.0], [4.0]], name="W")
    y = (autograd.linear(x, W) ** 2).sum()
    graph = trace(y, names={})
    assert [row.label for row in graph[2].operands] == ["x", "W"]
    lesson, forward = steps(graph), steps(graph, mode="forward")
    y.backward()
    assert lesson.gradients[0].tolist() == x.grad.tolist() == [[-30.0, -40.0]]
    assert forward.gradients[1] == W.grad.sum() == 10.0
    assert "v1 = x @ W" in lesson.text() and "x @ W" in lesson.html()
