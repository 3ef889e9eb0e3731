"""Data for training: batches, readers, splits."""

from nn.data.files import Table, load_iris, read_csv, read_npz
from nn.data.loader import DataLoader, TensorDataset
from nn.data.preparing import Standardizer, standardize, train_test_split

__all__ = [
    "DataLoader", "Standardizer", "Table", "TensorDataset", "load_iris", "read_csv", "read_npz",
    "standardize", "train_test_split",
]  # fmt: skip
