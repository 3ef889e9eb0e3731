"""Write the stubs of what is stamped at import: ``python -m autograd.stubs``.

The tables make the methods of Value and Tensor and the public functions; a type checker sees none
of them unless a ``.pyi`` says so. Each function has one overload for each kind of operand: nodes
give a node of their kind, arrays an array, a float a float.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from autograd.calculus import (
    FLOAT,
    OPERATOR_METHODS,
    RULES,
    Function,
    Rule,
    example_points,
    partial_functions,
    value_function,
)
from autograd.calculus.array_rules import ARRAY_RULES, PLAIN
from autograd.calculus.composed import COMPOSED
from autograd.engine import TensorMethods, ValueMethods
from autograd.functions import FUNCTIONS, OF_VALUE, OWN, SYNONYMS
from autograd.writing import write_file

_HEAD = "# Written by `python -m autograd.stubs` from the tables; do not edit.\n\n"
_IMPORTS = """\
from collections.abc import Sequence
from typing import Literal, overload

import numpy as np

from autograd.engine import {operands}, Tensor, Value
from autograd.calculus import {kinds}

"""
# The bases stand below Value and Tensor, which say themselves what their methods give.
_IMPORTS_OF_BASES = """\
from collections.abc import Sequence
from typing import Generic, Literal, TypeVar, overload

from autograd.calculus import {kinds}

Kind = TypeVar("Kind")

"""
_IN_BASES = {"ArrayOperand": "Kind | Numbers", "Tensor": "Kind", "Value": "Kind"}

Parameter = inspect.Parameter
#: The annotations by which the structural table marks operands, and sequences of them.
_OPERAND, _SEQUENCE = "Array", "Sequence[Array]"
#: Attributes that may be nodes, by name: the table sees their arrays.
_ATTRIBUTES = {
    "index": "Index | Tensor",
    "indices": "ArrayOperand",
    "weight": "ArrayOperand | None",
    "divisor": "Numbers | None",
}
#: What the functions that take no gradient return; the others of them give arrays.
_RETURNS = {"shape": "Shape", "ndim": "int", "size": "int"}
#: Functions whose operands no gradient flows into, beside those of ``PLAIN``.
_PLAIN_TOO = "zeros_like ones_like empty_like full_like shape ndim size".split()


def _default(parameter: Parameter) -> str:
    default = parameter.default
    if default is parameter.empty:
        return ""
    literal = default is None or isinstance(default, bool | int | float | str)
    return f" = {default!r}" if literal and str(default) not in ("inf", "-inf") else " = ..."


def _written(parameters: list[Parameter], types: dict[str, str]) -> str:
    """Parameters as a stub writes them, each with its type."""
    words: list[str] = []
    star = False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            words.append("*")
        star = star or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
        words.append(f"{stars}{parameter.name}: {types[parameter.name]}{_default(parameter)}")
    return ", ".join(words)


def _typed(parameter: Parameter) -> str:
    """The type of an attribute: as the table has it, unless it may be a node as well."""
    return _ATTRIBUTES.get(parameter.name, str(parameter.annotation))


def _overloads(name: str, signatures: list[tuple[str, str]]) -> Iterator[str]:
    """A function's lines, one for each pair of parameters and return type."""
    for parameters, returned in signatures:
        if len(signatures) > 1:
            yield "@overload\n"
        yield f"def {name}({parameters}) -> {returned}: ...\n"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


# -- the functions --------------------------------------------------------------------------------


def _mixed(parameters: list[Parameter], one: str, others: str) -> Iterator[str]:
    """Each operand in turn ``one``, which must then be given, with ``others`` beside it."""
    operands = [p for p in parameters if p.annotation in (_OPERAND, Parameter.empty)]
    for operand in operands:
        types = {p.name: _typed(p) for p in parameters if p not in operands}
        for p in operands:
            types[p.name] = others + " | None" * (p.default is None)
        types[operand.name] = one
        place = parameters.index(operand)
        behind = parameters[place:]
        if any(p.default is not p.empty for p in parameters[:place]):
            # What must be there cannot stand behind what need not, unless it is named.
            behind = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in behind]
        behind[0] = behind[0].replace(default=Parameter.empty)
        yield _written([*parameters[:place], *behind], types)


def _elementwise(function: Function) -> list[tuple[str, str]]:
    parameters = list(inspect.signature(function).parameters.values())
    return [
        *((written, "Tensor") for written in _mixed(parameters, "Tensor", "ArrayOperand")),
        *((written, "Value") for written in _mixed(parameters, "Value", "Value | float")),
        (_written(parameters, {p.name: "float" for p in parameters}), "float"),
        *((written, "Array") for written in _mixed(parameters, "Arrays", "Numbers")),
    ]


