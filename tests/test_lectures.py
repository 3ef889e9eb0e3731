"""The lectures place by place: what is found by a word, and how a place is shown and written.

That the numbers of the rows are met is tested where the lessons are run: see lecture_rows.py.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograd.cli.catalogue import demonstrations, entry, facts
from autograd.cli.drawn import Drawn
from autograd.cli.indonesian import SENTENCES, translated
from autograd.cli.lecture import placed_drawn
from autograd.lectures import LECTURES, Number, find, lecture
from autograd.lessons.worked_examples import EXAMPLES
from autograd.writing import LANGUAGES
from tests.lecture_rows import ROWS, check_rows
from tests.test_cli import tracegrad
from tests.worked import lesson_of


def test_all_places_of_the_five_lectures_are_there() -> None:
    assert [len(lecture(letter).places) for letter in LECTURES] == [31, 15, 39, 21, 29]
    for letter in LECTURES:
        numbers = [int(place.id[1:]) for place in lecture(letter).places]
        assert numbers == sorted(set(numbers))
    pages = [place.pages[0] for place in lecture("E").places]
    assert pages == sorted(set(pages))


def test_the_catalogue_is_one_name_space_and_every_entry_has_a_title() -> None:
    entries: list[Any] = [*EXAMPLES.values(), *demonstrations()]
    for words in ([each.name for each in entries], [each.code for each in entries]):
        assert len(words) == len(set(words))
    for each in entries:
        assert each.title and entry(each.name) is entry(each.code) is each
    assert {place.lesson for place in ROWS} <= {each.name for each in entries}


def test_every_row_is_written_in_both_languages() -> None:
    for place in ROWS:
        reasons = [number.reason for number in place.numbers if number.reason]
        for words in (place.what, *([place.remark] if place.remark else []), *reasons):
            assert len(words) == 2 and all(re.fullmatch(r"[^\n]+[.?]", word) for word in words)


def test_a_wrong_number_and_a_reason_without_cause_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = Number("f", ("0.82", "4/9"))
    numbers = {"f": [0.8173, 4 / 9]}
    assert right.met(numbers) and right.ours(numbers) == "0.82 0.4444"
    for wrong in ((0.8273, 4 / 9), (0.8173, 0.444)):
        assert not right.met({"f": wrong})
    with pytest.raises(ValueError, match="2 printed, 3 computed"):
        right.met({"f": [1, 2, 3]})
    sums = lesson_of("error-table").facts
    check_rows("error-table", sums)
    with pytest.raises(AssertionError, match="D2"):
        check_rows("error-table", {**sums, "sums": (110, 27.5, 1, 27.5, 110)})
    logits = lesson_of("softmax-cross-entropy").facts
    with pytest.raises(AssertionError, match="D14"):
        check_rows("softmax-cross-entropy", {**logits, "3: l": 3.5066})


@pytest.mark.parametrize(
    ("words", "place"),
    [("E15", "E15"), ("e p30", "E15"), ("E p. 31", "E16"), (" a3 ", "A3"), ("E p9", "E3")],
)
def test_a_place_is_found_by_its_number_and_by_its_page(words: str, place: str) -> None:
    found = find(words)
    assert getattr(found, "id", None) == place


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["F3"], "no lecture is called 'F3'; there are A B C D E"),
        (["A13"], "lecture A has no place A13; try A12 or A14"),
        (["E99"], "try E29"),
        (["E", "p12"], "shows nothing of ours on page 12; try p11 (E4) or p14 (E5)"),
        (["C", "p3"], "lecture C has no page numbers; its places are C1 to C39"),
        (["D14", "-o", "d.doc"], "'.doc' is not known"),
        (["E", "-o", "e.svg"], "'.svg' is not known"),
        (["E4", "-o", "e.doc"], "use .svg .png .pdf .html .json .tex .txt"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = tracegrad("lecture", *words)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == "" and list(tmp_path.iterdir()) == []


def test_lectures_and_their_places_are_listed(tmp_path: Path) -> None:
    listed = tracegrad("lectures").stdout
    assert all(lecture(letter).title in listed for letter in LECTURES)
    places = tracegrad("lecture", "E", "--lang", "id").stdout
    for place in lecture("E").places:
        assert re.search(rf"(?m)^{place.id} +{place.at} .*\[{place.lesson}\]$", places)
    for suffix in (".html", ".txt", ".json"):
        target = tmp_path / f"c{suffix}"
        assert tracegrad("lecture", "C", "-o", str(target)).returncode == 0
        text = target.read_text(encoding="utf-8")
        assert all(place.id in text for place in lecture("C").places)
    assert json.loads(text)["places"][10]["numbers"][0]["printed"][0] == "0.7737"


def test_a_place_shows_the_printed_number_beside_ours_and_the_lesson(tmp_path: Path) -> None:
    done = tracegrad("lecture", "D", "p", "14")
    assert done.returncode == 2
    shown = tracegrad("lecture", "D14").stdout
    assert re.search(r"3: l +3\.5066 +3\.498496\n", shown)
    assert "rounded 0.03" in shown and "W9 Softmax and cross-entropy" in shown
    assert "logaritma" in tracegrad("lecture", "D14", "--lang", "id").stdout
    for suffix in (".html", ".svg", ".tex", ".json", ".txt"):
        target = tmp_path / f"d{suffix}"
        assert tracegrad("lecture", "D14", "-o", str(target)).returncode == 0
        assert "3.498496" in target.read_text(encoding="utf-8"), suffix
    run = tracegrad("lecture", "E p30", "-o", str(tmp_path / "e.svg"))
    assert run.returncode == 0 and (tmp_path / "e.svg").stat().st_size > 5000
    assert "0.880218802" in tracegrad("lecture", "E p30").stdout


def test_numbers_of_a_run_have_one_name_each() -> None:
    assert dict(facts({"a": {"b": 1, 2: {"c": 3}}, "d": 4})) == {"a: b": 1, "a: 2: c": 3, "d": 4}


def test_a_lesson_that_is_run_is_written_in_every_format_and_language(tmp_path: Path) -> None:
    (stopping,) = (each for each in demonstrations() if each.name == "stopping-rule")
    place: Any = find("E4")
    lesson = placed_drawn(place, Drawn.of(stopping()))
    said = {}
    for suffix in (".html", ".json", ".tex", ".txt", ".svg"):
        for lang in LANGUAGES:
            target = tmp_path / f"{lang}{suffix}"
            lesson.write(str(target), suffix, lang)
            said[suffix, lang] = target.read_text(encoding="utf-8")
    assert "paling banyak 200 langkah" in said[".txt", "id"] and "konvergen" in said[".tex", "id"]
    page = said[".html", "id"]
    assert '<html lang="id">' in page and "data:image/svg+xml" in page and "http:" not in page
    assert page.count("divergen") == 1 and page.count("diverged") == 1
    numbers = json.loads(said[".json", "en"])["numbers"]
    assert numbers and said[".json", "en"] == said[".json", "id"]
    assert "at most 200 steps" in said[".txt", "en"] and "<svg" in said[".svg", "en"]


def test_a_picture_says_its_words_in_either_language() -> None:
    (weights,) = (each for each in demonstrations() if each.name == "average-weights")
    lesson = Drawn.of(weights())
    for lang, title in (("en", "the bias of the first days"), ("id", "bias hari-hari pertama")):
        figure = lesson.figure(lang)
        assert figure.axes[1].get_title() == title
        assert all(translated(axes.get_xlabel()) or lang == "id" for axes in figure.axes)


def test_what_the_lessons_that_are_run_say_has_its_indonesian() -> None:
    for each in demonstrations():
        assert translated(each.title), each.title
    from optim.examples import QUESTIONS

    for question in QUESTIONS:
        said = [question.ask, *question.answers, *question.experiment()]
        for words in (*said, *([question.doubt] if question.doubt else [])):
            assert translated(words) or words in ("AdaGrad", "k-means", "RMSProp", "Adam"), words
    for english, indonesian in SENTENCES.items():
        assert english.count("{}") == indonesian.count("{}"), english
    assert translated("from -1.5 it ends at -1.05, from 0.5 at 0.95, which is a local minimum")
    assert translated("no such sentence") is None


def test_a_quiz_shows_the_experiment_of_each_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("c\nperhaps\nab\na\n"))
    done = tracegrad("quiz", "E")
    assert done.returncode == 0 and "1 of 2 as in the key" in done.stdout
    assert "not the key: descent takes its loss" in done.stdout and "Doubtful" in done.stdout
    assert done.stdout.count("answer a, b, c or d") == 2
    target = tmp_path / "quiz.html"
    assert tracegrad("quiz", "E", "-o", str(target), "--lang", "id").returncode == 0
    page = target.read_text(encoding="utf-8")
    assert page.count("<details>") == 40 and "Meragukan: " in page and "kuncinya: " in page
    for words, said in (
        (["A"], "'A' asks no questions; tracegrad quiz E does"),
        (["Q"], "no lecture"),
    ):
        refused = tracegrad("quiz", *words)
        assert refused.returncode == 2 and said in refused.stderr
