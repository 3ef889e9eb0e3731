"""Backpropagation to step through, to draw and to train with, under one name.

>>> import tracegrad as tg
>>> x, y, z = tg.Value(1.0, "x"), tg.Value(-3.0, "y"), tg.Value(4.0, "z")
>>> f = (x + y) * z
>>> f.backward()
>>> f.data, x.grad, z.grad
(-8.0, 4.0, -2.0)
>>> import nn
>>> tg.nn is nn
True

step through  ``tg.steps(f)`` explains the backward pass: ``print(tg.steps(f).text())``
draw          ``tg.trace(f).save("f.svg")``, or .html, .png, .dot
train         ``tg.nn.MLP``, ``tg.optim.Adam``, ``tg.nn.fit``
differentiate ``tg.grad``, ``tg.value_and_grad``, ``tg.jacobian``, ``tg.hessian``, ``tg.vmap``
check         ``tg.gradcheck``, ``tg.diagnose``, ``tg.detect_anomaly``
run again     ``tg.compile``
other names   ``tracegrad.torch`` has PyTorch's names, ``tracegrad.micrograd`` micrograd's, and
              ``autograd.numpy`` those of HIPS autograd
in a shell    ``tracegrad --help``: step, render, train, examples, race, ...

``tg`` has the names of ``autograd``, the packages ``tg.nn`` and ``tg.optim``, and ``__version__``.
They are the same objects: ``import tracegrad.nn`` is ``import nn``. Before anything is loaded, the
three packages are looked for, and what stands in their place is named. ``help(autograd)``,
``help(nn)`` and ``help(optim)`` say more.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tracegrad import shadows

shadows.check()

import autograd  # noqa: E402
from autograd import __version__ as __version__  # noqa: E402
from tracegrad import same_modules  # noqa: E402

same_modules.install()

if TYPE_CHECKING:
    import nn as nn
    import optim as optim
    from autograd import *  # noqa: F403
    from autograd import GuardError as GuardError
    from autograd import compile as compile

_PACKAGES = ("nn", "optim")


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"tracegrad.{name}")
    try:
        return getattr(autograd, name)
    except AttributeError:
        raise AttributeError(f"module 'tracegrad' has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return sorted({*dir(autograd), *_PACKAGES})


#: A star import must not hide a function of Python.
__all__ = [*autograd.__all__, *_PACKAGES]
