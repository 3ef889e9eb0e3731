"""Array rows in the page: which kernel computes a row, with which attributes, and its source.

The page computes arrays as Python does, by kernels in ``assets/kernels*.js``. Here the attributes
of a row are put into the few forms that kernels take: the axes of a reduction; the letters of a
product; and, for a row that only moves elements, where each element comes from.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np

from autograd.calculus import Array, Attributes, Quantity, Rule, State
from autograd.calculus.array_rules import ARRAY_RULES, axes_of, explicit, windows_over
from autograd.shipped import read_text

_FILES = ("arrays", "kernels", "kernels_running", "kernels_softmax", "kernels_windows")

#: Rows whose elements are those of the operands, in other places, and constants.
MOVES = frozenset(
    "reshape ravel transpose swapaxes moveaxis squeeze expand_dims broadcast_to astype concatenate "
    "stack getitem take take_along_axis diag diagonal triu tril flip roll repeat tile pad "
    "unfold".split()
)
#: Rows over axes; the other attributes are passed on.
OVER_AXES = frozenset(
    "sum mean max min var std prod cumsum cumprod norm sort softmax log_softmax logsumexp".split()
)
_LETTERS = "abcdefghijklmnopqrstuvw"

Kernel = tuple[str, State]


def kernel_of(
    rule: Quantity, operands: Sequence[Quantity], attrs: Attributes, out: Quantity
) -> Kernel | None:
    """The kernel of a row of the graph and its attributes as JSON; None where the page has none.

    >>> import numpy as np
    >>> from autograd.calculus.array_rules import ARRAY_RULES
    >>> from autograd.stage.kernels import kernel_of
    >>> kernel_of(ARRAY_RULES["sum"], [np.ones((2, 3))], {"axis": -1}, np.ones(2))
    ('sum', {'shape': [2], 'axes': [1]})
    """
    shape = list(np.shape(out))
    if isinstance(rule, Rule):
        if rule.is_special:
            return None
        return rule.name, {"shape": shape}
    name = str(rule.name)
    if ARRAY_RULES.get(name) is not rule or rule is None:
        return None
    arrays = [np.asarray(operand) for operand in operands]
    if name in MOVES:
        return "moved", {"shape": shape} | _moves(rule, arrays, attrs)
    bound = inspect.signature(rule.forward).bind(*arrays, **attrs)
    bound.apply_defaults()
    named = bound.arguments
    if name == "norm" and _is_spectral(arrays[0].ndim, named):
        return None
    if name in OVER_AXES:
        return name, {"shape": shape} | _over_axes(name, arrays[0].ndim, named)
    if name in _PRODUCTS:
        terms, result = _PRODUCTS[name](*(a.ndim for a in arrays[:2]))
        return "linear" if name == "linear" else "product", {
            "shape": shape,
            "terms": terms,
            "result": result,
        }
    if name == "einsum":
        terms, result = explicit(named["subscripts"], tuple(a.ndim for a in arrays))
        return "product", {"shape": shape, "terms": terms, "result": result}
    if name in _CONVOLUTIONS:
        return "convolution", {"shape": shape} | _convolution(name, arrays, shape, named)
    if name in ("fold", "max_pool", "avg_pool"):
        return name, {"shape": shape} | _over_windows(name, arrays[0], shape, named)
    if name == "put_index":
        places = np.arange(math.prod(out.shape)).reshape(out.shape)[named["index"]]
        return name, {"shape": shape, "to": np.ravel(places).tolist()}
    if name == "cross_entropy":
        weight = named["weight"]
        return name, {
            "shape": shape,
            "weight": None if weight is None else np.asarray(weight, float).tolist(),
            **{key: named[key] for key in ("label_smoothing", "ignore_index", "reduction")},
        }
    return None


def _moves(rule: Quantity, arrays: Sequence[Array], attrs: Attributes) -> State:
    """Where each element of the result comes from; nothing where all stay in their order.

    The row itself says it: it moves the numbers 1, 2, 3, ... of its operands' elements.
    """
    if rule.name == "astype":
        return {}
    sizes = [array.size for array in arrays]
    numbers = np.split(np.arange(1.0, sum(sizes) + 1), np.cumsum(sizes)[:-1])
    shaped = [part.reshape(array.shape) for part, array in zip(numbers, arrays)]
    rest = np.ravel(rule.forward(*(np.zeros(array.shape) for array in arrays), **attrs))
    with np.errstate(invalid="ignore"):
        places = np.ravel(rule.forward(*shaped, **attrs)) - rest - 1
    places = np.where(np.isfinite(rest), places, -1).astype(int)
    if len(arrays) == 1 and np.array_equal(places, np.arange(sum(sizes))):
        return {}
    constants = {"rest": list(map(plain, rest.tolist()))} if (places < 0).any() else {}
    return {"from": places.tolist()} | constants


def _is_spectral(ndim: int, named: Attributes) -> bool:
    """Whether a norm is made of singular values, or counts elements."""
    pair = ndim == 2 if named["axis"] is None else np.size(named["axis"]) == 2
    return named["ord"] in (("nuc", 2, -2) if pair else (0,))


def _over_axes(name: str, ndim: int, named: Attributes) -> State:
    axis = named["axis"]
    axes = axes_of(axis, ndim) if ndim else ()
    found: State = {"axes": list(axes)}
    if "ddof" in named:
        found["ddof"] = float(named["ddof"])
    if name == "norm":
        order = None if named["ord"] in (None, "fro") else float(named["ord"])
        found["ord"] = str(order).replace("inf", "Infinity") if order is not None else None
        if order is not None and len(axes) == 2:
            found["sums"] = [axes[0] if abs(order) == 1 else axes[1]]
    return found


#: What the operands and the result of a convolution are: pictures x, kernels w, and results y.
_CONVOLUTIONS = {"conv": "xwy", "conv_transpose": "ywx", "conv_kernel": "xyw"}


def _convolution(name: str, arrays: Sequence[Array], shape: list[int], named: Attributes) -> State:
    roles = _CONVOLUTIONS[name]
    shapes = dict(zip(roles, (list(arrays[0].shape), list(arrays[1].shape), shape)))
    steps = (named["stride"], named["padding"], named["dilation"])
    windows = windows_over(name, tuple(shapes["x"][2:]), tuple(shapes["w"][2:]), *steps)
    return {
        **shapes,
        "roles": list(roles),
        "padded": [*shapes["x"][:2], *windows.padded],
        "before": [before for before, _ in windows.padding],
        "stride": list(windows.stride),
        "dilation": list(windows.dilation),
        "groups": int(named["groups"]),
    }


def _over_windows(name: str, x: Array, shape: list[int], named: Attributes) -> State:
    """Where each element of all windows stands in the picture; in pooling, window by window."""
    picture = shape if name == "fold" else x.shape
    size = x.shape[2 : x.ndim // 2 + 1] if name == "fold" else named["size"]
    stride = size if named["stride"] is None else named["stride"]
    numbers = np.arange(1.0, math.prod(picture) + 1).reshape(picture)
    unfold, steps = ARRAY_RULES["unfold"].forward, (named["padding"], named.get("dilation", 1))
    places = unfold(numbers, size, stride, *steps).astype(int) - 1
    if name == "fold":
        return {"from": np.ravel(places).tolist()}
    ndim = x.ndim - 2
    taps = math.prod(places.shape[2 : 2 + ndim])
    aside = np.moveaxis(places.reshape(*shape[:2], taps, *shape[2:]), 2, -1)
    found: State = {"from": np.ravel(aside).tolist(), "taps": taps}
    if name == "avg_pool":
        by = taps if named["divisor"] is None else named["divisor"]
        found["divisor"] = np.broadcast_to(by, shape).ravel().tolist()
    return found


def _matmul(a: int, b: int) -> tuple[list[str], str]:
    """The letters of a matrix product: x and z of the result, y summed, the stack's before them."""
    stack = _LETTERS[: max(a - 2, b - 2, 0)]
    left, right = stack[len(stack) - max(a - 2, 0) :], stack[len(stack) - max(b - 2, 0) :]
    x, z = "x" if a > 1 else "", "z" if b > 1 else ""
    return [f"{left}{x}y", f"{right}y{z}"], f"{stack}{x}{z}"


