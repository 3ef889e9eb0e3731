"""``torch.utils.data``: datasets, their parts, and batches of them."""

import tracegrad.torch.utils.data.sampler as sampler
from tracegrad.torch.utils.data.dataloader import DataLoader, default_collate
from tracegrad.torch.utils.data.dataset import (
    ConcatDataset,
    Dataset,
    Subset,
    TensorDataset,
    random_split,
)
from tracegrad.torch.utils.data.sampler import (
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "ConcatDataset", "DataLoader", "Dataset", "RandomSampler", "Sampler", "SequentialSampler",
    "Subset", "SubsetRandomSampler", "TensorDataset", "WeightedRandomSampler", "default_collate",
    "random_split", "sampler",
]  # fmt: skip
