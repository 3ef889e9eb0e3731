"""The frozen graph: what trace keeps, in which order, under which names, and its own chain rule."""

import math
from typing import Any

import numpy as np
import pytest

import autograd
from autograd.calculus.rules import RULES, Rule
from autograd.engine.tensor import Tensor
from autograd.engine.value import Value
from autograd.graph import Builder, Graph, trace
from tests.row_operands import nodes


def sum_times() -> Graph:
    x, y, z = Value(1, "x"), Value(-3, "y"), Value(4, "z")
    d = x + y
    d.name = "d"
    f = d * z
    f.name = "f"
    return trace(f, names={})


def sigmoid_neuron() -> Graph:
    w0, x0, w1, x1, b = Value(2), Value(-1), Value(-3), Value(-2), Value(-3)
    f = 1 / (1 + (-1 * (w0 * x0 + w1 * x1 + b)).exp())
    return trace(f)


def test_sum_times_has_the_lecture_s_numbers() -> None:
    graph = sum_times().backward()
    assert [node.label for node in graph] == ["x", "y", "z", "d", "f"]
    assert [node.value for node in graph] == [1, -3, 4, -2, -8]
    assert [node.grad for node in graph] == [4, 4, -2, 4, 1]


def test_sum_times_prints_one_assignment_a_line() -> None:
    assert str(sum_times().backward()).splitlines() == [
        "x = 1            grad 4",
        "y = -3           grad 4",
        "z = 4            grad -2",
        "d = x + y  = -2  grad 4",
        "f = d * z  = -8  grad 1",
    ]
    assert repr(sum_times()) == "<Graph of 5 nodes, f = -8>"


def test_sigmoid_neuron_backward_has_the_lecture_s_numbers() -> None:
    graph = sigmoid_neuron().backward()
    drawn = [node for node in graph if not node.is_literal]
    interior = [node for node in drawn if node.kind == "interior"]
    assert [round(node.value, 2) for node in interior] == [-2, 6, 4, 1, -1, 0.37, 1.37, 0.73]
    assert [round(node.grad, 2) for node in reversed(interior)] == [
        *(1, -0.53, -0.53, -0.2),
        *(0.2, 0.2, 0.2, 0.2),
    ]
    grads = {node.label: round(node.grad, 2) for node in drawn if node.kind == "leaf"}
    assert grads == {"w0": -0.2, "x0": 0.39, "w1": -0.39, "x1": -0.59, "b": 0.2}


def test_gradient_is_blank_before_the_sweep_and_the_sweep_leaves_the_graph_alone() -> None:
    graph = sum_times()
    swept = graph.backward()
    assert [node.grad for node in graph] == [None] * 5 and not graph.swept
    assert swept.swept and swept["x"].grad == 4


def test_constants_come_right_before_their_first_consumer_and_are_shared() -> None:
    x = Value(3.0, "x")
    graph = trace((x * 2 + 1) * 2, names={})
    assert [(node.kind, node.value) for node in graph] == [
        ("leaf", 3),
        ("constant", 2),
        ("interior", 6),
        ("constant", 1),
        ("interior", 7),
        ("interior", 14),
    ]
    assert graph.output.args == (4, 1)
    assert graph.backward()[1].grad is None


@pytest.mark.parametrize("numbers", [(0.0, -0.0), (math.nan, math.nan)])
def test_numbers_that_only_look_equal_are_not_shared(numbers: tuple[float, float]) -> None:
    x = Value(1.0)
    graph = trace(x * numbers[0] + x * numbers[1])
    constants = [node.value for node in graph if node.kind == "constant"]
    assert list(map(repr, constants)) == list(map(repr, numbers))


def test_detached_node_is_a_constant() -> None:
    x = Value(3.0, "x")
    graph = trace(x * x.detach(), names={}).backward()
    assert [node.kind for node in graph] == ["leaf", "constant", "interior"]
    assert graph["x"].grad == 3


