"""``live_page``, which checks the settings that the page begins with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autograd.calculus import short
from autograd.typing import State
from autograd.writing import write_file
from nn.layers import Module
from nn.live.engine import ACTIVATIONS
from nn.live.given import MOST_ROWS, Data, data_of
from nn.live.page import page
from nn.live.updates import OPTIMIZERS
from nn.live.weights import check_outputs, weights_of

MOST_LAYERS, MOST_UNITS = 6, 12


def live_page(
    data: Data = "moons",
    path: str | Path | None = None,
    *,
    hidden: Sequence[int] = (4, 3),
    activation: str | Sequence[str] = "tanh",
    optimizer: str = "adam",
    lr: float = 0.03,
    batch_size: int = 10,
    l1: float = 0.0,
    l2: float = 0.0,
    rows: int = 200,
    noise: float = 0.1,
    held_out: float = 0.3,
    target: str | None = None,
    inputs: Sequence[str] = (),
    model: Module | None = None,
    seed: int = 0,
    lang: str = "en",
) -> str:
    """A page, one offline file, in which a small network is trained while one looks on.

    The network is z = xW + b and h = φ(z), layer by layer; its gradient is that of the mean loss of
    a batch, and the update that of ``optimizer``. A map shows each neuron over the plane, and a
    click on one the computational graph of a data point, stepped forward and backward.

    ``data`` is moons, circles, xor, spirals or blobs, for a regression plane or hills; or a file, a
    table with two numeric columns, ``inputs``, and a ``target``, its last column otherwise; or
    arrays X (n, 2) and y (n,), of which integers are classes. ``rows`` points are made with
    ``noise``, and the share ``held_out`` is not trained on. A file and arrays are standardised.
    ``hidden`` has the sizes of up to 6 layers, ``activation`` one name for all or one for each,
    ``lr`` the learning rate η; ``l1`` and ``l2`` are the λ of :func:`nn.l1_penalty` and
    :func:`nn.l2_penalty`. With ``model``, a Sequential of linear layers and activations, the page
    begins with its weights, and arrays stay as they are. ``lang`` is the language of the page,
    which has all of them, and ``path`` the .html file that is written.

    Returns the page as text. Raises ValueError that names what is wrong.

    After Smilkov et al., Direct-Manipulation Visualization of Deep Networks (2017), whose page has
    no derivatives.

    >>> import nn
    >>> page = nn.live_page("circles", hidden=[3], activation="relu", seed=1)
    >>> len(page) < 600_000, "Neuron {n} of layer {layer}" in page
    (True, True)
    """
    start: State | None = None
    if model is not None:
        hidden, activation, start = weights_of(model, seed)
    name, given = data_of(data, target, inputs, seed, plain=model is not None)
    settings: State = {
        "data": name,
        "rows": _number("rows", rows, 20, MOST_ROWS, whole=True),
        "noise": _number("noise", noise, 0, 1),
        "held": _number("held_out", held_out, 0, 0.9),
        "inputs": ["x1", "x2"],
        "hidden": _hidden(hidden),
        "activations": _activations(activation, len(hidden)),
        "seed": _number("seed", seed, 0, 2**32 - 1, whole=True),
        "batch": _number("batch_size", batch_size, 1, MOST_ROWS, whole=True),
        "rate": _number("lr", lr, 0, 100, above=True),
        "optimizer": _one_of("optimizer", optimizer, tuple(OPTIMIZERS)),
        "l1": _number("l1", l1, 0, 10),
        "l2": _number("l2", l2, 0, 10),
    }
    if start is not None:
        check_outputs(start, name, given)
    text = page(settings, given, start, lang)
    if path is not None:
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"live: the page is an .html file, not {short(str(path))}")
        write_file(path, text)
    return text


# -- settings ------------------------------------------------------------------------------------


def _one_of(what: str, name: object, names: Sequence[str]) -> str:
    if name not in names:
        raise ValueError(f"live: {what} {short(name)} is unknown; use one of {', '.join(names)}")
    return str(name)


def _number(
    what: str, value: object, low: float, high: float, whole: bool = False, above: bool = False
) -> float:
    fine = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    number = float(value) if fine else math.nan  # type: ignore[arg-type]
    if not low <= number <= high or (whole and number % 1) or (above and number == low):
        kind = "a whole number" if whole else "a number"
        begin = f"above {low:,}" if above else f"from {low:,}"
        raise ValueError(f"live: {what} is {kind} {begin} to {high:,}, not {short(value)}")
    return int(number) if whole else number


def _hidden(sizes: Sequence[int]) -> list[int]:
    if len(sizes) > MOST_LAYERS:
        raise ValueError(
            f"live: the page draws up to {MOST_LAYERS} hidden layers, not {len(sizes)}; "
            f"nn.MLP trains more in a program"
        )
    return [int(_number("the size of a hidden layer", n, 1, MOST_UNITS, True)) for n in sizes]


def _activations(names: str | Sequence[str], count: int) -> list[str]:
    each = [names] * count if isinstance(names, str) else list(names)
    if len(each) != count:
        raise ValueError(
            f"live: {count} hidden layers have {count} activations, and {len(each)} are given"
        )
    for name in [names] if isinstance(names, str) else each:
        _one_of("activation", name, ACTIVATIONS)
    return each
