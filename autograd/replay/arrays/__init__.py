"""Functions of arrays that run again: training steps, losses, networks.

``recording`` runs a function and writes down what it does, over ``traced`` Tensors, as a
``program``: operations, backward passes, what optimizers do. ``source`` writes the program as a
Python function, and ``compiled`` calls it.
"""

from autograd.replay.arrays.checks import unchanged
from autograd.replay.arrays.choosing import works_on_arrays
from autograd.replay.arrays.compiled import CompiledArrays
from autograd.replay.arrays.names import names_of
from autograd.replay.arrays.outside import Outside
from autograd.replay.arrays.program import Apply, Call, Guard, Program, Ref
from autograd.replay.arrays.slopes import quietly
from autograd.replay.arrays.timing import Profile, Timed, profile

__all__ = [
    "Apply", "Call", "CompiledArrays", "Guard", "Outside", "Profile", "Program", "Ref", "Timed",
    "names_of", "profile", "quietly", "unchanged", "works_on_arrays",
]  # fmt: skip
