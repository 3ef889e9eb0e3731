"""What is loaded into a module: read as arrays, and refused where the dtype cannot hold it."""

from __future__ import annotations

import numpy as np

from autograd import Tensor
from autograd.typing import Array


def as_array(value: object) -> Array:
    """The numbers of a Tensor, an array, a list, or a tensor of PyTorch's."""
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError("a masked array, whose mask would be lost; pass .filled(...)")
    return np.asarray(value.detach() if hasattr(value, "detach") else value)


def fitted(path: str, value: object, own: Array) -> Array:
    """A copy of ``value`` in the shape and dtype of ``own``, or ValueError that names the path."""
    try:
        array = as_array(value)
    except (TypeError, ValueError) as error:
        why = " ".join(str(error).split())
        raise ValueError(f"load_state_dict: {path} is not an array of numbers: {why:.80}") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(
            f"load_state_dict: {path} has dtype {array.dtype}; real numbers are needed, such as "
            f"{own.dtype}"
        )
    if array.shape != own.shape:
        raise ValueError(
            f"load_state_dict: {path} has shape {array.shape}, the module has {own.shape}"
        )
    with np.errstate(all="ignore"):
        cast = array.astype(own.dtype)
        lost = np.isfinite(array) & ~np.isfinite(cast)
        if own.dtype.kind != "f":
            lost |= cast != array
    if lost.any():
        raise ValueError(
            f"load_state_dict: {path} holds {array[lost][0]}, which {own.dtype} cannot hold"
        )
    return cast