def _structural(name: str, function: Function, container: str) -> list[tuple[str, str]]:
    parameters = list(inspect.signature(function).parameters.values())
    operands = [p for p in parameters if p.annotation == _OPERAND]
    if not operands:  # a sequence of them
        operands = [p for p in parameters if p.annotation == _SEQUENCE]
        of = "Sequence[{}]".format
    else:
        of = "{}".format
    several = of("") != "" or operands[0].kind is Parameter.VAR_POSITIONAL
    attributes = {p.name: _typed(p) for p in parameters if p not in operands}

    def write(types: dict[str, str]) -> str:
        return _written(parameters, types | attributes)

    returned = container.format
    if several:
        only = operands[0].name
        return [
            (write({only: of("Tensor")}), returned("Tensor")),
            (write({only: of("Numbers")}), returned("Array")),
            (write({only: of("ArrayOperand")}), returned("Tensor | Array")),
        ]
    signatures = [
        (written, returned("Tensor")) for written in _mixed(parameters, "Tensor", "ArrayOperand")
    ]
    if name in OF_VALUE:
        signatures.append((write({operands[0].name: "Value"}), returned("Value")))
    plain = {p.name: "Numbers" + " | None" * (p.default is None) for p in operands}
    if {"axis", "keepdims"} <= set(attributes) and attributes["axis"] == "Axis":
        whole = {"axis": "None", "keepdims": "Literal[False]"}
        signatures.append((_written(parameters, attributes | plain | whole), "Scalar"))
    signatures.append((write(plain), returned("Array")))
    return signatures


def _without_gradient(name: str, function: Function) -> list[tuple[str, str]]:
    if isinstance(function, np.ufunc):
        places = [f"x{i + 1}" if function.nin > 1 else "x" for i in range(function.nin)]
        return [(", ".join(f"{place}: Operand" for place in places) + ", /", "Array")]
    types = {
        "a": "Operand",
        "prototype": "Operand",
        "fill_value": "Operand",
        "axis": "int | None",
        "kth": "int | Shape",
        "keepdims": "bool",
        "dtype": "DTypeLike | None",
        "shape": "int | Shape | None",
    }
    parameters: list[Parameter] = []
    skipped = False
    for p in inspect.signature(function).parameters.values():
        if p.name in types:
            # What stands behind an argument that is not listed here is given by name.
            kind = p.KEYWORD_ONLY if skipped else p.kind
            default = False if p.name == "keepdims" else p.default
            parameters.append(p.replace(default=default, kind=kind))
        skipped = skipped or p.name not in types
    if name in ("argmax", "argmin"):
        whole = types | {"axis": "None", "keepdims": "Literal[False]"}
        return [(_written(parameters, whole), "int"), (_written(parameters, types), "Array")]
    return [(_written(parameters, types), _RETURNS.get(name, "Array"))]


_BOUNDS = "a_min a_max * min max low high".split()


def _clip(function: Function) -> list[tuple[str, str]]:
    """``clip`` has NumPy's names for its bounds, and PyTorch's."""
    kinds = {"Tensor": "ArrayOperand", "Value": "Value | float", "float": "float"}
    signatures = []
    for kind, bound in {**kinds, "Arrays": "Numbers"}.items():
        names = (f"{name}: {bound} | None = None" for name in _BOUNDS)
        bounds = ", ".join(names).replace(f"*: {bound} | None = None", "*")
        signatures.append((f"a: {kind}, {bounds}", "Array" if kind == "Arrays" else kind))
    return signatures


def _with_option(option: str) -> Callable[[Function], list[tuple[str, str]]]:
    """An elementwise row whose function takes one argument more."""
    kinds = {"Tensor": "Tensor", "Value": "Value", "float": "float", "Arrays": "Array"}
    return lambda function: [(f"a: {kind}, {option}", out) for kind, out in kinds.items()]


def _signatures(name: str) -> list[tuple[str, str]]:
    """The overloads of a public function."""
    function, name = FUNCTIONS[name], SYNONYMS.get(name, name)
    if name in _OTHERS:
        return _OTHERS[name](function)
    if name in PLAIN or name in _PLAIN_TOO:
        return _without_gradient(name, PLAIN[name] if name in PLAIN else getattr(np, name))
    if name in COMPOSED:
        returned = inspect.get_annotations(COMPOSED[name])["return"]
        return _structural(name, _bare(COMPOSED[name]), re.sub(r"\bArray\b", "{0}", returned))
    if name in RULES:
        return _elementwise(function)
    row = ARRAY_RULES[name]
    return _structural(row.name, row.bind or row.forward, "{}")


def _bare(function: Function) -> Function:
    """A function with the signature of ``function`` but for the namespace in front."""
    parameters = list(inspect.signature(function).parameters.values())[1:]

    def bare() -> None: ...

    bare.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return bare


_OTHERS: dict[str, Callable[[Function], list[tuple[str, str]]]] = {
    "clip": _clip,
    "gelu": _with_option("approximate: Literal['none', 'tanh'] = 'none'"),
    "round": _with_option("decimals: int = 0"),
}


# -- the methods ----------------------------------------------------------------------------------

_OPERATORS = {
    "__getitem__": "index: Index | Tensor",
    "__matmul__": "other: ArrayOperand",
    "__rmatmul__": "other: ArrayOperand",
}


