"""The hooks of modules: how they are called, and removed again."""

from __future__ import annotations

from functools import partial

from autograd.typing import Function

#: What calls hooks while a compiled function is traced: ``autograd.replay`` puts itself here.
recorders: list[Function] = []


def calling(hook: Function) -> Function:
    """What is called in place of the hook, with its arguments."""
    return partial(recorders[-1], hook) if recorders else hook


class Handle:
    """A hook that is registered until ``remove()``."""

    def __init__(self, remove: Function) -> None:
        self._remove = remove

    def remove(self) -> None:
        """Call the hook no longer."""
        self._remove()


class Hooked:
    """What has hooks that are called before and after it."""

    # Whether a call is no more than forward in its scope: no hooks, no __call__ of a subclass.
    _plain: bool = True
    # Those before forward and those after it. A change puts another pair here, which a compiled
    # function notices.
    _hooks: tuple[tuple[Function, ...], ...] = (), ()

    def _hooked(self, place: int, hook: Function) -> Handle:
        self._put_hooks(place, [*self._hooks[place], hook])
        return Handle(partial(self._unhooked, place, hook))

    def _unhooked(self, place: int, hook: Function) -> None:
        hooks = list(self._hooks[place])
        if hook in hooks:
            hooks.remove(hook)
            self._put_hooks(place, hooks)

    def _put_hooks(self, place: int, hooks: list[Function]) -> None:
        before, after = self._hooks
        self._hooks = (tuple(hooks), after) if place == 0 else (before, tuple(hooks))
        self._plain = type(self)._plain and not any(self._hooks)
