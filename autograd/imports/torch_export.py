"""A module or a function of PyTorch, traced by ``torch.export`` and recomputed here."""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import operator
import re
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from types import FunctionType

import numpy as np

from autograd.calculus import Array, Quantity
from autograd.engine import Tensor, gradients
from autograd.graph import Graph
from autograd.imports.aten import ATEN, DRAWS, KEPT
from autograd.imports.recomputing import (
    Place,
    Recomputation,
    difference,
    first_line,
    name_of,
    number_of,
    raised_at,
    users_line,
    wrong_inputs,
)

_FRAME = re.compile(r'File "([^"]*)", line (\d+)')


def recomputed(model: Quantity, inputs: Sequence[Quantity], gradient: Quantity = None) -> Graph:
    """The graph of ``model(*inputs)`` over Tensors, with the gradients of PyTorch.

    Parameters take a gradient, and inputs that require one; where there is neither, all inputs of
    floating numbers do. Dropout and other draws are those that PyTorch's generator gives next, and
    it is left as it was. ValueError where the numbers differ or an operation has no row.
    """
    import torch

    name = name_of(model)
    wrapper = _as_module(model)
    given = [_as_tensor(x, _dtype(wrapper)) for x in inputs]
    with _quietly(), torch.enable_grad():
        truth = _Truth(wrapper, given, name)
        program = _exported(wrapper, truth.given, name)
        with torch.random.fork_rng(devices=[]):
            ours = Recomputation("PyTorch", name, ATEN)
            return ours.graph(_Run(program, truth, ours, model).output(gradient))


def _as_tensor(x: Quantity, dtype: Quantity) -> Quantity:
    """Numbers that are no tensor yet as one; floating ones in the dtype of the model."""
    import torch

    if isinstance(x, float | np.ndarray):
        array = np.asarray(x)
        return torch.tensor(array, dtype=dtype if array.dtype.kind == "f" else None)
    return x


def _dtype(wrapper: Quantity) -> Quantity:
    import torch

    floating = (p.dtype for p in wrapper.parameters() if p.is_floating_point())
    return next(floating, torch.get_default_dtype())


def _as_module(model: Quantity) -> Quantity:
    """The module itself; a function as a module that has the modules which the function uses."""
    import torch

    if isinstance(model, torch.nn.Module):
        return getattr(model, "_orig_mod", model)

    class Wrapped(torch.nn.Module):  # type: ignore[misc]
        def forward(self, *args: Quantity) -> Quantity:
            return function(*args)

    function = _as_forward(model)
    wrapper = Wrapped()
    inner = inspect.unwrap(model)
    is_python = inspect.isfunction(inner) or inspect.ismethod(inner)
    variables = inspect.getclosurevars(inner) if is_python else None
    owner = getattr(model, "__self__", None)
    used = {} if variables is None else {**variables.globals, **variables.nonlocals}
    for key, thing in {**used, "self": owner}.items():
        if isinstance(thing, torch.nn.Module):
            wrapper.add_module(key, thing)
        elif isinstance(thing, torch.nn.Parameter):
            wrapper.register_parameter(key, thing)
        elif isinstance(thing, torch.Tensor) and thing.requires_grad:
            raise ValueError(
                f"steps: {name_of(model)} uses {key}, which requires a gradient; give it as an "
                f"input"
            )
    wrapper.train(any(module.training for module in wrapper.children()))
    return wrapper


