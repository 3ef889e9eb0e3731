"""The notebooks: they run, say what their kept outputs say, in every language, and judge fairly."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notebooks.__main__ import main
from notebooks.building import HERE, LANGUAGES, cells_of, notebook_of, path_of, sources, texts_of
from notebooks.exercises import EXERCISES
from notebooks.exercises.replies import replies

SOURCES = sources()
NAMES = [source.stem for source in SOURCES]
KEPT = [(source, lang) for source in SOURCES for lang in LANGUAGES]
KEPT_NAMES = [path_of(source, lang).stem for source, lang in KEPT]
FIRST, *OTHERS = LANGUAGES
#: How far printed numbers may be apart on two machines; a training drifts, a formula does not.
DRIFT = {"04_train_a_classifier": 0.5}
#: A notebook with more outputs than this makes the repository large.
MOST_BYTES = 200_000

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")
PRIVATE = re.compile(r"/(?:home|root|Users|work|tmp|opt|usr|mnt)/|[A-Z]:\\\\Users|site-packages")


def saved(path: Path) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)


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


def facts(text: str) -> tuple[Counter[str], Counter[str], list[str]]:
    """What a text has in every language: its numbers, its code, its formulas."""
    formulas = [
        re.sub(r"^\w+:", "", line.strip())
        for line in text.splitlines()
        if line.startswith("    ") and re.search(r"[=·+/∂√]", line)
    ]
    return (
        Counter(re.findall(r"\d+(?:\.\d+)?", text)),
        Counter(re.findall(r"`([^`]+)`", re.sub(r"\s+", " ", text))),
        [" ".join(formula.split()) for formula in formulas],
    )


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_every_text_is_there_in_every_language(source: Path) -> None:
    keys = [key for key, _ in cells_of(source) if key is not None]
    first = texts_of(source, FIRST)
    assert list(first) == keys
    for lang in OTHERS:
        texts = texts_of(source, lang)
        assert list(texts) == keys
        assert {key: facts(texts[key]) for key in keys} == {key: facts(first[key]) for key in keys}
        assert not {key for key in keys if texts[key] == first[key]}
    for lang in LANGUAGES:
        assert {path.stem for path in (HERE / "texts" / lang).iterdir()} == set(NAMES)


def test_every_reply_is_there_in_every_language() -> None:
    first = replies(FIRST)
    for lang in LANGUAGES:
        said = replies(lang)
        assert list(said) == ["phrases", *EXERCISES]
        assert {name: list(said[name]) for name in said} == {n: list(first[n]) for n in first}
        for name, exercise in EXERCISES.items():
            letters = {one for one in exercise.also if isinstance(one, str)}
            needed = {"why", "hint", *exercise.slips, *letters}
            unused = set(said[name]) - needed - set("ABCD")
            assert (needed - set(said[name]), unused) == (set(), set()), name
            for reply, text in said[name].items():
                assert facts(text)[0] == facts(first[name][reply])[0], (name, reply)


def test_each_asks_its_exercises_and_names_its_language_once() -> None:
    asked = {}
    for source in SOURCES:
        code = [code for key, code in cells_of(source) if key is None]
        assert code[0].count(f'lang = "{FIRST}"') == 1
        assert len(re.findall(r"^lang =", "\n".join(code), re.MULTILINE)) == 1
        asked[source.stem] = re.findall(r'check\("([\w.]+)", \w+, lang\)', "\n".join(code))
        assert len(asked[source.stem]) >= 4
    assert [name for names in asked.values() for name in names] == list(EXERCISES)


def test_they_run_and_say_what_is_kept(tmp_path: Path) -> None:
    words = [*"-m notebooks --no-plots --lang".split(), FIRST, "--to", str(tmp_path)]
    done = subprocess.run([sys.executable, *words], cwd=HERE.parent, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for source in SOURCES:
        path = path_of(source, FIRST)
        fresh = saved(tmp_path / path.name)
        assert faults(fresh) == []
        kept = saved(path)
        for cell in kept.cells:
            shown = cell.get("outputs", [])
            cell.outputs = [one for one in shown if "image/png" not in one.get("data", {})]
        assert differences(kept, fresh, DRIFT.get(source.stem, 1e-3)) == []


@pytest.mark.parametrize("source, lang", KEPT, ids=KEPT_NAMES)
def test_what_is_kept_is_in_step(source: Path, lang: str) -> None:
    path = path_of(source, lang)
    kept, wanted = saved(path), notebook_of(source, lang)
    assert [(c.cell_type, c.id, c.source) for c in kept.cells] == [
        (c.cell_type, c.id, c.source) for c in wanted.cells
    ], "python -m notebooks makes them anew"
    assert kept.metadata == wanted.metadata
    assert faults(kept) == []
    assert path.stat().st_size < MOST_BYTES
    counts = [cell.execution_count for cell in kept.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    for (cell, kind, text), first in zip(outputs(kept), outputs(saved(path_of(source, FIRST)))):
        assert (cell, kind) == first[:2]
        assert NUMBER.findall(text) == NUMBER.findall(first[2])


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_it_shows_pictures_and_asserts_numbers(source: Path) -> None:
    code, texts = source.read_text(encoding="utf-8"), texts_of(source, FIRST)
    drawn = [kind for _, kind, _ in outputs(saved(path_of(source, FIRST))) if "image" in kind]
    assert len(drawn) >= 3
    assert code.count("\nassert ") + code.count("\n    assert ") >= 5
    assert "**The question.**" in texts["question"]
    assert any("## The answer" in text for text in texts.values())
    assert any("## Exercises" in text for text in texts.values())


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
