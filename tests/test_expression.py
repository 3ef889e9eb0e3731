"""Formulas typed by people: what they compute, and the one line each mistake is told in."""

import math

import pytest

from autograd.calculus.rules import RULES, Rule
from autograd.engine.value import Value
from autograd.formulas import ExpressionError, assignments, build
from autograd.formulas.expression import LONGEST
from autograd.formulas.reading import DEEPEST
from autograd.functions.table import FUNCTIONS
from autograd.graph.tracing import trace
from tests.row_operands import nodes

VARIABLES = {"x": 1.0, "y": -3.0, "z": 4.0, "w_1": 0.5}


def test_worked_example_keeps_its_names() -> None:
    graph = trace(build("(x + y) * z", VARIABLES), names={}).backward()
    assert [node.label for node in graph] == ["x", "y", "v1", "z", "out"]
    assert [node.grad for node in graph] == [4, 4, 4, -2, 1]


def test_statements_name_the_nodes_between() -> None:
    for text in ("q = x + y; f = q * z", "q = x + y\nf = q*z\n", ";q=x+y;;f=q*z;"):
        graph = trace(build(text, VARIABLES), names={})
        assert [node.label for node in graph] == ["x", "y", "q", "z", "f"]
        assert graph.output.value == -8


@pytest.mark.parametrize(
    "text",
    """x + y - z|x - y - z|x - (y - z)|x / y / z|x * y / z|-x ** 2|(-x) ** 2|2 ** 3 ** 2
    |2 ** -x ** 2|2 ** -x * 3|-x - -y|+x|--x|- + -x|z % 3 * 2|x + y * z ** 2 / 2 - 1|((x))
    |(x + y) * (x - y)|1e-3 * x|.5 + x|5. * x|1.5E+2 + x|w_1 * x|x*y+z|2*(x+3)*y""".split("|"),
)
def test_arithmetic_binds_as_in_python(text: str) -> None:
    # The oracle is Python itself, on texts that this test alone writes.
    assert build(text, VARIABLES).data == pytest.approx(eval(text.strip(), {}, VARIABLES))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_every_row_of_the_table_can_be_called(rule: Rule) -> None:
    point = [samples[0] for samples in rule.samples]
    names = dict(zip("abc", point))
    # A number where the derivative is refused.
    written = [
        str(x) if arg in rule.refused else n for arg, (n, x) in zip(rule.args, names.items())
    ]
    node = build(f"{rule.name}({', '.join(written)})", names)
    direct = FUNCTIONS[rule.name](*nodes(rule, Value, point))
    assert node.data == direct.data and node._origin.rule is rule


def test_words_of_other_tongues_and_defaults() -> None:
    assert build("max(0, x)", VARIABLES).data == 1
    assert build("max(x, y, z) + min(x, y, z)", VARIABLES).data == 1
    assert build("ln(z) + asin(x)", VARIABLES).data == math.log(4) + math.asin(1)
    assert build("leaky_relu(y)", VARIABLES).data == -0.03
    assert build("cos(pi)", VARIABLES).data == -1
    assert build("pi", {"pi": 3.0}).data == 3


def test_number_alone_is_a_value() -> None:
    assert build("2 * 3", {}).data == 6


def test_assigned_number_is_a_leaf_of_that_name() -> None:
    f = build("w = 2; w * x", VARIABLES)
    f.backward()
    assert [(leaf.name, leaf.grad) for leaf in f._operands()] == [("w", 1), ("x", 2)]


def test_long_sums_and_chains_of_signs_need_no_recursion() -> None:
    assert build("+".join(["x"] * 5000), VARIABLES).data == 5000
    assert build("-" * 9000 + "x", VARIABLES).data == 1
    assert build("x" + "**x" * 3000, VARIABLES).data == 1
    nested = "(" * DEEPEST + "x" + ")" * DEEPEST
    assert build(nested, VARIABLES).data == 1
    assert build("tanh(" * 150 + "x" + ")" * 150, VARIABLES).data < 1


