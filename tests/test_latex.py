r"""LaTeX that lessons are written in: what it is made of, and that it compiles where TeX is.

Needed are amsmath and an input encoding of utf8; a file compiles alone, and as an ``\input``.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import optim
from autograd import Tensor, Value, steps
from autograd.cli.catalogue import demonstrations
from autograd.cli.drawn import Drawn
from autograd.exports import of_example
from autograd.lectures import LECTURES, lecture
from autograd.lessons import Updates, whole
from autograd.lessons.step_latex import broken
from autograd.lessons.worked_examples import EXAMPLES
from autograd.writing import LANGUAGES, escaped, portable

#: Commands of LaTeX and of amsmath, and the names that the files define themselves.
COMMANDS = frozenset(
    """Delta Large Sigma allowdisplaybreaks alpha arccos arcsin arctan backslash bar begin
    begingroup beta bfseries cdot chi circ cos cosh csname def delta documentclass dot ell else end
    endcsname endgroup ensuremath epsilon eta exp expandafter fi frac gamma geq hat hspace ifx infty
    input iota kappa
    lambda large ldots left leftarrow leq log mathbf mathrel mathrm max medskip min mu nabla neq
    noindent nopagebreak nu odot omega operatorname par partial phi pi psi qquad relax rho right
    rightarrow sigma sim sin sinh sqrt surd tag tan tanh tau text tfrac theta tilde times top
    tracegradend ttfamily usepackage xi zeta""".split()
) | {
    *"definecolor draw fontsize hspace ifdim linewidth node resizebox selectfont smallskip".split(),
    *"textbf textcolor underline width".split(),
}  # of pictures and of gaps to fill in
#: What the input encoding knows beside ASCII.
KNOWN = frozenset("“”°±")


def updates(optimizer: type, **settings: object) -> str:
    a, b = Value(1 / 3, "w1"), Value(2.0, "w2")
    made = optimizer([a, b], **settings)
    lesson: Updates = steps(made, lambda: (a - 1) ** 2 + (b * a - 2) ** 2, 2)
    return lesson.latex("id", document=True)


def files() -> Iterator[tuple[str, str]]:
    for i, example in enumerate(EXAMPLES.values()):
        if example.code in ("W1", "W2", "W9", "W10", "W12", "W18", "W37"):
            yield example.name, whole(of_example(example, LANGUAGES[i % 2]).latex())
    for each in demonstrations():
        if each.code in ("W19", "W24", "W39", "W48", "W53", "W54"):
            yield each.name, whole(Drawn.of(each()).latex("id"))
    yield "adam", updates(optim.Adam)
    yield "lbfgs", updates(optim.LBFGS, max_iter=2, line_search_fn="strong_wolfe")
    yield "ars", updates(optim.ARS, directions=1, rng=0)
    yield "plateau", updates(optim.SGD, lr=optim.ReduceOnPlateau(0.1, patience=0, threshold=0.9))


def faults(text: str) -> list[str]:
    """What would stop TeX, as far as it is seen without it."""
    found = [f"unknown \\{name}" for name in {*re.findall(r"\\([A-Za-z]+)", text)} - COMMANDS]
    found += [f"bare {letter}" for letter in {*text} - KNOWN if ord(letter) > 127]
    bare = re.sub(r"\\[\\{}$&#%_]|(?m:^%.*)", "", text)
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            break
    found += ["braces"] if depth else []
    open_ones: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", bare):
        if name == "document":
            continue  # begun only where the file stands alone
        if kind == "begin":
            open_ones.append(name)
        elif not open_ones or open_ones.pop() != name:
            found.append(f"end of {name}")
    return found + [f"{name} is left open" for name in open_ones]


def test_lessons_are_written_in_latex_that_every_installation_has() -> None:
    assert portable("a\x1b[1m\ufffd\x85\n\tb") == "a?[1m??\n\tb"
    for name, text in files():
        assert faults(text) == [], name
        assert text.startswith("% Compile this") and "amsmath" in text.split("\n")[0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (r"\frac{1}{2", "braces"), (r"\slashed{x}", r"unknown \slashed"), ("∇", "bare ∇"),
        (r"\begin{align*}", "align* is left open"), (r"\end{align*}", "end of align*"),
        ("}{", "braces"),
    ],
)  # fmt: skip
def test_a_fault_is_seen(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def compiled(folder: Path, name: str) -> str:
    """What TeX complains of."""
    words = ["pdflatex", "-interaction=nonstopmode", f"{name}.tex"]
    subprocess.run(words, cwd=folder, capture_output=True, timeout=120, check=False)
    log = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
    return "\n".join(line for line in log.split("\n") if line.startswith("!"))


def test_a_file_compiles_alone_and_as_an_input(
    tmp_path: Path, require: Callable[[str], Any]
) -> None:
    require("pdflatex")
    (tmp_path / "adam.tex").write_text(updates(optim.Adam), encoding="utf-8")
    packages = r"\usepackage[utf8]{inputenc}\usepackage{amsmath}"
    inside = r"\begin{document}\input{adam}\input{adam}\end{document}"
    whole = rf"\documentclass{{article}}{packages}{inside}"
    (tmp_path / "whole.tex").write_text(whole, encoding="utf-8")
    assert compiled(tmp_path, "adam") == "" and compiled(tmp_path, "whole") == ""
    (tmp_path / "wrong.tex").write_text(whole.replace("adam", "no"), encoding="utf-8")
    assert "no.tex' not found" in compiled(tmp_path, "wrong")


def test_no_vector_has_more_columns_than_its_matrix_takes() -> None:
    for numbers, name in ((10, "pmatrix"), (11, "smallmatrix")):
        x = Tensor([0.5] * numbers, name="x")
        text = steps((x * 2.0).sum(), names={}).latex()
        assert rf"\begin{{{name}}} 0.5" in text
        assert all(row.count("&") < 10 for row in re.findall(r"\\begin{pmatrix}(.*?)\\end", text))


def test_a_long_equation_goes_on_at_a_sign_outside_of_brackets() -> None:
    w = Value(1.0, "w")
    lesson = steps(optim.ARS([w], rng=0), lambda: (w - 1) ** 2 + (w - 3) ** 2, 1)
    rows = lesson.latex().split(r" \\")
    whole = "".join(rows)
    assert any(row.lstrip().startswith(r"&\qquad {}+ \left(f_{") for row in rows)
    for row in rows:
        assert row.count(r"\left") == row.count(r"\right") and row.count("{") == row.count("}")
    assert broken("a &= \\left(" + "b = c + " * 30 + "d\\right)")[1:] == []
    assert whole.count(r"\tag*") == len(lesson[0].updates[0])


def test_the_title_of_a_part_above_its_picture_has_letters_that_every_latex_has() -> None:
    for name in ("relu-two-layer", "single-linear-layer", "softmax-cross-entropy"):
        text = of_example(EXAMPLES[name]).tikz
        assert text is not None
        assert not re.search("[αΣᶻ]", text()), name


def test_the_words_of_every_lecture_have_letters_that_every_latex_has() -> None:
    rows = [row for letter in LECTURES for row in lecture(letter).places]
    said = [line for row in rows for text in (row.what, row.where) for line in text]
    said += [line for row in rows if row.remark is not None for line in row.remark]
    assert any("Ω" in line for line in said) and any("≺" in line for line in said)
    for line in said:
        assert not [c for c in portable(escaped(line)) if ord(c) > 127 and c not in KNOWN], line
