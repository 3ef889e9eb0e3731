"""How nodes, graphs and lessons are shown: by functions that stand above them.

A graph can draw itself, but the engine does not import the renderer. The root of the package sees
all of it, and registers here which function shows what; the methods look them up.
"""

from __future__ import annotations

from autograd.calculus import Function, Quantity

#: By name: ``svg dot save bundle`` of a graph or a node, ``page bundle_of_steps`` of a lesson.
SHOWN: dict[str, Function] = {}


def shown(form: str, thing: object, *args: Quantity, **options: Quantity) -> Quantity:
    """``thing`` in the ``form`` of that name."""
    return SHOWN[form](thing, *args, **options)