def test_single_leaf_is_a_graph() -> None:
    graph = trace(Value(3.0, "x")).backward()
    assert len(graph) == 1 and graph.output.label == "x" and graph.output.grad == 1


def test_diamond_and_repeated_operand_list_their_contributions() -> None:
    x = Value(3.0)
    y = x * x
    f = y + x
    graph = trace(f).backward()
    assert [(c.upstream, c.local, c.value) for c in graph.contributions(graph["x"].index)] == [
        (1, 1, 1),
        (1, 3, 3),
        (1, 3, 3),
    ]
    assert graph["x"].grad == 7
    assert graph.consumers(graph["x"].index) == [(1, 0), (1, 1), (2, 1)]
    assert graph[y].label == "y" and graph[-1] == graph.output == graph[f]


def test_contributions_before_the_sweep_are_refused() -> None:
    with pytest.raises(ValueError, match=r"call graph\.backward"):
        sum_times().contributions(0)


def test_snapshot_does_not_follow_the_program() -> None:
    x = Value(3.0, "x")
    f = x * x
    f.backward()
    graph = trace(f)
    x.data, x.grad = 100.0, 0.0
    assert graph["x"].value == 3 and graph["x"].accumulated == 6


def test_validate_finds_a_leaf_that_changed_after_the_forward_pass() -> None:
    x = Value(3.0, "x")
    f = x * x
    assert trace(f).validate().output.value == 9
    x.data = 4.0
    with pytest.raises(ValueError, match="was a leaf changed"):
        trace(f).validate()


def built(*rows: tuple[str | None, tuple[int, ...], float]) -> Graph:
    builder = Builder()
    for name, args, value in rows:
        if name is None:
            builder.leaf(value)
        else:
            builder.apply(RULES[name], args, value)
    return builder.build()


