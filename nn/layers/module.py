"""Parameters, and modules, which hold parameters and other modules."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from autograd import Tensor, current_scope, enter_scope, leave_scope
from autograd.calculus import short
from autograd.typing import Array, DTypeLike, Function, Numbers, State, StateLike
from nn.layers.glossary import LAYERS
from nn.layers.hooks import Handle, Hooked, calling
from nn.layers.outline import outline
from nn.layers.states import fitted
from optim.base import Glossary, answer_keywords, say_arguments

#: PyTorch's names, and the ones here.
_OTHER_NAMES = {"in_features": ("n_in",), "out_features": ("n_out",), "dim": ("axis",)}
#: What PyTorch's layers take beside these, and what to do.
_ADVICE = {
    "device": "arrays are in main memory, leave it out",
    "inplace": "a node is never written into, leave it out",
    "proj_size": "put an nn.Linear behind the layer",
    "bias": "a layer without it has affine=False",
    "_weight": "use nn.Embedding.from_pretrained(weight)",
    "_freeze": "use nn.Embedding.from_pretrained(weight, freeze=True)",
}


class Parameter(Tensor):
    """A Tensor that a module trains. Assigned to a module's attribute, it takes its name.

    ``data`` is a number, an array or a Tensor, and is copied; ``requires_grad=False`` freezes it;
    ``dtype`` is float64 unless the data has another. It returns Tensors in all operations.

    >>> from nn import Parameter
    >>> Parameter([1.0, 2.0], name="w")
    Parameter([1., 2.], name='w')
    """

    __slots__ = ()

    is_parameter = True

    def __init__(
        self,
        data: Tensor | Numbers,
        requires_grad: bool = True,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        if dtype is None and getattr(data, "dtype", np.dtype(int)).kind != "f":
            dtype = np.float64
        super().__init__(data, requires_grad, dtype, name)

    def __repr__(self) -> str:
        return "Parameter" + super().__repr__().removeprefix("Tensor")


class _OfForward:
    """The signature of a module is that of its ``forward``; that of the class, of ``__init__``."""

    def __get__(self, module: Module | None, kind: type) -> inspect.Signature | None:
        return None if module is None else inspect.signature(module.forward)


class Module(Hooked):
    """A function with parameters: ``forward`` computes it, calling the module runs ``forward``.

    Parameters, buffers and modules are ordinary attributes; assigning one gives it its name, the
    path of attributes such as ``fc1.weight``, by which ``state_dict``, errors and pictures know it.
    A call is a scope of that name, so that a picture can draw it as one box.

    >>> import nn
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         self.slope = nn.Parameter([2.0])
    ...
    ...     def forward(self, x):
    ...         return self.slope * x
    >>> line = Line()
    >>> line(3.0)
    Tensor([6.], made by mul)
    >>> [name for name, _ in line.named_parameters()]
    ['slope']
    """

    __signature__ = _OfForward()

    # Defaults live in the class: a module without hooks or buffers has no such attributes, and a
    # subclass need not call super().__init__().
    training: bool = True
    _scope: str | None = None
    _buffer_names: tuple[str, ...] = ()
    # What the help of a class says of its arguments.
    _glossary: ClassVar[Glossary] = LAYERS
    # The parameters that PyTorch keeps transposed.
    _transposed: tuple[str, ...] = ()

    def forward(self, *args: Any, **kwargs: Any) -> Any:  # Any: a subclass says
        """What the module computes; a call of the module runs it."""
        raise NotImplementedError(f"{type(self).__name__} defines no forward method; write one")

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:  # modules and parameters added by name
            ...

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls._plain = cls.__call__ is Module.__call__
        if "__init__" in vars(cls):
            answer_keywords(cls, _OTHER_NAMES, _ADVICE)
        say_arguments(cls, cls._glossary)

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:  # Any: what forward takes
        # This is called for every layer of every step: the common case first, and nothing else.
        if kwargs or not self._plain:
            return self._call_with_hooks(args, kwargs)
        scope = self._scope
        if scope is None:
            return self.forward(*args)  # type: ignore[no-any-return]
        before = current_scope()
        try:
            enter_scope(scope, before)
            return self.forward(*args)  # type: ignore[no-any-return]
        finally:
            leave_scope(before)

    def _call_with_hooks(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Tensor:
        before = current_scope()
        try:
            if self._scope is not None:
                enter_scope(self._scope)
            for hook in self._hooks[0]:
                changed = calling(hook)(self, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
            out: Tensor = self.forward(*args, **kwargs)
            for hook in self._hooks[1]:
                changed = calling(hook)(self, args, out)
                if changed is not None:
                    out = changed
            return out
        finally:
            leave_scope(before)

    def register_forward_hook(self, hook: Function) -> Handle:
        """Call ``hook(module, args, output)`` after each forward; what it returns, unless None,
        takes the output's place."""
        return self._hooked(1, hook)

    def register_forward_pre_hook(self, hook: Function) -> Handle:
        """Call ``hook(module, args)`` before each forward; what it returns, unless None, takes the
        arguments' place."""
        return self._hooked(0, hook)

    # -- attributes -------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: object) -> None:
        replaces = isinstance(self.__dict__.get(name), Parameter)
        if replaces and not (value is None or isinstance(value, Parameter)):
            raise TypeError(f"{name} is a parameter: assign nn.Parameter(...), or its .data")
        self.__dict__[name] = value
        if isinstance(value, Module):
            value._scope = name
            for path, parameter in value.named_parameters(name):
                parameter.name = path
        elif isinstance(value, Parameter):
            value.name = name

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """The same as assigning the attribute; None reserves the name."""
        setattr(self, name, parameter)

    def register_buffer(self, name: str, array: Numbers | None) -> None:
        """An array that belongs to the state but takes no gradient, such as a running mean."""
        self.__dict__[name] = array if array is None else np.array(array)
        if name not in self._buffer_names:
            self._buffer_names = (*self._buffer_names, name)

    def add_module(self, name: str, module: Module) -> None:
        """The same as assigning the attribute, for a name that is no identifier."""
        if not isinstance(module, Module):
            raise TypeError(f"add_module: {name!r} is a {type(module).__name__}, not a Module")
        setattr(self, name, module)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes of this one, with their names."""
        return ((k, v) for k, v in tuple(self.__dict__.items()) if isinstance(v, Module))

    def children(self) -> Iterator[Module]:
        """The modules that are attributes of this one."""
        return (module for _, module in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all below it, each once, with their paths."""
        seen = {id(self)}
        stack: list[tuple[str, Module]] = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            yield path, module
            below = []
            for name, child in module.named_children():
                if id(child) not in seen:
                    seen.add(id(child))
                    below.append((f"{path}.{name}" if path else name, child))
            stack += reversed(below)

    def modules(self) -> Iterator[Module]:
        """This module and all below it."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """Every parameter once, with its path; those of the children come after its own."""
        seen: set[int] = set()
        for path, module in self.named_modules(prefix):
            for name, value in tuple(module.__dict__.items()):
                if isinstance(value, Parameter) and id(value) not in seen:
                    seen.add(id(value))
                    yield (f"{path}.{name}" if path else name), value

    def parameters(self) -> Iterator[Parameter]:
        """The parameters of this module and of all below it, each once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Array]]:
        """Every buffer that is not None, with its path."""
        for path, module in self.named_modules(prefix):
            for name in module._buffer_names:
                if module.__dict__[name] is not None:
                    yield (f"{path}.{name}" if path else name), module.__dict__[name]

    def buffers(self) -> Iterator[Array]:
        """The arrays that are saved and not trained, of all modules."""
        return (array for _, array in self.named_buffers())

    # -- changes to all parts ---------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` here and below: dropout drops, batch normalisation learns."""
        for module in self.modules():
            module.__dict__["training"] = bool(mode)
        return self

    def eval(self) -> Self:
        """Set ``training`` of all modules to False: what dropout and batch normalisation read."""
        return self.train(False)

    def apply(self, function: Callable[[Module], object]) -> Self:
        """Call ``function`` with every module once, in order, children before their parents."""
        seen: set[int] = set()

        def visit(module: Module) -> None:
            seen.add(id(module))
            for child in module.children():
                if id(child) not in seen:
                    visit(child)
            function(module)

        visit(self)
        return self

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters (False), or let them learn again."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def to(self, device: str | DTypeLike = "cpu") -> Self:
        """This module: ``"cpu"`` is the only device; a dtype converts the parameters."""
        if isinstance(device, str) and device.partition(":")[0] in ("cpu", "cuda", "mps", "xpu"):
            if device != "cpu":
                raise ValueError(f"to: the only device here is 'cpu', not {short(device)}")
            return self
        return self.astype(device)

    def astype(self, dtype: DTypeLike) -> Self:
        """Convert parameters and floating buffers to ``dtype``; make the optimizer afterwards."""
        dtype = np.dtype(dtype)
        if dtype.kind != "f":
            raise TypeError(f"astype: parameters are floating, {dtype} is not")
        for module in self.modules():
            for name, value in tuple(module.__dict__.items()):
                if isinstance(value, Parameter):
                    converted = Parameter(value.data, value.requires_grad, dtype, value.name)
                    module.__dict__[name] = converted
                elif name in module._buffer_names and value is not None and value.dtype.kind == "f":
                    module.__dict__[name] = value.astype(dtype)
        return self

    def float(self) -> Self:
        """All parameters and buffers as float32, in place."""
        return self.astype(np.float32)

    def double(self) -> Self:
        """All parameters and buffers as float64, in place."""
        return self.astype(np.float64)

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self, prefix: str = "") -> State:
        """Copies of all parameters and buffers by path, in PyTorch's order and by its names."""
        return {
            path: np.array(_data(module.__dict__[name]))
            for path, module, name in self._slots(prefix)
        }

    def load_state_dict(
        self, state_dict: StateLike, strict: bool = True
    ) -> tuple[list[str], list[str]]:
        """Copy a state in; on an error nothing has been changed. Returns (missing, unexpected).

        Raises KeyError for names that are missing or unexpected (unless ``strict`` is False) and
        ValueError for a shape that does not fit, or for what the dtype cannot hold.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"load_state_dict: a dict of arrays by name is needed, as state_dict() returns it, "
                f"not {short(state_dict)}; a file is read by nn.load_weights(path, model)"
            )
        targets = {path: (m, n) for path, m, n in self._slots()}
        missing = [path for path in targets if path not in state_dict]
        unexpected = [path for path in state_dict if path not in targets]
        if strict and (missing or unexpected):
            parts = [("missing", missing), ("unexpected", unexpected)]
            faults = "; ".join(f"{what} {_listed(names)}" for what, names in parts if names)
            raise KeyError(f"load_state_dict: {faults}; use strict=False to load what fits")
        # Everything is cast before anything is assigned: a cast can fail.
        arrays = {
            path: fitted(path, state_dict[path], _data(module.__dict__[name]))
            for path, (module, name) in targets.items()
            if path in state_dict
        }
        for path, array in arrays.items():
            module, name = targets[path]
            value = module.__dict__[name]
            if isinstance(value, Parameter):
                value.data = array
            else:
                module.__dict__[name] = array
        return missing, unexpected

    def _slots(self, prefix: str = "") -> Iterator[tuple[str, Module, str]]:
        """Path, module and attribute of everything that ``state_dict`` holds."""
        for path, module in self.named_modules(prefix):
            attributes = vars(module)
            names = [name for name, value in attributes.items() if isinstance(value, Parameter)]
            names += [name for name in module._buffer_names if attributes[name] is not None]
            for name in names:
                yield (f"{path}.{name}" if path else name), module, name

    # -- text -------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What the repr says in brackets; a layer overrides it."""
        return ""

    def __repr__(self) -> str:
        lines = [
            f"  ({name}): " + repr(child).replace("\n", "\n  ")
            for name, child in self.named_children()
        ]
        inside = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({inside})"
        return "\n".join([f"{type(self).__name__}({inside}", *lines, ")"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the repr, and a table of the layers."""
        return outline(type(self).__name__, self.named_modules(), {}).bundle(repr(self))


def _data(value: Parameter | Array) -> Array:
    return value.data if isinstance(value, Parameter) else np.asarray(value)


def _listed(names: list[str]) -> str:
    first = ", ".join(names[:4])
    return first if len(names) <= 4 else f"{first} and {len(names) - 4} more"