def _as_forward(function: Quantity) -> Quantity:
    """The same function under the name of which alone a trace keeps the lines."""
    if not inspect.isfunction(function):
        return function
    code = function.__code__.replace(co_name="forward")
    copy = FunctionType(
        code, function.__globals__, "forward", function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without the warnings and the log of a trace: what matters of them is in our messages."""
    import torch

    distribution = torch.distributions.Distribution
    before = distribution._validate_args  # the checks of arguments branch on numbers
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    distribution.set_default_validate_args(False)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        distribution.set_default_validate_args(before)
        logging.disable(disabled)


class _Truth:
    """What PyTorch itself computes. The model and its inputs stay as they were."""

    def __init__(self, wrapper: Quantity, given: Sequence[Quantity], name: str) -> None:
        import torch
        from torch.utils import _pytree

        self.state = {
            **dict(wrapper.named_parameters(remove_duplicate=False)),
            **dict(wrapper.named_buffers(remove_duplicate=False)),
        }
        flat, spec = _pytree.tree_flatten(tuple(given))
        inputs = [x for x in flat if isinstance(x, torch.Tensor)]
        by_default = not any(x.requires_grad for x in (*self.state.values(), *inputs))

        def own(x: Quantity) -> Quantity:
            if not isinstance(x, torch.Tensor):
                return x
            trainable = x.requires_grad or (by_default and x.is_floating_point())
            return x.detach().clone().requires_grad_(trainable)

        self.flat = [own(x) for x in flat]
        self.given = tuple(_pytree.tree_unflatten(self.flat, spec))
        # The program may write into what it is given.
        copies = [x.clone() if isinstance(x, torch.Tensor) else x for x in self.flat]
        try:
            with torch.random.fork_rng(devices=[]), _buffers_kept(wrapper):
                self.output = wrapper(*_pytree.tree_unflatten(copies, spec))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise wrong_inputs(name, error) from error


@contextlib.contextmanager
def _buffers_kept(wrapper: Quantity) -> Iterator[None]:
    """A call in training moves the averages of a batch norm: it moves copies of them here."""
    before = [(module, dict(module._buffers)) for module in wrapper.modules()]
    copies: dict[int, Quantity] = {}
    for module, buffers in before:
        for name, buffer in buffers.items():
            if buffer is not None:
                module._buffers[name] = copies.setdefault(id(buffer), buffer.clone())
    try:
        yield
    finally:
        for module, buffers in before:
            module._buffers.update(buffers)


@cache
def _stop_gradient() -> Quantity:
    """An operation that marks where no gradient flows: a trace forgets ``detach`` and no_grad."""
    import torch

    schema = "(Tensor x) -> Tensor"
    operation: Quantity = torch.library.custom_op(
        "tracegrad::stop_gradient", torch.clone, mutates_args=(), schema=schema
    )
    operation.register_fake(torch.empty_like)
    return torch.ops.tracegrad.stop_gradient.default


def _exported(wrapper: Quantity, given: Sequence[Quantity], name: str) -> Quantity:
    """The program of core ATen operations, but for those that a reader knows by name."""
    import torch

    try:
        program = torch.export.export(wrapper, tuple(given))
        kept = _mark(program.graph_module)
        decompositions = torch.export.default_decompositions()
        for operation in list(decompositions):
            if operation._schema.name.removeprefix("aten::") in kept:
                del decompositions[operation]
        return program.run_decompositions(decompositions)
    except Exception as error:
        text = first_line(error)
        if "data-dependent" in text or "DataDependent" in type(error).__name__:
            text = "a branch depends on the numbers of a tensor; use torch.where"
        raise ValueError(f"steps: {name} cannot be traced{raised_at(error)}: {text}") from error


def _mark(module: Quantity) -> set[str]:
    """Mark where no gradient flows; the operations that are kept whole."""
    import torch

    kept = set(KEPT)
    graph = module.graph
    for node in list(graph.nodes):
        if node.target is torch.ops.aten.detach.default:
            node.target = _stop_gradient()
        elif node.target is torch.ops.higher_order.wrap_with_set_grad_enabled and not node.args[0]:
            for use in list(node.users):
                with graph.inserting_after(use):
                    mark = graph.call_function(_stop_gradient(), (use,))
                    mark.meta.update(use.meta)
                use.replace_all_uses_with(mark, lambda user, mark=mark: user is not mark)
        elif node.target is torch.ops.aten.scaled_dot_product_attention.default:
            dropout = node.args[4] if len(node.args) > 4 else node.kwargs.get("dropout_p", 0)
            if dropout:
                kept.discard("scaled_dot_product_attention")
    module.recompile()
    return kept


class _Run:
    """One pass over the exported program, in PyTorch and here side by side."""

    def __init__(
        self, program: Quantity, truth: _Truth, ours: Recomputation, model: Quantity
    ) -> None:
        self.program, self.truth, self.ours = program, truth, ours
        self.results: dict[Quantity, tuple[Quantity, Quantity]] = {}  # of a node: ours and theirs
        self.trainable: list[tuple[str, Tensor, Quantity]] = []
        self.input_names = iter(_input_names(model, truth.given))
        self.repeated = {
            key.partition("@")[0]
            for node in program.graph.nodes
            for key in node.meta.get("nn_module_stack", {})
            if "@" in key
        }

    def output(self, gradient: Quantity) -> Quantity:
        graph, signature = self.program.graph, self.program.graph_signature
        specs = iter(signature.input_specs)
        inputs = iter(self.truth.flat)
        for node in graph.nodes:
            if node.op == "placeholder":
                self._place_input(node, next(specs), inputs)
            elif node.op == "get_attr":
                value = getattr(self.program.graph_module, node.target)
                self.results[node] = value, value
            elif node.op == "call_function":
                self._call(node)
        (results,) = next(node for node in graph.nodes if node.op == "output").args
        wanted = [
            self.results.get(node, (node, node))  # a None or a text stands for itself
            for node, spec in zip(results, signature.output_specs)
            if spec.kind.name == "USER_OUTPUT"
        ]
        out = self.ours.output([one for one, _ in wanted], gradient)
        self._check_gradients(out, wanted[0][1], gradient)
        return out

    def _place_input(self, node: Quantity, spec: Quantity, inputs: Iterator[Quantity]) -> None:
        import torch

        if spec.kind.name == "USER_INPUT":
            theirs, name = next(inputs), next(self.input_names, node.name)
        else:
            name = spec.target
            theirs = self.truth.state.get(name, self.program.constants.get(name))
        ours = theirs
        if isinstance(theirs, torch.Tensor):
            ours = next((mine for _, mine, other in self.trainable if other is theirs), None)
            if ours is None:  # else a parameter that two modules share
                named = None if spec.kind.name == "CONSTANT_TENSOR" else name
                ours = self.ours.given(_array(theirs, name), named, theirs.requires_grad)
                if theirs.requires_grad:
                    self.trainable.append((name, ours, theirs))
        self.results[node] = ours, theirs

    def _call(self, node: Quantity) -> None:
        args, named = self._operands(node, 0)
        their_args, their_named = self._operands(node, 1)
        if node.target is operator.getitem:
            self.results[node] = args[0][args[1]], their_args[0][their_args[1]]
            return
        if node.target is _stop_gradient():
            theirs = their_args[0].detach()
            self.results[node] = _arrays(theirs), theirs
            return
        place = self._place(node)
        schema = getattr(node.target, "_schema", None)
        operation = str(node.target) if schema is None else schema.name.replace("::", ".")
        theirs = node.target(*their_args, **their_named)
        if operation in DRAWS:
            ours = self.ours.drawn(_arrays(theirs), operation.removeprefix("aten."), place)
        else:
            ours = self.ours.apply(operation, args, named, _arrays(theirs), place)
        self.results[node] = ours, theirs

    def _operands(self, node: Quantity, side: int) -> Quantity:
        from torch.fx.node import map_arg

        return map_arg((node.args, node.kwargs), lambda operand: self.results[operand][side])

    def _place(self, node: Quantity) -> Place:
        frames = _FRAME.findall(node.meta.get("stack_trace") or "")
        line = users_line((file, int(number)) for file, number in frames)
        return Place(self._scope(node.meta.get("nn_module_stack", {})), line)

    def _scope(self, stack: Quantity) -> tuple[str, ...]:
        """The modules around an operation; of a module that is called again, the calls apart."""
        scope: list[str] = []
        around = ""
        for key, (path, _) in stack.items():
            if not path:
                continue
            part = path.removeprefix(f"{around}.") if around else path
            around = path
            base, _, again = key.partition("@")
            scope.append(f"{part} {int(again or 0) + 1}" if base in self.repeated else part)
        return tuple(scope)

    def _check_gradients(self, out: Tensor, traced: Quantity, gradient: Quantity) -> None:
        import torch
        from torch.utils import _pytree

        (direct,) = _pytree.tree_leaves(self.truth.output)
        same = difference(_array(direct), _array(traced), [_array(traced)]) < 1e-3
        output = direct if same else traced  # other draws: those of the traced program count
        seed = None if gradient is None else torch.as_tensor(gradient, dtype=output.dtype)
        leaves = [x for _, _, x in self.trainable]
        total = output.sum() if seed is None else output
        try:
            theirs = torch.autograd.grad(total, leaves, seed, allow_unused=True)
        except RuntimeError as error:
            raise ValueError(
                f"steps: PyTorch has no gradient of {self.ours.model}: {first_line(error)}"
            ) from error
        ours = gradients(out, [x for _, x, _ in self.trainable], gradient)
        self.ours.check_gradients(
            [
                (name, number_of(mine, x), number_of(None if g is None else _array(g), x))
                for (name, x, _), mine, g in zip(self.trainable, ours, theirs)
            ],
            out,
        )


def _input_names(model: Quantity, given: Sequence[Quantity]) -> list[str]:
    """What the function calls the numbers it is given."""
    from torch.utils import _pytree

    names = []
    function = model.forward if hasattr(model, "forward") else model
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    for place, argument in enumerate(given):
        last = parameters[min(place, len(parameters) - 1)]
        several = last.kind is last.VAR_POSITIONAL
        name = f"{last.name}[{place - len(parameters) + 1}]" if several else last.name
        parts = len(_pytree.tree_leaves(argument))
        names += [name] if parts == 1 else [f"{name}[{i}]" for i in range(parts)]
    return names


def _array(x: Quantity, name: str = "a value") -> Array:
    try:
        return np.asarray(x.detach().cpu().resolve_conj().resolve_neg().numpy())
    except TypeError:
        raise TypeError(f"steps: {name} is {x.dtype}; convert the model with .double()") from None


def _arrays(result: Quantity) -> Quantity:
    import torch

    if isinstance(result, tuple | list):
        return tuple(_arrays(one) for one in result)
    return _array(result) if isinstance(result, torch.Tensor) else result
