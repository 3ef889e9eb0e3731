"""SymPy's expressions and LaTeX: read into the formulas' grammar, written back, and an oracle."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, steps, trace
from autograd.calculus.rules import RULES
from autograd.cli import main
from autograd.formulas import ExpressionError, formula, latex_formula, sympy_formula
from autograd.formulas.symbolic import expression_of

Require = Callable[[str], Any]

#: Of these SymPy has no derivative, or no number.
NO_DERIVATIVE = {"floor", "ceil", "round", "mod", "floor_divide"}
#: Where the difference of two expressions takes SymPy a second to simplify; its numbers are zero.
SLOW = {"gammainc", "gammaincc", "betainc", "cbrt", "sinc", "gelu_tanh"}


def test_every_scalar_derivative_is_that_of_sympy(require: Require) -> None:
    sympy = require("sympy")
    symbolic = 0
    for rule in RULES.values():
        if rule.name in NO_DERIVATIVE:
            continue
        symbols = [sympy.Symbol(arg, real=True) for arg in rule.args]
        value = expression_of(rule, symbols)
        for i, symbol in enumerate(symbols):
            if rule.partial_trees[i] is None:
                continue
            difference = sympy.diff(value, symbol) - expression_of(rule, symbols, i)
            unclear = difference.has(sympy.Piecewise, sympy.DiracDelta) or rule.name in SLOW
            if not unclear:
                assert sympy.simplify(difference) == 0, (rule.name, symbol)
                symbolic += 1
                continue
            for point in list(zip(*rule.samples))[:2]:
                numbers = {s: sympy.Float(repr(float(x)), 30) for s, x in zip(symbols, point)}
                error = complex(difference.subs(numbers).evalf(20))
                assert abs(error) < 1e-12, (rule.name, symbol, point)
    assert symbolic >= 60


def test_wrong_derivative_is_not_that_of_sympy(require: Require) -> None:
    sympy = require("sympy")
    a = sympy.Symbol("a", real=True)
    wrong = sympy.diff(expression_of(RULES["tanh"], [a]), a) - expression_of(RULES["sin"], [a], 0)
    assert sympy.simplify(wrong) != 0


def test_expression_goes_there_and_back(require: Require) -> None:
    sympy = require("sympy")
    x, y = sympy.symbols("x y")
    half, numbers = sympy.Rational(1, 2), {"x": 0.7, "y": 1.3}
    for expression in (
1 / (1 + sympy.exp(-x)), (x - y) ** 2 / 2, -x * y, x**-2, sympy.sqrt(x) / y,
        sympy.Max(x, 0), x**y, -(x + y), sympy.pi * x, x / 3, x - 2 * y, 2**x, sympy.sin(x) ** 2,
        -(x**2), (-x) ** 2, sympy.atan2(x, y), sympy.Abs(x - 1), sympy.erf(x),
        sympy.Float(0.5) * x, -x / 3, 1 / (x * y), -1 / x, sympy.tanh(x * y + 1),
        sympy.besseli(0, x), x ** (y**2), (x**y) ** 2, x / (y / x + 1), x * half - y * -3,
        sympy.exp(-(x**2)) ** 3, 1 / sympy.sqrt(x), sympy.asin(x), x * (y + 1) / 7,
    ):  # fmt: skip
        graph = steps(expression, {s: numbers[s.name] for s in expression.free_symbols}).graph
        back = graph.to_sympy()
        assert sympy.simplify(back - expression) == 0, (expression, back)
        assert graph.output.value == pytest.approx(float(expression.subs(numbers)), rel=1e-12)
        assert graph.to_sympy(real=True).free_symbols <= {*sympy.symbols("x y", real=True)}


def test_what_has_no_row_of_its_own_is_written_by_others(require: Require) -> None:
    sympy = require("sympy")
    x, w1, k = sympy.symbols("x w_{1} k")
    written = {
        sympy.log(x, 2, evaluate=False): "log2(x)", sympy.sec(x): "1 / cos(x)",
        sympy.sinc(x): "sinc((x) / pi)", w1 * x: "w_1 * x", sympy.E: "exp(1)",
        sympy.Piecewise((x, x > 0), (0, True)): "where(greater(x, 0), x, 0)",
        sympy.Piecewise((x, (x > 0) & (x < 1)), (2, True)):
            "where(where(greater(x, 0), less(x, 1), 0), x, 2)",
        sympy.Sum(k * x, (k, 1, 3)): "6 * x", sympy.Derivative(x**3, x): "3 * x ** 2",
    }  # fmt: skip
    for expression, text in written.items():
        assert sympy_formula(expression) == text
    for thing, words in [
        (sympy.I * x, "I is no finite real number"),
        (sympy.oo + x, "is no finite real number"),
        (sympy.Function("g")(x), "g(x): there is no row for g here"),
        (x > 0, "give one expression"),
        (sympy.Piecewise((x, x > 0)), "a Piecewise has no value elsewhere"),
        (sympy.MatrixSymbol("A", 2, 2), "give one expression"),
    ]:
        with pytest.raises(ExpressionError) as caught:
            sympy_formula(thing)
        assert words in str(caught.value)


def test_symbols_may_be_named_and_graphs_of_arrays_have_no_expression(require: Require) -> None:
    sympy = require("sympy")
    x, y = sympy.symbols("x y")
    assert steps(x * y, {"x": 2}, y=3).json() == steps("x * y", x=2, y=3).json()
    with pytest.raises(ValueError, match="'y' has no value"):
        steps(x * y, {x: 2})
    with pytest.raises(TypeError, match="takes its variables by name"):
        steps(x * y, 2, 3)
    with pytest.raises(TypeError, match="a graph of single numbers has an expression"):
        trace(Tensor([1.0, 2.0], name="t") * 2).to_sympy()


def test_sympy_is_not_loaded_by_what_does_not_use_it() -> None:
    code = "import autograd, sys; autograd.steps('x', x=1); print('sympy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


VARIABLES = {
    "x": 0.5, "y": 2.0, "w": 0.3, "b": 0.1, "w_1": 1.0, "x1": 3.0, "yhat": 0.4, "lr": 0.1,
    "theta_0": 1.0,
}  # fmt: skip

LATEX = r"""
\frac{1}{1+e^{-x}} ;; 1 / (1 + exp(-x))
$$\dfrac{1}{1+\mathrm{e}^{-x}}$$ ;; 1 / (1 + exp(-x))
\max(0, x) ;; max(0, x)
\max\{0,\, x\} ;; max(0, x)
max(0,x) + \text{min}(x,y) ;; max(0, x) + min(x, y)
\sigma(wx+b) ;; sigmoid(w * x + b)
\tanh\left(w x + b\right) ;; tanh(w * x + b)
\ln x + \log y ;; log(x) + log(y)
\log_2 x ;; log2(x)
\log_{10} y ;; log10(y)
w_1 x_1 + b ;; w_1 * x1 + b
w_{1} x_{1} \theta_0 ;; w_1 * (x1 * theta_0)
2xy ;; 2 * (x * y)
x(y+1) ;; x * (y + 1)
e ;; exp(1)
ex ;; exp(1) * x
\sqrt{x} + \sqrt 2 ;; sqrt(x) + sqrt(2)
\sqrt[3]{x} ;; x ** (1 / 3)
\left|x\right| + \lvert y \rvert ;; abs(x) + abs(y)
\frac12 (wx+b-y)^2 ;; (w * x + b - y) ** 2 / 2
\sin^2 x ;; sin(x) ** 2
-y\log\hat{y} - (1-y)\log(1-\hat y) ;; -(y * log(yhat)) - (1 - y) * log(1 - yhat)
L = (y - \hat{y})^2 ;; L = (y - yhat) ** 2
f(x) = x^2 ;; f = x ** 2
\mathrm{ReLU}(x) \cdot \operatorname{gelu}(y) ;; relu(x) * gelu(y)
\pi x \div y ;; (pi * x) / y
lr\, x ;; lr * x
\mathbf{w} x^{10} ;; w * x ** 10
\sum_{i=1}^{3} i x ;; 6 * x
\frac{d}{dx} x^2 ;; 2 * x
x - x + 0 x ;; x - x + 0 * x
"""


def test_latex_is_read_as_a_person_reads_it(require: Require) -> None:
    require("sympy")
    require("antlr4")
    for line in LATEX.strip().split("\n"):
        latex, text = line.split(" ;; ")
        assert latex_formula(latex, VARIABLES) == text
        assert np.isfinite(formula(text, VARIABLES).data)
    assert latex_formula("e x", {"e": 1, "x": 2}) == "e * x"
    assert latex_formula(r"\sigma(x)", {"sigma": 1, "x": 2}) == "sigma * (x)"
    for left in (
        "L",
        r"L(w, b)",
        r"\mathcal{L}",
        r"\text{loss}",
        r"\theta_{12}",
        r"\bar{x}_1",
        "f_1",
    ):
        assert latex_formula(f"{left} = x^2", {"x": 1}).endswith(" = x ** 2"), left
    # Each root is written once: one that is written twice takes 2^36 times as long here.
    assert latex_formula(r"\sqrt{" * 36 + "x" + "}" * 36, {"x": 1}) == f"{'sqrt(' * 36}x{')' * 36}"
    for left in (r"\frac{1}{x}", "x + 1", "2", "x^2", "-x", "f(x)x", ""):
        with pytest.raises(ExpressionError, match="is no name; give one before the =, or"):
            latex_formula(f"{left} = y", {"x": 1, "y": 2})


@pytest.mark.parametrize(
    "latex, column, words",
    [
        ("x +", 3, "the end of the formula is not understood"),
        (r"\frac{x}{y", 10, "the end of the formula is not understood"),
        (r"\frac{x}{}", 10, "what stands here is not understood"),
        ("(x", 2, "the end of the formula is not understood"),
        ("x)", 2, "')' without an opening bracket"),
        ("x < y", 3, "what stands here is not understood"),
        (r"x + \foo{y}", 5, r"\foo is not read here"),
        (r"\cfrac{1}{x}", 1, r"did you mean \frac?"),
        (r"\int x dx", 1, r"\int is not read here"),
        ("x'", 2, "a prime is no name here"),
        ("x_{i+1}", 2, "a name of letters and digits is missing"),
        ("x = y = 2", 7, "there are two '='"),
        ("z^2", 1, "'z' has no value; give one: z=1"),
        (r"x \sigma", 4, r"give one: sigma=1 or its argument, \sigma(x)"),
        ("f(x, y)", None, "'f' is no function here"),
        ("", None, "the formula is empty"),
        ("x" * 10_001, None, "the limit is 10,000"),
        ("(" * 41 + "x" + ")" * 41, 41, "nested too deep"),
        (r"\frac{1}{1+" * 41 + "x" + "}" * 41, 446, "nested too deep"),
        ("5!", None, "there is no row for factorial here"),
    ],
)
def test_latex_that_is_no_formula_is_told_in_one_line(
    latex: str, column: int | None, words: str, require: Require
) -> None:
    require("sympy")
    require("antlr4")
    with pytest.raises(ExpressionError) as caught:
        latex_formula(latex, VARIABLES)
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.column == column


def test_command_line_reads_latex(
    require: Require, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    require("sympy")
    require("antlr4")
    assert main(["step", "--latex", r"\frac{1}{1+e^{-x}}", "x=0"]) == 0
    assert "∂f/∂x = 0.25" in capsys.readouterr().out
    path = tmp_path / "f.svg"
    assert (
        main(["render", r"L = (y - \hat{y})^2", "yhat=1", "y=2", "-o", str(path), "--latex"]) == 0
    )
    capsys.readouterr()
    assert main(["step", r"-\log(x - 1)", "x=1", "--latex", "--optimizer", "sgd"]) == 2
    assert "log(0) is not finite, in '-log(x - 1)'" in capsys.readouterr().err


def test_latex_without_its_parser_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sympy", None)
    monkeypatch.setitem(sys.modules, "sympy.parsing.latex", None)
    assert main(["step", "--latex", "x", "x=0"]) == 2
    assert "pip install 'tracegrad[sympy]'" in capsys.readouterr().err
