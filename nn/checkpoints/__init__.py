"""Weights and whole trainings in files, written atomically, and PyTorch's layout of weights."""

from nn.checkpoints.formats import read_arrays
from nn.checkpoints.saving import (
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
)
from nn.checkpoints.torch_layout import from_torch, to_torch

__all__ = [
    "from_torch", "load_checkpoint", "load_weights", "read_arrays", "save_checkpoint",
    "save_weights", "to_torch",
]  # fmt: skip
