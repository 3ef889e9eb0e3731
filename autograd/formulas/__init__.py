"""A formula that a person typed, as a computation: its grammar, and the values of its variables.

``reading`` has the grammar, ``calling`` what its words do, ``values`` what the variables are
(numbers, arrays, files); ``symbolic`` and ``latex`` lead from SymPy and LaTeX to the same grammar.
Nothing is evaluated as Python.
"""

from autograd.formulas.calling import grammar, signatures
from autograd.formulas.expression import (
    LETTERS,
    LONGEST,
    build,
    formula,
    leaves,
    used_names,
    variables,
)
from autograd.formulas.files import SUFFIXES
from autograd.formulas.latex import latex_formula
from autograd.formulas.symbolic import is_sympy, sympy_formula, to_sympy, variable_name
from autograd.formulas.tokens import ExpressionError
from autograd.formulas.values import assignments, value_of

__all__ = [
    "assignments", "build", "ExpressionError", "formula", "grammar", "is_sympy", "latex_formula",
    "leaves", "LETTERS", "LONGEST", "signatures", "SUFFIXES", "sympy_formula", "to_sympy",
    "used_names", "value_of", "variable_name", "variables",
]  # fmt: skip
