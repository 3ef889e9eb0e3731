"""``tracegrad step model.py:net x=[1,2]``: the graph of a PyTorch or JAX model that a file has."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from autograd.calculus import Attributes, Quantity
from autograd.cli.scripts import module_of, run_script
from autograd.formulas import assignments
from autograd.graph import Graph
from autograd.imports import WrongInputs, is_foreign, recomputed
from autograd.writing import one_line

_MODEL = re.compile(r"(.+\.py):([^\W\d]\w*)")
#: Variables of the file that hold all inputs, where none are typed.
_ALL = ("inputs", "example_inputs")


def is_model(word: str) -> bool:
    """Whether a word of the command line names a model in a file: ``model.py:net``."""
    return _MODEL.fullmatch(word.strip()) is not None


def graph_of_model(word: str, words: Sequence[str]) -> Graph:
    """The graph of the model, which the file is run to get.

    Its inputs are typed (``x=[1,2]``), or are the variables of these names in the file, or are what
    its variable ``inputs`` holds. What is typed is of floating numbers, unless the model refuses
    them, as an embedding does. ValueError, naming the remedy, where an input is missing.
    """
    match = _MODEL.fullmatch(word.strip())
    assert match is not None
    script, name = match.groups()
    variables, _ = run_script("step", script, [], "model")
    file = one_line(os.path.basename(script))
    model = variables.get(name)
    if not callable(model):
        some = [key for key, thing in variables.items() if is_foreign(thing, ())][:8]
        there = f"it has {', '.join(map(one_line, some))}" if some else "it has none"
        raise ValueError(f"step: {file} has no model called {one_line(name)}; {there}")
    inputs = _inputs(model, assignments(words), variables, f"{file}:{name}")
    arrays = None if is_foreign(model, inputs) else _arrays(variables)
    if arrays is None and not is_foreign(model, inputs):
        raise ValueError(
            f"step: {file}:{name} uses neither PyTorch nor JAX; run the file itself with step "
            f"{file}, or give a torch.nn.Module or a function of theirs"
        )
    problem: ValueError | None = None
    for variant in _variants(inputs):
        if arrays is not None:
            variant = [arrays(x) if isinstance(x, np.ndarray) else x for x in variant]
        try:
            return recomputed(model, variant)
        except WrongInputs as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _arrays(variables: Attributes) -> Callable[[Quantity], Quantity] | None:
    """What makes an array of the library that the file imports.

    A function that calls methods of its inputs alone, such as ``x.sum()``, names no library.
    """
    packages = {module_of(thing).partition(".")[0] for thing in variables.values()}
    if "torch" in packages:
        import torch

        floats = torch.get_default_dtype()
        return lambda x: torch.tensor(x, dtype=floats if x.dtype.kind == "f" else None)
    if "jax" in packages:
        import jax.numpy

        return lambda x: jax.numpy.asarray(x)
    return None


def _inputs(
    model: Quantity, typed: Mapping[str, Quantity], variables: Attributes, what: str
) -> list[Quantity]:
    """The inputs in the order of the model's parameters."""
    if isinstance(model, type):
        raise ValueError(f"step: {what} is a class; let the file make one, such as net = ...()")
    function: Quantity = getattr(model, "forward", model)
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        raise ValueError(
            f"step: {what} does not say what it takes; write a function around it: def f(x): ..."
        ) from None
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    unknown = next((key for key in typed if key not in names), None)
    if unknown is not None:
        raise ValueError(f"step: {what} has no input {unknown}; it takes {', '.join(names)}")
    whole = next((variables[key] for key in _ALL if key in variables), None)
    if whole is not None and not typed:
        return _in_order(whole, names)
    inputs: list[Quantity] = []
    for parameter in parameters:
        if parameter.name in typed:
            inputs.append(_Typed(typed[parameter.name]))
        elif parameter.name in names and parameter.name in variables:
            inputs.append(variables[parameter.name])
        elif parameter.default is parameter.empty and parameter.name in names:
            raise ValueError(
                f"step: {what} needs {parameter.name}; write {parameter.name}=[1,2], or let the "
                f"file define it, or all of them as inputs = ({', '.join(names)},)"
            )
        else:
            break
    return inputs


def _in_order(inputs: Quantity, names: Sequence[str]) -> list[Quantity]:
    if isinstance(inputs, Mapping):
        return [inputs[name] for name in names if name in inputs]
    return list(inputs) if isinstance(inputs, tuple | list) else [inputs]


class _Typed:
    """Numbers from the command line: no type is written there."""

    def __init__(self, value: Quantity) -> None:
        self.floats = np.asarray(value, dtype=float)
        self.is_whole = bool((self.floats == np.round(self.floats)).all())


def _variants(inputs: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """The inputs with what is typed as floating numbers; then with some as integers."""
    whole = [i for i, x in enumerate(inputs) if isinstance(x, _Typed) and x.is_whole]
    for count in range(len(whole) + 1):
        for places in combinations(whole, count):
            yield [
                (x.floats.astype(np.int64) if i in places else x.floats)
                if isinstance(x, _Typed)
                else x
                for i, x in enumerate(inputs)
            ]