@pytest.mark.parametrize(
    "rows, complaint",
    [
        ([(None, (), 1.0), ("neg", (1,), -1.0)], "does not come before"),
        ([(None, (), 1.0), ("add", (0,), 1.0)], "has 1 operands"),
        ([(None, (), 1.0), ("neg", (0, 0), -1.0)], "has 2 operands"),
        ([(None, (), 1.0), (None, (), 2.0), ("neg", (1,), -2.0)], "not used"),
        ([(None, (), 1.0), ("neg", (0,), 1.0)], "operands give -1"),
    ],
)
def test_validate_rejects_a_faulty_graph(rows: list[Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        built(*rows).validate()


def test_empty_builder_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        Builder().build()


# Names


def test_names_come_from_the_caller_s_variables() -> None:
    first = Value(1.0)
    ws = [Value(2.0), Value(3.0)]
    table = {"bias": Value(4.0)}
    loss = first * ws[0] + ws[1] * table["bias"]
    labels = [node.label for node in trace(loss)]
    assert labels == ["first", "ws[0]", "ws[1]", "table['bias']", "v1", "v2", "loss"]


def test_names_can_be_given_or_refused() -> None:
    x = Value(1.0)
    f = x.exp()
    assert [node.label for node in trace(f, names={"weight": x})] == ["weight", "out"]
    assert [node.label for node in trace(f, names={})] == ["x1", "out"]


def test_a_node_s_own_name_wins_over_a_variable() -> None:
    x = Value(1.0, "w")
    assert trace(x * 2)["w"].value == 1


def test_names_with_an_underscore_are_the_last_resort() -> None:
    _hidden = Value(1.0)
    shown = _hidden
    _only = Value(2.0)
    labels = [node.label for node in trace(shown * _only)]
    assert labels == ["shown", "_only", "out"]


def test_repeated_and_generated_names_stay_apart() -> None:
    a, b, c, d = Value(1.0, "x"), Value(2.0, "x"), Value(3.0, "v1"), Value(4.0, "out")
    graph = trace(a * b + c * d, names={})
    assert [node.label for node in graph] == ["x", "x_2", "v1", "out", "v1_", "v2", "out_"]
    assert [graph[label].index for label in ("x_2", "v1_", "out_")] == [1, 4, 6]


def test_unknown_name_lists_some_that_exist() -> None:
    with pytest.raises(KeyError, match="no node is called 'q'; names: x, y, z, d, f"):
        sum_times()["q"]


def test_node_of_another_graph_is_refused() -> None:
    with pytest.raises(KeyError, match="not in the graph"):
        sum_times()[Value(1.0)]


def test_row_out_of_range_is_refused() -> None:
    with pytest.raises(IndexError, match="row 9 of a graph of 5 nodes"):
        sum_times()[9]


def test_dotted_name_is_a_parameter() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "layer1.w")
    assert [node.kind for node in trace(x * w)] == ["leaf", "parameter", "interior"]


def test_trace_refuses_what_is_no_node() -> None:
    with pytest.raises(TypeError, match=r"trace\(\) needs a Value or a Tensor, not float"):
        trace(3.0)


# Expressions


@pytest.mark.parametrize(
    "make, text, numbers",
    [
        (lambda x: x - -3, "x - (-3)", "2 - (-3)"),
        (lambda x: 1 / x, "1 / x", "1 / 2"),
        (lambda x: (-3) ** x, "(-3) ** x", "(-3) ** 2"),
        (lambda x: -x, "-x", "-2"),
        (lambda x: x.tanh(), "tanh(x)", "tanh(2)"),
        (lambda x: x.leaky_relu(), "leaky_relu(x, 0.01)", "leaky_relu(2, 0.01)"),
    ],
)
def test_expression_reads_as_written(make: Any, text: str, numbers: str) -> None:
    x = Value(2.0, "x")
    end = trace(make(x), names={}).output
    assert (end.expression, end.substituted) == (text, numbers)


# The chain rule of the graph itself


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_every_row_agrees_with_the_engine(rule: Rule) -> None:
    for points in zip(*(sample * 4 for sample in rule.samples)):
        operands = nodes(rule, Value, points)
        f = getattr(autograd, rule.name)(*operands)
        g = f * f
        g.backward()
        graph = trace(g).backward().validate()
        for leaf in (x for x in operands if isinstance(x, Value)):
            ours = graph[leaf].grad
            assert (0.0 if ours is None else ours) == pytest.approx(
                leaf.grad, rel=1e-12, abs=1e-300
            )


def test_zero_wins_over_infinity() -> None:
    x = Value(0.0)
    f = (x.sqrt() * 0.0).sin()
    assert trace(f).backward()[x].grad == 0


def test_upstream_gradient_scales() -> None:
    assert sum_times().backward(0.5)["z"].grad == -1
    with pytest.raises(ValueError, match="the output is a number"):
        sum_times().backward(np.ones(3))


def test_deep_chain_sweeps_prints_and_reads_back() -> None:
    x = y = Value(1.0, "x")
    for _ in range(20_000):
        y = y + x
    graph = trace(y).backward().validate()
    assert graph["x"].grad == 20_001
    assert len(str(graph).splitlines()) == 20_001
    assert len(graph.contributions(0)) == 20_001


def test_a_swept_output_shows_gradients_and_an_unswept_one_does_not() -> None:
    x = Value(3.0, name="x")
    y = x * x
    assert "grad" not in str(trace(y))
    y.backward()
    graph = trace(y)
    assert not graph.swept and graph.shown().swept
    assert "grad 6" in str(graph)
    t = Tensor([1.0, 2.0], name="t")
    (u := t * t).backward(np.array([1.0, 10.0]))
    assert trace(u).shown()["t"].grad.tolist() == [2.0, 40.0]


def test_nodes_show_themselves_in_a_notebook() -> None:
    x = Value(3.0, name="x")
    y = x * x
    y.backward()
    shown = y._repr_mimebundle_()
    assert shown["text/plain"] == repr(y)
    assert "data:image/svg+xml;base64," in shown["text/html"]
    assert shown["image/svg+xml"] == trace(y, names={}).to_svg()
    assert x._repr_mimebundle_() == {"text/plain": repr(x)}
