"""``numpy.fft`` over nodes: ``import autograd.numpy.fft``."""

from __future__ import annotations

import numpy.fft as _numpys

from autograd.numpy import over_nodes as _over_nodes

__all__, __getattr__, __dir__ = _over_nodes.listed(_numpys, __name__)
