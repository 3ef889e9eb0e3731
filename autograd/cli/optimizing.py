"""``tracegrad step --optimizer``: an expression minimised, and each update in steps."""

from __future__ import annotations

import argparse
import ast
import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from autograd.calculus import Function, Quantity, State, short
from autograd.cli.building import complain_of_unused, loss_of
from autograd.cli.console import Console
from autograd.cli.scheduling import schedule_of, with_momentum
from autograd.derivatives import hessian
from autograd.engine import Node, Tensor
from autograd.formulas import assignments, build
from autograd.lessons import Updates, paragraphs, steps
from autograd.writing import LANGUAGES, pointed, say, summary, translated

ITERATIONS = 3
#: Names, as a race has them, that are an optimizer with options.
_VARIANTS: dict[str, tuple[str, State]] = {
    "momentum": ("sgd", {"momentum": 0.9}),
    "nesterov": ("sgd", {"momentum": 0.9, "nesterov": True}),
    "amsgrad": ("adam", {"amsgrad": True}),
}


def updates_of(arguments: argparse.Namespace) -> tuple[Updates, object]:
    """The updates that were asked for, of the variables of ``--wrt`` or of all, and their seed.

    The seed is None where no random numbers are drawn.
    """
    if arguments.mode != "reverse" or arguments.interactive:
        raise ValueError("--optimizer needs reverse mode, and is not interactive")
    kind, preset = optimizer_named(arguments.optimizer)
    parameters, loss = _task(arguments)
    complain_of_unused(arguments, "; a setting of the optimizer is --option momentum=0.9")
    iterations = ITERATIONS if arguments.iterations is None else arguments.iterations
    options = _settings(kind, preset, parameters, arguments)
    updates: Updates = steps(kind(parameters, **options), loss, iterations)
    return updates, options.get("rng")


def _settings(
    kind: Quantity, preset: State, parameters: Sequence[Node], arguments: argparse.Namespace
) -> State:
    """What the optimizer is built with, beside its parameters."""
    options = preset | options_of(arguments.option or ())
    known = inspect.signature(kind).parameters
    if arguments.lr is not None:
        options["lr"] = arguments.lr
    if arguments.schedule is not None:
        rate = options.get("lr", known["lr"].default)
        if not isinstance(rate, int | float):
            raise ValueError(f"--schedule needs a learning rate to begin with, not {short(rate)}")
        options["lr"] = schedule_of(arguments.schedule, float(rate))
        options = with_momentum(options["lr"], kind, options)
    if "hessian" in known:
        names = [str(p.name) for p in parameters]
        options.setdefault("hessian", _hessian(arguments, names))
    if "rng" in known:  # a lesson is the same each time
        options.setdefault("rng", 0)
    if "max_iter" in known:  # an iteration of the lesson is one direction, with its line search
        options = {"max_iter": 1, "max_eval": 25, **options}
    return options


def _hessian(arguments: argparse.Namespace, names: Sequence[str]) -> Function:
    """The Hessian of the expression in the variables that are updated."""
    fixed = {name: Tensor(value) for name, value in assignments(arguments.values).items()}

    def loss(*values: Quantity) -> Quantity:
        return build(arguments.expression, {**fixed, **dict(zip(names, values))})

    return hessian(loss, tuple(range(len(names))))


def _task(arguments: argparse.Namespace) -> tuple[list[Node], Callable[[], Node]]:
    """The variables that are updated, and the closure that computes the loss."""
    values, loss = loss_of(arguments)
    wanted = [*values] if arguments.wrt is None else [n.strip() for n in arguments.wrt.split(",")]
    unknown = next((name for name in wanted if name not in values), None)
    if unknown is not None or not wanted:
        raise ValueError(
            f"--wrt: the expression has no variable {short(unknown)}; it has {', '.join(values)}"
            if values
            else "--optimizer: the expression has no variable; give one: w=1"
        )
    return [values[name] for name in wanted], loss


def optimizer_named(name: str) -> tuple[Quantity, State]:
    """The class of that name, in any case of letters, and the options that the name implies.

    ValueError names the nearest.
    """
    import optim

    kinds = {
        word.lower(): getattr(optim, word)
        for word in optim.__all__
        if isinstance(getattr(optim, word), type)
        and issubclass(getattr(optim, word), optim.Optimizer)
        and getattr(optim, word) not in (optim.Optimizer, optim.FirstOrder)
    }
    wanted = name.lower().replace("-", "")
    word, preset = _VARIANTS.get(wanted, (wanted, {}))
    if word not in kinds:
        near = get_close_matches(wanted, [*kinds, *_VARIANTS], 1)
        remedy = f"{near[0]} is nearest" if near else f"there are {', '.join([*kinds, *_VARIANTS])}"
        raise ValueError(f"--optimizer: there is no {short(name)}; {remedy}")
    return kinds[word], preset


def options_of(words: Sequence[str]) -> State:
    """``momentum=0.9`` and ``eps_form=inside`` as arguments."""
    options: State = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name.isidentifier():
            raise ValueError(f"--option {short(word)}: give a name and a value, momentum=0.9")
        try:
            options[name] = ast.literal_eval(pointed(text))
        except (ValueError, SyntaxError):
            options[name] = text
    return options


def show_updates(updates: Updates, seed: object, console: Console, lang: str) -> None:
    """Print all steps, in colour where the console has it."""
    place = LANGUAGES.index(lang)
    if isinstance(seed, int):
        console.print(say(lang, "drawn with", seed=seed, other=seed + 1) + "\n", "muted")
    for i, (title, lesson) in enumerate(updates.parts()):
        console.print(("\n" if i else "") + f"-- {title[place]} --", "heading")
        for paragraph in paragraphs(lesson, lang, console.ascii):
            console.print(paragraph.text, paragraph.kind)


def show_misprints(arguments: argparse.Namespace, console: Console) -> None:
    """What lectures print in place of the optimizer: its updates, and where both rules end."""
    from optim.misprints import MISPRINTS

    (kind, _), lang = optimizer_named(arguments.optimizer), arguments.lang
    place = LANGUAGES.index(lang)
    misprints = [one for one in MISPRINTS if one.optimizer == kind.__name__]
    if not misprints:
        raise ValueError(f"--misprints: no lecture misprints {kind.__name__}")
    parameters, loss = _task(arguments)
    iterations = ITERATIONS if arguments.iterations is None else arguments.iterations
    rate = {} if arguments.lr is None else {"lr": arguments.lr}
    for one in misprints:
        printed, meant = (
            steps(build(parameters, **rate), loss, iterations) for build in (one.printed, one.meant)
        )
        words = {"place": one.place, "said": translated(one.said)[place]}
        console.print(f"\n-- {say(lang, 'misprint', **words)} --", "heading")
        for update in printed[-1].updates:
            for paragraph in paragraphs(update, lang, console.ascii):
                console.print(paragraph.text, paragraph.kind)
        ends = zip(printed[-1].updates, meant[-1].updates, strict=True)
        for wrong, right in ends:
            console.print(
                "  "
                + say(lang, "misprint ends", name=wrong.name, n=iterations,
                      wrong=summary(wrong.new), right=summary(right.new)),
                "result",
            )  # fmt: skip
