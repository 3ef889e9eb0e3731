"""An operation of another library, recomputed here and compared with what that library computed."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograd.calculus import Array, Function, Quantity
from autograd.engine import Block, Mode, Node, ProgramLine, Tensor, is_ours
from autograd.functions import FUNCTIONS
from autograd.graph import Graph, trace
from autograd.imports.statements import Statements
from autograd.writing import one_line

#: How far a number may be from the other library's, as a share of the largest entry.
TOLERANCES = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-5}

#: Files of the interpreter and of installed packages, and generated code: not the user's program.
_NO_PROGRAMS = (
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    *("<eval_with_key", "<frozen", "<string>"),
)

Table = Mapping[str, Callable[..., Quantity] | None]


class WrongInputs(ValueError):
    """The other library raises for the inputs that a model is given."""


class NoRow(ValueError):
    """No row here computes an operation in this form; the message says which form."""


@dataclass(frozen=True)
class Place:
    """Where an operation stands: the modules around it and, if known, the line of the program."""

    scope: tuple[str, ...] = ()
    line: ProgramLine | None = None

    def __str__(self) -> str:
        return "" if self.line is None else f" at {line_text(self.line)}"


def line_text(line: ProgramLine) -> str:
    """``model.py, line 3: h = torch.fft.fft(x)``."""
    source = linecache.getline(line.filename, line.number).strip()
    file = one_line(Path(line.filename).name)
    return f"{file}, line {line.number}" + (f": {one_line(source)}" if source else "")


def is_users(filename: str) -> bool:
    """Whether code of this file is the user's, not that of an installed package or ours."""
    return not filename.startswith(_NO_PROGRAMS) and not is_ours(filename)


def users_line(frames: Iterable[tuple[str, int]]) -> ProgramLine | None:
    """The last line of the user's among (file, line), outermost first."""
    lines = [(file, number) for file, number in frames if is_users(file)]
    return ProgramLine(*lines[-1]) if lines else None


def raised_at(error: BaseException) -> str:
    """`` at model.py, line 3: ...``, the user's last line on the way to an error."""
    frames = traceback.extract_tb(error.__traceback__)
    return str(Place(line=users_line((f.filename, f.lineno or 0) for f in frames)))


def wrong_inputs(name: str, error: BaseException) -> WrongInputs:
    """What the other library raised when it computed the model ``name``."""
    return WrongInputs(
        f"steps: {name} raised {type(error).__name__}: {first_line(error)}{raised_at(error)}; "
        f"give it inputs that it takes"
    )


