"""The words that a lesson which is run shows, and those of them that a language lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text

from autograd.cli.places import name_of
from autograd.lectures import LECTURES, lecture
from autograd.writing import LANGUAGES, phrases

#: Words that are the same in every language: names of people, of optimizers, functions and losses,
#: of the parts of a program, and the terms that the Indonesian lectures have in English.
STAY = {
    *"SGD Adagrad AdaGrad Adadelta RMSProp RMSprop Adam AdamW NAdam Adamax AMSGrad RAdam".split(),
    *"Rprop Lion L-BFGS lbfgs Newton newton ars sgd nesterov adagrad adadelta rmsprop adam".split(),
    *"adamw nadam adamax amsgrad radam rprop lion finite-difference PyTorch OurFFN".split(),
    *"MSE RMSE MSLE MAE BCE KL Huber hinge delta logit one-hot cross-entropy softmax".split(),
    *"relu leaky_relu elu gelu silu sigmoid tanh softplus log exp diag Xavier Kaiming".split(),
    *"beale rosenbrock himmelblau rastrigin setosa versicolor virginica k-means".split(),
    *"batch mini-batch epoch dropout momentum parameter unit flops Hessian jacobian".split(),
    *"weight bias fc1 fc2 fc3 fc4 h_bar ta Gp Gn sign output tracegrad quiz E".split(),
}  # fmt: skip


def untranslated(run: Any, figure: Figure) -> list[str]:
    """What a lesson that was run, and its picture, say that a language does not have."""
    drawn = (text.get_text() for text in figure.findobj(Text))
    texts = dict.fromkeys([*words_of(run), *drawn])
    return [
        f"{lang}: {part}"
        for lang in LANGUAGES[1:]
        for text in texts
        for part in lacking(text, lang)
    ]


def words_of(run: Any) -> Iterator[str]:
    """The title, the tables, the notes and the names of the printed numbers of a lesson."""
    yield from (run.title, *run.notes)
    for table in run.tables:
        yield from (table.title, *table.columns)
        yield from (cell for row in table.rows for cell in row if isinstance(cell, str))
    for letter in LECTURES:
        for place in lecture(letter).places:
            yield from (name_of(n)[0] for n in place.numbers if place.lesson == run.name)


def lacking(text: str, lang: str) -> list[str]:
    """The parts of a text that a language does not have."""
    if text in phrases(lang) or text.lstrip().startswith("import ") or is_the_same(text):
        return []
    for english in sorted((one for one in phrases(lang) if "{}" in one), key=len, reverse=True):
        pattern = re.escape(english).replace(r"\{\}", "(.+?)")
        if match := re.fullmatch(pattern, text, re.DOTALL):
            return [part for group in match.groups() for part in lacking(group, lang)]
    return [text]


def is_the_same(text: str) -> bool:
    """Whether a text is one in every language: a formula, a number, names."""
    # Without formulas set by TeX and derivatives such as dL/dW.
    words = re.findall(r"[A-Za-z][\w.-]*[A-Za-z]", re.sub(r"\$[^$]*\$|d\w+/d\w+", "", text))
    return all(word in STAY or STAY.issuperset(word.split(".")) for word in words)
