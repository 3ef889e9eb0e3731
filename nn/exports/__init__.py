"""Trained networks in files that run without this library: C, Python, JavaScript, ONNX, a page."""

from nn.exports.exporting import export, export_table

__all__ = ["export", "export_table"]
