"""What the scripts share: draws by NumPy, and the same weights in both libraries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

VALUES_FILE = Path(__file__).parent.parent / "torch_values.json"


def draws(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def flat(x: Any) -> Iterator[Any]:
    """The numbers and texts in lists and tuples."""
    if isinstance(x, list | tuple):
        for item in x:
            yield from flat(item)
    else:
        yield x


def preset(torch: Any, model: Any) -> Any:
    """The same weights in both libraries."""
    with torch.no_grad():
        for i, p in enumerate(model.parameters()):
            p.copy_(torch.from_numpy(0.3 * draws(*p.shape, seed=i)))
    return model
