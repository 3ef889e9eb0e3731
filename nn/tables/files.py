"""The files of a training, and the network that a file of weights holds.

The metadata of ``NAME.safetensors`` has one entry, ``tabular``, in JSON::

    target          the name of the column that is predicted
    classes         the names of the outputs in their order; null for a regression
    features        the names of the columns that are read
    columns         of each of them the kind, and what was learnt of it (see nn.columns.kinds):
                    {"kind": "number", "name", "na", "fill", "indicator", "decimal"}
                    {"kind": "boolean", ..., "pair": [no, yes]}          0 or 1
                    {"kind": "ordinal", ..., "order": [...]}             0, 1, 2, ...
                    {"kind": "category", ..., "categories", "others"}    one-hot
                    {"kind": "hashed", ..., "buckets"}                   one-hot of crc32 % buckets
                    {"kind": "date", ..., "order", "start", "hour"}      year, month, weekday, days
                    "fill" is what takes the place of a missing value (null: it is refused); with
                    "indicator" an input beside the others says that it was missing
    inputs          the names of the inputs that the columns make, in their order
    mean, std       of each input: the network gets (input - mean) / std
    target_mean, target_std   of a regression: the prediction is output * std + mean, lists of one
    settings        sizes (of the layers after the inputs), activation, dropout, optimizer, lr, ...
    scores          of each metric the value on the training rows and on the test rows

A file of an earlier release has no ``columns`` and no ``inputs``: its features are numbers.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograd import Tensor, trace
from autograd.calculus import one_line, path_text, short
from autograd.typing import State
from autograd.writing import extension
from nn.checkpoints import load_weights, read_arrays, save_weights
from nn.columns import Encoder
from nn.data import Standardizer
from nn.layers import MLP
from nn.paths import new_file
from nn.reports import ENDINGS
from nn.tables.options import Options
from nn.tables.training import Fitted

#: What the names of the files of a training end in.
_ENDINGS = (".safetensors", "-history.csv", "-graph.svg", "-curves.png", "-graph.dot")
#: And that of the checkpoint of one that was interrupted.
UNFINISHED = "-unfinished.safetensors"
#: Endings of a name that is meant as a file of another kind.
_OTHERS = {".csv", ".html", ".json", ".npz", ".onnx", ".pdf", ".png", ".pt", ".pth", ".svg", ".txt"}


def checked_prefix(output: str | Path, overwrite: bool, resume: bool) -> Path:
    """The beginning of the names of the files; OSError or ValueError where they cannot be."""
    prefix = Path(output)
    if not prefix.name or str(output).endswith(("/", os.sep)):
        raise ValueError(
            f"{short(str(output))} names no file; give a name such as net, or models/net"
        )
    prefix = prefix.with_suffix("") if prefix.suffix == ".safetensors" else prefix
    if prefix.suffix.lower() in _OTHERS:
        raise ValueError(
            f"{short(str(output))}: a training writes NAME.safetensors and files beside it; give "
            f"the name, such as {path_text(prefix.with_suffix(''))}"
        )
    for ending in _ENDINGS:
        new_file(f"{prefix}{ending}", overwrite)
    if not (resume or overwrite) and os.path.lexists(f"{prefix}{UNFINISHED}"):
        raise FileExistsError(
            f"{path_text(f'{prefix}{UNFINISHED}')} is of an interrupted training; --resume "
            f"continues it, --overwrite starts anew"
        )
    return prefix


def check_report(path: str | Path, overwrite: bool) -> None:
    """OSError or ValueError where a report cannot be written, before a training that takes long."""
    extension(path, ENDINGS)
    new_file(path, overwrite)


def description(fitted: Fitted, options: Options, target: str, classes: list[str] | None) -> State:
    """What the metadata of the weights says; the top of this file describes it."""
    return {
        "target": target,
        "classes": classes,
        "features": fitted.encoder.names,
        "columns": fitted.encoder.state(),
        "inputs": fitted.encoder.inputs,
        "mean": fitted.scale.mean.tolist(),
        "std": fitted.scale.std.tolist(),
        "target_mean": fitted.answers.mean.tolist(),
        "target_std": fitted.answers.std.tolist(),
        "settings": options.state(classes),
        "scores": fitted.scores,
    }


def write_files(prefix: Path, fitted: Fitted, says: State) -> tuple[list[Path], list[str]]:
    """Write the files of a training; their paths, and remarks on them."""
    weights, log, picture, curves = (Path(f"{prefix}{ending}") for ending in _ENDINGS[:4])
    save_weights(weights, fitted.model, metadata={"tabular": json.dumps(says)})
    fitted.history.save(log)
    batch, answer = (
        Tensor(part[:4], requires_grad=False, name=name) for part, name in zip(fitted.train, "xy")
    )
    from autograd.render import LayoutError

    remarks = []
    graph = trace(fitted.loss(fitted.model(batch), answer)).backward()
    try:
        graph.save(picture)
    except LayoutError as error:
        picture = graph.save(picture.with_suffix(".dot"))
        remarks.append(f"{path_text(picture)} is in place of a picture; {error}")
    files = [weights, log, picture]
    try:
        from nn import plots

        figure = plots.curves(fitted.history, curves)
    except ImportError:
        return files, remarks
    plots.pyplot().close(figure)
    return [*files, curves], remarks


@dataclass(frozen=True, eq=False)
class Network:
    """A network from its file, and what its inputs and outputs mean."""

    model: MLP
    encoder: Encoder
    scale: Standardizer
    answers: Standardizer
    target: str
    classes: list[str] | None


def read_network(weights: str | Path) -> Network:
    """The network in a file that a training wrote; ValueError for one from elsewhere."""
    _, metadata = read_arrays(weights)
    if "tabular" not in metadata:
        raise ValueError(f"{path_text(weights)}: these weights do not come from `tracegrad train`")
    try:
        return _network(weights, json.loads(metadata["tabular"]))
    except (KeyError, TypeError, AttributeError) as error:
        why = one_line(str(error))
        raise ValueError(
            f"{path_text(weights)}: what it says of the table is damaged ({why:.60}); train again"
        ) from None


def _network(weights: str | Path, says: State) -> Network:
    columns = says.get("columns") or [{"kind": "number", "name": name} for name in says["features"]]
    encoder, settings = Encoder.from_state(columns), says["settings"]
    model = MLP(
        len(says["mean"]), settings["sizes"], settings["activation"], settings["dropout"], rng=0
    )
    load_weights(weights, model)
    return Network(
        model, encoder, _scaling(says["mean"], says["std"]),
        _scaling(says["target_mean"], says["target_std"]), str(says["target"]), says["classes"],
    )  # fmt: skip


def _scaling(mean: list[float], std: list[float]) -> Standardizer:
    scale = Standardizer()
    scale.mean, scale.std = np.array(mean, float), np.array(std, float)
    return scale