def _rows(kind: str, operand: str) -> Iterator[str]:
    for rule in RULES.values():
        parameters = list(inspect.signature(FUNCTIONS[rule.name]).parameters.values())
        if rule.name == "clip":
            parameters = [Parameter(arg, Parameter.POSITIONAL_OR_KEYWORD) for arg in rule.args]
            parameters[1:] = [p.replace(default=rule.defaults[p.name]) for p in parameters[1:]]
        elif rule.name in ("gelu", "round"):
            parameters = parameters[:1]
        if rule.name in OPERATOR_METHODS:  # called by place, as the operators are
            parameters[1:] = [p.replace(name="other") for p in parameters[1:]]
        others = _written(parameters[1:], {p.name: operand for p in parameters[1:]})
        yield f"def {rule.name}(self{', ' * bool(others)}{others}) -> {kind}: ...\n"
        for name in OPERATOR_METHODS.get(rule.name, ()):
            other = f", other: {operand}" if rule.arity == 2 else ""
            yield f"def {name}(self{other}) -> {kind}: ...\n"


def _own(name: str, method: object) -> Iterator[str]:
    """A method of Tensor beside the rows of the derivative table."""
    if isinstance(method, property):
        yield "@property\n"
        yield f"def {name}(self) -> Tensor: ...\n"
    elif method is FUNCTIONS.get(name):  # the same, with self in place of the first operand
        first = {"Operand", "Tensor"}
        seen: list[tuple[str, str]] = []
        for parameters, returned in _signatures(name):
            given, _, others = parameters.partition(", ")
            if given.partition(": ")[2] in first and all(others != other for other, _ in seen):
                seen.append((others, returned))
        yield from _overloads(
            name, [(f"self, {others}".removesuffix(", "), kind) for others, kind in seen]
        )
    elif name in _OPERATORS:
        yield f"def {name}(self, {_OPERATORS[name]}) -> Tensor: ...\n"
    else:
        function = _bare(COMPOSED[name]) if name in COMPOSED else method
        assert callable(function)
        more = list(inspect.signature(function).parameters.values())[1:]
        others = _written(more, {p.name: _typed(p) for p in more})
        yield f"def {name}(self, {others}) -> Tensor: ...\n".replace(", )", ")")


def _needed(text: str, names: str) -> str:
    return ", ".join(name for name in names.split() if name in _words(text))


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())


_KINDS = "Array Arrays Axis DTypeLike Index Numbers Padding Scalar Shape Sizes"
_OPERANDS = "ArrayOperand Operand"


def _stub(imports: str, text: str) -> str:
    used = {"operands": _needed(text, _OPERANDS), "kinds": _needed(text, _KINDS)}
    return _HEAD + imports.format(**used) + text


def method_types() -> str:
    """The stub of ``autograd.engine.method_types``."""

    def lines() -> Iterator[str]:
        yield f"class {ValueMethods.__name__}(Generic[Kind]):\n"
        yield from _indented(_rows("Value", "Value | float"))
        yield f"\nclass {TensorMethods.__name__}(Generic[Kind]):\n"
        rows = _rows("Tensor", "ArrayOperand")
        yield from _indented(row for row in rows if row.split("(")[0].split()[-1] not in OWN)
        for name, method in OWN.items():
            yield from _indented(_own(name, method))

    names = re.compile(rf"\b({'|'.join(_IN_BASES)})\b")
    text = names.sub(lambda found: _IN_BASES[found[0]], "".join(lines()))
    return _stub(_IMPORTS_OF_BASES, text)


def public() -> str:
    """The stub of ``autograd.functions.public``."""
    lines = (line for name in sorted(FUNCTIONS) for line in _overloads(name, _signatures(name)))
    return _stub(_IMPORTS, "".join(lines))


# -- the documentation ----------------------------------------------------------------------------


def _numbers_at(rule: Rule, point: tuple[float, ...]) -> tuple[float | None, ...]:
    """What an example of a row prints: the value, and the derivatives that there are."""
    out = value_function(rule, FLOAT)(*point)
    slopes = [
        None if text is None or partial is None else partial(None, out, *point)
        for text, partial in zip(rule.partials, partial_functions(rule, FLOAT))
    ]
    return tuple(None if x is None else round(float(x), 4) for x in (out, *slopes))


def example_numbers() -> str:
    """The module ``autograd.calculus.example_numbers``."""
    rows = {
        rule.name: tuple(_numbers_at(rule, x) for x in example_points(rule))
        for rule in RULES.values()
    }
    return (
        f'{_HEAD}"""What the examples in the documentation of the rows print."""\n\n'
        "NUMBERS: dict[str, tuple[tuple[float | None, ...], ...]] = {\n"
        + "".join(f'    "{name}": {numbers},\n' for name, numbers in rows.items())
        + "}\n"
    )


#: What is written where.
STUBS = {
    "calculus/example_numbers.py": example_numbers,
    "engine/method_types.pyi": method_types,
    "functions/public.pyi": public,
}


def main() -> None:
    for name, text in STUBS.items():
        write_file(Path(__file__).parent / name, text())


if __name__ == "__main__":
    main()
