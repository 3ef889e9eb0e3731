"""Models of PyTorch and JAX as graphs of this library, with the other library's numbers.

Neither is needed, and neither is loaded: who has a model of theirs has loaded it.
"""

from autograd.imports.libraries import is_foreign, recomputed
from autograd.imports.recomputing import WrongInputs

__all__ = ["WrongInputs", "is_foreign", "recomputed"]
