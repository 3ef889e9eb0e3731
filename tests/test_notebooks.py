"""The notebooks: they run, say what their kept outputs say, and judge answers fairly."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notebooks.__main__ import LONGEST_RUN, from_text, main, pair, run, texts
from notebooks.exercises import EXERCISES, check

TEXTS = texts()
NAMES = [text.stem for text in TEXTS]
#: How far printed numbers may be apart on two machines; a training drifts, a formula does not.
DRIFT = {"04_train_a_classifier": 0.5}

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")
PRIVATE = re.compile(r"/(?:home|root|Users|work|tmp|opt|usr|mnt)/|[A-Z]:\\\\Users|site-packages")


def saved(text: Path) -> Any:
    import nbformat

    return nbformat.read(pair(text), as_version=4)


def outputs(notebook: Any) -> Iterator[tuple[int, str, str]]:
    """Every output of every cell: the cell, what kind of output it is, and its text."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            kind = output.output_type
            if kind == "stream":
                yield number, output.name, output.text
            elif kind == "error":
                yield number, kind, "\n".join(output.traceback)
            else:
                yield number, "+".join(sorted(output.data)), output.data.get("text/plain", "")


def faults(notebook: Any) -> list[str]:
    """What must not be in the outputs of a notebook that somebody reads."""
    found = []
    for cell, kind, text in outputs(notebook):
        if kind in ("error", "stderr"):
            found.append(f"cell {cell}: {kind}: {text[:300]}")
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if path := PRIVATE.search(str({k: v for k, v in output.items() if k != "data"})):
                found.append(f"{cell.id}: the path {path[0]}")
            for kind, data in output.get("data", {}).items():
                if kind != "image/png" and (path := PRIVATE.search(str(data))):
                    found.append(f"{cell.id}: the path {path[0]}")
    return found


def differences(kept: Any, fresh: Any, drift: float) -> list[str]:
    """Where the kept outputs are not those of a fresh run, numbers up to ``drift`` apart."""
    found = []
    pairs = zip(outputs(kept), outputs(fresh))
    if len(list(outputs(kept))) != len(list(outputs(fresh))):
        found.append("the number of outputs")
    for (cell, kind, text), (fresh_cell, fresh_kind, fresh_text) in pairs:
        same_words = NUMBER.sub("0", text).split() == NUMBER.sub("0", fresh_text).split()
        if (cell, kind) != (fresh_cell, fresh_kind) or not (same_words or drift > 0.01):
            found.append(f"cell {cell}: {text[:200]!r} is now {fresh_text[:200]!r}")
            continue
        for a, b in zip(NUMBER.findall(text), NUMBER.findall(fresh_text)):
            if abs(float(a) - float(b)) > 1e-6 + drift * max(abs(float(a)), 1.0):
                found.append(f"cell {cell}: {a} is now {b}")
    return found


