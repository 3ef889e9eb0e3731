"""The page in which a trained network answers: a control for each input, the answer, its units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autograd.render import escape
from autograd.shipped import read_text
from autograd.stage import json_inside, reading_page, spoken
from autograd.typing import Array, State
from autograd.writing import (
    LANGUAGES,
    Words,
    column,
    sentences,
    sentences_in_each,
    words,
)
from nn.exports.cells import HASHED_IN_JAVASCRIPT
from nn.exports.networks import Network, one_row
from nn.exports.sources import source
from nn.exports.tabular import Field, TableNetwork
from nn.layers import Module

#: A layer of more units is drawn as a block, and one of more yet not at all.
MOST_UNITS, MOST_IN_A_BLOCK = 40, 2_000
#: The most inputs that a page has a control for.
MOST_FIELDS = 100


def answering_page(
    model: Module, inputs: Sequence[Array], axis: int | None, lang: str = LANGUAGES[0]
) -> str:
    """The page of a network, with a control for each number, or each column of its table.

    It has every language, and begins in ``lang``.
    """
    table = model if isinstance(model, TableNetwork) else None
    if len(inputs) > 1 or axis != 0:
        raise ValueError("export: a page is of a network with one input, whose rows are first")
    fields = table.fields if table else fields_of(inputs[0])
    names = table.inputs if table else [field.name for field in fields]
    return _html(one_row(model, inputs, axis, "network"), fields, names, lang)


def _html(network: Network, fields: Sequence[Field], inputs: Sequence[str], lang: str) -> str:
    """The whole page; ``inputs`` are the names of what the first layer takes."""
    if len(fields) > MOST_FIELDS:
        raise ValueError(
            f"export: a page has a control for each of up to {MOST_FIELDS} inputs, and the network "
            f"has {len(fields)}; export a .js file"
        )
    table = network.table
    places, weights = _layers(network)
    names: list[list[str] | None] = [None for _ in places]
    if names:
        names[0] = list(inputs)
    answers = table.classes or [table.target] if table is not None else None
    layers = [_layer(network, place, own) for place, own in zip(places, names)]
    if layers:
        layers.append(_layer(network, network.whole.results[0], answers))
    drawn = [
        matrix.round(5).tolist() if layers[k]["drawn"] and layers[k + 1]["drawn"] else None
        for k, matrix in enumerate(weights)
    ]
    results = [network.whole.results[0], *places]
    whole = replace(network.whole, results=results)
    code = source(replace(network, whole=whole, name="network", table=None), "js")
    count = network.count(network.whole.results[0])
    outputs = [f"y{k + 1}" for k in range(count)] if count > 1 else ["y"]
    data: State = {
        "fields": [_control(field) for field in fields],
        "classes": table.classes if table is not None else None,
        "outputs": outputs if table is None else [table.target],
        "layers": layers,
        "weights": drawn,
        "words": {
            code: {**sentences(code, "network"), "a number": sentences(code)["a number"]}
            for code in LANGUAGES
        },
    }
    hashed = HASHED_IN_JAVASCRIPT * any(field.buckets for field in fields)
    script = (
        code + hashed + "".join(read_text(f"stage/assets/{m}.js") for m in ("typed", "network"))
    )
    styles = read_text("stage/assets/network.css")
    parts = _sections(data, bool(layers), lang)
    return reading_page(_titles(network), parts, lang, styles=styles, script=script)


def _titles(network: Network) -> Words:
    table = network.table
    if table is None:
        return words("What the network says")
    return words("What the network says of {target}", target=table.target)


def _layers(network: Network) -> tuple[list[int], list[Array]]:
    """What goes into each dense layer of a network that is a row of them, and their weights."""
    whole = network.whole
    dense = [step for step in whole.steps if step.name == "linear"]
    weights = [whole.constants.get(step.operands[1]) for step in dense]
    sizes = [network.count(step.operands[0]) for step in dense]
    plain = all(
        w is not None and w.ndim == 2 and w.shape[0] == n for w, n in zip(weights, sizes)
    ) and all(a.shape[1] == n for a, n in zip(weights, sizes[1:]) if a is not None)
    ends = weights[-1] if weights else None
    if not plain or ends is None or ends.shape[1] != network.count(whole.results[0]):
        return [], []
    if max(sizes) > MOST_IN_A_BLOCK:
        return [], []
    return [step.operands[0] for step in dense], [w for w in weights if w is not None]


def _layer(network: Network, place: int, names: Sequence[str] | None) -> State:
    count = network.count(place)
    fits = names is not None and len(names) == count
    return {
        "count": count,
        "drawn": count <= MOST_UNITS,
        "names": list(names or ()) if fits else None,
    }


def _control(field: Field) -> State:
    return {**field.says(), "low": field.low, "high": field.high, "start": field.start}


def _sections(data: State, drawn: bool, lang: str) -> list[str]:
    each = sentences_in_each("network")

    def said(key: str) -> str:
        return spoken(each[key], lang)

    form = (
        f'<div class="net"><div><h2 id="of-fields">{said("inputs")}</h2>'
        '<fieldset id="fields" aria-labelledby="of-fields"></fieldset>'
        f'<button type="button" id="again">{said("again")}</button></div>'
        '<div tabindex="0" role="region" aria-labelledby="of-answer">'
        f'<h2 id="of-answer">{said("answer")}</h2><p id="lacking" role="status"></p>'
        '<ul class="answer" id="answer" aria-live="polite"></ul></div></div>'
        f"<noscript><p>{escape(each['script'][column(lang)])}</p></noscript>"
        f'<script type="application/json" id="network">{json_inside(data)}</script>'
    )
    if not drawn:
        return [form]
    picture = (
        f'<h2 id="drawn">{said("network")}</h2>'
        '<div class="drawing" id="drawing" tabindex="0" role="region" aria-labelledby="drawn">'
        f'</div><p class="legend">{said("legend")}</p>'
    )
    return [form, picture]


def fields_of(X: Array) -> list[Field]:
    """A field for each column of an example, from its least number to its largest."""
    if X.ndim != 2 or X.dtype.kind != "f":
        raise ValueError(
            f"export: a page has a control for each number of a row, and the example input has the "
            f"shape {X.shape} and dtype {X.dtype}; give (rows, numbers), or export a .js file"
        )
    low, high = X.min(axis=0), X.max(axis=0)
    if (low == high).all():
        raise ValueError(
            "export: the sliders of a page go from the least to the largest number of each input; "
            "give an example with several rows, export(model, path, X)"
        )
    spread = np.where(high > low, high - low, 1.0)
    return [
        Field(f"x{k + 1}", "number", low=float(a), high=float(a + d), start=f"{a + d / 2:.4g}")
        for k, (a, d) in enumerate(zip(low, spread))
    ]
