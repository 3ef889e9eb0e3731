"""Bases that carry no code: their methods are stamped from the tables, their types in the stub.

``method_types.pyi`` beside this file tells type checkers and editors the operators and the methods;
``python -m autograd.stubs`` writes it, and a test keeps it fresh. There the bases are generic in
the class that stands on them, and need not import it: ``class Value(ValueMethods["Value"])``.
"""

from __future__ import annotations


class ValueMethods:
    """Stands above Value: one method for every row of the derivative table."""

    __slots__ = ()

    def __class_getitem__(cls, kind: object) -> type[ValueMethods]:
        return cls


class TensorMethods:
    """Stands above Tensor: methods for the rows of both tables."""

    __slots__ = ()

    def __class_getitem__(cls, kind: object) -> type[TensorMethods]:
        return cls
