"""From a table to a trained network and its predictions: ``tracegrad train`` and ``predict``."""

from nn.tables.files import Network, read_network
from nn.tables.options import OPTIMIZERS
from nn.tables.predicting import predict_table
from nn.tables.trained import train_table

# Their names while they took nothing but CSV files.
train_csv, predict_csv = train_table, predict_table

__all__ = [
    "Network", "OPTIMIZERS", "predict_csv", "predict_table", "read_network", "train_csv",
    "train_table",
]  # fmt: skip
