"""From a table to a trained network and its predictions: ``tracegrad train`` and ``predict``."""

from nn.tables.networks import predict_csv, train_csv

__all__ = ["predict_csv", "train_csv"]
