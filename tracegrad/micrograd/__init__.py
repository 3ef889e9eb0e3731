"""micrograd's names over tracegrad: a script changes its import and nothing else.

>>> from tracegrad.micrograd import Value
>>> a, b = Value(-4.0), Value(2.0)
>>> c = (a + b).relu() + a * b
>>> c.backward()
>>> c.data, a.grad, b.grad
(-8.0, 2.0, -4.0)

``tracegrad.micrograd.engine`` and ``tracegrad.micrograd.nn`` stand for the two modules of the
original. ``tracegrad step script.py --as micrograd`` runs a script as it is.
"""

from tracegrad.micrograd.engine import Value
from tracegrad.micrograd.nn import MLP, Layer, Module, Neuron

__all__ = ["Value", "MLP", "Layer", "Module", "Neuron"]


def __dir__() -> list[str]:
    return sorted(__all__)
