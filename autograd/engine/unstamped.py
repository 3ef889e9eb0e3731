"""Methods of the rows, made and documented when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable

from autograd.calculus import Function, Rule, row_text


class Unstamped:
    """Stands in for a method until it is first asked for: most programs use a few rows only.

    ``make(name, rule, kind)`` gives the method of the class ``kind``. It is documented as one of
    ``public``, which for a constant is Value.
    """

    def __init__(
        self,
        name: str,
        rule: Rule,
        kind: type,
        public: type,
        make: Callable[[str, Rule, type], Function],
    ) -> None:
        self.name = name
        self.rule = rule
        self.kind = kind
        self.public = public
        self.make = make

    def __get__(self, node: object | None, kind: type) -> Function:
        method = self.make(self.name, self.rule, self.kind)
        method.__name__ = self.name
        method.__qualname__ = f"{self.public.__name__}.{self.name}"
        method.__module__ = self.public.__module__
        method.__doc__ = row_text(self.rule, self.public.__name__, self.name)
        setattr(self.kind, self.name, method)
        return method if node is None else method.__get__(node)
