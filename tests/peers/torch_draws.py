"""Let ``tracegrad.torch`` draw what PyTorch draws, so that the same script gives the same numbers.

Without this a seed gives NumPy's draws. Here every draw, and the start of every layer, is taken
from PyTorch's generator, in the order in which PyTorch itself would take it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

import nn
import tracegrad.torch as ours
from nn import functional, rng
from nn.layers import linear
from tracegrad.torch import distributions
from tracegrad.torch.nn import init
from tracegrad.torch.nn.layers import LAYERS
from tracegrad.torch.tensors import creation
from tracegrad.torch.utils.data import dataloader, dataset

_Generator: Any = np.random.Generator


class Draws(_Generator):  # type: ignore[misc]
    """NumPy's generator by its methods, PyTorch's by its numbers."""

    def __new__(cls, torch: Any, source: Any = None) -> Draws:
        return super().__new__(cls)  # type: ignore[no-any-return]

    def __init__(self, torch: Any, source: Any = None) -> None:
        super().__init__(np.random.PCG64())
        self.torch, self.source = torch, {} if source is None else {"generator": source}

    def _empty(self, shape: Any) -> Any:
        return self.torch.empty(
            shape or (), dtype=getattr(self.torch, str(ours.get_default_dtype()))
        )

    def random(self, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        return self._empty(size).uniform_(**self.source).numpy()

    def standard_normal(self, size: Any = None, *args: Any, **kwargs: Any) -> Any:
        return self._empty(size).normal_(**self.source).numpy()

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return self._empty(size).normal_(float(loc), float(scale), **self.source).numpy()

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return self._empty(size).uniform_(float(low), float(high), **self.source).numpy()

    def integers(self, low: Any, high: Any = None, size: Any = None, **kwargs: Any) -> Any:
        ends = (0, low) if high is None else (low, high)
        return self.torch.randint(*ends, size, **self.source).numpy()

    def permutation(self, x: Any, axis: int = 0) -> Any:
        return self.torch.randperm(x, **self.source).numpy()

    def choice(self, a: Any, size: Any = None, replace: Any = True, p: Any = None) -> Any:
        weights = self.torch.tensor(np.asarray(p, np.float32))
        return self.torch.multinomial(weights, size, replace, **self.source).numpy()


def install(torch: Any) -> None:
    """Take the draws of ``tracegrad.torch`` from PyTorch, in this process."""
    draws = Draws(torch)

    def manual_seed(seed: int) -> Any:
        torch.manual_seed(seed)
        return draws

    def own_seed(self: Any, seed: int) -> Any:
        self._seed, self.rng = seed, Draws(torch, torch.Generator().manual_seed(seed))
        return self

    def keep_mask(shape: Any, p: float, rng: Any, dtype: Any) -> Any:
        return torch.nn.functional.dropout(torch.ones(shape), p).numpy().astype(dtype)

    def sample(self: Any) -> Any:
        drawn = torch.distributions.Categorical(torch.tensor(self.probs.detach().numpy()))
        return ours.tensor(drawn.sample().numpy())

    def rows_in_order(self: Any) -> Iterator[Any]:
        source = dict(getattr(getattr(self.generator, "rng", None), "source", {}))
        if not self.shuffle:  # PyTorch asks its sampler later than it draws its own seed
            source["sampler"] = chain.from_iterable([self.sampler])
        loader = torch.utils.data.DataLoader(range(len(self.dataset)), None, self.shuffle, **source)
        chosen = dataset.Subset(self.dataset, list(loader))
        batches = dataloader.DataLoader(
            chosen, self.batch_size, drop_last=self.drop_last, collate_fn=self.collate_fn
        )
        return plain_batches(batches)

    plain_batches = dataloader.DataLoader.__iter__
    dataloader.DataLoader.__iter__ = rows_in_order  # type: ignore[method-assign]
    vars(rng)["_default"] = draws
    nn.manual_seed = manual_seed
    creation.Generator.manual_seed = own_seed  # type: ignore[method-assign]
    vars(functional)["keep_mask"] = vars(linear)["keep_mask"] = keep_mask
    distributions.Categorical.sample = sample  # type: ignore[method-assign]
    for name in init.FUNCTIONS:
        vars(init)[name] = _initialiser(torch, name)
    for name, layer in LAYERS.items():
        if hasattr(layer, "_layer") or name == "Linear":
            layer.__init__ = _start(torch, name, layer.__init__)  # type: ignore[method-assign]


def _initialiser(torch: Any, name: str) -> Any:
    def initialise(tensor: Any, *args: Any, generator: Any = None, **kwargs: Any) -> Any:
        if generator is not None:
            kwargs["generator"] = generator.rng.source["generator"]
        theirs = torch.tensor(np.array(tensor.detach().numpy()))
        getattr(torch.nn.init, name)(theirs, *args, **kwargs)
        tensor.data.copy_(ours.from_numpy(theirs.numpy()))
        return tensor

    return initialise


def _start(torch: Any, name: str, made: Any) -> Any:
    """A layer's ``__init__`` that ends with the weights of PyTorch's layer of that name."""

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        state = torch.get_rng_state()
        made(self, *args, **kwargs)
        torch.set_rng_state(state)
        args, kwargs = _theirs(torch, args), _theirs(torch, kwargs)
        twin = getattr(torch.nn, name)(*args, **kwargs)
        with ours.no_grad():
            own = dict(self.named_parameters())
            for path, weight in twin.named_parameters():
                own[path].data.copy_(ours.from_numpy(weight.detach().numpy()))

    return start


def _theirs(torch: Any, x: Any) -> Any:
    if isinstance(x, dict):
        return {key: _theirs(torch, value) for key, value in x.items()}
    if isinstance(x, tuple):
        return tuple(_theirs(torch, value) for value in x)
    if isinstance(x, np.dtype):
        return getattr(torch, x.name)
    return torch.tensor(x.detach().numpy()) if isinstance(x, ours.Tensor) else x
