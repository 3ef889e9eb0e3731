"""A worksheet and its answers as JSON."""

from __future__ import annotations

import json

import numpy as np

from autograd.calculus import Quantity, State
from autograd.sheets.exercises import Exercise, Gap, Sheet, written


def answers(sheet: Sheet) -> str:
    """``title seed blank exercises``; of each exercise the ``inputs`` and the ``gaps``.

    A gap has its ``line`` (``d = x + y = ______``), the ``name`` of the value it is about, its
    ``kind`` (value or gradient), the ``answer`` with all digits and ``written`` by hand.
    """
    record = {
        "title": sheet.title,
        "seed": sheet.seed,
        "blank": sheet.blank,
        "exercises": [_exercise(one) for one in sheet.exercises],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _exercise(exercise: Exercise) -> State:
    inputs = {node.label: _plain(node.value) for node in exercise.steps.inputs}
    return {"inputs": inputs, "gaps": [_gap(exercise, gap) for gap in exercise.gaps]}


def _gap(exercise: Exercise, gap: Gap) -> State:
    return {
        "line": exercise.line(gap, solved=False),
        "name": gap.node.label,
        "kind": "value" if gap.key == "data" else "gradient",
        "answer": _plain(gap.answer),
        "written": written(gap.answer),
    }


def _plain(value: Quantity) -> Quantity:
    return np.asarray(value, float).tolist()
