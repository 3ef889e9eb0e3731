"""Pages as wholes: every example, every row in JavaScript, hostile names, notebooks, the policy."""

from __future__ import annotations

import base64
import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.calculus.dialects import ARRAY, partial_functions, value_function
from autograd.calculus.javascript import rules_javascript
from autograd.calculus.rules import RULES
from autograd.lessons.stepper import steps
from autograd.lessons.worked_examples import EXAMPLES, Scene, find
from autograd.stage import html
from tests.browser import visit
from tests.worked import lesson_of


@pytest.fixture(scope="module")
def w3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "w3.html"
    path.write_text(html(find("W3")), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_opens_and_computes_what_python_does(
    browser: Any, tmp_path: Path, name: str
) -> None:
    """On load the page has computed all numbers anew: they are those that Python wrote. On a phone
    no formula needs scrolling from side to side."""
    path = tmp_path / "page.html"
    path.write_text(html(find(name)), encoding="utf-8")
    phone = {"width": 360, "height": 740}
    with visit(browser, path, viewport=phone, reduced_motion="reduce") as seen:
        for place, part in enumerate(lesson_of(name).scenes):
            live, too_wide = seen.script(EVERY_STEP, place)
            assert live and too_wide == []
            compare(seen.script(NUMBERS, place), part)
        assert seen.requests == [] and seen.errors == []
    assert '<th scope="col"></th>' not in path.read_text(encoding="utf-8")  # read out as empty


EVERY_STEP = """(place) => {
  choose(place, 0);
  const panel = $(".panel", scene().box), wide = [];
  for (let k = 0; k <= last(); k += 1) {
    go(k);
    if (panel.scrollWidth > panel.clientWidth) wide.push(k);
  }
  return [scenes[place].data.live, wide];
}"""
#: The numbers of a scene by reference, each as its shape and its elements.
NUMBERS = """(place) => Object.fromEntries(Object.entries(scenes[place].numbers)
  .filter(([, x]) => x !== undefined)
  .map(([ref, x]) => [ref, typeof x === "number" ? [[], [x]] : [x.shape, [...x.data]]]))"""


def compare(numbers: dict[str, tuple[list[int], list[float]]], part: Scene) -> None:
    for row, gradient in enumerate(part.steps.gradients):
        close(numbers[f"v{row}"], part.graph[row].value)
        if gradient is not None:
            close(numbers[f"g{row}"], gradient)


def close(number: tuple[list[int], list[float]], expected: Any) -> None:
    shape, elements = number
    assert shape == list(np.shape(expected))
    np.testing.assert_allclose(np.reshape(elements, shape), expected, 1e-12, 1e-15)


IN_PAGE = [rule for rule in RULES.values() if not rule.is_special]


def samples() -> Iterator[tuple[str, tuple[float, ...]]]:
    """20 points per row, from its own samples and between them, and its singular points."""
    rng = np.random.default_rng(0)
    for rule in IN_PAGE:
        points = list(itertools.islice(itertools.product(*rule.samples), 20))
        while len(points) < 20:
            points.append(tuple(float(rng.uniform(min(c), max(c))) for c in rule.samples))
        for point in [*points, *(point for point, _ in rule.singular)]:
            yield rule.name, point


def test_javascript_and_python_agree_on_every_row(browser: Any, tmp_path: Path) -> None:
    cases = list(samples())
    blank = tmp_path / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>", encoding="utf-8")
    with visit(browser, blank) as seen:
        found = seen.script(
            f"(cases) => {{ {rules_javascript(IN_PAGE)} return cases.map(([name, point]) => "
            "{ const out = R[name].value(...point); return [out, ...R[name].partials.map((p) => "
            "p === null ? null : p(out, ...point))].map((x) => x === null ? x : String(x)); }); }",
            [[name, list(point)] for name, point in cases],
        )
    for (name, point), texts in zip(cases, found, strict=True):
        with np.errstate(all="ignore"):
            operands = [np.float64(x) for x in point]
            out = value_function(RULES[name], ARRAY)(*operands)
            partials = partial_functions(RULES[name], ARRAY)
            expected = [out, *(p and p(None, out, *operands) for p in partials)]
        for text, value in zip(texts, expected, strict=True):
            if value is None:
                assert text is None
                continue
            np.testing.assert_allclose(
                float(text.replace("Infinity", "inf")), float(value), 1e-12, 1e-12,
                err_msg=f"{name}{point}",
            )  # fmt: skip


HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    '"; URL="javascript:alert(1)',
    r"\N",
    "n" * 10_000,
    "\u202eمرحبا",
    "a\x00\x1b[2Jb\r\n",
    "{v0}",
    "]]>",
)