def test_there_are_four_and_each_is_asked_about() -> None:
    assert [name[:2] for name in NAMES] == ["01", "02", "03", "04"]
    asked = {
        text.stem: set(re.findall(r'check\("([\d.]+)"', text.read_text(encoding="utf-8")))
        for text in TEXTS
    }
    assert sorted(set().union(*asked.values())) == sorted(EXERCISES)
    assert all(len(names) >= 4 for names in asked.values())


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_it_runs_and_says_what_is_kept(text: Path) -> None:
    started = time.monotonic()
    notebook = run(from_text(text.read_text(encoding="utf-8")))
    assert time.monotonic() - started < LONGEST_RUN
    assert faults(notebook) == []
    assert differences(saved(text), notebook, DRIFT.get(text.stem, 1e-3)) == []


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_the_pair_is_in_step(text: Path) -> None:
    kept, wanted = saved(text), from_text(text.read_text(encoding="utf-8"))
    assert [(c.cell_type, c.id, c.source) for c in kept.cells] == [
        (c.cell_type, c.id, c.source) for c in wanted.cells
    ], "python -m notebooks makes them anew"
    assert kept.metadata == wanted.metadata
    assert faults(kept) == []
    counts = [cell.execution_count for cell in kept.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("text", TEXTS, ids=NAMES)
def test_it_shows_pictures_and_asserts_numbers(text: Path) -> None:
    source, kept = text.read_text(encoding="utf-8"), saved(text)
    drawn = [kind for _, kind, _ in outputs(kept) if "svg" in kind or "html" in kind]
    assert len(drawn) >= 3
    assert source.count("\nassert ") + source.count("\n    assert ") >= 5
    assert "**The question.**" in source.split("# %%")[1]
    assert "# ## The answer" in source and "# ## Exercises" in source


def test_a_spoilt_notebook_is_seen() -> None:
    import nbformat.v4 as v4

    def notebook(*made: Any) -> Any:
        return v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[one]) for one in made])

    sound = notebook(v4.new_output("stream", name="stdout", text="loss 0.123\n"))
    assert faults(sound) == [] == differences(sound, sound, 1e-3)
    warned = v4.new_output("stream", name="stderr", text="RuntimeWarning: overflow")
    failed = v4.new_output("error", ename="E", evalue="", traceback=["ZeroDivisionError"])
    leaked = v4.new_output("display_data", {"text/plain": "File /home/ada/notes.py"})
    for one in (warned, failed, leaked):
        assert len(faults(notebook(one))) == 1
    for text in ("loss 0.133\n", "cost 0.123\n", ""):
        other = notebook(v4.new_output("stream", name="stdout", text=text))
        assert differences(sound, other, 1e-3) != []
    assert differences(sound, notebook(), 1e-3) != []


def test_a_name_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["09"]) == 2
    assert "none is called 09" in capsys.readouterr().err


def said(name: str, answer: Any, capsys: pytest.CaptureFixture[str]) -> str:
    check(name, answer)
    return capsys.readouterr().out


#: A right answer, as a learner may give it, and a wrong one.
ANSWERS = {
    "1.1": (-4, 4),
    "1.2": (-9.0, -7),
    "1.3": (lambda w: 3 * w**2, lambda w: 2 * w),
    "1.4": ("d", "B"),
    "2.1": (1 / 4, 0),
    "2.2": (0.0000454, 0.45),
    "2.3": (0.872, 0.728),
    "2.4": ("B", "A"),
    "3.1": (12, 4),
    "3.2": (1.64, 1.16),
    "3.3": (2, 3),
    "3.4": (0.0625, 0.125),
    "3.5": ("c", "A"),
    "4.1": (1210, 1184),
    "4.2": (10, 9),
    "4.3": (1.39, 0.25),
    "4.4": ("C", "A"),
    "4.5": ("A", "D"),
    "4.6": ("D", "A"),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_are_praised_and_wrong_ones_helped(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = ANSWERS[name]
    assert said(name, right, capsys).startswith(f"Exercise {name}: right")
    helped = said(name, wrong, capsys)
    assert not helped.startswith(f"Exercise {name}: right") and len(helped) > 40
    assert "put your answer in place of the ..." in said(name, ..., capsys)
    for slip in EXERCISES[name].slips:
        assert EXERCISES[name].slips[slip] in said(name, slip, capsys)


@pytest.mark.parametrize(
    "name, answer, reply",
    [
        ("1.1", "four", "a number is wanted here, not 'four' (a str)"),
        ("1.1", None, "a number is wanted here, not None"),
        ("1.1", [4], "a number is wanted here"),
        ("1.1", float("nan"), "a number is wanted here"),
        ("1.3", 3, "a function is wanted here"),
        ("1.3", lambda w: ..., "put your formula in place of the ..."),
        ("1.3", lambda w: None, "returns None; a number is wanted"),
        ("1.3", lambda w: 1 / (w - 3), "at -2 your function says -0.2, the library 12"),
        ("1.3", lambda: 1, "your function stops with TypeError"),
        ("1.4", 4, "a letter is wanted here"),
        ("2.3", -0.872, "the size is right, the sign is not"),
    ],
)
def test_strange_answers_get_a_kind_word(
    name: str, answer: Any, reply: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reply in said(name, answer, capsys)


def test_an_unknown_exercise_is_named() -> None:
    with pytest.raises(ValueError, match=r"no exercise '9.9'; there are 1.1, 1.2"):
        check("9.9", 1)
