"""Steps as JSON, all digits kept, for other programs.

The keys of the document::

    format      "tracegrad-steps"; version 1
    output      the label of the result
    mode        "reverse" or "forward"
    nodes       per row of the graph: row, name, kind, op, operands (rows), expression, value,
                gradient (null where there is none); line, columns and turn (n, of how many) in
                the program that made it, where they are known
    steps       number, phase ("forward", "backward", "update"), node (row), value, text (the
                equations in plain text), and by phase
                forward:  expression, numbers; in forward mode also seed (row), tangent, terms
                backward: terms
                update:   old, rate
    terms       operand (row), slot, upstream, local (null for a structural operation), product,
                before (null at the first term), total
    after       the output after the update; only where there is one

Arrays are nested lists. What is not finite is the string "nan", "inf" or "-inf".

>>> from autograd import Value
>>> from autograd.lessons import document, steps
>>> document(steps(Value(2.0, "x").square(), names={}))["steps"][-1]["terms"][0]["product"]
4.0
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Quantity, State
from autograd.lessons.program_lines import program_places
from autograd.lessons.records import BACKWARD, FORWARD, MOST_ITEMS, UPDATE, Records, Step, Term
from autograd.lessons.wording import Wording
from autograd.writing import TEXT


def dumps(steps: Records, indent: int | None = 2) -> str:
    """The document as a string."""
    return json.dumps(document(steps), ensure_ascii=False, indent=indent, allow_nan=False)


def dumps_all(lessons: Sequence[Records]) -> str:
    """One lesson's document, or the list of several."""
    documents = [document(lesson) for lesson in lessons]
    content = documents[0] if len(documents) == 1 else documents
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)


def document(steps: Records) -> State:
    """The document as dictionaries and lists; ValueError for more steps than a reader takes in."""
    if len(steps) > MOST_ITEMS:
        raise ValueError(
            f"json: {len(steps):,} steps are too many for a document (at most {MOST_ITEMS:,}); "
            f"go through them in a loop: for step in steps(...)"
        )
    wording = Wording(steps, TEXT)
    places = program_places(steps.graph)
    nodes = [
        {
            "row": node.index,
            "name": node.label,
            "kind": node.kind,
            "op": node.op,
            "operands": list(node.args),
            "expression": node.expression,
            "value": jsonable(node.value),
            "gradient": jsonable(steps.gradients[node.index]),
            **places.get(node.index, {}),
        }
        for node in steps.graph
    ]
    content = {
        "format": "tracegrad-steps",
        "version": 1,
        "output": steps.graph.output.label,
        "mode": steps.mode,
        "nodes": nodes,
        "steps": [_step(wording, step) for step in steps],
    }
    if steps.after is not None:
        content["after"] = jsonable(steps.after)
    return content


def _step(wording: Wording, step: Step) -> State:
    record: State = {
        "number": step.number,
        "phase": step.phase,
        "node": step.node.index,
        "value": jsonable(step.value),
        "text": [line.text for line in wording.lines(step)],
    }
    if step.phase == FORWARD:
        record |= {"expression": step.node.expression, "numbers": step.node.substituted}
        if step.seed is not None:
            record |= {"seed": step.seed.index, "tangent": jsonable(step.tangent)}
            record["terms"] = [_term(term) for term in step.terms]
    if step.phase == BACKWARD:
        record["terms"] = [_term(term) for term in step.terms]
    if step.phase == UPDATE:
        record |= {"old": jsonable(step.old), "rate": step.rate}
    return record


def _term(term: Term) -> State:
    return {
        "operand": term.operand.index,
        "slot": term.slot,
        "upstream": jsonable(term.upstream),
        "local": jsonable(term.local),
        "product": jsonable(term.product),
        "before": jsonable(term.before),
        "total": jsonable(term.total),
    }


def jsonable(value: Quantity) -> Quantity:
    """A number, an array or None as JSON has it."""
    if isinstance(value, np.ndarray | np.generic):
        return jsonable(value.tolist())
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
