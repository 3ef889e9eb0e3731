"""A formula that a person typed, as a computation: its grammar, and the values of its variables.

``reading`` has the grammar, ``calling`` what its words do, ``values`` what the variables are
(numbers, arrays, files). Nothing is evaluated as Python.
"""

from autograd.formulas.expression import LONGEST, build, formula, leaves, used_names, variables
from autograd.formulas.tokens import ExpressionError
from autograd.formulas.values import assignments, value_of

__all__ = [
    "assignments", "build", "ExpressionError", "formula", "leaves", "LONGEST", "used_names",
    "value_of", "variables",
]  # fmt: skip
