"""Optimizers that are an update rule: the bookkeeping between parameters and stamped kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar

import numpy as np

from optim.base.checks import check_hyper
from optim.base.effects import effect
from optim.base.kernels import DECAY, Clock, Kernel, Rule, kernel, signature, update
from optim.base.loading import Saved, matching, merged, number, only, whole
from optim.base.next_update import NextUpdate
from optim.base.optimizer import Optimizer
from optim.base.packing import Pack, title
from optim.kinds import Array, Closure, Group, Parameter, Parameters, Setting, State, StateLike


class Section:
    """One pack of parameters, the state of their rule, and the kernel that is bound to both.

    The *clock* of a parameter is the number of its updates and the states of its rule that are
    numbers. Parameters that got no gradient fall behind; neighbours that agree are updated as one
    slice.
    """

    rule: Rule
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    group: Group
    pack: Pack
    starts: Callable[[Group], Mapping[str, float]]
    read: Callable[[Group], tuple[object, ...]]
    layout: int
    kernel: Kernel

    def __init__(self, owner: FirstOrder, group: Group, pack: Pack) -> None:
        self.rule, self.numbers, self.names = owner.rule, tuple(owner.numbers), owner.names
        self.group, self.pack = group, pack
        self.starts = owner.starts
        self.read = itemgetter(*self.names)
        self.hyper: tuple[object, ...] | None = None
        self.layout = 0
        self.state: dict[str, Array] = {}
        self.clock: Clock | None = (0, *owner.numbers.values())
        self.clocks: list[Clock] = [self.clock] * len(pack.parameters)
        self.missing: Sequence[int] = ()
        self._bound: dict[tuple[int, int], Callable[..., Clock]] = {}
        self._scratch: Array = np.empty((0, pack.size), pack.dtype)

    def prepare(self, updates: int) -> None:
        """Choose the kernel for the group's hyper-parameters, with the state it needs."""
        settings = self.read(self.group)
        values = tuple(_resolved(value, updates) for value in settings)
        hyper = dict(zip(self.names, values, strict=True))
        for name, value in hyper.items():
            check_hyper(name, value)
        self.kernel = kernel(self.rule, self.numbers, hyper)
        for name in self.kernel.vectors[1:]:
            self.allocate(name)
        if len(self._scratch) < self.kernel.scratch:
            self._scratch = np.empty((self.kernel.scratch, self.pack.size), self.pack.dtype)
        self._values = values
        self.layout = self.pack.layout
        self._bound.clear()
        self._all = self._bind(0, len(self.pack.parameters))
        # With a schedule among them, the values are computed again at the next update.
        self.hyper = settings if values == settings else None

    def allocate(self, name: str) -> None:
        """Make a state that is not there yet, at the value it starts from."""
        if name not in self.state:
            start = self.starts(self.group).get(name, 0.0)
            self.state[name] = np.full(self.pack.size, start, self.pack.dtype)

    def advance(self, lr: float) -> None:
        """Take one step with every parameter that has a gradient."""
        if self.clock is not None and not self.missing:
            self.clock = self._all(lr, *self.clock)
            return
        if self.clock is not None:
            self.clocks = [self.clock] * len(self.pack.parameters)
        for i, j in self._runs():
            self.clocks[i:j] = [self._bind(i, j)(lr, *self.clocks[i])] * (j - i)
        self.settle()

    def settle(self) -> None:
        """Note whether all parameters agree in their clocks."""
        self.clock = self.clocks[0] if len(set(self.clocks)) == 1 else None

    def clock_of(self, index: int) -> Clock:
        """The clock of one parameter."""
        return self.clocks[index] if self.clock is None else self.clock

    def _runs(self) -> Iterator[tuple[int, int]]:
        missing = set(self.missing)
        start: int | None = None
        for i, clock in enumerate(self.clocks):
            if start is not None and (i in missing or clock != self.clocks[start]):
                yield start, i
                start = None
            if start is None and i not in missing:
                start = i
        if start is not None:
            yield start, len(self.clocks)

    def _bind(self, i: int, j: int) -> Callable[..., Clock]:
        if (i, j) not in self._bound:
            if len(self._bound) > 64:
                self._bound.clear()
            part = slice(self.pack.slices[i].start, self.pack.slices[j - 1].stop)
            vectors = [self.pack.values, self.pack.gradients]
            vectors += [self.state[name] for name in self.kernel.vectors[1:]]
            self._bound[i, j] = self.kernel.bind(
                *(x[part] for x in vectors),
                [x[part] for x in self._scratch[: self.kernel.scratch]],
                *self._values,
            )
        return self._bound[i, j]


