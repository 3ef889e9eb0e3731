"""``torch.utils.data``: datasets, their parts, and batches of them."""

from tracegrad.torch.utils.data.dataloader import DataLoader, default_collate
from tracegrad.torch.utils.data.dataset import (
    ConcatDataset,
    Dataset,
    Subset,
    TensorDataset,
    random_split,
)

__all__ = [
    "ConcatDataset", "DataLoader", "Dataset", "Subset", "TensorDataset", "default_collate",
    "random_split",
]  # fmt: skip
