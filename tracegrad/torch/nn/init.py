"""``torch.nn.init``: the initialisers of ``nn.init`` for weights (out, in)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn import init as theirs
from tracegrad.torch.tensors import Generator, lacking, rng

calculate_gain = theirs.calculate_gain
_NAMES = (
    "zeros_ ones_ constant_ normal_ uniform_ trunc_normal_ xavier_uniform_ xavier_normal_ "
    "kaiming_uniform_ kaiming_normal_ orthogonal_ sparse_"
).split()
_SHAPED = [name for name in _NAMES if name.startswith(("xavier", "kaiming", "orthogonal"))]


def _of_tensors(name: str) -> Callable[..., Any]:
    function = getattr(theirs, name)

    def initialise(
        tensor: Any, *args: Any, generator: Generator | None = None, **kwargs: Any
    ) -> Any:
        shape = tuple(tensor.shape)
        if name in _SHAPED and len(shape) > 2:
            if name.startswith("xavier") or "fan_out" in (*args, *kwargs.values()):
                raise ValueError(f"{name}: a weight (out, in) is wanted here, the shape is {shape}")
            shape = (shape[0], int(np.prod(shape[1:])))
        if name not in ("zeros_", "ones_", "constant_"):
            kwargs["rng"] = rng(generator)
        array = np.empty(shape[::-1])  # nn has (in, out)
        function(array, *args, **kwargs)
        tensor.data.copy_(np.ascontiguousarray(array.T).reshape(tensor.shape))
        return tensor

    initialise.__name__, initialise.__doc__ = name, function.__doc__.partition("\n")[0]
    return initialise


FUNCTIONS = {name: _of_tensors(name) for name in _NAMES}
globals().update(FUNCTIONS)


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, FUNCTIONS)


__all__ = ["calculate_gain", *FUNCTIONS]
