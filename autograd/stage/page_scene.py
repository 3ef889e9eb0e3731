"""One computation of a page: its picture, its formulas, its inputs, and what the script reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

import numpy as np

from autograd.calculus import Quantity, State
from autograd.graph import Graph, Row
from autograd.lessons import (
    BACKWARD,
    UPDATE,
    Line,
    Question,
    Step,
    Steps,
    Wording,
    noted,
    quiz,
)
from autograd.render import clean, escape, is_written, texts_of, to_svg
from autograd.stage.array_data import (
    MOST_NUMBERS,
    fixed_operations,
    kernels_of,
    numbers_in_inputs,
    pushes_few,
    row_data,
    value_of,
)
from autograd.stage.array_inputs import NUMERIC, exact, field, fixed_note
from autograd.stage.box_data import columns, folded_picture, has_boxes, texts
from autograd.stage.every_page import in_each
from autograd.stage.kernels import Kernel, numbers_of
from autograd.stage.question_data import question_data, question_forms
from autograd.stage.source_data import source_data
from autograd.writing import LANGUAGES, MATHML, TEMPLATE, TEXT, formatting, say
from autograd.writing import math as formula

#: With more steps the page carries no formulas: it writes what the step that it shows says.
MOST_CARRIED = 400
#: So many of its first and of its last steps are written for a browser that runs no script.
MOST_READ = 40
#: The inputs that a long computation lets one edit.
MOST_INPUTS = 24


class PageScene:
    """One computation of a page."""

    place: int
    steps: Steps
    graph: Graph
    math: Wording
    template: Wording
    live: bool
    boxed: bool
    compact: bool
    carried: bool
    kernels: Sequence[Kernel | None]
    numbers: int
    fixed: list[str]
    questions: list[Question]
    rate: float
    inputs: list[Row]
    updated: list[Row]
    moved: list[Row]

    def __init__(self, place: int, steps: Steps) -> None:
        self.place, self.steps, self.graph = place, steps, steps.graph
        self.math = Wording(steps, MATHML)
        self.kernels = kernels_of(self.graph)
        self.numbers = 0 if self.graph.is_scalar else numbers_in_inputs(self.graph)
        small = self.numbers <= MOST_NUMBERS
        self.fixed = fixed_operations(self.graph, self.kernels) if small else []
        seeds = {step.seed.index for step in steps if step.seed} if steps.mode == "forward" else ()
        whole = self.graph.is_scalar or (small and pushes_few(self.graph, len(seeds)))
        self.live = whole and not self.fixed
        self.boxed = has_boxes(self.graph)
        self.carried = len(steps) <= MOST_CARRIED
        short = self.carried or steps.mode == "forward"
        self.compact = self.boxed and self.live and not short
        # The script tells expressions apart by the rules that a live page carries.
        self.questions = [q for q in quiz(steps) if self.live or q.kind != "expression"]
        # A page that computes nothing says the numbers as they are.
        self.template = Wording(steps, TEMPLATE if self.live else TEXT)
        # Updates come last; a long computation makes each other step anew when it is asked for.
        updates = [*takewhile(lambda step: step.phase == UPDATE, reversed(steps))][::-1]
        self.rate = next((step.rate for step in updates if step.rate is not None), 0.1)
        self.inputs = [n for n in self.graph if n.rule is None and not n.is_literal]
        updated = [step.node for step in updates]
        trained = [n for n in self.inputs if n.kind != "constant"]
        self.updated = updated
        self.moved = updated or [n for n in trained if steps.gradients[n.index] is not None]

    # -- what the script reads --------------------------------------------------------------------

    def data(self) -> State:
        common: State = {
            "mode": self.steps.mode,
            "live": self.live,
            "rate": self.rate,
            "moved": [n.index for n in self.moved],
            **source_data(self.graph),
        }
        if self.boxed:
            common |= {
                "boxed": True,
                "updated": [n.index for n in self.updated],
                "compact": self.compact,
                "columns": columns(self.graph, self.steps.gradients, self.live, self.kernels),
            }
        asked = question_data(self.steps, self.questions, self.template, self.live)
        if self.compact:
            words: State = {
                "gradientNames": self.steps.gradient_names,
                "writtenOut": sorted(self.steps.written_out),
            }
            common |= {key: value for key, value in words.items() if value}
            common |= {} if self.steps.names_product else {"unnamed": True}
            common["columns"] |= {} if self.graph.is_scalar else texts(self.graph)
            return common | {"seed": value_of(self.steps.gradients[-1]), **asked}
        if self.boxed:
            return common | {"steps": list(self._steps()), **asked}
        rows: list[State] = [
            {"name": clean(n.label), "op": n.op or None, "args": list(n.args)}
            | (row_data(n, kernel) if self.live else {})
            for n, kernel in zip(self.graph, self.kernels)
        ]
        return common | {"rows": rows, "steps": list(self._steps()), **asked}

    def _steps(self) -> Iterable[State]:
        seed: Row | None = None
        for step in self.steps:
            lines = self.template.lines(step)  # it knows then which pass the step belongs to
            lines += [line for note in noted(self.template, step) for _, line in note]
            row, key = step.node.index, self.template.key(step.node)
            entry: State = {
                "phase": step.phase,
                "row": row,
                "key": key,
                "said": [clean(self._said(line)) for line in lines],
                "terms": [
                    [t.slot, t.operand.index, self._shown(t.total, f"t{key}.{t.slot}")]
                    for t in step.terms
                ],
            }
            notes = {i: line.note for i, line in enumerate(lines) if line.note}
            entry |= {"notes": notes} if notes else {}
            if step.title:
                entry |= {"title": step.title}
            if step.phase == BACKWARD and step.is_seed:
                entry |= {"text": self._shown(step.value, f"g{row}")}
                entry |= {"seed": value_of(step.value)} if self.live else {}
            if step.phase == UPDATE:
                entry |= {"text": self._shown(step.value, f"u{row}")}
            if step.seed is not None:
                entry |= {"tangent": True, "seedRow": step.seed.index, "first": step.seed != seed}
                moving = 0.0 if step.tangent is None else step.tangent
                entry |= {"text": self._shown(moving, f"d{key}")}
                seed = step.seed
            yield entry

    def _said(self, line: Line) -> str:
        """A live page fills the array in, by its name."""
        if line.value is None:
            return line.text
        filled_in = self.live and line.ref
        end = f"{{{line.ref}}}" if filled_in else formatting.summary(line.value)
        return f"{line.text} = {end}"

    def _shown(self, value: Quantity, ref: str) -> str | State:
        """A number of a step as its card shows it: the text, or all cells of a small array."""
        value = self.template.meant(value, ref)
        if not self.live and isinstance(value, np.ndarray) and is_written(value):
            return numbers_of(value)
        return formatting.on_card(value)

    # -- what the reader sees ---------------------------------------------------------------------

    def html(self, lang: str) -> str:
        forms = question_forms(self.steps, self.questions, self.math, lang)
        if self.carried:
            steps = [self._step(step, forms) for step in self.steps]
        else:  # the script makes the steps: the forms stand by themselves
            steps = [f"<noscript>{self._ends(lang)}</noscript>", *forms.values()]
        start = f'<p class="start on" data-say="start">{escape(say(lang, "start"))}</p>'
        parts = [
            f'<section class="scene" data-scene="{self.place}" aria-labelledby="phase">',
            self.picture(lang),
            '<div class="panel" tabindex="0" role="region" data-label="formulas" '
            f'aria-label="{escape(say(lang, "formulas"))}">',
            start,
            *steps,
            self._legend(lang),
            "</div>",
            self._live() if self.live else fixed_note(self.fixed, self.numbers, lang),
            "</section>",
        ]
        return "\n".join(filter(None, parts))

    def _ends(self, lang: str) -> str:
        """The first and the last steps, for a browser that runs no script."""
        first, last = self.steps[:MOST_READ], self.steps[-MOST_READ:]
        between = say(lang, "left out", count=f"{len(self.steps) - 2 * MOST_READ:,}")
        shown = [self._step(step, {}) for step in first], [self._step(step, {}) for step in last]
        return "\n".join([*shown[0], f"<p>{escape(between)}</p>", *shown[1]])

    def _legend(self, lang: str) -> str:
        if self.steps.mode != "reverse":
            return ""
        return f'<p class="legend" data-say="legend">{escape(say(lang, "legend"))}</p>'

    def picture(self, lang: str = "en") -> str:
        graph = self.graph
        if self.steps.mode == "reverse":
            graph = graph.backward(self.steps.gradients[-1])
        if self.boxed:  # the script draws the boxes that are open
            return (
                '<div class="picture" tabindex="0" role="region" data-label="picture" '
                f'aria-label="graph">\n<svg class="tracegrad drawn" id="tgb{self.place + 1}" '
                'role="group" data-label="picture" aria-label="graph" viewBox="0 0 400 200">'
                f"</svg><noscript>{folded_picture(graph, lang)}</noscript></div>"
            )
        svg = to_svg(graph, sheet=False, lang=lang)
        mark = svg.split(' id="', 1)[1].split('"', 1)[0]
        # Two scenes may show the same picture; each needs ids of its own.
        svg = svg.replace(mark, f"{mark}-{self.place + 1}")
        svg = re.sub(r'data-node="(\d+)"', self._card_hooks, svg)
        texts = zip(*(texts_of(graph, code) for code in LANGUAGES), strict=True)
        svg = re.sub(
            "<(?:title|desc)(?= |>)", lambda start: start[0] + in_each(tuple(next(texts))), svg
        )
        svg = re.sub(r'<text class="note"[^>]*>.*?</text>\n?', "", svg)  # the panel has the legend
        word = say(lang, "card shape")
        svg = svg.replace(f">{word}</text>", f' data-say="card shape">{word}</text>')
        if not self.graph.is_scalar:  # an image has no parts, and cells take the focus
            svg = svg.replace('role="img"', 'role="group"', 1)
        return (
            '<div class="picture" tabindex="0" role="region" data-label="picture" '
            f'aria-label="graph">\n{svg}</div>'
        )

    def _card_hooks(self, found: re.Match[str]) -> str:
        """In a page a card is found by its node's label, and by its row."""
        label = escape(clean(self.graph[int(found[1])].label))
        return f'data-node="{label}" data-row="{found[1]}"'

    def _step(self, step: Step, forms: Mapping[int, str]) -> str:
        lines = self.math.lines(step)
        parts = [f'<div class="step" data-step="{step.number}">']
        if step.phase == BACKWARD and not step.is_seed:
            op = MATHML.equation(
                [self.math.symbol(step.node).text, self.math.expression(step.node).text]
            )
            through = escape(say("en", "through", op="").strip())
            parts.append(
                f'<p class="op"><span data-say="through words">{through}</span> '
                f"<math><mrow>{op}</mrow></math></p>"
            )
        parts += [self._equation(line) for line in lines]
        parts += [
            self._equation(line, word) for note in noted(self.math, step) for word, line in note
        ]
        parts.append(forms.get(step.number, ""))
        return "".join([*parts, "</div>"])

    def _equation(self, line: Line, word: str = "") -> str:
        """An equation, behind the word of this key, if it has one."""
        parts = [line.text]
        if line.value is not None:
            # Arrays are wide: each side is a formula of its own, and the line breaks between them.
            parts = [*line.sides, MATHML.equals(self.math.written(line.value, line.ref).text)]
        more = f'<p class="shapes">{escape(line.shapes)}</p>' if line.shapes else ""
        own = (
            f'<span class="op" data-say="{word}">{escape(say("en", word))}</span> ' if word else ""
        )
        if line.note:
            more = f'<p class="op" data-say="{line.note}">{escape(say("en", line.note))}</p>{more}'
        return f'<div class="eq">{own}{"".join(map(formula, parts))}{more}</div>'

    def _live(self) -> str:
        shown = self.inputs[:MOST_INPUTS] if self.compact else self.inputs
        rows = "".join(self._input(n) for n in shown)
        trained = any(n.kind != "constant" for n in self.inputs)
        gradients = trained and self.steps.mode == "reverse"
        third = '<th scope="col" data-say="gradient">gradient</th>' if gradients else ""
        table = (
            '<div><h2 data-say="inputs">Inputs</h2><table><thead><tr>'
            '<th scope="col"><span class="sr" data-say="input">input</span></th>'
            f'<th scope="col" data-say="value">value</th>{third}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
        one = np.size(self.graph.output.value) == 1
        names = [clean(n.label) for n in self.moved]
        descent = descent_html(names, self.rate) if gradients and names and one else ""
        return f'<div class="live">{table}{descent}</div>'

    def _input(self, node: Row) -> str:
        gradient = ""
        if self.steps.mode == "reverse":
            gradient = f'<td class="gradient" data-gradient="{node.index}"></td>'
        name = escape(clean(node.label))
        return f'<tr><th scope="row">{name}</th><td>{field(node)}</td>{gradient}</tr>'


def descent_html(names: Sequence[str], rate: float = 0.1) -> str:
    """What descends the inputs of these names, and the chart of the losses."""
    moving = escape(", ".join(names[:8]) + ("…" if len(names) > 8 else ""))
    return (
        f'<div class="descend"><h2><span data-say="descent">Gradient descent</span> '
        f'<span class="moving">({moving})</span></h2><div>'
        f'<label><span data-say="rate">learning rate</span> '
        f'<input {NUMERIC} data-rate value="{exact(rate)}"></label>'
        '<button type="button" data-descend="1" data-say="descend">Descend</button>'
        '<button type="button" data-descend="10" data-say="descend 10">Descend 10 ×</button>'
        '<button type="button" class="reset" data-say="reset">Reset</button></div>'
        '<p class="losses"></p>'
        '<svg class="chart" viewBox="0 0 360 130" role="img" aria-label="no descent yet">'
        '<path d="M70 8V112H356"/><polyline points=""/>'
        '<text class="high" x="66" y="18" text-anchor="end"></text>'
        '<text class="low" x="66" y="112" text-anchor="end"></text>'
        '<text class="end" x="352" y="126" text-anchor="end"></text></svg></div>'
    )
