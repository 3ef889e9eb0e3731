"""Rows of the derivative table as NumPy calls that write into buffers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import numpy as np

from autograd.calculus import ARRAY, Array, Function, namespace
from autograd.replay.arrays.source import Source

_OPERATORS: dict[type[ast.operator], np.ufunc] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
}  # fmt: skip


class Expression:
    """One expression of a row over arrays of one shape.

    ``names`` says what its names are called in the program. Where it has something else in it than
    operators and functions of NumPy over arrays and numbers, it is not ``plain``: then it is left
    to the functions that were made of the row.
    """

    def __init__(
        self, source: Source, tree: ast.expr, names: Mapping[str, str], like: Array
    ) -> None:
        self.source, self.tree, self.names, self.like = source, tree, names, like
        self.functions: Mapping[str, Function] = namespace(ARRAY, (tree,))
        self.plain = not isinstance(tree, ast.Name | ast.Constant) and self._is_plain(tree)

    def _is_plain(self, tree: ast.expr) -> bool:
        sides: list[ast.expr]
        match tree:
            case ast.Name():
                return tree.id in self.names
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self._is_plain(inner)
            case ast.BinOp(left=left, op=operator, right=right):
                known, sides = type(operator) in _OPERATORS, [left, right]
            case ast.Call(func=ast.Name(id=name), args=arguments):
                known, sides = isinstance(self.functions.get(name), np.ufunc), arguments
            case _:
                return False
        # A number alone would be of Python, and a function of it in double precision.
        return (
            known
            and any(map(self._is_plain, sides))
            and all(isinstance(x, ast.Constant) or self._is_plain(x) for x in sides)
        )

    def write(self, target: str, line: Callable[[str], None]) -> None:
        """The lines that leave the value in the buffer ``target``."""
        self._write(self.tree, target, line)

    def _write(self, tree: ast.expr, target: str, line: Callable[[str], None]) -> str:
        source = self.source
        function: Function
        match tree:
            case ast.Name():
                return self.names[tree.id]
            case ast.Constant():
                return source._constant(np.array(tree.value, self.like.dtype), "k")
            case ast.UnaryOp(operand=inner):
                function, sides = np.negative, [inner]
            case ast.BinOp(left=left, op=operator, right=right):
                function, sides = _OPERATORS[type(operator)], [left, right]
            case ast.Call(func=ast.Name(id=name), args=arguments):
                function, sides = self.functions[name], arguments
            case _:
                raise AssertionError(ast.dump(tree))
        free, operands = [target], []
        for side in sides:
            compound = not isinstance(side, ast.Name | ast.Constant)
            if compound and not free:
                free = [source._constant(np.empty_like(self.like), "scratch")]
            operands.append(self._write(side, free.pop() if compound else target, line))
        called = source._function(function.__name__, function)
        line(f"{called}({', '.join(operands)}, out={target})")
        return target


class Local:
    """A local derivative: 1, -1, an expression of buffers, or what has a name or a call."""

    #: Whether it lies feature by feature.
    by_feature = False

    def __init__(self, sign: int = 0, name: str = "", expression: Expression | None = None) -> None:
        self.sign, self.name, self.expression = sign, name, expression

    @classmethod
    def of(
        cls, source: Source, tree: ast.expr | None, names: Mapping[str, str], like: Array
    ) -> Local | None:
        """That of a row, or None where the function that was made of the row is to be called."""
        match tree:
            case ast.Constant(value=1):
                return cls(sign=1)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
                return cls(sign=-1)
            case ast.Name(id=name) if name in names:
                return cls(name=names[name])
            case None:
                return None
        expression = Expression(source, tree, names, like)
        if expression.plain:
            return cls(expression=expression)
        match tree:  # a function of the library, which gives an array of its own
            case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=arg)]) if arg in names:
                called = source._function(function, expression.functions[function])
                return cls(name=f"{called}({names[arg]})")
        return None

    def write(self, g: str, target: str, line: Callable[[str], None]) -> None:
        """The lines that leave the product with ``g`` in ``target``, which may be ``g`` itself."""
        if self.sign:
            line(f"negative({g}, {target})")
            return
        factor = self.name
        if self.expression is not None:
            factor = target
            if g == target:
                factor = self.expression.source._constant(
                    np.empty_like(self.expression.like), "local"
                )
            self.expression.write(factor, line)
        line(f"multiply({g}, {factor}, {target})")
