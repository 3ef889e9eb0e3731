"""The page: a network that is trained in it, and the graph of one of its data points."""

from __future__ import annotations

from autograd.calculus import RULES
from autograd.render import escape
from autograd.shipped import read_text
from autograd.stage import (
    controls,
    formulas,
    lesson_page,
    quiz_setting,
    script,
    sheet,
    written_forms,
)
from autograd.typing import State
from autograd.writing import column, sentences, sentences_in_each
from nn.live.engine import ACTIVATIONS, engine_javascript, rows, rows_javascript

#: In the order in which they use one another.
_MODULES = "graph settings maps plane drawing chart graph_view live".split()
#: The settings that are numbers, their words, and the steps of the arrow keys.
_FIELDS = (
    ("rows", "rows", 10), ("noise", "noise", 0.05), ("held", "held", 0.05), ("batch", "batch", 1),
    ("rate", "lr", 0.01), ("l1", "l1", 0.001), ("l2", "l2", 0.001), ("seed", "random seed", 1),
)  # fmt: skip


def page(settings: State, given: State | None, start: State | None, lang: str) -> str:
    """The whole page; ``given`` are data of one's own, ``start`` weights to begin with."""
    column(lang)
    rules = [RULES[name] for name in rows()]
    data: State = {
        "scenes": [],
        "settings": settings,
        "given": given,
        "start": start,
        "activations": list(ACTIVATIONS),
        "formulas": formulas(rules),
        "forms": written_forms(rules),
    }
    files = (read_text(f"stage/assets/live/{name}.js") for name in _MODULES)
    code = script(rows_javascript(), boxed=True, more="\n".join([engine_javascript(), *files]))
    styles = sheet(boxed=True) + read_text("stage/assets/live/live.css")
    body = [_training(lang), _graph(lang), controls([], lang)]
    says = sentences_in_each("training")
    return lesson_page(
        says["title"], body, data, lang, code, styles, settings=quiz_setting(), words=says
    )


def _said(key: str, lang: str, tag: str = "span", more: str = "") -> str:
    return f'<{tag} data-say="{key}"{more}>{escape(sentences(lang, "training")[key])}</{tag}>'


def _label(key: str, lang: str) -> str:
    return f'data-label="{key}" aria-label="{escape(sentences(lang, "training")[key])}"'


def _button(name: str, key: str, lang: str, more: str = "") -> str:
    return f'<button type="button" id="{name}"{more}>{_said(key, lang)}</button>'


def _training(lang: str) -> str:
    paces = "".join(
        f'<option value="{name}"{" selected" * (name == "epoch")} data-say="pace {name}"></option>'
        for name in ("step", "epoch", "ten")
    )
    run = f'<button type="button" id="run" aria-pressed="false">{_word("train", lang)}</button>'
    return f"""<section id="training" {_label("title", lang)}>
<noscript><p>{escape(sentences(lang, "training")["no script"])}</p></noscript>
<div class="top"><div class="go">{run}{_button("one-step", "one step", lang)}
{_button("one-epoch", "one epoch", lang)}{_button("again", "begin again", lang)}
<select id="pace" {_label("pace", lang)}>{paces}</select><span id="numbers"></span></div>
<p id="status" role="status"></p></div>
<div class="says">{_result(lang)}</div>
{_choices(lang)}
<div class="drawn-net">{_network(lang)}</div>
</section>"""


def _word(key: str, lang: str) -> str:
    return f'<span class="word">{escape(sentences(lang, "training")[key])}</span>'


def _choices(lang: str) -> str:
    tasks = "".join(
        _said(key, lang, "option", f' value="{value}"')
        for value, key in (("classes", "classification"), ("number", "regression"))
    )
    parts = [
        f'<label>{_said("task", lang)}<select id="set-task">{tasks}</select></label>',
        f'<label>{_said("data", lang)}<select id="set-data"></select></label>',
        f'<label>{_said("optimizer", lang)}<select id="set-optimizer"></select></label>',
        *(
            f'<label>{_said(key, lang)}<input id="set-{name}" type="text" inputmode="decimal" '
            f'data-step="{step}" autocomplete="off" spellcheck="false"></label>'
            for name, key, step in _FIELDS
        ),
    ]
    return (
        f'<details class="choices" open>{_said("settings", lang, "summary")}'
        f"<div>{''.join(parts)}</div></details>"
    )


def _network(lang: str) -> str:
    return f"""<div class="net-head">{_said("network", lang, "h2")}
<button type="button" id="fewer" {_label("fewer layers", lang)}>−</button>
<span id="layers"></span>
<button type="button" id="more" {_label("more layers", lang)}>+</button></div>
<div id="net" tabindex="0" role="group" {_label("network", lang)}>
<div id="net-inside"><svg id="edges" aria-hidden="true"></svg><div id="columns"></div></div>
<p id="tip" hidden aria-hidden="true"></p></div>
<form id="edit" class="edit"><label>{_said("parameter", lang)} <select id="parameter"></select>
</label><label>{_said("value of it", lang)} <input id="value" type="text" inputmode="decimal"
data-step="0.1" autocomplete="off"></label><button>{_said("set", lang)}</button>
{_button("value-graph", "its graph", lang)}</form>
{_said("network hint", lang, "p", ' class="hint"')}"""


def _result(lang: str) -> str:
    return f"""<div>{_said("loss chart", lang, "h2")}
<svg id="losses" viewBox="0 0 360 136" role="img" aria-label="-"><g class="marks"></g>
<path class="line-train train"/><path class="line-test test"/>
<g aria-hidden="true"><path class="line-train" d="M216 12h22"/>
{_said("training rows", lang, "text", ' class="key" x="244" y="16"')}
<path class="line-test" d="M216 27h22"/>
{_said("held rows", lang, "text", ' class="key" x="244" y="31"')}</g></svg></div>
<div>{_said("says", lang, "h2")}<p id="shown"></p>
<div class="plane"><canvas id="map" aria-hidden="true"></canvas>
<svg id="plane" viewBox="0 -6 342 332" role="img" aria-label="-"><g class="axes"></g>
<g class="points"></g><circle class="here" r="8"/></svg></div>
<ul id="legend"></ul>
<div class="go"><label>{_said("point", lang)} <input id="chosen" type="text" inputmode="numeric"
data-step="1" size="4" value="1" autocomplete="off"></label>
{_button("point-graph", "show graph", lang)}</div></div>"""


def _graph(lang: str) -> str:
    return f"""<div id="graph-bar" class="bar"><div class="fields">{_button("back", "back", lang)}
<label>{_said("point", lang)} <input id="point" type="text" inputmode="numeric"
data-step="1" autocomplete="off"></label><span id="of-point"></span>
<label>{_said("of unit", lang)} <select id="of-unit"></select></label></div>
<p id="chain" aria-live="polite"></p><p id="point-said"></p></div>
<section class="scene" data-scene="0" aria-labelledby="phase">
<div class="picture" tabindex="0" role="region" data-label="picture" aria-label="graph">
<svg class="tracegrad drawn" id="tgl" role="group" data-label="picture" aria-label="graph"
viewBox="0 0 400 200"></svg></div>
<div class="panel" tabindex="0" role="region" data-label="formulas" aria-label="formulas">
<p class="start on" data-say="start"></p>{_said("graph legend", lang, "p", ' class="legend"')}</div>
</section>"""
