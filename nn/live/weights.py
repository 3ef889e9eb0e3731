"""The weights of a model for the page to begin with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograd.calculus import short
from autograd.typing import Function, State
from nn.layers import ACTIVATIONS, Identity, Linear, Module, Sequential


def weights_of(model: Module, seed: int) -> tuple[list[int], list[str], State]:
    """The sizes of the hidden layers, their activations, and the weights in the page's order."""
    names: dict[Function, str] = {cls: name for name, cls in ACTIVATIONS.items()}
    names[Identity] = "linear"
    layers: list[Linear] = []
    activations: list[str] = []
    for module in model if isinstance(model, Sequential) else [model]:
        if isinstance(module, Linear) and module.bias is not None:
            if len(layers) > len(activations):
                activations.append("linear")
            layers.append(module)
        elif _is_usual(module, names) and len(layers) == len(activations) + 1:
            activations.append(names[type(module)])
        else:
            raise ValueError(
                f"live: a model is a Sequential of Linear layers with one activation between two, "
                f"and here is {short(module)}"
            )
    if not layers or layers[0].weight.shape[0] != 2 or len(activations) != len(layers) - 1:
        raise ValueError("live: a model takes two inputs, and ends with a Linear layer")
    hidden = [one.weight.shape[1] for one in layers[:-1]]
    start = {
        "seed": seed,
        "hidden": hidden,
        "weights": [float(x) for p in model.parameters() for x in p.data.ravel()],
        "outputs": layers[-1].weight.shape[1],
    }
    return hidden, activations, start


def _is_usual(module: Module, names: Mapping[Function, str]) -> bool:
    """Whether it is an activation of the page, with the settings that it has there."""
    at = np.linspace(-3, 3, 13)
    return type(module) in names and np.array_equal(
        np.asarray(type(module)()(at)), np.asarray(module(at))
    )


def check_outputs(start: State, name: str, given: State | None) -> None:
    """Refuse a model whose outputs are not those of the task."""
    classes = len(given["classes"]) if given else {"blobs": 3, "plane": 0, "hills": 0}.get(name, 2)
    wanted = classes if classes > 2 else 1
    if start["outputs"] != wanted:
        task = f"{classes} classes" if classes else "a regression"
        raise ValueError(
            f"live: for {task} the page has {wanted} output{'s' * (wanted > 1)}, and the model has "
            f"{start['outputs']}"
        )