@pytest.mark.parametrize(
    "text, column, words",
    [
        ("foo + x", 1, "'foo' has no value; give one: foo=1"),
        ("x + foo(y)", 5, "'foo' is no function here"),
        ("tahn(x)", 1, "did you mean tan or tanh"),
        ("__import__('os')", 1, "'__import__' is no function here"),
        ("__import__('os').system('ls')", 1, "is no function here"),
        ("x.__class__", 3, "'.__class__' means nothing here; .T, .sum(axis=0), .tanh() are some"),
        ("x + 'x'", 5, "means nothing"),
        ("x == y", 3, "'==' means nothing in an expression; write greater(a, b)"),
        ("x < y", 3, "'<' means nothing"),
        ("lambda: x", 1, "'lambda' has no value"),
        ("x if y else z", 3, "an operator is missing before 'if'"),
        ("x ^ 2", 3, "'^' is not a power here; write **"),
        ("x // 2", 3, "'//' has no derivative"),
        ("x / 0", 3, "division by zero"),
        ("1 + x / (y + 3)", 7, "division by zero"),
        ("x % 0", 3, "division by zero"),
        ("1/0", 2, "division by zero"),
        ("log(y)", 1, "log(-3) is no real number"),
        ("sqrt(0 - z)", 1, "sqrt(-4) is no real number"),
        ("2 * exp(1000 * x)", 5, "exp(1000) is not finite"),
        ("y ** 0.5", 3, "pow(-3, 0.5) is no real number"),
        ("1e999", 1, "'1e999' is too large"),
        ("2x", 1, "'2x' is no number; write 2 * x for a product"),
        ("x + 1.2.3", 5, "'1.2.3' is no number; write it like 12, 0.5 or 1e-3"),
        ("0x10", 1, "'0x10' is no number"),
        ("1_000", 1, "'1_000' is no number"),
        ("x y", 3, "an operator is missing before 'y'"),
        ("2 (x)", 3, "an operator is missing before '('"),
        ("x +", 3, "an operand is missing after '+'"),
        ("* x", 1, "an operand is missing before '*'"),
        ("(x + y", 1, "this bracket is never closed"),
        ("x + y)", 6, "')' without an opening bracket"),
        ("()", 2, "an operand is missing before ')'"),
        ("x, y", 2, "',' without an opening bracket"),
        ("(x, y)", 3, "a comma separates arguments"),
        ("exp()", 5, "exp() needs an argument"),
        ("exp(x, y)", 1, "exp() takes 1 argument, not 2"),
        ("arctan2(x)", 1, "arctan2() takes 2 arguments, not 1"),
        ("clip()", 6, "clip() needs an argument"),
        ("clip(x, 0, 1, 2)", 1, "clip() takes 1 to 3 arguments, not 4"),
        ("exp + x", 1, "'exp' is a function; write exp(...)"),
        ("x = 2", 1, "'x' has a value already"),
        ("q = x; q = y", 8, "'q' has a value already"),
        ("q =", 3, "the value is missing after '='"),
        ("3 = x", 1, "'3' cannot be assigned to"),
        ("x + y = 2", 7, "'=' belongs after the first name"),
        ("(" * 201 + "x" + ")" * 201, 201, "nested deeper than 200"),
        ("tanh(" * 201 + "x" + ")" * 201, 1001, "nested deeper than 200"),
        ("x" * 300, 1, "has no value"),
    ],
)
def test_mistake_is_told_in_one_line_with_its_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        build(text, VARIABLES)
    message = str(caught.value)
    assert caught.value.column == column
    assert message.startswith(f"column {column}: ") and words in message
    assert "\n" not in message and len(message) < 200


@pytest.mark.parametrize("text", ["", "  \n", ";"])
def test_nothing_is_no_expression(text: str) -> None:
    with pytest.raises(ExpressionError, match="the expression is empty"):
        build(text, {})


def test_too_long_an_expression_is_refused_unread() -> None:
    with pytest.raises(ExpressionError, match="10,001 characters, the limit is 10,000"):
        build("x" * (LONGEST + 1), {})


@pytest.mark.parametrize(
    "word, message",
    [
        ("x", "'x' is no assignment; write name=number, such as x=1, or an array as x=[1,2]"),
        ("=1", "'=1' is no assignment"),
        ("2x=1", "'2x=1' is no assignment"),
        ("x=one", "column 3: 'one' is no number in 'x=one'"),
        ("x=", "column 3: '' is no number in 'x='"),
        ("x=1;y=2", "column 3: '1;y=2' is no number"),
        ("x=nan", "column 3: 'x=nan' is not finite"),
        ("long=inf", "column 6: 'long=inf' is not finite"),
    ],
)
def test_malformed_assignment_is_told_in_one_line(word: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        assignments(["a=1", word])
    assert str(caught.value).startswith(message) and "\n" not in str(caught.value)


def test_assignment_given_twice_is_refused() -> None:
    assert assignments(["x=1", " y = -2.5"]) == {"x": 1.0, "y": -2.5}
    with pytest.raises(ExpressionError, match="'x' is assigned twice"):
        assignments(["x=1", "x=2"])
