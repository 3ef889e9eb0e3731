"""Reverse-mode automatic differentiation over numbers and NumPy arrays.

>>> from autograd import Value, grad, steps
>>> x, y = Value(3.0, "x"), Value(-2.0, "y")
>>> f = x * y + x
>>> f.backward()
>>> f.data, x.grad, y.grad
(-3.0, -1.0, 3.0)
>>> grad(lambda x: x**3)(2.0)
12.0

compute        ``Value`` is a number and ``Tensor`` an array, each remembers how it was made;
               ``exp log tanh relu where clip sum mean matmul einsum softmax norm solve ...``
               take both, and numbers and arrays; NumPy's own functions do, too
differentiate  ``y.backward()`` fills ``x.grad``; ``grad value_and_grad jacobian hessian vjp
               jvp hvp vmap`` take a function; ``gradients`` asks for some nodes;
               ``no_grad`` and ``checkpoint`` save work and memory
look           ``print(trace(y))`` lists the graph, ``trace(y).save("y.svg")`` draws it;
               ``steps(y)`` is the backward pass as a lesson: ``.text()``, ``.save("y.html")``;
               ``descent`` and ``update_steps`` are lessons about optimizers
check          ``gradcheck(f, x)`` compares with differences; ``diagnose(y)`` says what is wrong;
               ``with detect_anomaly():`` finds where a nan is made
run again      ``compile(f)`` traces once and runs as NumPy statements or as C
extend         ``custom_rule`` adds an operation, ``primitive`` one of your own code
shape graphs   ``scope`` names a part, ``source_lines`` notes where nodes are made

``tracegrad`` is one name for all: ``tg.Value``, ``tg.nn`` (layers, losses, training) and
``tg.optim`` (optimizers). ``autograd.numpy``, ``autograd.scipy`` and ``autograd.extend`` have HIPS
autograd's names, and ``tracegrad.torch`` PyTorch's. ``help(autograd.grad)`` says what a function
does, ``dir(autograd)`` lists them all, and ``tracegrad --help`` is the command line.
"""

from __future__ import annotations

from autograd import starting  # noqa: F401  # isort: skip  (first: it makes Ctrl-C quiet)

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import former_paths
from autograd.engine import (
    SHOWN,
    Tensor,
    Value,
    callback,
    current_scope,
    depends_on,
    enter_scope,
    gradients,
    leave_scope,
    no_grad,
    scope,
    source_lines,
)
from autograd.functions import FUNCTIONS
from autograd.functions.public import *  # noqa: F403

__version__ = "0.1.0"
#: That these files are tracegrad's: another distribution has a package of this name.
__tracegrad__ = True

if TYPE_CHECKING:
    from autograd.checks import detect_anomaly as detect_anomaly
    from autograd.checks import diagnose as diagnose
    from autograd.checks import gradcheck as gradcheck
    from autograd.derivatives import LoopWarning as LoopWarning
    from autograd.derivatives import checkpoint as checkpoint
    from autograd.derivatives import critical_point as critical_point
    from autograd.derivatives import custom_rule as custom_rule
    from autograd.derivatives import deriv as deriv
    from autograd.derivatives import elementwise_grad as elementwise_grad
    from autograd.derivatives import grad as grad
    from autograd.derivatives import grad_and_aux as grad_and_aux
    from autograd.derivatives import grad_named as grad_named
    from autograd.derivatives import hessian as hessian
    from autograd.derivatives import hessian_tensor_product as hessian_tensor_product
    from autograd.derivatives import hessian_vector_product as hessian_vector_product
    from autograd.derivatives import holomorphic_grad as holomorphic_grad
    from autograd.derivatives import hvp as hvp
    from autograd.derivatives import jacobian as jacobian
    from autograd.derivatives import jvp as jvp
    from autograd.derivatives import make_ggnvp as make_ggnvp
    from autograd.derivatives import make_hvp as make_hvp
    from autograd.derivatives import make_jvp as make_jvp
    from autograd.derivatives import make_vjp as make_vjp
    from autograd.derivatives import multigrad_dict as multigrad_dict
    from autograd.derivatives import remove_rule as remove_rule
    from autograd.derivatives import tangents as tangents
    from autograd.derivatives import tensor_jacobian_product as tensor_jacobian_product
    from autograd.derivatives import value_and_grad as value_and_grad
    from autograd.derivatives import vector_jacobian_product as vector_jacobian_product
    from autograd.derivatives import vjp as vjp
    from autograd.derivatives import vmap as vmap
    from autograd.extend import primitive as primitive
    from autograd.graph import trace as trace
    from autograd.lessons import descent as descent
    from autograd.lessons import explain as explain
    from autograd.lessons import steps as steps
    from autograd.lessons import update_steps as update_steps
    from autograd.replay import GuardError as GuardError
    from autograd.replay import compile as compile

