"""A function of JAX, traced by ``jax.make_jaxpr`` and recomputed here."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import gradients
from autograd.graph import Graph
from autograd.imports.primitives import PRIMITIVES
from autograd.imports.recomputing import (
    Place,
    Recomputation,
    constants,
    name_of,
    number_of,
    raised_at,
    users_line,
    wrong_inputs,
)

#: Calls whose insides are computed in their place.
_INLINED = {"jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr", "checkpoint": "jaxpr",
            "custom_vjp_call": "call_jaxpr", "custom_jvp_call": "call_jaxpr"}  # fmt: skip
#: Functions with a derivative of their own in JAX that are a row here, under the same name.
_ROWS = ("relu", "silu")
_SIGN_OF_BRANCH = "ConcretizationTypeError TracerBoolConversionError TracerIntegerConversionError"

Pair = tuple[Quantity, Quantity]  # ours and theirs


def recomputed(model: Quantity, inputs: Sequence[Quantity], gradient: Quantity = None) -> Graph:
    """The graph of ``model(*inputs)`` over Tensors, with the gradients of JAX.

    Parameters in a list or a dictionary take a gradient; without one, all floating inputs do.
    ValueError where the numbers differ or a primitive has no row.
    """
    import jax

    name = name_of(model)
    given = [jax.tree_util.tree_map(_as_array, x) for x in inputs]
    paths, spec = jax.tree_util.tree_flatten_with_path(tuple(given))
    flat = [x for _, x in paths]
    trainable = _trainable(given, paths)
    try:
        closed = jax.make_jaxpr(model)(*given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if type(error).__name__ in _SIGN_OF_BRANCH.split():
            raise ValueError(
                f"steps: {name} cannot be traced{raised_at(error)}: a branch depends on the "
                f"numbers of an array; use jax.numpy.where"
            ) from error
        raise wrong_inputs(name, error) from error
    ours = Recomputation("JAX", name, PRIMITIVES)
    names = _input_names(model, paths)
    pairs = [(ours.given(np.asarray(x), names[i], i in trainable), x) for i, x in enumerate(flat)]
    outputs = _Run(ours).jaxpr(closed, pairs, Place())
    out = ours.output([one for one, _ in outputs], gradient)

    def restored(leaves: Sequence[Quantity]) -> Quantity:
        whole = list(flat)
        for i, leaf in zip(trainable, leaves):
            whole[i] = leaf
        return model(*jax.tree_util.tree_unflatten(spec, whole))

    value, pull = jax.vjp(restored, [flat[i] for i in trainable])
    (value,) = jax.tree_util.tree_leaves(value)
    seed = np.ones(value.shape) if gradient is None else gradient
    shape = jax.tree_util.tree_structure(jax.eval_shape(restored, [flat[i] for i in trainable]))
    cotangent = jax.tree_util.tree_unflatten(shape, [jax.numpy.asarray(seed, dtype=value.dtype)])
    theirs = pull(cotangent)[0]
    nodes = [pairs[i][0] for i in trainable]
    ours.check_gradients(
        [
            (names[i], number_of(mine, node), np.asarray(g))
            for i, node, mine, g in zip(trainable, nodes, gradients(out, nodes, gradient), theirs)
        ],
        out,
    )
    return ours.graph(out)


def _as_array(x: Quantity) -> Quantity:
    import jax

    return jax.numpy.asarray(x) if isinstance(x, float | int | np.ndarray) else x


def _trainable(given: Sequence[Quantity], paths: Sequence[Quantity]) -> list[int]:
    """The places of the inputs that take a gradient."""
    floating = [i for i, (_, x) in enumerate(paths) if np.asarray(x).dtype.kind == "f"]
    parameters = [i for i in floating if len(paths[i][0]) > 1]
    return parameters or floating


def _input_names(model: Quantity, paths: Sequence[Quantity]) -> list[str]:
    """``params.fc1.w`` for ``params["fc1"]["w"]``."""
    try:
        parameters = list(inspect.signature(model).parameters)
    except (TypeError, ValueError):
        parameters = []
    names = []
    for path, _ in paths:
        place, *rest = (_key(part) for part in path)
        known = int(place) < len(parameters)
        names.append(".".join([parameters[int(place)] if known else f"x{place}", *rest]))
    return names


def _key(part: Quantity) -> str:
    return str(next(getattr(part, kind) for kind in ("key", "idx", "name") if hasattr(part, kind)))


class _Run:
    """One pass over a jaxpr, in JAX and here side by side."""

    def __init__(self, ours: Recomputation) -> None:
        self.ours = ours

    def jaxpr(self, closed: Quantity, inputs: Sequence[Pair], around: Place) -> list[Pair]:
        """The results of the program, as pairs of ours and theirs."""
        consts = [(constants(_array(x)), x) for x in closed.consts]
        variables = [*closed.jaxpr.constvars, *closed.jaxpr.invars]
        known: dict[Quantity, Pair] = dict(zip(variables, [*consts, *inputs], strict=True))

        def read(atom: Quantity) -> Pair:
            if hasattr(atom, "val"):  # a literal
                return constants(np.asarray(atom.val)), atom.val
            return known[atom]

        for equation in closed.jaxpr.eqns:
            results = self._equation(equation, [read(x) for x in equation.invars], around)
            known.update(zip(equation.outvars, results, strict=True))
        return [read(x) for x in closed.jaxpr.outvars]

    def _equation(self, equation: Quantity, operands: list[Pair], around: Place) -> list[Pair]:
        name, params = equation.primitive.name, equation.params
        place = self._place(equation, around)
        if name == "custom_jvp_call" and (row := _function_name(params)) in _ROWS:
            alone = [(_array(x), x) for _, x in operands]
            ((_, theirs),) = self.jaxpr(params["call_jaxpr"], alone, place)
            return [self._apply(row, operands, theirs, {}, place)]
        if name in _INLINED:
            label = str(params.get("name") or "")
            shown = label and not label.startswith(("_", "<")) and name != "custom_jvp_call"
            inside = Place((*place.scope, label), place.line) if shown else place
            return self.jaxpr(params[_INLINED[name]], operands, inside)
        if name == "scan":
            return self._scan(params, operands, place)
        if name == "cond":
            branch = params["branches"][int(operands[0][1])]
            return self.jaxpr(branch, operands[1:], place)
        results = self._plain(equation, operands)
        if name == "stop_gradient":
            return [(constants(_array(results[0])), results[0])]
        if equation.primitive.multiple_results:
            theirs = tuple(_array(x) for x in results)
            mine = self.ours.apply(name, [x for x, _ in operands], params, theirs, place)
            return list(zip(mine, results))
        return [self._apply(name, operands, results[0], params, place)]

    def _apply(
        self, name: str, operands: Sequence[Pair], theirs: Quantity, params: Quantity, place: Place
    ) -> Pair:
        mine = self.ours.apply(name, [x for x, _ in operands], params, _array(theirs), place)
        return mine, theirs

    @staticmethod
    def _plain(equation: Quantity, operands: Sequence[Pair]) -> list[Quantity]:
        """What JAX computes."""
        bound = equation.primitive.get_bind_params(equation.params)
        functions, params = bound if isinstance(bound, tuple) else ((), bound)  # JAX before 0.7
        result = equation.primitive.bind(*functions, *(x for _, x in operands), **params)
        return list(result) if equation.primitive.multiple_results else [result]

    def _scan(self, params: Quantity, operands: list[Pair], place: Place) -> list[Pair]:
        """A loop over the first axis, each turn in a scope of its own."""
        fixed, carried = params["num_consts"], params["num_carry"]
        consts, carry = operands[:fixed], operands[fixed : fixed + carried]
        rows = operands[fixed + carried :]
        turns: list[list[Pair]] = []
        order = range(params["length"])
        for turn, i in enumerate(reversed(order) if params["reverse"] else order, 1):
            inside = Place((*place.scope, f"turn {turn}"), place.line)
            row = [self._apply("row of scan", [x], x[1][i], {"place": i}, inside) for x in rows]
            results = self.jaxpr(params["jaxpr"], [*consts, *carry, *row], inside)
            carry = results[:carried]
            turns.append(results[carried:])
        if params["reverse"]:
            turns.reverse()
        return [*carry, *(self._stacked(parts, place) for parts in zip(*turns))]

    def _stacked(self, parts: Sequence[Pair], place: Place) -> Pair:
        import jax

        theirs = jax.numpy.stack([x for _, x in parts])
        mine = self.ours.apply("stack of scan", [x for x, _ in parts], {}, _array(theirs), place)
        return mine, theirs

    @staticmethod
    def _place(equation: Quantity, around: Place) -> Place:
        stack = str(equation.source_info.name_stack)
        traceback = equation.source_info.traceback
        frames = () if traceback is None else _frames(traceback)
        line = users_line(frames) or around.line
        named = tuple(part for part in stack.split("/") if part and not part.startswith("_"))
        return Place((*around.scope, *named), line)


def _frames(traceback: Quantity) -> Iterator[tuple[str, int]]:
    """The file and the line of each frame, outermost first."""
    for frame in reversed(list(traceback.frames)):
        yield frame.file_name, frame.line_num


def _function_name(params: Quantity) -> str:
    info = getattr(params["call_jaxpr"].jaxpr, "debug_info", None)
    return str(getattr(info, "func_src_info", "")).partition(" ")[0]


def _array(x: Quantity) -> Quantity:
    """As an array of NumPy; a key of random numbers, which is none, as it is."""
    return np.asarray(x) if hasattr(getattr(x, "dtype", np.dtype(float)), "kind") else x
