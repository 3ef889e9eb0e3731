"""Named arrays and texts in one file: safetensors or NPZ, with a checksum, never pickled."""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np

from autograd.calculus import one_line, path_text
from autograd.typing import Array
from nn.paths import existing_file

VERSION = 1
METADATA = "__metadata__"
_CHECKSUM = "tracegrad.crc32"
#: The names of the texts that this library writes into every file.
OWN_TEXTS = ("kind", "layout", "producer", "tree", "version", _CHECKSUM)
#: The number types of safetensors that NumPy has.
_KNOWN = {"F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL", "C64"}
# An archive larger than this is refused when it claims to be so many times its size in the file.
_SMALL, _EXPANSION = 1 << 20, 200

Contents = tuple[dict[str, Array], dict[str, str]]


class _Refused(ValueError):
    """A file that is refused although it may be whole; the message says why."""


def write_arrays(
    path: str | Path,
    arrays: Mapping[str, Array],
    texts: Mapping[str, str],
    any_ending: bool = False,
) -> None:
    """Named arrays and texts to one file, in the format that its ending says."""
    from autograd.writing import write_file

    path = checked_path(path, any_ending)
    portable = {name: _portable(name, array) for name, array in arrays.items()}
    metadata = {**texts, "producer": "tracegrad", "version": str(VERSION)}
    metadata[_CHECKSUM] = _checksum(portable, metadata)
    encode = _npz if path.suffix == ".npz" else _safetensors
    write_file(path, encode(portable, metadata))


def read_arrays(path: str | Path, any_ending: bool = False) -> Contents:
    """The arrays and the texts of a file that :func:`write_arrays`, or PyTorch, wrote."""
    path = checked_path(path, any_ending)
    raw = existing_file(path).read_bytes()
    try:
        arrays, texts = _read_npz(raw) if path.suffix == ".npz" else _read_safetensors(raw)
        version = int(texts.get("version", "1")) if texts.get("producer") == "tracegrad" else 0
        saved = texts.pop(_CHECKSUM, None)
        if version <= VERSION and saved is not None and saved != _checksum(arrays, texts):
            raise ValueError("its contents do not have the checksum that was saved with them")
    except (ImportError, MemoryError):
        raise
    except _Refused as error:
        raise ValueError(f"{path_text(path)}: {one_line(str(error))}") from None
    except Exception as error:  # whatever a parser meets in a foreign file
        why = one_line(" ".join(str(error).split()))
        raise ValueError(
            f"{path_text(path)}: truncated, damaged or no {path.suffix} file ({why:.80})"
        ) from None
    if version > VERSION:
        raise ValueError(
            f"{path_text(path)}: "
            f"written by a newer tracegrad (format {version}, this one reads up to "
            f"{VERSION}); upgrade"
        )
    return arrays, texts


def checked_path(path: object, any_ending: bool = False) -> Path:
    """The path; TypeError if it is not one, ValueError if its ending is not that of a format.

    With ``any_ending`` an ending that is unknown stands for safetensors.
    """
    if not isinstance(path, str | Path):
        raise TypeError(
            f"the first argument is the path of a file, the second what to save or load; the first "
            f"is a {type(path).__name__}"
        )
    path = Path(path)
    if path.suffix not in (".safetensors", ".npz") and not any_ending:
        raise ValueError(f"{path_text(path)}: the ending is unknown; use .safetensors or .npz")
    return path


def _portable(name: str, array: Array) -> Array:
    """The array as it is written: in C order, little-endian; an error names one that cannot be."""
    if name == METADATA or "\0" in name:
        raise ValueError(f"{name!r} cannot be the name of an array in a file; rename it")
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array, whose mask would be lost; save .filled(...)")
    # Not ascontiguousarray, which makes 0-d arrays 1-d.
    array = np.array(array, order="C")
    if array.dtype.hasobject:
        raise TypeError(f"{name} is an array of objects; only numbers are saved")
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _checksum(arrays: Mapping[str, Array], texts: Mapping[str, str]) -> str:
    """The CRC-32 of the texts and of every array's name, type, shape and bytes."""
    crc = zlib.crc32(json.dumps(sorted(texts.items())).encode())
    for name in sorted(arrays):
        array = arrays[name]
        crc = zlib.crc32(json.dumps([name, array.dtype.str, array.shape]).encode(), crc)
        if array.nbytes:
            crc = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, crc)
    return f"{crc:08x}"


def _texts(texts: object) -> dict[str, str]:
    if not isinstance(texts, dict) or not all(isinstance(value, str) for value in texts.values()):
        raise ValueError("its metadata is not a table of texts")
    return texts


# -- safetensors ----------------------------------------------------------------------------------


def _codec() -> ModuleType:
    try:
        from safetensors import numpy
    except ImportError:
        raise ImportError(
            ".safetensors files need the safetensors package: `pip install safetensors`, or use "
            "the ending .npz"
        ) from None
    return numpy  # type: ignore[no-any-return]


def _safetensors(arrays: Mapping[str, Array], texts: Mapping[str, str]) -> bytes:
    codec = _codec()
    for name, array in arrays.items():
        if array.dtype.kind not in "fiubc" or array.dtype.str in ("<f16", "<c16", "<c32"):
            raise TypeError(f"{name} has dtype {array.dtype}, which safetensors has not; use .npz")
    raw: bytes = codec.save(dict(arrays), dict(texts))
    return raw


def _read_safetensors(raw: bytes) -> Contents:
    codec = _codec()
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    for name, entry in header.items():
        if name != METADATA and (kind := entry["dtype"]) not in _KNOWN:
            raise _Refused(f"{name} holds {kind} numbers, which NumPy has not; save it as float32")
    return codec.load(raw), _texts(header.get(METADATA, {}))


# -- npz ------------------------------------------------------------------------------------------


def _npz(arrays: Mapping[str, Array], texts: Mapping[str, str]) -> bytes:
    """What ``np.savez`` writes, for any names, and without the pickle that it falls back to."""
    buffer = io.BytesIO()
    metadata = np.frombuffer(json.dumps(dict(texts)).encode(), np.uint8)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in {**arrays, METADATA: metadata}.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    return buffer.getvalue()


def _read_npz(raw: bytes) -> Contents:
    arrays: dict[str, Array] = {}
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
        claimed = sum(member.file_size for member in members)
        if claimed > max(_SMALL, _EXPANSION * len(raw)):
            raise _Refused(
                f"the archive says that {len(raw):,} bytes expand to {claimed:,}; if you trust it, "
                f"load it with numpy.load and save it uncompressed"
            )
        for member in members:
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise ValueError(f"two arrays are called {name}")
            arrays[name] = _read_npy(archive.read(member))
    metadata = arrays.pop(METADATA, None)
    return arrays, {} if metadata is None else _texts(json.loads(metadata.tobytes()))


def _read_npy(raw: bytes) -> Array:
    """One array; its header must fit its length before memory is allocated for it."""
    buffer = io.BytesIO(raw)
    version = np.lib.format.read_magic(buffer)
    reader = np.lib.format.read_array_header_1_0
    if version != (1, 0):
        reader = np.lib.format.read_array_header_2_0
    shape, _, dtype = reader(buffer)
    if dtype.hasobject:
        raise ValueError("it holds pickled objects")
    if math.prod(shape) * dtype.itemsize != len(raw) - buffer.tell():
        raise ValueError(f"an array of shape {shape} does not have {len(raw)} bytes")
    buffer.seek(0)
    return np.asarray(np.lib.format.read_array(buffer, allow_pickle=False))