class _Recorded(Block):
    """A block whose nodes are recorded at one place, whatever holds around it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.last: Node | None = None

    def change(self, mode: Mode) -> Mode:
        scope = mode.scope
        for part in self.place.scope:
            scope = scope.child(part)
        watchers = (*mode.watchers, self._made)
        return mode.but(scope=scope, recording=True, lines=False, watchers=watchers)

    def _made(self, node: Node) -> None:
        self.last = node
        node._own_origin().line = self.place.line


class Recomputation:
    """The operations of one model, each recomputed by the rows of this library.

    ``library`` is the other one's name and ``table`` has our function for each of its operations.
    """

    def __init__(self, library: str, model: str, table: Table) -> None:
        self.library, self.model, self.table = library, model, table
        self.names = Statements()
        self.draws: list[tuple[Tensor, str]] = []
        self.whole: dict[str, Array] = {}  # inputs of integers and booleans, which are no nodes

    def given(self, value: Array, name: str | None, trainable: bool) -> Quantity:
        """A parameter or an input; what takes no gradient is a constant, with its name."""
        if value.dtype.kind != "f":
            if name is not None:
                self.whole[name] = value
            return value
        if value.dtype not in TOLERANCES:
            raise TypeError(
                f"steps: {name} of {self.model} is {value.dtype}; give float32 or float64"
            )
        return Tensor(value, requires_grad=trainable, name=name)

    def drawn(self, value: Quantity, name: str, place: Place) -> Quantity:
        """Random numbers: a constant, named by its statement or else by the operation."""
        draw = self.given(value, None, False) if isinstance(value, np.ndarray) else value
        if isinstance(draw, Tensor):
            self.draws.append((draw, name))
            if place.line is not None:
                self.names.note(draw, place.line)
        return draw

    def apply(
        self,
        operation: str,
        args: Sequence[Quantity],
        named: Mapping[str, Quantity],
        theirs: Quantity,
        place: Place,
    ) -> Quantity:
        """Our result of an operation; ``theirs`` is an array, or a tuple of arrays.

        Where no gradient flows, that is their array. ValueError where there is no row, or where it
        gives another number.
        """
        operands = [*leaves(args), *leaves(list(named.values()))]
        tracked = [x.data for x in operands if isinstance(x, Tensor) and x.requires_grad]
        if not tracked or not any(map(_takes_gradient, leaves(theirs))):
            return constants(theirs)
        if operation not in self.table:
            raise NoRow(
                f"steps: {self.model} uses {operation}{place}, which has no row here; "
                f"compute it by operations that have one"
            )
        function = self.table[operation]
        if function is None:
            return constants(theirs)
        with _Recorded(place):
            try:
                ours = function(Theirs(theirs), *args, **named)
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise NoRow(
                    f"steps: {self.model} uses {operation}{place} in a form that has no row here: "
                    f"{one_line(str(error))}"
                ) from error
            ours = self._checked(operation, ours, theirs, place, tracked)
        if place.line is not None:
            self.names.note(ours, place.line)
        return ours

    def _checked(
        self, operation: str, ours: Quantity, theirs: Quantity, place: Place, tracked: list[Array]
    ) -> Quantity:
        if isinstance(theirs, tuple):
            return tuple(
                self._checked(operation, one, other, place, tracked)
                for one, other in zip(ours, theirs)
            )
        if not isinstance(ours, Tensor):
            return constants(theirs)
        if theirs.dtype not in TOLERANCES:
            raise ValueError(
                f"steps: {self.model}: {operation}{place} gives {theirs.dtype}, and only float32 "
                f"and float64 are computed here"
            )
        if ours.data.dtype != theirs.dtype:
            ours = FUNCTIONS["astype"](ours, theirs.dtype)
        error = difference(ours.data, theirs, [theirs, *tracked])
        if not error <= TOLERANCES[theirs.dtype]:
            raise ValueError(
                f"steps: {self.model}: {operation}{place} is another number here than in "
                f"{self.library} (by {error:.1g} of the largest entry); the lesson is refused"
            )
        return ours

    def graph(self, out: Tensor) -> Graph:
        """The graph of the output, in which inputs of integers have their names, too."""
        return trace(out, names=self.whole)

    def output(self, outputs: Sequence[Quantity], gradient: Quantity) -> Quantity:
        """The one output of the model; without ``gradient`` the sum of its elements."""
        if len(outputs) != 1:
            raise ValueError(
                f"steps: {self.model} returns {len(outputs)} values; give a function that returns "
                f"one, such as a loss"
            )
        (out,) = outputs
        if not isinstance(out, Tensor) or not out.requires_grad:
            raise ValueError(
                f"steps: the output of {self.model} depends on nothing that takes a gradient; "
                f"return what it computes from its inputs"
            )
        if out.data.ndim and gradient is None:
            with _Recorded(Place()):
                out = FUNCTIONS["sum"](out)
        self.names.give()
        for draw, name in self.draws:
            draw.name = draw.name or name
        return out

    def check_gradients(self, pairs: Sequence[tuple[str, Array, Array]], out: Tensor) -> None:
        """(name, ours, theirs) of each leaf: ValueError where a gradient is another number.

        Where all of them are zero, what is left of rounding is measured by the output.
        """
        everything = [1e-3 * out.data, *(theirs for _, _, theirs in pairs)]
        for name, ours, theirs in pairs:
            error = difference(ours, theirs, everything)
            if not error <= TOLERANCES[theirs.dtype]:
                raise ValueError(
                    f"steps: the gradient of {name} in {self.model} is another number here than in "
                    f"{self.library} (by {error:.1g} of the largest entry); the lesson is refused. "
                    f"A kink, such as two equal maxima, or a derivative of the model's own can "
                    f"be the cause"
                )


class Theirs:
    """What the other library made of an operation: shape, dtype and numbers of its results."""

    def __init__(self, result: Quantity) -> None:
        self.result = result

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.result.shape)

    def __getitem__(self, place: int) -> Array:
        return np.asarray(self.result[place])


def name_of(model: Quantity) -> str:
    """What a message calls the model."""
    named = getattr(model, "__name__", None) or type(model).__name__
    return "the function" if named == "<lambda>" else one_line(str(named))


def first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [""]
    return one_line(lines[0]).rstrip(".;: ")


def number_of(gradient: Quantity, leaf: Tensor) -> Array:
    """A gradient as an array; zeros where nothing flows."""
    found = gradient.data if isinstance(gradient, Tensor) else gradient
    return np.zeros_like(leaf.data) if found is None else np.asarray(found)


def _takes_gradient(x: Quantity) -> bool:
    """Not the answers of comparisons, nor places."""
    return isinstance(x, np.ndarray) and x.dtype.kind not in "iub"


def leaves(tree: Quantity) -> list[Quantity]:
    """What is in nested lists, tuples and dictionaries."""
    if isinstance(tree, list | tuple):
        return [leaf for item in tree for leaf in leaves(item)]
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in leaves(item)]
    return [tree]


def constants(theirs: Quantity) -> Quantity:
    """Results that take no gradient, as a row has its constants: of no axis, a number of Python.

    NumPy would let an array without axes decide the type of the result.
    """
    if isinstance(theirs, tuple):
        return tuple(constants(one) for one in theirs)
    if isinstance(theirs, np.ndarray) and theirs.ndim == 0 and theirs.dtype.kind == "f":
        return float(theirs)
    return theirs


def difference(ours: Array, theirs: Array, beside: Sequence[Array]) -> float:
    """The largest difference as a share of the largest finite number in ``beside``."""
    if ours.shape != theirs.shape:
        return float("inf")
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    if same.all():
        return 0.0
    with np.errstate(all="ignore"):
        apart = np.abs(np.where(same, 0, ours.astype(np.float64) - theirs)).max()
    largest = max((float(np.abs(x[np.isfinite(x)]).max(initial=0)) for x in beside), default=0.0)
    return float(apart / largest) if largest else float("inf")


def as_function(name: str) -> Function:
    """The row or function of that name, as a table of operations has it."""
    function = FUNCTIONS[name]
    return lambda theirs, *args: function(*args)
