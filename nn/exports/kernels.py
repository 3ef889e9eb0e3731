"""What each row of the tables is as loops.

Array rows come as the kernels by which the page of a lesson computes them: axes, letters of a
product, places that elements are moved from.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd.calculus import Rule
from autograd.stage import kernel_of
from autograd.typing import State
from nn.exports.moves import gathered, moved
from nn.exports.products import convolution, pool, product
from nn.exports.recorded import Recorded, Step
from nn.exports.reductions import reduction, running, softmax, variance
from nn.exports.writer import Writer


def _each(w: Writer, step: Step, to: str, settings: State) -> None:
    shape = w.whole.shapes[step.out]
    w.each(settings["rule"], to, shape, [w.walk(place, shape) for place in step.operands])


#: By kernel what writes it: ``write(writer, step, to, settings)``.
KERNELS: dict[str, Callable[[Writer, Step, str, State], None]] = {
    "each": _each, "moved": moved, "gathered": gathered, "product": product, "linear": product,
    "convolution": convolution, "max_pool": pool, "avg_pool": pool, "var": variance,
    "std": variance, "cumsum": running, "cumprod": running,
    **dict.fromkeys(("sum", "mean", "prod", "max", "min"), reduction),
    **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), softmax),
}  # fmt: skip

#: A change of the type to whole numbers, and to truths.
_WHOLE = Rule("astype", ("a",), "where(less(a, 0), ceil(a), floor(a))", (), ())
_TRUTH = Rule("astype", ("a",), "not_equal(a, 0)", (), ())


def kernel(whole: Recorded, step: Step) -> tuple[str, State] | int:
    """The kernel of a step and its settings; or the operand, if it has the same elements in order.

    ValueError, by name, for what has no loops here.
    """
    if step.name == "astype":
        before, after = (whole.dtypes[place].kind for place in (step.operands[0], step.out))
        if after == "b" and before != "b":
            return "each", {"rule": _TRUTH}
        to_whole = after in "iu" and before == "f"
        return ("each", {"rule": _WHOLE}) if to_whole else step.operands[0]
    if isinstance(step.rule, Rule):
        if step.rule.is_special:
            raise ValueError(
                f"export: {step.name} is SciPy's, and an exported source stands alone; use another "
                f"function"
            )
        return "each", {"rule": step.rule}
    if step.name == "take" and len(step.operands) == 2:
        return "gathered", step.attrs
    operands = [whole.constants.get(p, np.zeros(whole.shapes[p])) for p in step.operands]
    found = kernel_of(step.rule, operands, step.attrs, np.zeros(whole.shapes[step.out]))
    if found is None or found[0] not in KERNELS:
        raise ValueError(
            f"export: {step.name} has no loops in an exported source; use other functions of "
            f"autograd in its place"
        )
    return step.operands[0] if found[0] == "moved" and "from" not in found[1] else found