def test_hostile_names_are_text(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    total = Value(1.0, "start")
    for name in HOSTILE:
        product = Value(2.0, name) * Value(3.0, f"{name}2")
        product.name = name[::-1]
        total = total + product
    title = " ".join(HOSTILE)
    path.write_text(steps(total, names={}, lr=0.1).html(title=title), encoding="utf-8")
    with visit(browser, path, reduced_motion="reduce") as seen:
        seen.page.on("dialog", lambda dialog: seen.errors.append("a script ran"))
        seen.script("() => { for (let k = 0; k <= last(); k += 1) go(k); }")
        assert seen.requests == [] and seen.errors == []
        assert seen.page.locator("img").count() == 0
        assert seen.script("typeof lesson") == "object"


def test_without_a_script_every_step_is_there(browser: Any, w3: Path) -> None:
    with visit(browser, w3, java_script_enabled=False) as seen:
        assert seen.page.locator(".scene").first.locator(".step:visible").count() == 13


def test_the_policy_lets_nothing_else_in(browser: Any, w3: Path) -> None:
    text = w3.read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "http:" not in text.replace("http://www.w3.org", "")
    with visit(browser, w3) as seen:
        seen.script(
            "() => { const s = document.createElement('script'); s.textContent = 'window.hit = 1';"
            " document.body.append(s); }"
        )
        assert seen.script("window.hit") is None
        assert any("Content Security Policy" in error for error in seen.errors)


def in_a_notebook(path: Path, trusted: bool) -> Path:
    """The output of a cell: as it is, or as a notebook that trusts nobody leaves it."""
    out = lesson_of("W1").scenes[0].steps._repr_mimebundle_()["text/html"]
    if not trusted:
        out = re.sub(r' (onload|data-[a-z-]+)="[^"]*"', "", out)
    path.write_text(f"<!doctype html><title>cell</title><h1>cell</h1>{out}", encoding="utf-8")
    return path


def test_a_trusted_notebook_shows_the_page(browser: Any, tmp_path: Path) -> None:
    with visit(browser, in_a_notebook(tmp_path / "cell.html", True)) as seen:
        frame = seen.page.frame_locator("iframe")
        frame.locator("#next").click()
        assert seen.page.locator("img").count() == 0
        assert "−2" in frame.locator(".step.on").inner_text()
        frame.locator("#last").click()
        frame.locator('input[aria-label="x"]').fill("5")
        assert frame.locator("#count").inner_text() == "5 / 5"
        assert seen.requests in ([], ["about:srcdoc"]) and seen.errors == []


@pytest.mark.parametrize("scripts, trusted", [(True, False), (False, False), (False, True)])
def test_the_picture_shows_where_no_script_may_run(
    browser: Any, tmp_path: Path, scripts: bool, trusted: bool
) -> None:
    path = in_a_notebook(tmp_path / "cell.html", trusted)
    with visit(browser, path, java_script_enabled=scripts) as seen:
        assert seen.page.locator("img").is_visible()
        box = seen.page.locator("img").bounding_box()
        assert box["width"] > 100 and box["height"] > 50
        assert seen.page.locator("iframe").count() == 0 and seen.errors == []


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_the_picture_stands_beside_the_page_for_what_shows_neither_html_nor_scripts(
    mode: str,
) -> None:
    """GitHub, nbconvert and mail take ``image/svg+xml``: the same picture, without scripts."""
    bundle = steps(lesson_of("W1").scenes[0].graph, mode=mode)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/svg+xml"}
    picture = ElementTree.fromstring(bundle["image/svg+xml"])
    assert picture.tag == "{http://www.w3.org/2000/svg}svg" and "viewBox" in picture.attrib
    names = [key for e in picture.iter() for key in e.attrib]
    assert not any(key.startswith("on") or key.endswith("href") for key in names)
    assert not any(e.tag.endswith(("script", "foreignObject")) for e in picture.iter())
    shown = re.search(r"data:image/svg\+xml;base64,([^\"]+)", bundle["text/html"])
    assert shown and base64.b64decode(shown[1]).decode() == bundle["image/svg+xml"]
