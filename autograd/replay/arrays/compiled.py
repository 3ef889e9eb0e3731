"""A compiled function of arrays: its traces, and the calls that replay them."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Array, Function, Quantity, Tree
from autograd.engine import (
    Rebuild,
    Tensor,
    current_scope,
    flatten,
    frames_to_user,
    is_recording,
    present,
    state,
)
from autograd.replay.arrays.checks import constant, plain
from autograd.replay.arrays.choosing import leaves_used, modules_in, objects_used
from autograd.replay.arrays.journal import Journal
from autograd.replay.arrays.names import names_of
from autograd.replay.arrays.outside import Outside
from autograd.replay.arrays.program import Program, changed_constant, same_course
from autograd.replay.arrays.recording import Recorder, of_an_argument
from autograd.replay.arrays.replaying import Lane, Replay, Variant
from autograd.replay.arrays.results import copied, differentiable, guard_message, result_refs
from autograd.replay.arrays.settings import same_settings
from autograd.replay.arrays.source import Broken, Source
from autograd.replay.arrays.timing import Profile, Timed, profile

#: How many programs one compiled function keeps, and how often one is traced before it is trusted.
KEPT, TRIES = 8, 4
#: The kinds of a call: the function as it is, and with gradients by its arguments.
CALL, SLOPES = "call", "slopes"


class CompiledArrays:
    """A function of arrays that was traced, and runs again as a list of NumPy calls."""

    def __init__(self, function: Function, name: str, guards: str, broken: type[Exception]) -> None:
        self._function, self._name, self._guards = function, name, guards
        self._broken = broken  # the error for a branch that comes out otherwise
        self._leaves = list(leaves_used(function))
        self._variants: dict[object, Variant] = {}
        self._lock = threading.RLock()
        self._journal = Journal()
        self._lane: Lane | None = None  # the latest program, for a call like the one before
        self._warned = False

    # -- calls -----------------------------------------------------------------------------------

    def __call__(self, *args: Tree) -> Tree:
        lane = self._lane
        usual = lane is not None and not current_scope().special and not state.hooked
        if lane is not None and usual and len(args) == lane.count and lane.takes(*args):
            with self._lock:
                self._journal.begin()
                results = lane.results(args)
                if results is None:
                    return self._call(args, again=True)
            return lane.outputs(results)
        return self._call(args)

    def _call(self, args: tuple[Tree, ...], again: bool = False) -> Tree:
        if present().mapped is not None:  # inside another trace, or a batch: as it stands
            return self._function(*args)
        leaves, paths, rebuild = flatten(args)
        arrays, key, places = self._read(leaves, paths)
        if is_recording() and self._wants_graph(leaves, key):
            return self._function(*args)
        program, results, _ = self._run(arrays, key, CALL, leaves, places, rebuild, again)
        if is_recording() and self._wants_graph(leaves, key):
            return program.outputs(results)  # the first call, which was traced: its own nodes
        return program.outputs(list(map(constant, results)))

    def value(self, *args: Tree) -> Tree:
        """What the function returns, as arrays."""
        leaves, paths, rebuild = flatten(args)
        arrays, key, places = self._read(leaves, paths)
        program, results, _ = self._run(arrays, key, CALL, leaves, places, rebuild)
        return program.outputs(list(map(plain, results)))

    def value_and_grad(self, *args: Tree) -> tuple[Tree, Tree]:
        """The value, and its gradient by each floating array of the arguments, in their structure.

        For a function without arguments, by each of ``captured``.
        """
        leaves, paths, rebuild = flatten(args)
        arrays, key, places = self._read(leaves, paths)
        _, results, slopes = self._run(arrays, key, SLOPES, leaves, places, rebuild)
        value = plain(results[0])
        if not args:
            return value, tuple(slopes)
        every: list[Quantity] = [None] * len(leaves)
        floating = [place for place, array in zip(places, arrays) if array.dtype.kind == "f"]
        for place, slope in zip(floating, slopes):
            every[place] = slope
        return value, rebuild(every)

    def profile(self, args: Sequence[Tree], calls: int) -> Profile:
        """The time of each statement, by so many calls; a training step is taken as often."""
        leaves, paths, _ = flatten(tuple(args))
        arrays, key, _ = self._read(leaves, paths)
        variant = self._variants.get((CALL, key))
        replay = next((r for r in variant.replays if r.fits()), None) if variant else None
        if replay is None:
            raise RuntimeError(
                f"compile: {self._name} has not been traced twice with such arguments; call it two "
                f"times, and then profile it"
            )
        with self._lock:
            timed = Timed(replay.source, replay.run)
            for _ in range(calls):
                self._journal.begin()
                timed.call(*arrays)
        return profile(self._name, calls, [timed])

    def refuse_unless_pure(self, what: str) -> None:
        """Raise for a function that changes something: it would be called several times."""
        for variant in self._variants.values():
            if variant.latest is not None and variant.latest.acts:
                raise TypeError(
                    f"compile: {what} is of a function that changes nothing, and {self._name} "
                    f"calls backward() or an optimizer; give it the function of the loss"
                )

    @property
    def captured(self) -> list[Tensor]:
        """The leaves that the function uses beside its arguments, as last traced."""
        program = self._latest_variant().latest
        assert program is not None
        return list(program.leaves.values())

    @property
    def source(self) -> str:
        """The code that runs, as last traced."""
        variant = self._latest_variant()
        if variant.replays:
            return variant.replays[0].source
        assert variant.latest is not None
        return Source(variant.latest).text

    @property
    def program(self) -> Program | None:
        """What was traced last."""
        return next(reversed(self._variants.values())).latest if self._variants else None

    def _latest_variant(self) -> Variant:
        if not self._variants:
            raise RuntimeError(
                f"compile: {self._name} has not been traced yet; call it once with its arguments"
            )
        return next(reversed(self._variants.values()))

    # -- arguments -------------------------------------------------------------------------------

    def _read(
        self, leaves: list[Quantity], paths: list[str]
    ) -> tuple[list[Array], tuple[object, ...], list[int]]:
        """The arrays among the arguments, what tells programs apart, and the arrays' places."""
        arrays: list[Array] = []
        key: list[object] = [tuple(paths)]
        places: list[int] = []
        for place, leaf in enumerate(leaves):
            if leaf is None or isinstance(leaf, bool | int | str | bytes):
                key.append((type(leaf), leaf))
                continue
            array = leaf._data if isinstance(leaf, Tensor) else leaf
            if isinstance(array, float):
                array = np.asarray(array)
            is_array = isinstance(array, np.ndarray | np.generic)
            is_masked = isinstance(array, np.ma.MaskedArray)
            if not is_array or is_masked or array.dtype.kind not in "fiub":
                of = f" of {array.dtype}" if is_array and not is_masked else ""
                raise TypeError(
                    f"compile: argument {paths[place]} of {self._name} is a "
                    f"{type(leaf).__name__}{of}; it takes arrays and Tensors of real numbers, "
                    f"numbers, and lists and dicts of them"
                )
            key.append((array.shape, array.dtype))
            arrays.append(np.asarray(array))
            places.append(place)
        return arrays, tuple(key), places

    def _wants_graph(self, leaves: list[Quantity], key: object) -> bool:
        """Whether the caller may call ``backward()`` on the result: a pure function of leaves."""
        asks = any(isinstance(x, Tensor) and x._requires_grad for x in leaves)
        variant = self._variants.get((CALL, key))
        program = None if variant is None else variant.latest
        if program is None:
            return False
        if program.acts:
            if asks:
                raise TypeError(of_an_argument(self._name))
            return False
        return asks or any(program.requires[place] for place in program.leaves)

    # -- running ---------------------------------------------------------------------------------

    def _run(
        self,
        arrays: list[Array],
        key: tuple[Quantity, ...],
        kind: str,
        leaves: list[Quantity],
        places: list[int],
        rebuild: Rebuild,
        again: bool = False,
    ) -> tuple[Program, list[Quantity], list[Array]]:
        """The program and its results: arrays of a replay, or the nodes of a trace.

        ``again``: the same call has been tried in another program.
        """
        mode = present()
        if mode.watchers or mode.guards or mode.mapped is not None:
            raise RuntimeError(
                f"compile: {self._name} is called where operations are watched (detect_anomaly, "
                f"vmap, another trace); call {self._name}.__wrapped__ there"
            )
        with self._lock:
            variant = self._variants.get((kind, key))
            if variant is None:
                variant = self._remember((kind, key))
            broken = None
            if not again:
                self._journal.begin()
            for replay in variant.replays:
                if not replay.fits():
                    continue
                self._journal.rewind()
                if state.hooked:
                    self._refuse_hooks(replay)
                if not mode.recording and replay.program.sweeps:
                    raise RuntimeError(
                        f"compile: {self._name} calls backward(), and is called inside no_grad; "
                        f"call it outside"
                    )
                try:
                    outcome = replay.run(*arrays)
                except Broken as guard:
                    broken = guard
                    continue
                results, slopes = (outcome, ()) if kind == CALL else outcome
                if replay.lane is not None:
                    self._lane = replay.lane
                return replay.program, copied(results), copied(slopes)
            if broken is not None and self._guards == "raise":
                raise self._broken(guard_message(self._name, broken.args[0]))
            self._journal.rewind()
            return self._trace(variant, arrays, kind, key[0], leaves, places, rebuild)

    def _refuse_hooks(self, replay: Replay) -> None:
        for leaf in replay.program.leaves.values():
            if leaf._origin.hooks:
                raise RuntimeError(
                    f"compile: a hook is registered on {leaf.name or 'a leaf'}, and a replay calls "
                    f"none; remove it, or call {self._name}.__wrapped__"
                )

    def _trace(
        self,
        variant: Variant,
        arrays: list[Array],
        kind: str,
        paths: Sequence[str],
        leaves: list[Quantity],
        places: list[int],
        rebuild: Rebuild,
    ) -> tuple[Program, list[Quantity], list[Array]]:
        """Call the function itself, and write down what it does."""
        before = variant.latest
        outside = Outside(self._name, self._function, first_of_two=before is None)
        live = [leaves[place] for place in places] if kind == CALL and is_recording() else []
        recorder = Recorder(self._name, arrays, live, kind == SLOPES, outside, self._journal)
        every = list(leaves)
        for place, node in zip(places, recorder.arguments):
            every[place] = node
        known = [*self._leaves, *(() if before is None else before.leaves.values())]
        around = [*objects_used(self._function), *(one.value for one in outside.settings)]
        for module in modules_in(around):
            recorder.assume(module, "training", module.training)
            if hasattr(module, "_hooks"):  # they are a part of the function
                recorder.assume(module, "_hooks", module._hooks)
        with recorder.tracing(known):
            result = self._function(*rebuild(every))
            outside.refuse()
            outside.begin()
            for one in outside.settings:
                recorder.assume(one.holder, one.attribute, one.value)
            program = recorder.program
            outputs, _, program.outputs = flatten(result)
            program.results = result_refs(self._name, outputs, recorder)
        self._name_places(program, outside, [paths[place] for place in places])
        slopes: list[Array] = []
        wanted = None
        if kind == SLOPES:
            wanted = differentiable(self._name, program)
            slopes = recorder.slopes(outputs[0], wanted)
        alone = kind == CALL and paths == tuple(f"[{place}]" for place in range(len(arrays)))
        self._settle(variant, program, wanted, arrays if alone else None)
        return program, outputs, copied(slopes)

    def _name_places(self, program: Program, outside: Outside, paths: Sequence[str]) -> None:
        """The arguments by the parameters, and leaves without a name by their variables."""
        variables = {id(one.value): one.name for one in reversed(outside.settings)}
        named = zip(program.arguments, names_of(self._function, paths))
        program.names |= {place: name for place, name in named if name is not None}
        for place, leaf in program.leaves.items():
            program.names.setdefault(place, variables.get(id(leaf), ""))

    def _settle(
        self,
        variant: Variant,
        program: Program,
        wanted: list[int] | None,
        alone: list[Array] | None,
    ) -> None:
        """Trust a program that two traces agree in."""
        before, variant.latest = variant.latest, program
        if before is None:
            return
        if not same_course(before, program) or not same_settings(before.assumed, program.assumed):
            if not variant.replays:
                variant.tries += 1
            if variant.tries > TRIES:
                raise RuntimeError(
                    f"compile: {self._name} did something else in each of {TRIES + 1} calls; a "
                    f"compiled function takes the same steps every time"
                )
            return
        changed = changed_constant(before, program)
        if changed is not None:
            raise RuntimeError(
                f"compile: {self._name} computed {changed}, and it was another one in the call "
                f"before: it would be the same in every replay; compute it with the functions of "
                f"autograd, in an autograd.callback, or outside, and pass it as an argument"
            )
        variant.replays.insert(0, Replay(program, wanted, alone))
        del variant.replays[KEPT:]

    def _remember(self, key: object) -> Variant:
        variant = self._variants[key] = Variant()
        if len(self._variants) > KEPT:
            del self._variants[next(iter(self._variants))]
            if not self._warned:
                self._warned = True
                warnings.warn(
                    f"compile: {self._name} was traced for more than {KEPT} shapes, dtypes or "
                    f"settings of its arguments; the oldest is forgotten and traced again when it "
                    f"comes back: give arrays of one shape (drop_last=True)",
                    RuntimeWarning,
                    stacklevel=frames_to_user(),
                )
        return variant
