"""Operations whose forward and backward are one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd.extend import defvjp_argnum, primitive
from tracegrad.torch.tensors import Tensor, array_of, raw, wrapped


class Context:
    """What ``forward`` leaves for ``backward``."""

    needs_input_grad: tuple[bool, ...] = ()
    saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *tensors: Any) -> None: ...

    def mark_dirty(self, *tensors: Any) -> None:
        raise RuntimeError("mark_dirty: forward returns a new tensor here")


class Function:
    """An operation whose ``forward`` and ``backward`` are one's own; called by ``apply``."""

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        raise NotImplementedError("Function: write a static method forward(ctx, ...)")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        raise NotImplementedError("Function: write a static method backward(ctx, grad_output)")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run ``forward``; a sweep will run ``backward``, once."""
        recorded = vars(cls).get("_recorded")
        if recorded is None:
            recorded = cls._recorded = _recorded(cls)
        context = Context()
        context.needs_input_grad = tuple(isinstance(x, Tensor) and x.requires_grad for x in args)
        return (
            wrapped(np.asarray(out))
            if not isinstance(out := recorded(context, *raw(args)), autograd.Tensor)
            else wrapped(out)
        )

    _recorded: Any


def _recorded(cls: Any) -> Any:
    """The class as a primitive of the engine, by the context and the arguments."""

    def forward(context: Context, *args: Any) -> Any:
        tensors = [wrapped(x) if isinstance(x, np.ndarray | np.generic) else x for x in args]
        if "setup_context" in vars(cls):
            out = cls.forward(*tensors)
            cls.setup_context(context, tuple(tensors), out)
        else:
            out = cls.forward(context, *tensors)
        if not isinstance(out, Tensor):
            raise TypeError(f"{cls.__name__}: forward returns one tensor, not {type(out).__name__}")
        return array_of(out)

    def pull(argnum: int, out: Any, args: Any, kwargs: Any) -> Any:
        def gradient(g: Any) -> Any:
            context = args[0]
            kept = getattr(context, "_kept", None)
            if kept is None or kept[0] is not g:
                returned = cls.backward(context, wrapped(np.asarray(array_of(g))))
                kept = (g, returned if isinstance(returned, tuple) else (returned,))
                context._kept = kept
            c = kept[1][argnum - 1]
            return np.zeros(np.shape(args[argnum])) if c is None else array_of(c)

        return gradient

    forward.__name__ = cls.__name__
    recorded = primitive(forward)
    defvjp_argnum(recorded, pull)
    return recorded


__all__ = ["Context", "Function"]
