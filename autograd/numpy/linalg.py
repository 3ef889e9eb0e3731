"""``numpy.linalg`` over nodes: ``import autograd.numpy.linalg``."""

from __future__ import annotations

import numpy.linalg as _numpys

from autograd.numpy import over_nodes as _over_nodes

__all__, __getattr__, __dir__ = _over_nodes.listed(_numpys, __name__)
