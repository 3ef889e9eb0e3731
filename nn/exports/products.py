"""Sums of products, and windows that move over a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.typing import State
from nn.exports.loops import Walk, strides_of
from nn.exports.recorded import Step
from nn.exports.writer import Writer


def product(w: Writer, step: Step, to: str, settings: State) -> None:
    """A sum of products over the letters that the result has not."""
    terms, result = settings["terms"], settings["result"]
    factors, added = step.operands[: len(terms)], step.operands[len(terms) :]
    sizes: dict[str, int] = {}
    for term, place in zip(terms, factors):
        for letter, n in zip(term, w.whole.shapes[place]):
            sizes[letter] = max(sizes.get(letter, 1), n)
    summed = [letter for letter in sizes if letter not in result]

    def walk(term: str, place: int) -> Walk:
        shape = w.whole.shapes[place]
        steps = [0 if n == 1 else step for n, step in zip(shape, strides_of(shape))]
        strides = (sum(s for s, x in zip(steps, term) if x == y) for y in [*result, *summed])
        return Walk(w.name(place), tuple(strides))

    shape = [sizes[x] for x in result]
    start = w.walk(added[0], shape) if added else "0.0"
    walks = [walk(term, place) for term, place in zip(terms, factors)]
    w.totals(to, shape, [sizes[x] for x in summed], walks, start, w.add_product)


def convolution(w: Writer, step: Step, to: str, settings: State) -> None:
    """A picture in its margin, and at each place the sum of products with a kernel."""
    if settings["roles"] != list("xwy"):
        raise ValueError(f"export: {step.name} has no loops in an exported source; use a conv")
    picture, weights = map(w.name, step.operands)
    shape, padded, kernel_shape = settings["x"], settings["padded"], settings["w"]
    steps = strides_of(padded)
    if padded != shape:
        bare, picture = picture, w.array(math.prod(padded))
        with w.loop(("i", math.prod(padded))):
            w.store(f"{picture}[i]", "0.0")
        offset = sum(s * n for s, n in zip(steps[2:], settings["before"]))
        walks = [Walk(picture, steps, offset), Walk(bare, strides_of(shape))]
        with w.nest(shape, walks) as (out, element):
            w.store(out, element)
    groups, (count, _, *windows) = settings["groups"], settings["y"]
    outputs, channels, *taps = kernel_shape
    along = [*zip(steps[2:], settings["stride"], settings["dilation"])]
    own = strides_of(kernel_shape)
    # The axes of the loops: picture, group, output of the group, place; then channel and tap.
    in_picture = (
        steps[0], steps[1] * channels, 0, *(s * stride for s, stride, _ in along),
        steps[1], *(s * apart for s, _, apart in along),
    )  # fmt: skip
    in_kernel = (0, own[0] * (outputs // groups), own[0], *([0] * len(windows)), *own[1:])
    loops = count, groups, outputs // groups, *windows
    walks = [Walk(picture, in_picture), Walk(weights, in_kernel)]
    w.totals(to, loops, (channels, *taps), walks, "0.0", w.add_product)


def pool(w: Writer, step: Step, to: str, settings: State) -> None:
    """Over the taps of each window; a tap in the margin, whose place is -1, counts for nothing."""
    n, taps = math.prod(w.whole.shapes[step.out]), settings["taps"]
    source, lang = w.name(step.operands[0]), w.language
    places = w.table(np.array(settings["from"], dtype=int))
    average = step.name == "avg_pool"
    with w.loop(("i", n)):
        w.line(lang.varied("total", "0.0" if average else lang.number(-math.inf)))
        with w.loop(("j", taps)):
            w.line(lang.integer("at", f"{places}[{taps} * i + j]"))
            inside, element = "at >= 0", f"{source}[at]"
            if average:
                w.when(inside, f"total += {element}")
            else:
                larger = lang.either(f"{element} > total", f"{element} != {element}")
                w.when(lang.both(inside, f"({larger})"), f"total = {element}")
        w.store(f"{to}[i]", f"(total / {_divisor(w, settings)})" if average else "total")


def _divisor(w: Writer, settings: State) -> str:
    divisors: Sequence[float] = settings["divisor"]
    if len(set(divisors)) == 1:
        return w.language.number(divisors[0])
    return f"{w.table(np.array(divisors, dtype=float))}[i]"
