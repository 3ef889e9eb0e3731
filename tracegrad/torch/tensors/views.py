"""Parts and other shapes of a tensor, which share its memory, and writing into tensors.

Arrays share memory by themselves. A node is never changed: writing makes a new one. So each tensor
knows its views and renews them, and writing into a view writes into the tensor it is a part of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np

import autograd
from autograd.engine import is_recording
from tracegrad.torch.tensors.facts import array_of
from tracegrad.torch.tensors.recording import enable_grad
from tracegrad.torch.tensors.tensor import Tensor, held, index_of, new, raw, wrapped

View = Callable[[Any], Any]


def viewed(tensor: Tensor, view: View) -> Any:
    """What ``view`` makes of a tensor, as a tensor that shares its memory."""
    out = wrapped(view(raw(tensor)))
    _join(out, tensor, view)
    return out


def reshaped(tensor: Tensor, shape: tuple[int, ...]) -> Any:
    """The same, unless the elements had to be copied."""

    def view(x: Any) -> Any:
        return x.reshape(shape)

    out = wrapped(view(raw(tensor)))
    if np.may_share_memory(array_of(out), array_of(tensor)):
        _join(out, tensor, view)
    return out


def _join(out: Tensor, tensor: Tensor, view: View, apart: bool = False) -> None:
    """Let a view and the whole know each other. A view of a view is one of the whole.

    A view outside the graph stands apart: it has views of its own, and does not keep a graph alive.
    """
    root, before = tensor, None
    if tensor._owner is not None and not tensor._owner[2]:
        root, before, _ = tensor._owner
    whole = view if before is None else lambda x: view(before(x))
    apart = apart or (isinstance(out._x, np.ndarray) and not isinstance(root._x, np.ndarray))
    out._owner = (ref(root) if apart and not root.is_leaf else root, whole, apart)
    views = root._views
    if views is None:
        views = root._views = []
    n = len(views)
    if n >= 16 and not n & (n - 1):  # a dataset is indexed again and again
        views[:] = [entry for entry in views if entry[0]() is not None]
    views.append((ref(out), whole, apart))


def _root(tensor: Tensor) -> tuple[Any, View | None, bool]:
    """The tensor that this one is a view of, as which function of it, and whether apart."""
    if tensor._owner is not None:
        root, view, apart = tensor._owner
        root = root() if isinstance(root, ref) else root
        if root is not None:
            return root, view, apart
    return tensor, None, False


def renew(root: Tensor) -> None:
    """Let the views of a tensor have its present numbers."""
    if not root._views:
        return
    with enable_grad():
        for child, view, apart in list(root._views):
            tensor = child()
            if tensor is not None:
                tensor._x = np.asarray(view(array_of(root))) if apart else view(root._x)
                renew(tensor)


def _data(self: Tensor) -> Any:
    """The numbers outside the graph; they share its memory."""
    out = held(new(Tensor), array_of(self))
    _join(out, self, array_of, apart=True)
    return out


def _set_data(self: Tensor, data: Any) -> None:
    array = np.asarray(array_of(data), None if isinstance(self._x, np.ndarray) else self._x.dtype)
    if np.shares_memory(array, array_of(self)) and array.shape == array_of(self).shape:
        array = array_of(self)  # ``w.data += 1`` has written already
    else:
        self._views = None  # they keep the former memory
    if isinstance(self._x, np.ndarray):
        self._x = array
    else:
        self._x.data = array


def detach(self: Tensor) -> Any:
    """The elements outside the graph; they share the memory."""
    return _data(self)


def _set_requires_grad(self: Tensor, wanted: bool) -> None:
    x = self._x
    if not isinstance(x, np.ndarray):
        x.requires_grad = wanted
    elif wanted:
        if x.dtype.kind != "f":
            raise RuntimeError(
                f"only tensors of floating dtype take gradients, not {x.dtype}; use .float()"
            )
        self._x = autograd.Tensor(x, requires_grad=True)
        self._x.data = x  # the memory stays the same, and the views that there are stay numbers
        self._views = [(child, view, True) for child, view, _ in self._views or ()]


def getitem(self: Tensor, index: Any) -> Any:
    """A part: of slices and whole numbers a view, of lists and masks a copy."""
    place = index_of(index)
    items = place if isinstance(place, tuple) else (place,)
    if any(isinstance(item, np.ndarray | list | bool) for item in items):
        return wrapped(raw(self)[place])
    whole = items if Ellipsis in items else (*items, ...)  # a single element is a view as well
    return viewed(self, lambda x: x[whole])


def setitem(self: Tensor, index: Any, value: Any) -> None:
    write(self, raw(value), index_of(index))


def write(self: Tensor, value: Any, place: Any = ...) -> Tensor:
    """Take other elements at a place; the one way in which a tensor changes."""
    root, view, apart = _root(self)
    into_array = isinstance(self._x, np.ndarray)
    if not is_recording() or (into_array and not isinstance(value, autograd.Tensor)):
        _write_numbers(self, array_of(value), place)
        return self
    if apart or _root(root)[0] is not root:
        raise RuntimeError(f"in-place: numbers outside the graph take no gradient; {_CLONE}")
    if root.is_leaf and root.requires_grad:
        raise RuntimeError(
            "a leaf that requires grad is used in an in-place operation; write inside "
            "torch.no_grad(), or to its .data"
        )
    root._x = _replaced(root._x, view, place, value)
    renew(root)
    return self


_CLONE = "take .clone() first"


def _write_numbers(self: Tensor, value: Any, place: Any) -> None:
    """Write outside the graph, and let all know who share the memory."""
    top, whole, _ = _root(self)
    while (above := _root(top))[0] is not top:
        top, whole = above[0], _composed(above[1], whole)
    if isinstance(top._x, np.ndarray):
        array = self._x
    else:
        if not top.is_leaf:  # what was computed with the former numbers keeps them
            with enable_grad():
                top._x = top._x * 1
        array = top._x.data if whole is None else whole(top._x.data)
    if not array.flags.writeable:
        raise RuntimeError(f"in-place: elements share one place in memory; {_CLONE}")
    array[place] = value
    if not isinstance(top._x, np.ndarray):
        if top.is_leaf:
            top._x.data = top._x.data  # the signal that a leaf has changed
        renew(top)


def _composed(outer: View | None, inner: View | None) -> View | None:
    if outer is None or inner is None:
        return outer or inner
    return lambda x: inner(outer(x))


def _replaced(x: Any, view: View | None, place: Any, value: Any) -> Any:
    """A node of x with other elements at a place of a view of it."""
    if not isinstance(value, autograd.Tensor):
        value = np.asarray(array_of(value), x.dtype)
    elif value.dtype != x.dtype:
        value = value.astype(x.dtype)
    if view is None and place is ... and value.shape == x.shape:
        out = value if isinstance(value, autograd.Tensor) else np.array(value)
    else:
        positions = np.arange(x.size).reshape(x.shape)
        part = positions if view is None else view(positions)
        if part.size > np.unique(part).size:
            raise RuntimeError(f"in-place: elements share one place in memory; {_CLONE}")
        chosen = np.asarray(part[place])
        source = np.full(x.size, -1)
        source[chosen.ravel()] = np.arange(chosen.size)
        source = source.reshape(x.shape)
        if not chosen.size:
            return x
        flat = autograd.reshape(autograd.broadcast_to(value, chosen.shape), (-1,))
        out = autograd.where(source >= 0, flat[np.where(source >= 0, source, 0)], x)
    if isinstance(x, np.ndarray):
        x[...] = array_of(out)  # arrays outside that share the memory
    return out


for _name, _function in {
    "__getitem__": getitem,
    "__setitem__": setitem,
    "write": write,
    "detach": detach,
    "data": property(_data, _set_data, doc=_data.__doc__),
}.items():
    setattr(Tensor, _name, _function)
Tensor.requires_grad = Tensor.requires_grad.setter(_set_requires_grad)  # type: ignore
