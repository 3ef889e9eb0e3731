"""The answer to a keyword argument that a class does not take: the nearest one that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import wraps

from optim.kinds import Function

#: Names of other libraries, each with the arguments here that it stands for, the best first.
OtherNames = Mapping[str, tuple[str, ...]]


def answer_keywords(
    cls: type, other_names: OtherNames, advice: Mapping[str, str] | None = None
) -> None:
    """Make the constructor of ``cls`` name the nearest argument where a keyword is unknown.

    ``advice`` says what to do about keywords of other libraries that have no argument here.
    """
    init: Function = vars(cls)["__init__"]

    @wraps(init)
    def checked(self: object, *args: object, **kwargs: object) -> None:
        try:
            init(self, *args, **kwargs)
        except TypeError:
            message = _unknown(init, type(self).__name__, kwargs, other_names, advice or {})
            if message is None:
                raise
            raise TypeError(message) from None

    # An assignment to cls.__init__ in a class would hide its type from type checkers.
    type.__setattr__(cls, "__init__", checked)


def nearest(name: str, names: Iterable[str], other_names: OtherNames) -> str | None:
    """The one of ``names`` that is meant by ``name``, or None."""
    from difflib import get_close_matches

    names = list(names)
    alike = [*other_names.get(name, ()), *get_close_matches(name, names, 1)]
    return next((other for other in alike if other in names), None)


def _unknown(
    init: Function,
    owner: str,
    kwargs: Mapping[str, object],
    other_names: OtherNames,
    advice: Mapping[str, str],
) -> str | None:
    """What to say of the first keyword argument that ``init`` does not take, if there is one."""
    from inspect import Parameter, signature

    parameters = list(signature(init).parameters.values())[1:]
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters):
        return None
    names = [p.name for p in parameters if p.kind is not Parameter.VAR_POSITIONAL]
    wrong = next((keyword for keyword in kwargs if keyword not in names), None)
    if wrong is None:
        return None
    if wrong in advice:
        return f"{owner}: {wrong}= is not taken here; {advice[wrong]}"
    if meant := nearest(wrong, names, other_names):
        return f"{owner}: use {meant}= here, not {wrong}="
    return f"{owner}: there is no argument {wrong}=; it takes {', '.join(names) or 'none'}"
