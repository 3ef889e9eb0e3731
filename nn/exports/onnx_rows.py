"""The elementwise rows of the table as operators of ONNX: the text of a row, read once more."""

from __future__ import annotations

import ast

from autograd.calculus import COMPARISONS, PRIMITIVES, RULES, Rule, constant
from nn.exports.onnx_graph import OnnxGraph

#: Rows and primitives that are an operator of their own.
_OPERATORS = {
    **{
        name: name.capitalize()
        for name in "exp log sin cos sqrt tanh abs sign floor ceil erf sigmoid relu neg".split()
    },
    "rint": "Round",
    "maximum": "Max",
    "minimum": "Min",
    "reciprocal": "Reciprocal",
}
#: Operators that runtimes lack for numbers of 64 bits, of which they have those below.
_OF_32_BITS = {
    "tan": "Tan", "arcsin": "Asin", "arccos": "Acos", "arctan": "Atan", "sinh": "Sinh",
    "cosh": "Cosh", "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh",
}  # fmt: skip
_SIGNS = {
    ast.Add: "Add", ast.Sub: "Sub", ast.Mult: "Mul", ast.Div: "Div", ast.Pow: "Pow",
}  # fmt: skip
_COMPARISONS = {
    "equal": "Equal", "less": "Less", "greater": "Greater", "less_equal": "LessOrEqual",
    "greater_equal": "GreaterOrEqual",
}  # fmt: skip
#: What ONNX has not, in what it has, to the last digits also near 0.
_TEXTS = {
    "expm1": ("a", "tanh(a / 2) * (exp(a) + 1)"),
    "log1p": ("a", "where(equal(1 + a, 1), a, log(1 + a) * (a / (1 + a - 1)))"),
    "log2": ("a", "log(a) / log(2)"),
    "log10": ("a", "log(a) / log(10)"),
    "cbrt": ("a", "sign(a) * abs(a) ** (1 / 3)"),
    "hypot": ("a b", "sqrt(a * a + b * b)"),
    "floor_divide": ("a b", "floor(a / b)"),
    "remainder": ("a b", "a - b * floor(a / b)"),
    "tan": ("a", "sin(a) / cos(a)"),
    "sinh": ("a", "(exp(a) - exp(-a)) / 2"),
    "cosh": ("a", "(exp(a) + exp(-a)) / 2"),
    "arcsinh": ("a", "sign(a) * log(abs(a) + sqrt(a * a + 1))"),
    "arccosh": ("a", "log(a + sqrt(a * a - 1))"),
    "arctanh": ("a", "log((1 + a) / (1 - a)) / 2"),
}
_TREES = {
    name: (args.split(), ast.parse(text, mode="eval").body) for name, (args, text) in _TEXTS.items()
}


#: ``log(erfc(z) * exp(z**2) / t)`` as a polynomial in ``2 * t - 1`` with ``t = 2 / (2 + z)``, for z
#: from 0 on: interpolated at the points of Chebyshev, which leaves 1e-15 of erf.
_ERF = (
    -0.6717940840566915, 0.6726432239776672, 0.04734330684174197, -0.046895610232313485,
    -0.009872689357848997, 0.00882493859172065, 0.0017589333786860852, -0.00234581296780778,
    -0.00014624492826824424, 0.0006736821934199404, -9.374733731260899e-05,
    -0.00017431763605538241, 7.145065329644303e-05, 3.1784676144566164e-05,
    -3.0320324274316784e-05, 7.156466080369959e-08, 8.801000242514917e-06, -2.8835699422899244e-06,
    -1.5620090966447437e-06, 1.225143849370237e-06, 6.453340807063238e-08, -2.6550604731563185e-07,
    3.5357878892518046e-08, 2.550702660821733e-08, -5.4940844987324614e-09,
)  # fmt: skip


def _erf(graph: OnnxGraph, a: str) -> str:
    """The error function in numbers of 64 bits, for which runtimes have no operator."""
    z = graph.add("Abs", a)
    t = graph.add("Div", graph.number(2), graph.add("Add", z, graph.number(2)))
    u = graph.add("Sub", graph.add("Add", t, t), graph.number(1))
    total = graph.number(_ERF[-1])
    for coefficient in reversed(_ERF[:-1]):
        total = graph.add("Add", graph.add("Mul", total, u), graph.number(coefficient))
    power = graph.add("Exp", graph.add("Sub", total, graph.add("Mul", z, z)))
    beyond = graph.add("Mul", t, power)
    return graph.add("Mul", graph.add("Sign", a), graph.add("Sub", graph.number(1), beyond))


def elementwise(graph: OnnxGraph, rule: Rule, operands: list[str]) -> str:
    """The name of what a row gives for operands of the graph's type."""
    if rule.name in _OPERATORS and rule.name != "erf":
        return graph.add(_OPERATORS[rule.name], *operands)
    return _Reading(graph, rule, dict(zip(rule.args, operands))).number(rule.value_tree)


class _Reading:
    """An expression of the table, whose names stand for what is in the graph."""

    def __init__(self, graph: OnnxGraph, rule: Rule, names: dict[str, str]) -> None:
        self.graph, self.rule, self.names = graph, rule, names

    def number(self, tree: ast.expr) -> str:
        graph, folded = self.graph, constant(tree)
        if folded is not None:
            return graph.number(folded)
        match tree:
            case ast.Name(id=name):
                return self.names[name]
            case ast.UnaryOp(operand=operand):
                return graph.add("Neg", self.number(operand))
            case ast.BinOp(left=left, op=op, right=right):
                return graph.add(_SIGNS[type(op)], self.number(left), self.number(right))
            case ast.Call(func=ast.Name(id=name), args=trees):
                return self._call(name, trees)
        raise AssertionError(ast.unparse(tree))

    def truth(self, tree: ast.expr) -> str:
        """The same as a truth, which is what ``where`` asks for."""
        graph = self.graph
        match tree:
            case ast.Call(func=ast.Name(id="not_equal"), args=[a, b]):
                return graph.add("Not", graph.add("Equal", self.number(a), self.number(b)))
            case ast.Call(func=ast.Name(id=name), args=[a, b]) if name in _COMPARISONS:
                return graph.add(_COMPARISONS[name], self.number(a), self.number(b))
        return graph.cast(self.number(tree), bool)

    def _call(self, name: str, trees: list[ast.expr]) -> str:
        graph = self.graph
        if name == "where":
            condition = self.truth(trees[0])
            return graph.add("Where", condition, *map(self.number, trees[1:]))
        if name in COMPARISONS:
            call = ast.Call(ast.Name(name), trees, [])
            return graph.cast(self.truth(call), graph.dtype)
        operands = [self.number(tree) for tree in trees]
        if name == "erf" and graph.is_double:
            return _erf(graph, *operands)
        if name in _OPERATORS:
            return graph.add(_OPERATORS[name], *operands)
        if name in _OF_32_BITS and not (graph.is_double and name in _TREES):
            return graph.add(_OF_32_BITS[name], *operands)
        if name in _TREES:
            args, text = _TREES[name]
            return _Reading(graph, self.rule, dict(zip(args, operands))).number(text)
        if name not in RULES or name in PRIMITIVES or RULES[name].is_special:
            raise ValueError(
                f"export: {self.rule.name} has no operators in ONNX; use another function"
            )
        return elementwise(graph, RULES[name], operands)
