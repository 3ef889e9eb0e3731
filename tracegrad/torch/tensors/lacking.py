"""What a name of PyTorch's that is not here is answered with: the nearest one that is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from autograd.calculus import short
from tracegrad.torch.tensors.tensor import Tensor


def lacking(where: str, name: str, names: Iterable[str]) -> AttributeError:
    """The error for a name that ``where`` lacks."""
    place = where.removeprefix("tracegrad.")
    near = get_close_matches(name, sorted(names), n=1, cutoff=0.5)
    advice = f"the nearest name here is {near[0]}" if near else f"dir({place}) lists what is"
    return AttributeError(f"{place} has no {short(name)}; {advice}")


def _lacks(self: Tensor, name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    raise lacking("torch.Tensor", name, dir(Tensor))


Tensor.__getattr__ = _lacks  # type: ignore[method-assign]
