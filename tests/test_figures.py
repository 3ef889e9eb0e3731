"""With how many digits numbers are written, and fractions: in the terminal, in files, in a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Value, steps, trace
from autograd.cli import main
from autograd.writing import LATEX, MATHML, TEXT, figures, number
from autograd.writing.figures import as_fraction
from tests.browser import visit


def neuron() -> Value:
    f = 1 / (1 + (-Value(1.0, "s")).exp())
    f.name = "f"
    return f


def squared() -> Value:
    w1, w2 = Value(1 / 3, "w1"), Value(2.0, "w2")
    y = w1 * w2
    y.name = "ŷ"
    L = y**2
    L.name = "L"
    return L


def test_so_many_digits() -> None:
    for digits, texts in {
        1: "1.4 0.7 -0.5 12.3 123.5 1234 12346 1e-05 2e+07",
        2: "1.37 0.73 -0.53 12.35 123.5 1234 12346 1e-05 1.6e+07",
        4: "1.368 0.7311 -0.5344 12.35 123.5 1234 12346 1e-05 1.55e+07",
        6: "1.36788 0.731059 -0.5344 12.3456 123.456 1234.5 12345.6 1e-05 1.55e+07",
    }.items():
        numbers = 1.36788, 0.7310586, -0.5344, 12.3456, 123.456, 1234.5, 12345.6, 1e-5, 1.55e7
        with figures(digits):
            assert [number(x) for x in numbers] == texts.split()
    with figures(2), figures(fractions=True), figures(None):
        assert number(0.7310586) == "0.73" and number(0.75) == "3/4"
    assert number(0.75) == "0.75"


@pytest.mark.parametrize("digits", [0, 16, -1, 2.0, True, "2"])
def test_other_digits_are_refused(digits: Any) -> None:
    with pytest.raises(ValueError, match="give a whole number from 1 to 15"):
        steps(neuron()).text(digits=digits)


def test_every_small_fraction_is_found_through_noise_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    for below in range(2, 100):
        for above in range(1, 3 * below, 7):
            if np.gcd(above, below) == 1:
                for noise in (0, 1e-15, -1e-15):
                    value = above / below * (1 + noise)
                    assert as_fraction(value) == f"{above}/{below}"
                    assert as_fraction(-value) == f"-{above}/{below}"
    for value in (*rng.normal(size=2000), 4 / 9 + 1e-9, 1 / 101, 0.0, 3.0, 1e-20, 1e300):
        assert as_fraction(float(value)) is None, value
    assert as_fraction(float("nan")) is None and as_fraction(float("inf")) is None


def test_a_fraction_in_every_notation() -> None:
    half, minus = (TEXT.number(text) for text in ("1/2", "-1/2"))
    two = TEXT.number("2")
    assert TEXT.product([two, half]).text == "2 · 1/2"
    assert TEXT.product([two, minus]).text == "2 · (-1/2)"
    assert TEXT.binary("**", half, two).text == "(1/2)²"
    assert TEXT.binary("/", two, half).text == "2/(1/2)"
    assert LATEX.number("-1/2").text == r"-\frac{1}{2}"
    assert LATEX.binary("**", LATEX.number("1/2"), two).text == r"{\left(\frac{1}{2}\right)}^{2}"
    with figures(fractions=True):
        assert MATHML.number("1/2").text == "<mrow><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow>"
        live = MATHML.number("-1/2", "v3").text
        assert live.startswith('<mrow data-ref="v3"><mo form="prefix">−</mo><mfrac>')
        assert MATHML.number("3", "v3").text == '<mrow data-ref="v3"><mn>3</mn></mrow>'
    assert MATHML.number("3", "v3").text == '<mn data-ref="v3">3</mn>'


def test_printers_take_both() -> None:
    assert "1 · (-1/1.37²) = -0.53" in steps(neuron()).text(digits=2)
    assert "1 · (-1/1.368²) = -0.5344" in steps(neuron()).text()
    lesson = steps(squared(), lr=0.125)
    text = lesson.text(fractions=True)
    for line in ("L = ŷ² = (2/3)² = 4/9", "∂L/∂ŷ · ∂ŷ/∂w1 = 4/3 · 2 = 8/3", "L = 4/9"):
        assert line in text, text
    assert r"\frac{4}{3} \cdot 2 = \frac{8}{3}" in lesson.latex(fractions=True)
    assert "0.4444" in lesson.latex() and r"\frac{8}{3}" not in lesson.latex()
    page = lesson.html(fractions=True, digits=3)
    assert "<mfrac><mn>8</mn><mn>3</mn></mfrac>" in page
    assert '"figures":{"digits":3,"fractions":true}' in page
    assert '"figures"' not in lesson.html()
    graph = trace(neuron())
    assert ">0.73<" in graph.to_svg(digits=2) and ">0.7311<" in graph.to_svg()
    assert "0.7310585786300049" in graph.to_svg(digits=2)  # in its tooltip
    whole = floats(lesson.json())
    assert "0.4444444444444444" in whole
    with figures(2, fractions=True):
        assert floats(lesson.json()) == whole  # programs read all digits


def floats(text: str) -> list[str]:
    """The numbers of a JSON text as they are written."""
    found: list[str] = []
    json.loads(text, parse_float=lambda one: found.append(one))
    return found


@pytest.mark.parametrize(
    "words, shown",
    [
        (["examples", "W2", "--digits", "2"], "1 · (-1/1.37²) = -0.53\n"),
        (["examples", "W2"], "1 · (-1/1.368²) = -0.5344\n"),
        (["examples", "W3", "--fractions"], "∂L/∂w1 = 8/3"),
        (["lecture", "A11", "--fractions"], "∂L/∂w2 = 4/9"),
        (["step", "1/(1+exp(-s))", "s=1", "--digits", "2"], "f = 0.73"),
        (["step", "x/3", "x=1", "--fractions"], "f = 1/3"),
    ],
)
def test_options(words: list[str], shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert shown in capsys.readouterr().out


def test_options_for_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, suffix, part in (
        (["step", "x/3", "x=1"], "tex", r"\frac{1}{3}"),
        (["step", "x/3", "x=1"], "svg", ">1/3<"),
        (["render", "x/3", "x=1"], "svg", ">1/3<"),
        (["examples", "W3"], "html", "<mfrac><mn>4</mn><mn>9</mn></mfrac>"),
        (["play", "x/3", "x=1"], "html", '"fractions":true'),
    ):
        path = tmp_path / f"{command[0]}.{suffix}"
        assert main([*command, "--fractions", "-o", str(path)]) == 0
        assert part in path.read_text(encoding="utf-8"), command
    with pytest.raises(SystemExit):
        main(["step", "x", "x=1", "--digits", "0"])
    assert "--digits: '0' is no whole number from 1 to 15" in capsys.readouterr().err


def test_a_page_keeps_to_it_after_an_edit(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(squared()).html(fractions=True, digits=2), encoding="utf-8")
    with visit(browser, path) as seen:
        at = "scene().steps.findIndex((s) => s.phase === 'backward' && s.terms.length) + 1"
        seen.script(f"go({at})")
        shown = ".step.on"
        assert seen.script(f"all('{shown} mfrac > mn').length") >= 4
        field = seen.page.locator('input[aria-label="w2"]')
        field.fill("-2")
        number_ = seen.script(f"$('{shown} [data-ref^=p]').textContent")
        assert number_ == "−43", number_  # -4/3, one above the other
        field.fill("0.7")
        seen.script("go(scene().steps.length)")
        cards = seen.script("all('text.data').map((e) => e.textContent)")
        assert "7/30" in cards and "7/10" in cards, cards
        field.fill("0.7071")
        assert "0.24" in seen.script("all('text.data').map((e) => e.textContent)")
        told = seen.script("all('title').map((e) => e.textContent).join()")
        assert "data 0.23569999999999997" in told  # all digits
        assert seen.errors == []


def test_the_quiz_takes_so_many_digits(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(steps(neuron()).html(digits=2), encoding="utf-8")
    with visit(browser, path) as seen:
        assert seen.script("alike(0.73, 0.7310586)") and not seen.script("alike(0.72, 0.7310586)")
        assert seen.script("alike(-0.53, -0.5344466)")
