"""The questions of a scene: what the script reads of them, and the forms in which they are asked.

A form says only what is asked. What the answer is, and what the slips give, the script computes
from the numbers of the moment; a scene without live numbers carries those that its questions read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from autograd.calculus import Quantity, State
from autograd.lessons import FORWARD, UPDATE, Question, Step, Steps, Wording, numbers_of
from autograd.render import clean, escape
from autograd.stage.kernels import plain
from autograd.writing import one_line, say


def question_data(
    steps: Steps, questions: Sequence[Question], wording: Wording, live: bool
) -> State:
    """``questions`` as records and, unless the scene is live, the ``numbers`` that they read."""
    records = [
        {
            "step": question.step,
            "phase": steps[question.step - 1].phase,
            "row": steps[question.step - 1].node.index,
            "kind": question.kind,
            "text": clean(asked(wording, steps, question)),
            "answer": question.answer,
            "hint": question.hint,
            "place": question.place,
            "worked": question.worked,
            "slips": question.slips,
            "parts": dict(question.parts),
        }
        | _local(question)
        for question in questions
    ]
    data: State = {"questions": records}
    if not live:
        names = set[str]().union(*(question.names for question in questions))
        numbers = numbers_of(steps, [steps[question.step - 1] for question in questions])
        data["numbers"] = {name: _written(numbers[name]) for name in sorted(names)}
    return data


def _local(question: Question) -> State:
    local = question.local
    if local is None:
        return {}
    names = [clean(name) for name in local.names]
    return {"local": {"op": local.op, "slot": local.slot, "names": names, "points": local.points}}


def question_forms(
    steps: Steps, questions: Sequence[Question], wording: Wording, lang: str
) -> Mapping[int, str]:
    """The forms of the steps that ask, in templates: the script takes out the one that it asks."""
    forms: dict[int, str] = {}
    for i, question in enumerate(questions):
        forms.setdefault(question.step, "")
        forms[question.step] += _form(i, question, asked(wording, steps, question), lang)
    return {step: f"<template>{text}</template>" for step, text in forms.items()}


def asked(wording: Wording, steps: Steps, question: Question) -> str:
    """What is asked for as an equation of names, without its end."""
    step: Step = steps[question.step - 1]
    lines = wording.lines(step)
    if question.local is not None and question.term is not None:
        term = step.terms[question.term]
        return wording.notation.derivative(
            one_line(step.node.label), one_line(term.operand.text)
        ).text
    if question.term is not None:
        line = [line for line in lines if line.kind == "product"][question.term]
    elif step.phase == FORWARD and step.seed is None:
        sides = wording.symbol(step.node), wording.expression(step.node)
        return wording.notation.equation([side.text for side in sides])
    else:
        kind = "update" if step.phase == UPDATE else "tangent"
        line = next(line for line in lines if line.kind == kind)
    return line.sides[0] if line.value is not None else line.question


def _form(place: int, question: Question, equation: str, lang: str) -> str:
    shape = question.kind == "shape"
    end = "" if shape else "<mo>=</mo>"
    before = f'<span data-say="shape of">{escape(say(lang, "shape of"))}</span> ' if shape else ""
    return (
        f'<form class="ask" data-question="{place}"><label>{before}<span class="sum"></span>'
        f'<math displaystyle="true"><mrow>{equation}{end}</mrow></math>'
        '<span class="place"></span><input autocomplete="off" inputmode="text" '
        f'spellcheck="false"></label><button data-say="check">{escape(say(lang, "check"))}</button>'
        '<span class="verdict"></span></form>'
    )


def _written(value: Quantity) -> Quantity:
    """A number as JSON has it, an array as nested lists of them."""
    return [_written(item) for item in value] if np.ndim(value) else plain(value)
