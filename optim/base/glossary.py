"""What the arguments of a family of classes mean: said once, shown in the help of each class."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping

from optim.kinds import Function

#: A sentence for each argument, by name; ``returns`` is what the thing gives.
Glossary = Mapping[str, str]

OPTIMIZERS: Glossary = {
    "params": (
        "``params`` are parameters, or groups of them: dicts with ``params`` and settings of "
        "their own."
    ),
    "lr": "``lr`` is η: a number, or a schedule.",
    "betas": "``betas`` are (β₁, β₂), the decay rates of the two averages; schedules are allowed.",
    "eps": "``eps`` is ε, which keeps the denominator from 0.",
    "rho": "``rho`` is ρ.",
    "alpha": "``alpha`` is α.",
    "weight_decay": "``weight_decay`` is λ; it adds λθ to the gradient.",
    "decoupled_weight_decay": (
        "``decoupled_weight_decay`` shrinks θ by ηλθ instead, apart from the gradient, as AdamW."
    ),
    "amsgrad": "``amsgrad`` divides by the largest v so far (Reddi et al. 2018).",
    "eps_form": "``eps_form`` and ``bias_correction`` are those of Adam.",
    "rng": "``rng`` is a seed or a generator.",
    "maximize": "``maximize=True`` climbs where the others descend.",
    "check_finite": "``check_finite=True`` raises if a gradient is not finite.",
    "returns": (
        "``step()`` updates the parameters that have a gradient; of a closure it returns the loss."
    ),
}


class _Documentation:
    """A docstring that is put together when it is read: most programs never do."""

    def __init__(self, text: str, glossary: Glossary, names: Iterable[str] | None) -> None:
        self.text = text
        self.glossary = glossary
        self.names = names

    def __get__(self, thing: object, cls: type) -> str:
        own, prompt, example = inspect.cleandoc(self.text).partition(">>>")
        said = set(re.findall(r"\w+", own))
        names = _arguments(cls) if self.names is None else self.names
        added = [self.glossary[name] for name in names if name in self.glossary.keys() - said]
        if "returns" in self.glossary and not said & {"returns", "Returns"}:
            added.append(self.glossary["returns"])
        return "\n\n".join(filter(None, [own.rstrip(), "\n".join(added), prompt + example]))


def _arguments(cls: type) -> tuple[str, ...]:
    init: Function = cls.__init__  # type: ignore[misc]
    code = getattr(inspect.unwrap(init), "__code__", None)  # None: that of object
    return code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount] if code else ()


def say_arguments(cls: type, glossary: Glossary, names: Iterable[str] | None = None) -> None:
    """Add to the docstring of a class what it leaves out of its arguments.

    ``names`` are the arguments; by default those of the constructor. Classes of programs keep the
    docstring that they have.
    """
    text = vars(cls).get("__doc__")
    if text is not None and cls.__module__.partition(".")[0] in ("nn", "optim"):
        cls.__doc__ = _Documentation(text, glossary, names)  # type: ignore[assignment]
