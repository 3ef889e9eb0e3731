"""The lectures place by place: what is found by a word, and how a place is shown and written.

That the numbers of the rows are met is tested where the lessons are run: see lecture_rows.py.
"""

from __future__ import annotations

import html
import io
import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, steps
from autograd.cli.catalogue import demonstrations, entry, facts
from autograd.cli.drawn import Drawn
from autograd.cli.places import placed_drawn
from autograd.cli.plots import in_language
from autograd.exports import save
from autograd.lectures import LECTURES, Number, find, lecture
from autograd.lessons.worked_examples import EXAMPLES, Table
from autograd.stage import table_html
from autograd.writing import LANGUAGES, sentences, translated
from optim import Adam
from tests.lecture_rows import ROWS, check_rows
from tests.test_cli import tracegrad
from tests.words import lacking, words_of
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


def test_every_row_is_written_in_every_language() -> None:
    for place in ROWS:
        reasons = [number.reason for number in place.numbers if number.reason]
        for words in (place.what, *([place.remark] if place.remark else []), *reasons):
            assert len(words) == len(LANGUAGES)
            assert all(re.fullmatch(r"[^\n]+[.?]", word) for word in words)


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
    [
        ("E15", "E15"),
        ("e p30", "E15"),
        ("E page 30", "E15"),
        ("e halaman 30", "E15"),
        ("E p. 31", "E16"),
        (" a3 ", "A3"),
        ("E p9", "E3"),
        ("E hlm. 9", "E3"),
    ],
)
def test_a_place_is_found_by_its_number_and_by_its_page(words: str, place: str) -> None:
    found = find(words)
    assert getattr(found, "id", None) == place


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["F3"], "no lecture is called 'F3'; there are A B C D E"),
        (["w2"], "W2 is a lesson, no place; tracegrad examples W2"),
        (["A13"], "lecture A has no place A13; try A12 or A14"),
        (["E99"], "try E29"),
        (["E", "p12"], "shows nothing of ours on page 12; try p11 (E4) or p14 (E5)"),
        (["C", "p3"], "lecture C has no page numbers; its places are C1 to C39"),
        (["D14", "-o", "d.doc"], "'.doc' is not known"),
        (["E", "-o", "e.doc"], "'.doc' is not known here; use .html .svg .png .pdf .gif"),
        (["E4", "-o", "e.doc"], "use .html .svg .png .pdf .gif"),
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
        at = place.at.replace("p.", "hlm.")
        assert re.search(rf"(?m)^{place.id} +{at} .*\[{place.lesson}\]$", places)
    for suffix in (".html", ".json"):
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


def test_a_lesson_that_is_run_is_written_in_every_format_and_no_english_is_left_in_indonesian(
    tmp_path: Path,
) -> None:
    place: Any = find("A18")
    (run,) = (each for each in demonstrations() if each.name == place.lesson)
    lesson = placed_drawn(place, Drawn.of(run()))
    said = {}
    for suffix, lang in product((".html", ".json", ".tex", ".txt", ".svg"), LANGUAGES):
        target = tmp_path / f"{lang}{suffix}"
        save(lesson.exhibit(lang), target)
        said[suffix, lang] = html.unescape(target.read_text(encoding="utf-8"))
    assert said[".json", "en"] == said[".json", "id"]
    data = json.loads(said[".json", "en"])
    assert data["numbers"] and data["tables"][0]["rows"][0][0]["id"] == "memenuhi keduanya"
    assert data["tables"][1]["columns"][0] | {"de": ""} == {
        "en": "schedule", "id": "jadwal", "de": ""
    }  # fmt: skip
    page = said[".html", "id"]
    assert '<html lang="id">' in page and "http:" not in page
    assert page.count("<svg") == 1
    shown = re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page)
    shown = re.sub(r' data-(?!id\b)\w+="[^"]*"(?=[ >])', "", re.sub(
        r'<(\w+)[^>]*? data-lang="(?!id)[^>]*>.*?</\1>', "", shown
    ))  # fmt: skip
    differ = {words for words in words_of(lesson.run) if translated(words)[1] != words}
    assert len(differ) > 20
    for words in differ | {"which of the sums end?"}:  # the last is in the picture alone
        whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        for text in (said[".txt", "id"], said[".tex", "id"], said[".svg", "id"], shown):
            assert len(words) < 4 or not whole.search(text), words
    for text in (said[".svg", "id"], shown):
        assert "jumlah mana yang berhingga?" in text
    assert "which of the sums end?" in said[".svg", "en"]


def test_a_number_in_a_table_is_not_broken_over_two_lines() -> None:
    names = ("form", "gives")
    table = Table(("", ""), names, [("C, a = 0.9", ("0.929417500",) * 2), (("a", "b"), 1e-8)])
    cells = re.findall(r"<td( class=\"number\")?>(.*?)</td>", table_html(table, "en"))
    assert [bool(kind) for kind, _ in cells] == [False, True, False, True]


def test_words_of_ticks_are_in_the_language_of_the_picture() -> None:
    from matplotlib import pyplot

    figure, (bars, curve) = pyplot.subplots(1, 2)
    bars.bar(["the file", "memory added"], [1, 2])
    curve.set(yticks=[0, 1], yticklabels=["layer", "unit"])
    in_language(figure, "id").draw_without_rendering()
    assert [text.get_text() for text in bars.get_xticklabels()] == ["berkasnya", "memori tambahan"]
    assert [text.get_text() for text in curve.get_yticklabels()] == ["lapisan", "unit"]
    pyplot.close(figure)


def test_an_optimizers_steps_say_no_english_word_in_indonesian() -> None:
    w = Value(1.0, "w")
    lesson = steps(Adam([w], lr=0.1), lambda: (w - 1) ** 2 + (w - 3) ** 2, iterations=2)
    known = {word.lower() for text in sentences("id").values() for word in re.findall(r"\w+", text)}
    printed = sentences("id", "printed").values()
    known |= {w.lower() for text in printed for w in re.findall(r"\w+", text)}
    known |= {"adam", "grad", "sqrt", "rate"}  # the last is a variable of the rule
    for text in (lesson.text("id"), lesson.svg(lang="id"), lesson.svg("circuit", lang="id")):
        plain = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text)
        assert set(re.findall(r"[a-z]{4,}", plain.lower())) <= known
    assert "Computation" in lesson.svg() and "computation" not in known


def test_what_the_lessons_that_are_run_say_is_there_in_every_language() -> None:
    from optim.examples import QUESTIONS

    said = [each.title for each in demonstrations()]
    for question in QUESTIONS:
        said += [question.ask, *question.answers, *question.experiment(), question.doubt]
    assert [text for text in said for lang in LANGUAGES[1:] if lacking(text, lang)] == []
    local = "from -1.5 it ends at -1.05, from 0.5 at 0.95, which is a local minimum"
    assert local not in translated(local)[1:]
    assert set(translated("no such sentence")) == {"no such sentence"}


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
    assert page.count("<summary>d. ") == 10
    for words, said in (
        (["A"], "'A' asks no questions; tracegrad quiz E does"),
        (["Q"], "no lecture"),
    ):
        refused = tracegrad("quiz", *words)
        assert refused.returncode == 2 and said in refused.stderr