#: What is loaded when it is first asked for, by the folder that exports it.
_HOMES = {
    "checks": "detect_anomaly diagnose gradcheck",
    "derivatives": """
        checkpoint critical_point custom_rule deriv elementwise_grad grad grad_and_aux grad_named
        hessian hessian_tensor_product hessian_vector_product holomorphic_grad hvp jacobian jvp
        LoopWarning make_ggnvp make_hvp make_jvp make_vjp multigrad_dict remove_rule tangents
        tensor_jacobian_product value_and_grad vector_jacobian_product vjp vmap
    """,
    "extend": "primitive",
    "graph": "trace",
    "lessons": "descent explain steps update_steps",
    "replay": "GuardError compile",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}
#: Names of Python that HIPS autograd has as well; they are given and not listed.
_PYTHONS = "dict isinstance list tuple type".split()

#: Demonstrations that stood here once; they live with the lessons.
_MOVED = (
    "chord_test count_saddles difference_quotients rules_of_differentiation saddle_odds "
    "steepest_ascent"
).split()

#: How a node, a graph and a lesson show themselves: the room and its function.
_DRAWN_BY = {
    "svg": ("render", "to_svg"),
    "dot": ("render", "to_dot"),
    "save": ("exports", "save_graph"),
    "sympy": ("formulas", "to_sympy"),
    "bundle": ("render", "display"),
    "page": ("stage", "page"),
    "pages": ("stage", "pages"),
    "lessons": ("exports", "save_lessons"),
    "bundle_of_steps": ("stage", "mimebundle"),
    "compiled": ("stage", "explained"),
    "compiled arrays": ("stage", "explained_arrays"),
}


def _drawn_by(room: str, name: str) -> Any:
    def draw(*args: Any, **options: Any) -> Any:
        return getattr(import_module(f"autograd.{room}"), name)(*args, **options)

    return draw


SHOWN.update({form: _drawn_by(*place) for form, place in _DRAWN_BY.items()})
former_paths.install()


def __getattr__(name: str) -> Any:  # for a type checker, the functions of both tables as well
    if name in _MOVED:
        warnings.warn(
            f"autograd.{name} lives with the lessons now: from autograd.lessons import {name}",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(import_module("autograd.lessons"), name)
    if name in _PYTHONS:
        return getattr(import_module("autograd.builtins"), name)
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"autograd.{home}"), name)
    return found


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext autograd`` gives a notebook the magic ``%%steps``, for a cell."""
    import_module("autograd.stage").register(shell)


def __dir__() -> list[str]:
    return sorted({*__all__, *FUNCTIONS, *_HOME_OF, "__version__", "load_ipython_extension"})


__all__ = [
    "Tensor",
    "Value",
    "callback",
    "current_scope",
    "depends_on",
    "enter_scope",
    "gradients",
    "leave_scope",
    "no_grad",
    "scope",
    "source_lines",
]
#: A star import must not hide a function of Python.
__all__ += [name for name in _HOME_OF if name != "compile"]
