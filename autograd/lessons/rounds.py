"""The iterations of an optimizer taken one by one, each written down as it is taken."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from autograd.calculus import Quantity, short
from autograd.engine import Node, calling_variables, frames_to_user
from autograd.graph import Graph, alike, seeded, trace
from autograd.lessons.lesson import Steps
from autograd.lessons.metrics import Told
from autograd.lessons.swept import Sweep
from autograd.lessons.updates import Closure, Round, Update, Updates

#: The most updates of one lesson.
MOST_ITERATIONS = 100
#: The loss of a round is stepped through, too, where its graph has no more rows.
MOST_ROWS = 60
#: An update of more steps is said to be long.
MOST_STEPS = 400


def updates(
    optimizer: Quantity,
    closure: Closure | None,
    iterations: int,
    schedule: Callable[[int], float] | None = None,
) -> Updates:
    """So many updates of ``optimizer`` as a lesson; the parameters are as before afterwards.

    ``closure`` returns the loss. ``schedule`` gives the learning rates in place of the optimizer's
    own; one that is driven by a metric gets the loss of each iteration. TypeError for a closure or
    a schedule that is none, or where the optimizer has no rule; ValueError for a parameter without
    gradient, and for what is not finite.
    """
    kind = type(optimizer).__name__
    if not callable(closure):
        raise TypeError(
            f"steps: {kind} needs a closure that returns the loss: steps(optimizer, closure)"
        )
    whole = isinstance(iterations, int) and not isinstance(iterations, bool)
    if not whole or not 1 <= iterations <= MOST_ITERATIONS:
        raise ValueError(
            f"steps: iterations={short(iterations)}; give a whole number from 1 to "
            f"{MOST_ITERATIONS}"
        )
    if schedule is not None and not callable(schedule):
        raise TypeError(
            f"steps: schedule={short(schedule)}; give a function from the number of the update to "
            "a learning rate, such as optim.Cosine(0.1, steps=10); a constant rate is lr="
        )
    if not hasattr(optimizer, "next_update") and not hasattr(optimizer, "noted"):
        raise TypeError(f"steps: {kind} has no rule to step through")
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state = optimizer.state_dict()
    before = [(np.array(p.data), copy.copy(p.grad)) for p in parameters]
    try:
        with np.errstate(all="ignore"), _rates(optimizer, schedule):  # what is not finite: below
            rounds, losses = _rounds(optimizer, closure, iterations, parameters)
    finally:
        for parameter, (data, grad) in zip(parameters, before, strict=True):
            parameter.data = alike(parameter.data, data)
            parameter.grad = grad
        optimizer.load_state_dict(state)
    return Updates(kind, rounds, losses)


@contextmanager
def _rates(optimizer: Quantity, schedule: Quantity) -> Iterator[None]:
    """Within the block all groups follow the schedule, if there is one; then it is as before."""
    groups = optimizer.param_groups if schedule is not None else []
    own = [group["lr"] for group in groups]
    saved = copy.deepcopy(schedule.state_dict()) if hasattr(schedule, "state_dict") else None
    for group in groups:
        group["lr"] = schedule
    try:
        yield
    finally:
        for group, lr in zip(groups, own, strict=True):
            group["lr"] = lr
        if saved is not None:
            schedule.load_state_dict(saved)


def _rounds(
    optimizer: Quantity, closure: Closure, iterations: int, parameters: Sequence[Quantity]
) -> tuple[list[Round], list[float]]:
    variables = calling_variables()
    by_gradient = getattr(optimizer, "uses_gradients", True)
    rounds, losses = list[Round](), list[float]()
    for number in range(1, iterations + 1):
        graph, output = _loss(optimizer, closure, parameters, variables, number)
        losses.append(float(output.data))
        told = Told.all(optimizer, losses[-1])
        if hasattr(optimizer, "next_update"):
            updates = tuple(Update.of(optimizer, p, graph[p].label, told) for p in parameters)
            optimizer.step()
        else:
            names = [graph[p].label for p in optimizer.packed]
            again = _with_gradients(optimizer, closure) if by_gradient else closure
            updates = (Update.whole(optimizer, again, names, told),)
            if number == 1:
                _remark_on(optimizer, updates[0])
        backward = _backward(graph) if by_gradient and len(graph) <= MOST_ROWS else None
        rounds.append(Round(number, losses[-1], backward, updates))
        for update in updates:
            if not np.isfinite(update.new).all():
                raise ValueError(
                    f"steps: after iteration {number} {update.name} is not finite; "
                    "give a smaller learning rate"
                )
    losses.append(float(closure().data))
    return rounds, losses


def _remark_on(optimizer: Quantity, update: Update) -> None:
    """Warn of an update that makes many iterations of its own, and so a lesson too long to read."""
    most = optimizer.param_groups[0].get("max_iter", 1)
    if len(update) > MOST_STEPS and most > 1:
        kind = type(optimizer).__name__
        warnings.warn(
            f"steps: one update of this {kind} has {len(update):,} steps, those of up to {most} "
            f"iterations; {kind}(..., max_iter=1) makes an update of each",
            stacklevel=frames_to_user(),
        )


def _with_gradients(optimizer: Quantity, closure: Closure) -> Closure:
    """The closure, and what it may have left to its caller: no old gradients, and new ones."""

    def loss() -> Quantity:
        optimizer.zero_grad()
        output = closure()
        if not any(p.grad is not None and np.any(p.grad) for p in optimizer.packed):
            output.backward()
        return output

    return loss


def _loss(
    optimizer: Quantity,
    closure: Closure,
    parameters: Sequence[Quantity],
    variables: Quantity,
    number: int,
) -> tuple[Graph, Quantity]:
    """The graph of the loss, with the gradients in the parameters."""
    optimizer.zero_grad()
    output = closure()
    if not isinstance(output, Node) or np.size(output.data) != 1:
        raise TypeError(
            f"steps: the closure returned {short(output)}; return the loss, a node of one number"
        )
    graph = trace(output, variables)
    if not any(p.grad is not None and np.any(p.grad) for p in parameters):
        output.backward()  # the closure has not done it
    for place, parameter in enumerate(parameters, 1):
        try:
            label = graph[parameter].label
        except KeyError:
            name = getattr(parameter, "name", None) or f"parameter {place}"
            raise ValueError(
                f"steps: {short(name)} gets no gradient: the loss does not depend on it; "
                "leave it out of the optimizer"
            ) from None
        if parameter.grad is None:
            raise ValueError(f"steps: {label} gets no gradient; make it requires_grad=True")
        if not np.isfinite(parameter.grad).all():
            raise ValueError(
                f"steps: in iteration {number} the gradient of {label} is not finite; "
                "give another start or a smaller learning rate"
            )
    return graph, output


def _backward(graph: Graph) -> Steps:
    gradients = seeded(graph, None, "steps")
    return Steps(graph, Sweep(graph, gradients), gradients)