def _dot(a: int, b: int) -> tuple[list[str], str]:
    if not a or not b:
        return _outer(a, b)
    rows, columns = _LETTERS[: a - 1], _LETTERS[a - 1 : a + b - 2]
    right = f"{columns[:-1]}y{columns[-1:]}" if b > 1 else "y"
    return [f"{rows}y", right], rows + columns


def _inner(a: int, b: int) -> tuple[list[str], str]:
    if not a or not b:
        return _outer(a, b)
    rows, columns = _LETTERS[: a - 1], _LETTERS[a - 1 : a + b - 2]
    return [f"{rows}y", f"{columns}y"], rows + columns


def _outer(a: int, b: int) -> tuple[list[str], str]:
    rows, columns = _LETTERS[:a], _LETTERS[a : a + b]
    return [rows, columns], rows + columns


_PRODUCTS: dict[str, Callable[[int, int], tuple[list[str], str]]] = {
    "matmul": _matmul,
    "linear": _matmul,
    "dot": _dot,
    "inner": _inner,
    "outer": _outer,
}


def kernels_javascript(names: Iterable[str], users: str = "") -> str:
    """The kernels called ``names``, what they and the script ``users`` use, in the files' order.

    >>> from autograd.stage.kernels import kernels_javascript
    >>> "kernels.softmax = " in kernels_javascript(["cross_entropy"])
    True
    >>> "kernels.softmax = " in kernels_javascript(["sum"])
    False
    """
    blocks = _blocks()
    wanted = {"kernelOf", *(f"kernels.{name}" for name in names), *_words(users)} & set(blocks)
    queue = list(wanted)
    while queue:
        used = _words(blocks[queue.pop()]) & set(blocks)
        queue += used - wanted
        wanted |= used
    return "".join(text for name, text in blocks.items() if name in wanted)


def kernel_names() -> list[str]:
    """All that there are, for a page that computes what is typed."""
    return [name.removeprefix("kernels.") for name in _blocks() if name.startswith("kernels.")]


def _words(code: str) -> set[str]:
    return set(re.findall(r"kernels\.\w+|\w+", code))


@cache
def _blocks() -> dict[str, str]:
    """The definitions at the top of the kernels' files, by name."""
    found: dict[str, str] = {}
    for name in _FILES:
        for block in re.split(r"\n(?=\n)", read_text(f"stage/assets/{name}.js")):
            defined = re.search(r"^(?:const |function )?([\w.]+)(?= = |\()", block, re.MULTILINE)
            if defined:
                found[defined[1]] = block.strip("\n") + "\n"
    return found


def numbers_of(value: Quantity) -> State:
    """An array as the page reads it: its shape, and all digits of its elements."""
    array = np.asarray(value)
    return {"shape": list(array.shape), "data": [plain(x) for x in array.ravel().tolist()]}


def plain(number: float) -> float | int | str:
    """A number as JSON has it, whole ones short, or as JavaScript's Number reads it."""
    number = float(number)
    if math.isfinite(number):
        whole = number == int(number) and abs(number) < 1e15 and (number or not np.signbit(number))
        return int(number) if whole else number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
