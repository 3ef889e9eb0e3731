"""The answer to a keyword argument that a module does not take: the one that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from autograd.typing import Function

#: PyTorch's names, and the ones here.
_OTHER_NAMES = {"in_features": "n_in", "out_features": "n_out", "dim": "axis"}


def answering(init: Function) -> Callable[..., None]:
    """``init``, whose TypeError for an unknown keyword argument names the nearest that it has."""

    @wraps(init)
    def checked(self: object, *args: object, **kwargs: object) -> None:
        try:
            init(self, *args, **kwargs)
        except TypeError:
            message = _unknown(init, type(self).__name__, kwargs)
            if message is None:
                raise
            raise TypeError(message) from None

    return checked


def _unknown(init: Function, name: str, kwargs: Mapping[str, object]) -> str | None:
    """What to say of the first keyword argument that ``init`` does not take, if there is one."""
    from difflib import get_close_matches
    from inspect import Parameter, signature

    parameters = list(signature(init).parameters.values())[1:]
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters):
        return None
    names = [p.name for p in parameters if p.kind is not Parameter.VAR_POSITIONAL]
    wrong = next((keyword for keyword in kwargs if keyword not in names), None)
    if wrong is None:
        return None
    alike = [_OTHER_NAMES.get(wrong), *get_close_matches(wrong, names, 1)]
    nearest = next((other for other in alike if other in names), None)
    if nearest:
        return f"{name}: use {nearest}= here, not {wrong}="
    return f"{name}: there is no argument {wrong}=; it takes {', '.join(names) or 'none'}"
