"""Steps as JSON, LaTeX, MathML and pages: complete, well-formed, escaped."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value
from autograd.calculus.javascript import javascript, rules_javascript
from autograd.calculus.rules import RULES, Rule
from autograd.engine.value import apply_to_values as apply
from autograd.exports import FORMATS, Settings, of_example
from autograd.lessons.lesson import Steps
from autograd.lessons.stepper import steps
from autograd.lessons.wording import Wording
from autograd.lessons.worked_examples import EXAMPLES, Example, find
from autograd.stage.page import MOST_STEPS
from autograd.writing import LANGUAGES
from autograd.writing.notation_mathml import MATHML, math
from tests.row_operands import nodes


def rendered(example: Example, kind: str, lang: str = "en") -> str:
    made = FORMATS[kind](of_example(example, lang), Settings())
    assert isinstance(made, str)
    return made


ALL = list(EXAMPLES.values())
ids = [example.name for example in ALL]


def numbers_in(text: str) -> set[float]:
    """Every number of a text, however it writes its minus."""
    found = re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text.replace("−", "-"))
    return {float(n) for n in found}


@pytest.mark.parametrize("example", ALL, ids=ids)
def test_every_value_and_gradient_is_in_every_format(example: Example) -> None:
    lesson = example.lesson()
    texts = {kind: rendered(example, kind) for kind in (".txt", ".json", ".svg", ".html", ".tex")}
    texts[".html"] = re.sub(r"<script>.*?</script>", "", texts[".html"], flags=re.S)
    texts[".html"] = re.sub(r"<[^>]*>", " ", texts[".html"])
    texts[".svg"] = re.sub(r"<[^>]*>", " ", texts[".svg"])
    shown = {kind: numbers_in(text) for kind, text in texts.items()}
    for scene in lesson.scenes:
        for node, gradient in zip(scene.graph, scene.steps.gradients, strict=True):
            for value in (node.value, gradient):
                if value is None or np.size(value) > 1:
                    continue
                exact = float(np.ravel(value)[0])
                assert exact in shown[".json"], (node, exact)
                written = float(f"{exact:.4g}") if abs(exact) < 9999.5 else round(exact)
                for kind in (".txt", ".svg", ".html"):
                    near = abs(written) if kind in (".txt",) else written
                    assert near in shown[kind] or -near in shown[kind], (kind, node, written)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("example", ALL, ids=ids)
def test_latex_is_balanced(example: Example, lang: str) -> None:
    text = rendered(example, ".tex", lang)
    assert text.isascii(), sorted(set(re.sub(r"[\x00-\x7f]", "", text)))
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right") - text.count(
        r"\rightarrow"
    )
    opened = re.findall(r"\\begin\{(\w+\*?)\}", text)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+\*?)\}", text))
    for block in re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", text, re.S):
        assert block.strip() and not block.strip().endswith(r"\\")


def lessons_of_every_row() -> list[Steps]:
    found = []
    for rule in RULES.values():
        point = [column[0] for column in rule.samples]
        out = apply(rule, tuple(nodes(rule, Value, point)))
        found.append(steps(out, names={}))
    return found


def test_mathml_of_every_row_is_well_formed() -> None:
    attention = find("attention-head").lesson().scenes[0].steps  # its lines are broken
    for lesson in [*lessons_of_every_row(), attention]:
        wording = Wording(lesson, MATHML)
        for step in lesson:
            for line in wording.lines(step):
                for part in (line.text, *line.sides):
                    ElementTree.fromstring(math(part))


def test_mathml_escapes_names() -> None:
    x = Value(1.0, "</mi><script>alert(1)</script>")
    wording = Wording(steps(x * 2, names={}), MATHML)
    for step in wording.steps:
        for line in wording.lines(step):
            tree = ElementTree.fromstring(math(line.text))
            assert tree.find(".//script") is None


def test_latex_escapes_names() -> None:
    x = Value(1.0, r"\input{/etc/passwd}%$#&_^~")
    text = steps(x * 2, names={}).latex()
    assert r"\input" not in text and r"\ensuremath{\backslash}input\{" in text


def test_json_says_what_its_documentation_says() -> None:
    w = Value(1.0, "w")
    found = json.loads(steps((w - 3) ** 2, lr=0.25, names={}).json())
    assert found["format"] == "tracegrad-steps" and found["output"] == "out"
    assert [node["name"] for node in found["nodes"]] == ["w", "c1", "v1", "c2", "out"]
    assert [s["phase"] for s in found["steps"]] == ["forward"] * 2 + ["backward"] * 3 + ["update"]
    last = found["steps"][-1]
    assert (last["old"], last["value"], last["rate"]) == (1.0, 2.0, 0.25)
    assert found["after"] == 1.0
    assert found["steps"][-2]["terms"][0] == {
        "operand": 0, "slot": 0, "upstream": -4.0, "local": 1.0, "product": -4.0, "before": None,
        "total": -4.0,
    }  # fmt: skip


def test_json_is_strict_about_what_is_not_finite() -> None:
    x = Value(0.0, "x")
    text = steps(x.sqrt(), names={}).json()
    assert '"inf"' in text and "Infinity" not in text
    json.loads(text, parse_constant=lambda name: pytest.fail(name))


def test_json_of_arrays_is_nested_lists() -> None:
    W = Tensor([[1.0, 2.0]], name="W")
    found = json.loads(steps((W * W).sum(), names={}).json())
    assert found["nodes"][0]["gradient"] == [[2.0, 4.0]]


def test_a_row_added_at_run_time_is_javascript_at_once() -> None:
    row = Rule("cubed", ("a",), "a ** 3", ("3 * a * a",), ((1.0,),))
    assert javascript(row) == (
        "{value: (a) => Math.pow(a, 3.0), partials: [(out, a) => ((3.0 * a) * a)]}"
    )
    assert '"cubed": {' in rules_javascript([row])


def test_a_page_is_the_same_twice_and_needs_no_network() -> None:
    first, second = (rendered(find("W2"), ".html") for _ in range(2))
    assert first == second
    assert not re.findall(r'(?:src|href)="(?!#)', first)


def test_a_page_of_too_many_steps_is_refused_in_one_line() -> None:
    x: Any = Value(1.0, "x")
    for _ in range(MOST_STEPS):
        x = x * 1.0
    forward = steps(x, names={}, mode="forward")
    longer = steps(x * 1.0, names={}, mode="forward")
    assert forward.html() and steps(x, names={}).html()
    with pytest.raises(ValueError, match=r"1,001 steps in forward mode is too long, the limit is"):
        longer.html()
