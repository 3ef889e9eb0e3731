"""Data for training: batches, readers, streams, generators, splits."""

from nn.data.digits import load_digits
from nn.data.files import Table, load_iris, read_csv, read_features, read_npz
from nn.data.generators import GENERATORS, blobs, circles, line, moons, spirals, xor
from nn.data.loader import DataLoader, TensorDataset
from nn.data.preparing import Standardizer, check_finite, standardize, train_test_split
from nn.data.reading import read_table
from nn.data.streaming import Counts, CSVStream, count_batches, memory_map, shuffled

__all__ = [
    "GENERATORS", "CSVStream", "Counts", "DataLoader", "Standardizer", "Table",
    "TensorDataset", "blobs", "check_finite", "circles", "count_batches", "line", "load_digits",
    "load_iris", "memory_map", "moons", "read_csv", "read_features", "read_npz", "read_table",
    "shuffled", "spirals", "standardize", "train_test_split", "xor",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
