"""Functions of arrays that run again: training steps, losses, networks.

``recording`` runs a function and writes down what it does, over ``traced`` Tensors, as a
``program``: operations, backward passes, what optimizers do. ``source`` writes the program as a
Python function, and ``compiled`` calls it.
"""

from autograd.replay.arrays.choosing import works_on_arrays
from autograd.replay.arrays.compiled import CompiledArrays

__all__ = ["CompiledArrays", "works_on_arrays"]
