"""Write the stubs of what is stamped at import: ``python -m autograd.stubs``.

The tables make the methods of Value and Tensor and the public functions; a type checker sees none
of them unless a ``.pyi`` says so.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograd.calculus import OPERATOR_METHODS, RULES
from autograd.engine import TensorMethods, ValueMethods
from autograd.functions import FUNCTIONS, OWN
from autograd.writing import write_file

_HEAD = "# Written by `python -m autograd.stubs` from the tables; do not edit.\n\n"


def _parameters(function: Callable[..., Any], *, method: bool) -> str:
    """The signature as a stub writes it, untyped but for what every reader knows: Any."""
    words: list[str] = []
    starred = False
    for place, parameter in enumerate(inspect.signature(function).parameters.values()):
        name = "self" if method and place == 0 else parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            if name == "self":
                words, name = [name], "args"
            name, starred = f"*{name}", True
        elif parameter.kind is parameter.VAR_KEYWORD:
            name = f"**{name}"
        elif parameter.kind is parameter.KEYWORD_ONLY and not starred:
            words, starred = [*words, "*"], True
        typed = name if name == "self" else f"{name}: Any"
        words.append(typed if parameter.default is parameter.empty else f"{typed} = ...")
    return ", ".join(words)


def _rows(kind: str, operand: str) -> Iterator[str]:
    for rule in RULES.values():
        others = "".join(
            f", {arg}: {operand}" + (" = ..." if arg in rule.defaults else "")
            for arg in rule.args[1:]
        )
        yield f"    def {rule.name}(self{others}) -> {kind}: ...\n"
        for name in OPERATOR_METHODS.get(rule.name, ()):
            other = f", other: {operand}" if rule.arity == 2 else ""
            yield f"    def {name}(self{other}) -> {kind}: ...\n"
    for name in ("__floordiv__", "__rfloordiv__"):
        yield f"    def {name}(self, other: {operand}) -> {kind}: ...\n"


def method_types() -> str:
    """The stub of ``autograd.engine.method_types``."""
    parts = [
        _HEAD,
        "from typing import Any, Self\n\n",
        f"class {ValueMethods.__name__}:\n",
        *_rows("Self", "ValueMethods | float"),
        f"\nclass {TensorMethods.__name__}:\n",
        *(line for line in _rows("Self", "Any") if line.split("(")[0].split()[-1] not in OWN),
    ]
    for name, method in OWN.items():
        if isinstance(method, property):
            parts.append(f"    @property\n    def {name}(self) -> Self: ...\n")
        else:
            plain = name in ("argmax", "argmin", "argsort")
            returned = "Any" if plain else "Self"
            parts.append(f"    def {name}({_parameters(method, method=True)}) -> {returned}: ...\n")
    return "".join(parts)


def public() -> str:
    """The stub of ``autograd.functions.public``."""
    lines = [
        f"def {name}({_parameters(function, method=False)}) -> Any: ...\n"
        for name, function in sorted(FUNCTIONS.items())
    ]
    return "".join([_HEAD, "from typing import Any\n\n", *lines])


#: What is written where.
STUBS = {"engine/method_types.pyi": method_types, "functions/public.pyi": public}


def main() -> None:
    for name, text in STUBS.items():
        write_file(Path(__file__).parent / name, text())


if __name__ == "__main__":
    main()
