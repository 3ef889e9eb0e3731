"""The playground's reader of formulas: its script, and the tables that it reads.

The page reads what a person types as ``autograd/formulas`` does: the same grammar, the same
messages, the same graph. What there is to call, and with which arguments, is written here as JSON.
"""

from __future__ import annotations

import inspect
import json
import math

from autograd.calculus import RULES, Function, Quantity, Rule, State
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.engine import REFUSED_ARGUMENTS
from autograd.formulas import LETTERS, SUFFIXES, grammar, signatures
from autograd.functions import HERE
from autograd.shipped import read_text
from autograd.writing import formatting

_FILES = (
    "python tokens lists nodes arrays moves windows kernel_rows calls functions indexing "
    "structural samples composed reader adjoints columns values"
).split()
#: What the page's script calls.
_NAMES = "FormulaError, assignments, formula, variables"


def language() -> str:
    """The script of the reader: ``formula``, ``assignments``, ``variables``, and FormulaError.

    It computes with the rows ``R`` and the kernels, which stand before it in a page's script.
    """
    tables = json.dumps(tables_of_reader(), separators=(",", ":"), ensure_ascii=False)
    parts = [read_text(f"play/assets/{name}.js") for name in _FILES]
    body = "\n".join([f"const TABLES = {tables};", *parts])
    return f"const {{ {_NAMES} }} = (() => {{\n{body}\nreturn {{ {_NAMES} }};\n}})();\n"


def computed_rules() -> list[Rule]:
    """The rows that a page computes: those that need no SciPy."""
    return [rule for rule in RULES.values() if not rule.is_special]


def tables_of_reader() -> State:
    """What the reader knows of the functions."""
    return {
        **grammar(),
        "letters": LETTERS,
        "suffixes": SUFFIXES,
        "refused": REFUSED_ARGUMENTS,
        "here": HERE,
        "rules": {rule.name: _rule(rule) for rule in RULES.values()},
        "functions": {name: _arguments(named) for name, named in signatures().items()},
        "attributes": {name: _usual(rule.forward) for name, rule in ARRAY_RULES.items()},
    }


def _arguments(signature: inspect.Signature) -> list[list[str]]:
    """The name of each argument, with a star where it takes several, and its default as typed."""
    return [
        [
            "*" * (p.kind is p.VAR_POSITIONAL) + p.name,
            *([] if p.default is p.empty else [repr(p.default)]),
        ]
        for p in signature.parameters.values()
    ]


def _usual(forward: Function) -> list[list[str]]:
    return [argument for argument in _arguments(inspect.signature(forward)) if len(argument) > 1]


def _rule(rule: Rule) -> State:
    defaults = {arg: _plain(number) for arg, number in rule.defaults.items()}
    places = [f"{{{i}}}" for i in range(rule.arity)]
    return {
        "args": rule.args,
        "defaults": defaults,
        "flows": [
            int(text is not None or arg in rule.refused)
            for arg, text in zip(rule.args, rule.partials)
        ],
        "signs": rule.is_infix and (1 if rule.value[0] == "-" or "** " in rule.value else 2),
        "form": formatting.expression(rule, places, {}),
    }


def _plain(number: float) -> Quantity:
    return number if math.isfinite(number) else f"{'-' * (number < 0)}Infinity"
