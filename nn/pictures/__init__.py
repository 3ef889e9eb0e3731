"""Pictures and tables of networks: the loss surface, the decision boundary, the summary."""

from nn.pictures.landscape import LossSurface, loss_surface
from nn.pictures.movie import BoundaryMovie
from nn.pictures.summaries import summary

__all__ = ["BoundaryMovie", "LossSurface", "loss_surface", "summary"]
