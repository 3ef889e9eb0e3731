"""The playground as one offline page: a formula that is typed, its inputs, its graph, its plot.

The page is the stage of every lesson; what is typed is read in the page, laid out, and stepped
through. It loads nothing from the network: see :mod:`autograd.stage`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograd.calculus import Quantity, State, rules_javascript
from autograd.play.catalogue import Start, starts
from autograd.play.tables import computed_rules, language
from autograd.render import escape
from autograd.shipped import read_text
from autograd.stage import (
    controls,
    descent_html,
    formulas,
    kernel_names,
    lesson_page,
    options,
    quiz_setting,
    script,
    sheet,
)
from autograd.writing import column, sentences, sentences_in_each, words

MODULES = "inputs plot questions play".split()


def playground(text: str, values: Mapping[str, Quantity], lang: str = "en") -> str:
    """The page, with a formula and the values of its variables to begin with.

    >>> from autograd.play import playground
    >>> "<textarea" in playground("x * y", {"x": 2.0, "y": -3.0})
    True
    """
    column(lang)
    rules, says = computed_rules(), sentences_in_each("playground")
    begin = [Start(says["own"], text, dict(values)), *starts()]
    chosen = (
        f'<label><span data-say="starts">{escape(_word("starts", lang))}</span> '
        f'<select id="starts">{options([start.title for start in begin], lang)}</select></label>\n'
    )
    body = [_bar(text, lang), _scene(lang), controls([], lang)]
    begun = [_start(start) for start in begin]
    data = {"scenes": [], "starts": begun, "formulas": formulas(rules)}
    more = "\n".join([language(), *(read_text(f"play/assets/{m}.js") for m in MODULES)])
    code = script(rules_javascript(rules), kernel_names(), arrays=True, boxed=True, more=more)
    styles = sheet(arrays=True, boxed=True) + read_text("play/assets/play.css")
    settings = chosen + quiz_setting()
    titles = words("Playground")
    return lesson_page(titles, body, data, lang, code, styles, settings, words=says)


def _word(key: str, lang: str) -> str:
    return sentences(lang, "playground")[key]


def _start(start: Start) -> State:
    values = {name: np.asarray(value).tolist() for name, value in start.values.items()}
    return {"text": start.text, "values": values, "held": list(start.held)}


def _bar(text: str, lang: str) -> str:
    """Where the formula is typed, what is wrong with it, and its inputs."""
    return (
        '<div class="bar entries"><div class="editor"><div class="mirror" aria-hidden="true"></div>'
        '<textarea id="formula" rows="1" spellcheck="false" autocapitalize="off" '
        'autocomplete="off" wrap="soft" data-label="formula" '
        f'aria-label="{escape(_word("formula", lang))}" aria-describedby="fault">'
        f"{escape(text)}</textarea>"
        '</div><p id="fault"></p><div class="inputs"></div></div>'
    )


def _scene(lang: str) -> str:
    return (
        '<section class="scene" data-scene="0" aria-labelledby="phase">'
        '<div class="picture" tabindex="0" role="region" data-label="picture" aria-label="graph">'
        '<svg class="tracegrad drawn" id="tgp" role="group" data-label="picture" '
        'aria-label="graph" viewBox="0 0 400 200"></svg>'
        f"<noscript><p>{escape(_word('no script', lang))}</p></noscript></div>"
        '<div class="panel" tabindex="0" role="region" data-label="formulas" '
        'aria-label="formulas"><p class="start on" data-say="start"></p>'
        '<p class="legend" data-say="legend"></p></div>'
        f'<div class="live">{_plot()}{descent_html([])}</div></section>'
    )


def _plot() -> str:
    return (
        '<div class="plot"><h2><label><span id="plot-of"></span> '
        '<select id="plotted" data-label="plotted" aria-label="input"></select></label></h2>'
        '<svg viewBox="0 0 420 236" role="img" aria-labelledby="plot-said"><defs>'
        '<clipPath id="plot-room"><rect x="52" y="8" width="360" height="200"/></clipPath></defs>'
        '<g class="ticks"></g><g clip-path="url(#plot-room)"><path class="curve"/>'
        '<path class="tangent"/><circle class="here" r="6"/></g></svg>'
        '<p id="plot-said"></p></div>'
    )
