"""What all optimizers share: groups of parameters, gradients set to zero, the state to save."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, TypeVar, cast

import numpy as np

from optim.base.checks import NONNEGATIVE, OTHER_NAMES, check_group, check_number, short
from optim.base.effects import Lines, effect, in_lines, tell
from optim.base.glossary import OPTIMIZERS, say_arguments
from optim.base.keywords import answer_keywords
from optim.base.loading import Saved, loaded_group, only, read_state
from optim.base.packing import Pack, packs, title
from optim.kinds import Closure, Group, Parameter, Parameters, State, StateLike

T = TypeVar("T")


class Optimizer:
    """Groups of parameters, each with its own hyper-parameters.

    ``params`` is an iterable of parameters, or of dicts ``{"params": [...], "lr": ...}`` whose
    entries win over the arguments of the optimizer. A parameter is any object with ``.data`` (a
    float, or an array of floats) and ``.grad``. ``param_groups`` lists the groups; their entries
    may be changed between steps. ``lr`` is a number, or a schedule: a callable from the number of
    the update, which starts at 0. ``updates`` counts the updates so far.
    """

    defaults: State
    updates: int

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__init__" in vars(cls):
            answer_keywords(cls, OTHER_NAMES)
        tell(cls)
        say_arguments(cls, OPTIMIZERS)

    def __init__(self, params: Parameters, defaults: StateLike) -> None:
        self.defaults = dict(defaults)
        self.param_groups: list[Group] = []
        self.updates = 0
        self._packs: list[tuple[Group, Pack]] = []
        members = entries(params)
        check_group(self.defaults, self.defaults)
        if not members:
            raise ValueError(
                f"{type(self).__name__} got no parameters: pass a non-empty list (a generator such"
                " as model.parameters() can be read only once; call it again)"
            )
        listed = isinstance(members[0], dict)
        groups = cast(list[Group], members) if listed else [{"params": members}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, group: Group) -> None:
        """Add parameters with hyper-parameters of their own, at any time.

        Raises TypeError for what is no parameter or no hyper-parameter, ValueError for a value out
        of range, an empty group, or a parameter that is already in a group.
        """
        if not isinstance(group, dict) or "params" not in group:
            raise TypeError(
                f"a parameter group is a dict with the entry 'params', got {short(group)}"
            )
        members = group["params"]
        parameters: list[Parameter] = [members] if hasattr(members, "grad") else entries(members)
        if not parameters:
            raise ValueError("a parameter group needs at least one parameter, got an empty one")
        known = {id(p) for g in self.param_groups for p in g["params"]}
        for i, parameter in enumerate(parameters):
            check_parameter(parameter, i)
            if id(parameter) in known:
                raise ValueError(
                    f"{title(parameter, i)} appears twice: an optimizer updates each parameter once"
                )
            known.add(id(parameter))
        hyper = {name: value for name, value in group.items() if name != "params"}
        check_group(hyper, self.defaults)
        added: Group = {"params": parameters, **self.defaults, **hyper}
        self._check_group(added)
        self.param_groups.append(added)
        for pack in packs(parameters):
            self._packs.append((added, pack))
            self._packed(added, pack)

    @effect
    @in_lines(lambda stem, self: Lines(cleared=self._parameters()))
    def zero_grad(self) -> None:
        """Forget all gradients: None for arrays, 0.0 for numbers. A step skips a None."""
        for _, pack in self._packs:
            pack.zero_grad()

    def gather(self) -> None:
        """Bring the parameters into their vectors now; the first ``step`` does it otherwise.

        What is compiled then has the same form, and rounds the same, from the first update on.
        """
        for _, pack in self._packs:
            pack.collect()
            pack.publish()

    @effect
    def step(self, closure: Closure | None = None) -> Any:  # Any: what the closure returned
        """Update the parameters once from their gradients; return what ``closure()`` returned."""
        raise NotImplementedError(f"{type(self).__name__} defines no step; write one")

    @property
    def lr(self) -> float:
        """The learning rate of the next update, of the first group."""
        return self._rate(self.param_groups[0])

    def state_dict(self) -> State:
        """Everything needed to resume exactly: plain dicts, numbers and copied arrays.

        Schedules are code: of a schedule only its own state is saved, where it has one.
        """
        index = {id(p): i for i, p in enumerate(self._parameters())}
        groups = []
        for group in self.param_groups:
            saved = {name: _saved(value) for name, value in group.items() if name != "params"}
            groups.append({**saved, "params": [index[id(p)] for p in group["params"]]})
        return {
            "optimizer": type(self).__name__,
            "updates": self.updates,
            "state": self._state(),
            "param_groups": groups,
        }

    def load_state_dict(self, state_dict: StateLike) -> None:
        """Restore what ``state_dict()`` saved; on an error nothing has been changed.

        Raises ValueError when it was saved by another optimizer, for other groups, or for
        parameters of other shapes, and for states that are unknown, missing or no such thing.
        """
        kind = type(self).__name__
        saved = read_state(state_dict, kind, [len(g["params"]) for g in self.param_groups])
        loaded = []
        for group, hyper in zip(self.param_groups, saved.groups, strict=True):
            new = loaded_group(group, hyper, kind)
            try:
                check_group(new, self.defaults)
                self._check_group({**group, **new})
            except TypeError as error:
                raise ValueError(str(error)) from None
            loaded.append((hyper, new))
        self._load_state(saved)
        for group, (hyper, new) in zip(self.param_groups, loaded, strict=True):
            group.update(new)
            for key, value in hyper.items():
                if isinstance(value, dict) and hasattr(group[key], "load_state_dict"):
                    group[key].load_state_dict(value)
        self.updates = saved.updates

    def __reduce__(self) -> str:
        # Rules are bound to this optimizer's arrays: a copy of it would move its parameters.
        raise TypeError(
            f"{type(self).__name__} cannot be copied or pickled: keep its state_dict() and load it"
            " into a new optimizer"
        )

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} of {len(self._parameters())} parameters"]
        for i, group in enumerate(self.param_groups):
            hyper = ", ".join(f"{k}={v!r}" for k, v in group.items() if k != "params")
            lines.append(f"  group {i}: {hyper}")
        return "\n".join(lines)

    def _parameters(self) -> list[Parameter]:
        return [p for group in self.param_groups for p in group["params"]]

    def _rate(self, group: Group) -> float:
        lr = group["lr"]
        if callable(lr):
            lr = lr(self.updates)
        if not 0 <= lr < math.inf:
            check_number("lr", lr, NONNEGATIVE)
        return lr  # type: ignore[no-any-return]

    # What a kind of optimizer adds.

    def _check_group(self, group: Group) -> None:
        """Check what involves more than one hyper-parameter."""

    def _packed(self, group: Group, pack: Pack) -> None:
        """Prepare for a pack of parameters that was added."""

    def _state(self) -> dict[int, State]:
        """What to save for each parameter, by its place among all parameters."""
        return {}

    def _load_state(self, saved: Saved) -> None:
        """Check what was saved, then restore it."""
        for state in saved.state.values():
            only((), state, type(self).__name__)


def entries(params: Iterable[T]) -> list[T]:
    """The parameters, or the groups, as a list; TypeError for what is no iterable of them."""
    if callable(getattr(params, "parameters", None)):
        raise TypeError("params must be the parameters of a model: pass model.parameters()")
    if hasattr(params, "grad") or isinstance(params, np.ndarray):
        raise TypeError("params must be a list of parameters: put a single one in brackets, [w]")
    if isinstance(params, Mapping):
        raise TypeError(
            "params must be a list of parameters or of group dicts, got one dict: [{...}]"
            + (" (a state_dict() holds copies)" if "params" not in params else "")
        )
    try:
        return list(params)
    except TypeError:
        remedy = "call it, model.parameters()" if callable(params) else "pass model.parameters()"
        raise TypeError(
            f"params must be a list of parameters, got {short(params)}; {remedy}"
        ) from None


def check_parameter(parameter: Parameter, index: int) -> None:
    """Raise TypeError unless the object has ``.data`` (a float or floating array) and ``.grad``."""
    if not (hasattr(parameter, "data") and hasattr(parameter, "grad")):
        named = isinstance(parameter, tuple)
        raise TypeError(
            f"parameter {index} is a {type(parameter).__name__}: an optimizer needs objects with"
            " .data and .grad, such as Value and Tensor"
            + (" (model.parameters() gives them without their names)" if named else "")
        )
    data = parameter.data
    if isinstance(data, np.ndarray):
        if data.dtype.kind != "f":
            raise TypeError(
                f"{title(parameter, index)} has dtype {data.dtype}: only floating data is optimized"
            )
    elif isinstance(data, bool) or not isinstance(data, Real):
        raise TypeError(
            f"{title(parameter, index)} has a {type(data).__name__} as .data:"
            " an optimizer needs a float or an ndarray of floats"
        )
    operands = getattr(parameter, "_operands", None)
    if callable(operands) and operands():
        raise TypeError(
            f"{title(parameter, index)} is the result of an operation: optimize the leaves it is"
            " made from"
        )


def loss_number(loss: object) -> float:
    """A loss, a node or a number, as a float."""
    is_array = isinstance(loss, np.ndarray | np.generic)  # whose .data is something else
    try:
        return float(np.asarray(loss if is_array else getattr(loss, "data", loss)).item())
    except (TypeError, ValueError):
        raise TypeError(f"a loss is a number or a node of one number, got {short(loss)}") from None


def _saved(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_saved(x) for x in value)
    if callable(value):
        return copy.deepcopy(value.state_dict()) if hasattr(value, "state_dict") else None
    return value
