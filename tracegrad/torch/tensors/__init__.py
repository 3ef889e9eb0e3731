"""The Tensor of ``tracegrad.torch``, its methods, and the functions of tensors."""

from tracegrad.torch.tensors.choices import CHOICES
from tracegrad.torch.tensors.creation import CREATION, Generator, rng
from tracegrad.torch.tensors.dtypes import (
    DTYPES,
    LEGACY,
    as_dtype,
    get_default_dtype,
    set_default_dtype,
)
from tracegrad.torch.tensors.facts import Device, Size, array_of
from tracegrad.torch.tensors.functions import FUNCTIONS, over_tensors
from tracegrad.torch.tensors.lacking import lacking
from tracegrad.torch.tensors.recording import enable_grad
from tracegrad.torch.tensors.shapes import ALONE, METHODS
from tracegrad.torch.tensors.tensor import (
    Tensor,
    held,
    lifted,
    new,
    raw,
    run,
    wrapped,
)
from tracegrad.torch.tensors.views import renew

#: The functions of tensors by PyTorch's name.
NAMES = {**FUNCTIONS, **METHODS, **ALONE, **CHOICES, **CREATION}

__all__ = [
    "DTYPES", "Device", "Generator", "LEGACY", "NAMES", "Size", "Tensor", "array_of", "as_dtype",
    "enable_grad", "get_default_dtype", "held", "lacking", "lifted", "new", "over_tensors", "raw",
    "renew", "rng", "run", "set_default_dtype", "wrapped",
]  # fmt: skip
