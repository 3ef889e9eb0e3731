"""`torch.compile`, tried once before it is measured: it needs a C++ compiler."""

from collections.abc import Callable

import torch

from benchmarks.programs import Unavailable

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def compiled_by_torch(loss: Loss, x: torch.Tensor, y: torch.Tensor) -> Loss:
    compiled: Loss = torch.compile(loss)
    try:
        compiled(x, y)
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise Unavailable(f"torch.compile cannot run here: {reason:.100}") from error
    return compiled
