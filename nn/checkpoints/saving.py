"""Weights and whole trainings in files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograd.calculus import path_text, short
from autograd.typing import State, StateLike
from nn.checkpoints.formats import OWN_TEXTS, checked_path, read_arrays, write_arrays
from nn.checkpoints.nested import packed, unpacked
from nn.checkpoints.torch_layout import from_torch, to_torch
from nn.layers import Module

_LAYOUTS = ("tracegrad", "torch")


def save_weights(
    path: str | Path,
    module: Module,
    layout: str = "tracegrad",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write the state of ``module`` to a ``.safetensors`` or ``.npz`` file.

    With ``layout="torch"`` the weights are transposed to PyTorch's shape, so that
    ``torch_model.load_state_dict(safetensors.torch.load_file(path))`` takes them. ``metadata`` is
    text that :func:`load_weights` gives back.

    Returns nothing. Raises ValueError for another ending of ``path``.

    >>> import tempfile, nn
    >>> layer, other = nn.Linear(2, 1, rng=0), nn.Linear(2, 1, rng=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_weights(f"{folder}/layer.npz", layer)
    ...     _ = nn.load_weights(f"{folder}/layer.npz", other)
    >>> (layer.weight.data == other.weight.data).all()
    np.True_
    """
    path = _in_order("save_weights", path, module)
    if layout not in _LAYOUTS:
        raise ValueError(f"save_weights: layout is 'tracegrad' or 'torch', not {short(layout)}")
    for key, text in (metadata or {}).items():
        if key in OWN_TEXTS:
            raise ValueError(f"save_weights: metadata {key!r} is the file's own; rename it")
        if not isinstance(key, str) or not isinstance(text, str):
            raise TypeError(f"save_weights: metadata {short(key)} is not text; make it a str")
    state = to_torch(module) if layout == "torch" else module.state_dict()
    write_arrays(path, state, {**(metadata or {}), "kind": "weights", "layout": layout})


def load_weights(
    path: str | Path, module: Module, layout: str | None = None, strict: bool = True
) -> dict[str, str]:
    """Read the state of ``module`` from a file; returns the file's metadata.

    The file says in which layout its weights are; for one from elsewhere pass ``layout``. On an
    error the module has not changed. Raises ValueError for a damaged file or wrong shapes, KeyError
    for missing or unexpected names.

    ``path`` is that of the file; ``strict=False`` leaves out names that only one of the two has.

    >>> import tempfile, nn
    >>> layer, other = nn.Linear(2, 1, rng=0), nn.Linear(2, 1, rng=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_weights(f"{folder}/layer.npz", layer, metadata={"epoch": "3"})
    ...     nn.load_weights(f"{folder}/layer.npz", other)["epoch"]
    '3'
    """
    path = _in_order("load_weights", path, module)
    if layout not in (None, *_LAYOUTS):
        raise ValueError(f"load_weights: layout is 'tracegrad' or 'torch', not {short(layout)}")
    arrays, metadata = read_arrays(path)
    if metadata.get("kind", "weights") != "weights":
        raise ValueError(
            f"{path_text(path)}: this is a {metadata['kind']}, read it with load_checkpoint"
        )
    layout = layout or metadata.get("layout")
    if layout not in _LAYOUTS:
        raise ValueError(
            f"{path_text(path)}: "
            f"the file does not say how its weights are laid out; pass layout='torch' for "
            f"(n_out, n_in), layout='tracegrad' for (n_in, n_out)"
        )
    try:
        module.load_state_dict(from_torch(module, arrays) if layout == "torch" else arrays, strict)
    except (KeyError, ValueError) as error:
        raise type(error)(f"{path_text(path)}: {error.args[0]}") from None
    return metadata


def save_checkpoint(path: str | Path, state: StateLike, *, any_ending: bool = False) -> None:
    """Write nested dicts and lists of arrays, numbers and texts, such as ``state_dict()`` gives.

    With ``any_ending`` a file such as ``model.pth`` is written as safetensors.

    ``path`` ends in .safetensors or .npz; ``state`` is what is written. Returns nothing.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/run.npz", {"epoch": 3, "loss": [0.5, 0.25]})
    ...     nn.load_checkpoint(f"{folder}/run.npz")
    {'epoch': 3, 'loss': [0.5, 0.25]}
    """
    path = checked_path(path, any_ending)
    tree, arrays = packed(state)
    write_arrays(path, arrays, {"kind": "checkpoint", "tree": tree}, any_ending)


def load_checkpoint(path: str | Path, *, any_ending: bool = False) -> State:
    """What :func:`save_checkpoint` wrote; tuples come back as lists.

    ``path`` is that of the file; ``any_ending`` is that of :func:`save_checkpoint`. Returns a dict.
    Raises ValueError for a damaged file.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/run.npz", {"epoch": 3, "loss": [0.5, 0.25]})
    ...     nn.load_checkpoint(f"{folder}/run.npz")
    {'epoch': 3, 'loss': [0.5, 0.25]}
    """
    arrays, metadata = read_arrays(path, any_ending)
    if metadata.get("kind") != "checkpoint":
        raise ValueError(
            f"{path_text(path)}: not a checkpoint of a training; read it with load_weights"
        )
    try:
        return unpacked(metadata.get("tree", ""), arrays)
    except ValueError as error:
        raise ValueError(f"{path_text(path)}: damaged ({error!s:.80})") from None


def _in_order(caller: str, path: object, module: object) -> Path:
    """The path, if it and the module are what they are called."""
    if isinstance(path, Module):
        raise TypeError(f"{caller}: the path comes first here: {caller}(path, module)")
    if not isinstance(module, Module):
        raise TypeError(f"{caller}: a Module is wanted, not {short(module)}")
    return checked_path(path)