def _follows(value: object) -> bool:
    """Whether a setting, or an entry of it, is a schedule."""
    return any(map(callable, value)) if isinstance(value, tuple | list) else callable(value)


def _resolved(value: Any, updates: int) -> Setting:
    if isinstance(value, (tuple, list)):
        return tuple(_resolved(x, updates) for x in value)
    setting: Setting = value(updates) if callable(value) else value
    return setting


class FirstOrder(Optimizer):
    """An optimizer whose update is a pure rule of the parameter, its gradient and its state.

    A subclass names the ``rule``; the rule's signature names its states and hyper-parameters. Write
    your own (``optim.base.kernels`` says what a rule is):

    >>> import numpy as np
    >>> from optim import FirstOrder
    >>> def halving(theta, g, *, lr):
    ...     return theta - 0.5 * lr * g
    >>> class Halving(FirstOrder):
    ...     rule = staticmethod(halving)
    ...     def __init__(self, params, lr=0.1):
    ...         super().__init__(params, {"lr": lr})
    >>> class Weight:
    ...     data, grad = np.array([1.0]), np.array([0.4])
    >>> w = Weight()
    >>> Halving([w]).step()
    >>> w.data
    array([0.98])
    """

    names: tuple[str, ...]
    updates: int  # again: type checkers take ``self.updates += 1`` for a new attribute

    rule: ClassVar[Rule]
    numbers: ClassVar[Mapping[str, float]] = {}
    decoupled: ClassVar[bool] = False

    def __init__(self, params: Parameters, defaults: StateLike) -> None:
        self._sections: list[Section] = []
        self._states, keywords = signature(self.rule)
        self.names = (*(k for k in keywords if k not in ("t", "lr", *DECAY)), *DECAY)
        common = {
            "weight_decay": 0.0,
            "decoupled_weight_decay": self.decoupled,
            "maximize": False,
            "check_finite": False,
        }
        super().__init__(params, {**defaults, **{k: defaults.get(k, v) for k, v in common.items()}})

    @effect
    def step(self, closure: Closure | None = None) -> Any:  # Any: what the closure returned
        """Update every parameter that has a gradient; return what ``closure()`` returned, if given.

        Raises ValueError when no parameter has a gradient, and FloatingPointError, before anything
        has changed, when ``check_finite`` is on and a gradient holds a NaN or an infinity.
        """
        loss = None if closure is None else closure()
        rates = []
        idle = True
        for section in self._sections:
            pack = section.pack
            section.missing = missing = pack.collect()
            if len(missing) < len(pack.parameters):
                idle = False
            group = section.group
            rates.append(self._rate(group))
            if section.hyper != section.read(group) or section.layout != pack.layout:
                section.prepare(self.updates)
            if group["check_finite"]:
                check_finite(pack, missing)
        if idle:
            raise ValueError(
                f"{type(self).__name__}.step() found no gradient: call loss.backward() before it"
            )
        for section, lr in zip(self._sections, rates):
            section.advance(lr)
            section.pack.publish(section.missing)
        self.updates += 1
        return loss

    def source(self) -> str:
        """The NumPy calls that the next update of the first group makes, as Python text."""
        names = self.names
        hyper = dict(zip(names, self._sections[0].read(self.param_groups[0]), strict=True))
        resolved = {k: _resolved(v, self.updates) for k, v in hyper.items()}
        return kernel(self.rule, tuple(self.numbers), resolved).source

    def next_update(self, parameter: Parameter) -> NextUpdate:
        """What the next step does to ``parameter``: the rule, its states and its settings."""
        section, i = next(
            (section, i)
            for section in self._sections
            for i, other in enumerate(section.pack.parameters)
            if other is parameter
        )
        group, clock = section.group, section.clock_of(i)
        starts = self.starts(group)
        states: dict[str, Array | float] = {
            name: section.pack.shaped(i, section.state[name]).copy()
            if name in section.state
            else np.full(np.shape(parameter.data), starts.get(name, 0.0), section.pack.dtype)
            for name in self._states
        }
        states |= dict(zip(self.numbers, clock[1:], strict=True))
        settings = {name: _resolved(group[name], self.updates) for name in self.names}
        settings |= {"lr": self._rate(group), "t": clock[0] + 1}
        schedules = {name: group[name] for name in ("lr", *self.names) if _follows(group[name])}
        return NextUpdate(partial(update, self.rule), states, settings, schedules, self.updates)

    def starts(self, group: Group) -> Mapping[str, float]:
        """The states that do not start at 0."""
        return {}

    def _packed(self, group: Group, pack: Pack) -> None:
        self._sections.append(Section(self, group, pack))

    def _state(self) -> dict[int, State]:
        place = {id(p): i for i, p in enumerate(self._parameters())}
        state: dict[int, State] = {}
        for section in self._sections:
            begun = section.clock is None or section.clock[0]
            if begun and section.hyper != section.read(section.group):
                # A changed hyper-parameter may have added a state to the rule.
                section.prepare(self.updates)
            for i, parameter in enumerate(section.pack.parameters):
                clock = section.clock_of(i)
                if clock[0]:
                    state[place[id(parameter)]] = {
                        **dict(zip(("step", *self.numbers), clock, strict=True)),
                        **{k: section.pack.shaped(i, v).copy() for k, v in section.state.items()},
                    }
        return dict(sorted(state.items()))

    def _load_state(self, saved: Saved) -> None:
        place = {id(p): i for i, p in enumerate(self._parameters())}
        writes: list[tuple[Section, int, Clock | None, dict[str, Array]]] = []
        for section in self._sections:
            needed = self._needed(section, saved)
            for i, parameter in enumerate(section.pack.parameters):
                state = saved.state.get(place[id(parameter)])
                if not state:
                    writes.append((section, i, None, {}))
                    continue
                only(("step", *self._states), state, type(self).__name__)
                for name in ("step", *self.numbers, *needed):
                    if name not in state:
                        raise ValueError(
                            f"the saved state of {title(parameter, i)} has no {name!r}"
                        )
                shape = np.shape(parameter.data)
                vectors = {
                    name: matching(name, array, shape, parameter, i)
                    for name, array in state.items()
                    if name != "step" and name not in self.numbers
                }
                numbers = [number(name, state[name]) for name in self.numbers]
                writes.append((section, i, (whole("step", state["step"]), *numbers), vectors))
        for section in self._sections:
            section.hyper = None
            section.state.clear()
            section.clocks = [(0, *self.numbers.values())] * len(section.pack.parameters)
        for section, i, clock, vectors in writes:
            if clock is not None:
                section.clocks[i] = clock
            for name, array in vectors.items():
                section.allocate(name)
                section.pack.shaped(i, section.state[name])[...] = array
        for section in self._sections:
            section.settle()

    def _needed(self, section: Section, saved: Saved) -> Sequence[str]:
        """The states that the rule had with the hyper-parameters that were saved."""
        index = next(i for i, g in enumerate(self.param_groups) if g is section.group)
        group, hyper = section.group, saved.groups[index]
        facts = {n: merged(group[n], hyper.get(n), schedules_stay=False) for n in self.names}
        resolved = {name: _resolved(value, saved.updates) for name, value in facts.items()}
        return kernel(self.rule, tuple(self.numbers), resolved).vectors[1:]


def arguments(variables: StateLike) -> State:
    """The hyper-parameters among the ``locals()`` of a constructor."""
    return {k: v for k, v in variables.items() if k not in ("self", "params", "__class__")}


def check_finite(pack: Pack, missing: Sequence[int]) -> None:
    """Raise FloatingPointError naming the first parameter whose gradient is not finite."""
    if np.isfinite(pack.gradients).all():
        return
    for i, parameter in enumerate(pack.parameters):
        part = pack.gradients[pack.slices[i]]
        if i not in missing and not np.isfinite(part).all():
            wrong = part[~np.isfinite(part)]
            raise FloatingPointError(
                f"the gradient of {title(parameter, i)} holds {wrong[0]} in {wrong.size}"
                f" of {part.size} entries; nothing was updated"
            )
