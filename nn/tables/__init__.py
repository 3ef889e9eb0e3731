"""From a table to a trained network and its predictions: ``tracegrad train`` and ``predict``."""

from nn.tables.options import OPTIMIZERS
from nn.tables.predicting import predict_table
from nn.tables.trained import train_table

# Their names while they took nothing but CSV files.
train_csv, predict_csv = train_table, predict_table

__all__ = ["OPTIMIZERS", "predict_csv", "predict_table", "train_csv", "train_table"]
