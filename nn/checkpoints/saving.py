"""Weights and whole trainings in files: safetensors or NPZ, replaced atomically, never pickled."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn.checkpoints.torch_layout import from_torch, to_torch
from nn.layers import Module

VERSION = 1
_LAYOUTS = ("tracegrad", "torch")
_METADATA = "__metadata__"


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
    """
    if layout not in _LAYOUTS:
        raise ValueError(f"save_weights: layout is 'tracegrad' or 'torch', not {layout!r:.60}")
    state = to_torch(module) if layout == "torch" else module.state_dict()
    said = {"kind": "weights", "layout": layout}
    write_arrays(path, state, {**(metadata or {}), **said})


def load_weights(
    path: str | Path, module: Module, layout: str | None = None, strict: bool = True
) -> dict[str, str]:
    """Read the state of ``module`` from a file; returns the file's metadata.

    The file says in which layout its weights are; for one from elsewhere pass ``layout``. On an
    error the module has not changed. Raises ValueError for a damaged file or wrong shapes, KeyError
    for missing or unexpected names.
    """
    arrays, metadata = read_arrays(path)
    if metadata.get("kind", "weights") != "weights":
        raise ValueError(f"{path}: this is a {metadata['kind']}, read it with load_checkpoint")
    layout = layout or metadata.get("layout")
    if layout is None:
        raise ValueError(
            f"{path}: the file does not say how its weights are laid out; pass layout='torch' for "
            f"(n_out, n_in), layout='tracegrad' for (n_in, n_out)"
        )
    try:
        module.load_state_dict(from_torch(module, arrays) if layout == "torch" else arrays, strict)
    except (KeyError, ValueError) as error:
        raise type(error)(f"{path}: {error.args[0]}") from None
    return metadata


def save_checkpoint(path: str | Path, state: Mapping[str, Any]) -> None:
    """Write nested dicts and lists of arrays, numbers and texts, such as ``state_dict()`` gives."""
    arrays: dict[str, Any] = {}
    tree = json.dumps(_packed(state, "", arrays))
    write_arrays(path, arrays, {"kind": "checkpoint", "tree": tree})


def load_checkpoint(path: str | Path) -> dict[str, Any]:
    """What :func:`save_checkpoint` wrote; tuples come back as lists."""
    arrays, metadata = read_arrays(path)
    if metadata.get("kind") != "checkpoint":
        raise ValueError(f"{path}: not a checkpoint of a training; read it with load_weights")
    loaded: dict[str, Any] = _unpacked(json.loads(metadata["tree"]), arrays)
    return loaded


def _packed(value: Any, path: str, arrays: dict[str, Any]) -> Any:
    """The value as JSON, with its arrays set apart under their paths."""
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"__array__": path}
    if isinstance(value, Mapping):
        parts = {k: _packed(v, f"{path}.{k}" if path else str(k), arrays) for k, v in value.items()}
        if all(isinstance(key, str) and key[:2] != "__" for key in parts):
            return parts
        return {"__items__": [[key, part] for key, part in parts.items()]}  # JSON keys are text
    if isinstance(value, list | tuple):
        return [_packed(part, f"{path}.{i}", arrays) for i, part in enumerate(value)]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"save_checkpoint: {path} is a {type(value).__name__}; only data is saved")


def _unpacked(value: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        if "__array__" in value:
            return arrays[value["__array__"]]
        if "__items__" in value:
            return {key: _unpacked(part, arrays) for key, part in value["__items__"]}
        return {key: _unpacked(part, arrays) for key, part in value.items()}
    return [_unpacked(part, arrays) for part in value] if isinstance(value, list) else value


# -- the files ------------------------------------------------------------------------------------


def write_arrays(path: str | Path, arrays: Mapping[str, Any], metadata: Mapping[str, str]) -> None:
    """Named arrays and texts to one file, in the format that its ending says."""
    from autograd.writing import write_file

    path = Path(path)
    texts = {**metadata, "producer": "tracegrad", "version": str(VERSION)}
    # Not ascontiguousarray, which makes 0-d arrays 1-d.
    plain = {name: np.array(array, order="C") for name, array in arrays.items()}
    match path.suffix:
        case ".safetensors":
            from safetensors.numpy import save

            write_file(path, save(plain, texts))
        case ".npz":
            write_file(path, _npz(plain, texts))
        case other:
            raise ValueError(f"{path}: ending {other!r} is unknown; use .safetensors or .npz")


def read_arrays(path: str | Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The arrays and the texts of a file that :func:`write_arrays`, or PyTorch, wrote."""
    path = Path(path)
    if path.suffix not in (".safetensors", ".npz"):
        raise ValueError(f"{path}: ending {path.suffix!r} is unknown; use .safetensors or .npz")
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    raw = path.read_bytes()
    try:
        arrays, metadata = _read_npz(raw) if path.suffix == ".npz" else _read_safetensors(raw)
    except Exception as error:  # whatever a parser meets in a foreign file
        raise ValueError(
            f"{path}: truncated, damaged or no {path.suffix} file ({error!s:.80})"
        ) from None
    version = metadata.get("version", "1")
    if metadata.get("producer") == "tracegrad" and int(version) > VERSION:
        raise ValueError(
            f"{path}: written by a newer tracegrad (format {version}, this one reads up to "
            f"{VERSION}); upgrade"
        )
    return arrays, metadata


def _read_safetensors(raw: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    from safetensors.numpy import load

    arrays = load(raw)
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    return arrays, header.get(_METADATA, {})


def _npz(arrays: Mapping[str, Any], metadata: Mapping[str, str]) -> bytes:
    """What ``np.savez`` writes, for any names, and without the pickle that it falls back to."""
    buffer = io.BytesIO()
    texts = np.frombuffer(json.dumps(dict(metadata)).encode(), np.uint8)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in {**arrays, _METADATA: texts}.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    return buffer.getvalue()


def _read_npz(raw: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    with np.load(io.BytesIO(raw), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    texts = arrays.pop(_METADATA, None)
    return arrays, {} if texts is None else json.loads(texts.tobytes())
