"""The exercises of the notebooks: the library works out each answer, and says what went wrong.

In a notebook, ``check("1.1", answer)`` compares an answer with the library's. ``...`` is an answer
not given yet, so that a notebook runs from top to bottom before anybody has solved anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Value, grad
from nn.data import DataLoader, count_batches

#: How far off a number may be: an answer rounded to two decimals is right.
TWO_DECIMALS = 0.006


@dataclass(frozen=True)
class Exercise:
    """A question that a notebook asks.

    ``right`` finds the answer: a number, a letter, or a function of one number, which is compared
    at the points ``at``. ``slips`` are wrong answers people give, and what each of them forgot.
    ``near`` is how far off a number may be.
    """

    right: Callable[[], Any]
    why: str
    hint: str
    slips: Mapping[Any, str] = field(default_factory=dict)
    at: tuple[float, ...] = (-2.0, 0.5, 1.0, 3.0)
    near: float = TWO_DECIMALS


def check(name: str, answer: Any) -> None:
    """Say whether ``answer`` is the answer to exercise ``name``, and if not, where to look."""
    exercise = EXERCISES.get(name)
    if exercise is None:
        raise ValueError(f"check: there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
    print(f"Exercise {name}: {_verdict(exercise, answer)}")


def _verdict(exercise: Exercise, answer: Any) -> str:
    right = exercise.right()
    if answer is ...:
        return "put your answer in place of the ... and run the cell again."
    if callable(right):
        return _of_function(exercise, right, answer)
    if isinstance(right, str):
        return _of_letter(exercise, right, answer)
    number = _number(answer)
    if number is None:
        return f"a number is wanted here, not {answer!r:.40} (a {type(answer).__name__})."
    return _of_number(exercise, float(right), number)


def _of_number(exercise: Exercise, right: float, answer: float) -> str:
    if abs(answer - right) <= exercise.near:
        return f"right, {right:.4g}. {exercise.why}"
    for slip, said in exercise.slips.items():
        if abs(answer - slip) <= exercise.near:
            return f"not {answer:.4g}. {said}"
    if abs(answer + right) <= exercise.near:
        return f"the size is right, the sign is not. {exercise.hint}"
    return f"not {answer:.4g}. {exercise.hint}"


def _of_letter(exercise: Exercise, right: str, answer: Any) -> str:
    if not isinstance(answer, str):
        return f'a letter is wanted here, in quotes, like "A"; not {answer!r:.40}.'
    letter = answer.strip().upper()
    if letter == right:
        return f"right, {right}. {exercise.why}"
    return f"not {letter:.40}. {exercise.slips.get(letter, exercise.hint)}"


def _of_function(exercise: Exercise, right: Callable[[float], float], answer: Any) -> str:
    if not callable(answer):
        return f"a function is wanted here, not {answer!r:.40}; keep the `def` line."
    for x in exercise.at:
        try:
            found = answer(x)
        except Exception as error:  # a learner's function may raise anything
            return f"at {x:g} your function stops with {type(error).__name__}: {error}"
        if found is ...:
            return "put your formula in place of the ... and run the cell again."
        number = _number(found)
        if number is None:
            return f"at {x:g} your function returns {found!r:.40}; a number is wanted."
        wanted = float(right(x))
        if abs(number - wanted) > exercise.near:
            return f"at {x:g} your function says {number:.4g}, the library {wanted:.4g}. " + (
                exercise.hint
            )
    return f"right, at {', '.join(f'{x:g}' for x in exercise.at)}. {exercise.why}"


def _number(answer: Any) -> float | None:
    if isinstance(answer, str):
        return None
    try:
        number = float(answer)
    except (TypeError, ValueError):
        return None
    return None if math.isnan(number) else number


def _gradient(f: Callable[..., Value], of: str, **at: float) -> Callable[[], float]:
    """What the engine finds for ∂f/∂``of`` at a point."""

    def find() -> float:
        leaves = {name: Value(data, name) for name, data in at.items()}
        f(**leaves).backward()
        return leaves[of].grad

    return find


def _descended(f: Callable[[Value], Value], w: float, rate: float) -> Callable[[], float]:
    """Where one step of gradient descent leads from ``w``."""
    return lambda: w - rate * float(grad(f)(w))


def _neuron_loss(w1: Any, w2: Any, b: Any) -> Any:
    a = autograd.sigmoid(w1 * 0.5 + w2 * -1.0 + b)
    return -autograd.log(a)


def _neuron_output() -> float:
    return float(autograd.sigmoid(Value(0.8 * 0.5 - 0.4 * -1.0 + 0.1)))


EXERCISES: dict[str, Exercise] = {
    "1.1": Exercise(
        _gradient(lambda x, y, z: (x - y) * z, "y", x=1.0, y=-3.0, z=4.0),
        "Raising y lowers x - y one for one, and z = 4 makes four of each.",
        "Name the difference e = x - y. How far does e move when y does? And f, when e does?",
        {4.0: "Raising y makes x - y smaller: that link has a minus sign."},
    ),
    "1.2": Exercise(
        lambda: (1.0 - 3.0) * 4.5,
        "The nudge 0.5 times the derivative -2 is -1, and -8 - 1 = -9.",
        "f was -8; multiply the nudge by ∂f/∂z and add.",
        {
            -7.0: "∂f/∂z is negative: turning z up lowers f.",
            -1.0: "That is how far f moves. Where does it end, having started at -8?",
        },
    ),
    "1.3": Exercise(
        lambda: grad(lambda w: w**3),
        "(w + h)³ = w³ + 3w²h + 3wh² + h³, and only 3w²h still counts when h is tiny.",
        "Multiply out (w + h)³, take w³ away, divide by h, and let h vanish.",
    ),
    "1.4": Exercise(
        lambda: "D",
        "x2 goes the same way as x1: through the sum (times 1), then the product (times z2).",
        "Set x1 = 2, x2 = 3, z2 = 4 and compare each line with the picture.",
        {
            "A": "y = z1 · z2, so nudging z1 moves y z2 times as far: A is sound.",
            "B": "y = z1 · z2, so nudging z2 moves y z1 times as far: B is sound.",
            "C": "x1 moves z1 one for one, and z1 moves y z2 times as far: C is sound.",
        },
    ),
    "2.1": Exercise(
        lambda: float(grad(autograd.sigmoid)(0.0)),
        "At s = 0 the neuron says 0.5, and 0.5 · (1 - 0.5) = 0.25: nowhere is it steeper.",
        "The sigmoid of 0 is 0.5; put that into out · (1 - out).",
        {0.0: "The sigmoid of 0 is 1 / (1 + 1), which is not 0."},
    ),
    "2.2": Exercise(
        lambda: float(grad(autograd.sigmoid)(10.0)),
        "At s = 10 the neuron says 0.99995: it is sure, flat, and slow to learn.",
        "Work out 1 / (1 + exp(-10)) first, then out · (1 - out).",
        near=1e-6,
    ),
    "2.3": Exercise(
        lambda: 0.8 - 0.5 * _gradient(_neuron_loss, "w1", w1=0.8, w2=-0.4, b=0.1)(),
        "The slope is x1 · (a - y), and α = 0.5 says how much of it to take.",
        "New weight = old weight - α · slope, and the slope is x1 · (a - y).",
        {
            0.8 + 0.25 * (_neuron_output() - 1.0): "The update subtracts: downhill, not uphill.",
            0.8 - 0.125 * (_neuron_output() - 1.0): (
                "x1 is in the slope x1 · (a - y) already; it is multiplied once, not twice."
            ),
        },
        near=0.001,
    ),
    "2.4": Exercise(
        lambda: "B",
        "Both terms stand under the one minus; with the sign of B a wrong answer would be praised.",
        "Try each with y = 0 and a = 0.99: a bad answer must cost a lot, and a loss is never "
        "negative.",
        {"A": "With y = 0 and a = 0.99, A costs 4.6; with a = 0.01, it costs 0.01. A is sound."},
    ),
    "3.1": Exercise(
        _gradient(lambda w: w * w * w, "w", w=2.0),
        "Three roads, each worth 2 · 2 = 4, make 12, as 3w² says.",
        "w is used three times: three roads, one product along each, and then their sum.",
        {4.0: "That is one road. How many are there?", 8.0: "That is w³ itself, or two roads."},
    ),
    "3.2": Exercise(
        _descended(lambda w: (w - 1) ** 2 + (w - 3) ** 2, 1.4, 0.1),
        "The slope at 1.4 is 0.8 - 3.2 = -2.4, and 1.4 + 0.24 = 1.64.",
        "The slope is 2(w - 1) + 2(w - 3); subtract a tenth of it from w.",
        {1.16: "A negative slope says that f falls to the right: subtract it, and w grows."},
    ),
    "3.3": Exercise(
        lambda: 2.0,
        "At w = 2 the two pulls, 2(w - 1) = 2 and 2(w - 3) = -2, cancel: the slope is 0.",
        "Where is 2(w - 1) + 2(w - 3) equal to 0?",
    ),
    "3.4": Exercise(
        lambda: 1 / 16,
        "w1 = 1/3 must lose 1/6, and 1/6 = α · 8/3 gives α = 1/16.",
        "w1 moves by α · 8/3, and has to go from 1/3 to 1/6.",
        {1 / 8: "1/8 takes w1 the whole way to 0; it has to stop half-way."},
        near=0.001,
    ),
    "3.5": Exercise(
        lambda: "C",
        "backward() adds to what is there; without zero_grad the old slopes keep pushing.",
        "Which line makes the new slope start from 0?",
        {
            "A": "Without backward there are no slopes at all, and nothing moves.",
            "B": "Without the update the weights stay as they are; they do not overshoot.",
        },
    ),
    "4.1": Exercise(
        lambda: nn.count_parameters(nn.MLP(64, [16, 10])),
        "64 · 16 weights and 16 biases, then 16 · 10 weights and 10 biases.",
        "Every neuron has one weight for each of its inputs, and a bias.",
        {
            1184.0: "Those are the weights. Every neuron has a bias as well.",
            2410.0: "That is the network with 32 neurons in the middle; this one has 16.",
        },
    ),
    "4.2": Exercise(
        lambda: count_batches(1153, 128).updates_per_epoch,
        "Nine full batches make 1,152, and the tenth has a single row.",
        "How many full batches are there, and is anything left over?",
        {9.0: "Nine batches are 1,152 rows: one row has not had its turn."},
    ),
    "4.3": Exercise(
        lambda: nn.CrossEntropyLoss()(np.zeros((1, 4)), np.array([2])).item(),
        "-log(1/4), which is log(4).",
        "Minus the logarithm of the share that the right kind gets, whichever it is.",
        {0.25: "That is the share. The loss is minus its logarithm."},
    ),
    "4.4": Exercise(
        lambda: "C",
        "Without it no weight ever moves: the network goes on as it began.",
        "Without step() no weight moves at all. What would such a line look like?",
    ),
    "4.5": Exercise(
        lambda: "A",
        "Each batch holds one digit only, and the network forgets the others over it: at the end "
        "of the epoch it has just seen nines, and says 9 to everything.",
        "At the end of each epoch such a network has seen nothing but nines for a while.",
        {"D": "D is not learning badly from the start; it starts well, and then falls. Why?"},
    ),
    "4.6": Exercise(
        lambda: "D",
        "All derivatives since the beginning add up; the updates get longer, and overshoot.",
        "backward() adds to what is there: the updates get longer and longer.",
        {"A": "A has trouble from its first epoch; longer and longer updates need some time."},
    ),
}


def forgetful_training(rounds: int = 12, rate: float = 0.1) -> tuple[list[float], list[float]]:
    """The losses of a loop that is as it should be, and of one that lacks a line."""

    def train(forgetful: bool) -> list[float]:
        w = Value(1.0, "w")
        losses = []
        for _ in range(rounds):
            f = (w - 1) ** 2 + (w - 3) ** 2
            losses.append(f.data)
            if not forgetful:
                w.grad = 0.0
            f.backward()
            w.data -= rate * w.grad
        return losses

    return train(False), train(True)


def damaged_training(
    X: Any, y: Any, X_val: Any, y_val: Any, epochs: int = 12
) -> dict[str, list[float]]:
    """Validation accuracies, epoch by epoch, of four loops of which three lack something."""
    ordered = np.argsort(y, kind="stable")
    loss_fn = nn.CrossEntropyLoss()

    def train(missing: str) -> list[float]:
        model = nn.MLP(64, [16, 10], rng=0)
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        shuffle = missing != "shuffle"
        rows = slice(None) if shuffle else ordered
        loader = DataLoader(X[rows], y[rows], batch_size=32, shuffle=shuffle, seed=0)
        accuracies = []
        for _ in range(epochs):
            for X_batch, y_batch in loader:
                if missing != "zero_grad":
                    optimizer.zero_grad()
                loss_fn(model(X_batch), y_batch).backward()
                if missing != "step":
                    optimizer.step()
            accuracies.append(float((model(X_val).data.argmax(axis=1) == y_val).mean()))
        return accuracies

    missing = {"A": "shuffle", "B": "nothing", "C": "step", "D": "zero_grad"}
    return {letter: train(what) for letter, what in missing.items()}
