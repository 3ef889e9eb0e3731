"""The derivative tables, and their translations into Python, NumPy, nodes, JavaScript and C.

``kinds`` has the types of all signatures; ``quoting`` makes safe what a message quotes.
"""

from autograd.calculus import special_rows  # noqa: F401  (they enter the table)
from autograd.calculus.c_language import C, functions_in_c
from autograd.calculus.dialects import (
    ARRAY,
    ARRAY_FUNCTIONS,
    FLOAT,
    NODE,
    Dialect,
    namespace,
    partial_functions,
    refusal,
    translate,
    value_function,
)
from autograd.calculus.documents import example_points, row_signature, row_text
from autograd.calculus.javascript import JAVASCRIPT, rules_javascript
from autograd.calculus.kinds import (
    Array,
    Arrays,
    Attributes,
    Axis,
    DTypeLike,
    Function,
    Index,
    IndexItem,
    Namespace,
    Numbers,
    Padding,
    Quantity,
    Scalar,
    Seed,
    Shape,
    Sizes,
    State,
    StateLike,
    Tree,
)
from autograd.calculus.language import is_variable
from autograd.calculus.quoting import comment, one_line, path_text, short
from autograd.calculus.rules import (
    COMPARISONS,
    OPERATOR_METHODS,
    OPERATORS,
    PRIMITIVES,
    RULES,
    Rule,
    constant,
    parse,
    row,
)
from autograd.calculus.stamping import stamp

__all__ = [
    "ARRAY", "ARRAY_FUNCTIONS", "C", "COMPARISONS", "constant", "Dialect", "example_points",
    "FLOAT", "functions_in_c", "is_variable", "JAVASCRIPT", "namespace", "NODE",
    "OPERATOR_METHODS", "OPERATORS", "parse", "partial_functions", "PRIMITIVES", "refusal",
    "row", "row_signature", "row_text", "Rule", "RULES", "rules_javascript", "stamp", "translate",
    "value_function",
    # Types, and what messages quote.
    "Array", "Arrays", "Attributes", "Axis", "comment", "DTypeLike", "Function", "Index",
    "IndexItem", "Namespace", "Numbers", "one_line", "Padding", "path_text", "Quantity", "Scalar",
    "Seed", "Shape", "short", "Sizes", "State", "StateLike", "Tree",
]  # fmt: skip
