"""Names for the values of a graph: the program's own where it has any, short ones elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from autograd.calculus import Array, Attributes, Tree

#: The letter of a generated name, by kind: constant, leaf, parameter, interior.
LETTERS = ("c", "x", "w", "v")

#: Lists and dicts with more items are not searched for names.
LARGEST_CONTAINER = 1000


class Labels:
    """One label per row, no two alike: the given names first, numbered where they repeat.

    A row without a name gets the letter of its kind and its count within the kind (``v3``), the
    output ``out``; where that is already a given name, underscores are added.
    """

    def __init__(self, names: Mapping[int, str], kinds: Array) -> None:
        self._kinds = kinds
        self._ranks: Array | None = None
        self._rows: dict[str, int] = {}
        self.names: dict[int, str] = {}
        times: dict[str, int] = {}
        for row in sorted(names):
            name = unique = names[row]
            while unique in self._rows:
                times[name] = times.get(name, 1) + 1
                unique = f"{name}_{times[name]}"
            self._rows[unique] = row
            self.names[row] = unique

    def __getitem__(self, row: int) -> str:
        name = self.names.get(row)
        if name is not None:
            return name
        generated = self._generated(row)
        while generated in self._rows:
            generated += "_"
        return generated

    def _generated(self, row: int) -> str:
        if row == len(self._kinds) - 1:
            return "out"
        if self._ranks is None:  # computed when first needed: 4 bytes a row
            self._ranks = np.zeros(len(self._kinds), dtype=np.int32)
            for kind in range(len(LETTERS)):
                rows = np.flatnonzero(self._kinds == kind)
                self._ranks[rows] = np.arange(1, len(rows) + 1)
        return f"{LETTERS[self._kinds[row]]}{self._ranks[row]}"

    def index(self, label: str) -> int:
        """The row with ``label``; KeyError, with some of the names, if none does."""
        row = self._rows.get(label)
        if row is not None:
            return row
        if label[:1] in (*LETTERS, "o"):
            for row in range(len(self._kinds)):
                if row not in self.names and self[row] == label:
                    return row
        some = ", ".join(list(self._rows)[:8]) or "none; give names with Value(1, 'x')"
        raise KeyError(f"no node is called {label[:40]!r}; names: {some}")


def names_of_things(variables: Attributes, wanted: Callable[[object], bool]) -> dict[int, str]:
    """The first name in ``variables`` of each wanted thing, by the thing's ``id``.

    Lists, tuples and dicts are searched too: ``xs[2]``, ``p['w']``. Names with a leading
    underscore (a notebook's history has hundreds) count only for what has no other.
    """
    names: dict[int, str] = {}
    # The things stay alive while `variables` does, so that no id is used twice.
    ordered = sorted(variables.items(), key=lambda item: item[0].startswith("_"))
    for variable, thing in ordered:
        if wanted(thing):
            names.setdefault(id(thing), variable)
    for variable, thing in ordered:
        for suffix, item in _items(thing):
            if wanted(item):
                names.setdefault(id(item), variable + suffix)
    return names


def _items(thing: Tree, deep: bool = True) -> Iterator[tuple[str, object]]:
    """The items of a list, tuple or dict, each after what selects it; ``deep``: of its rows too."""
    if type(thing) not in (list, tuple, dict) or len(thing) > LARGEST_CONTAINER:
        return
    keyed = type(thing) is dict
    for key, item in thing.items() if keyed else enumerate(thing):
        rows = deep and not keyed and type(item) in (list, tuple)
        if rows and len(item) <= LARGEST_CONTAINER:
            yield from ((f"[{key}]{inner}", under) for inner, under in _items(item, deep=False))
        else:
            yield f"[{key!r}]", item
