"""The files of the languages: nothing is lacking, no slot is lost, a further file is a language."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.writing import LANGUAGES, column, say, sentences, translated, words
from tests.house import ROOT
from tests.languages import FOLDER, SECTIONS, file_of, lacking, slots, table, texts_of_the_program

OTHERS = LANGUAGES[1:]


@pytest.mark.parametrize("lang", OTHERS)
def test_no_language_lacks_a_text(lang: str) -> None:
    assert lacking(lang) == []


@pytest.mark.parametrize("lang", OTHERS)
def test_a_translation_has_the_slots_of_its_english(lang: str) -> None:
    own, english = file_of(lang), file_of("en")
    pairs = [
        (own[section][key], text)
        for section in SECTIONS
        for key, text in english[section].items()
        if key in own[section]
    ]
    pairs += [(text, key) for key, text in own["phrases"].items()]
    assert [pair for pair in pairs if slots(pair[0]) != slots(pair[1])] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_is_written_in_one_way_and_has_nothing_that_is_not_asked_for(lang: str) -> None:
    path = FOLDER / f"{lang}.json"
    contents = file_of(lang)
    ordered = {
        name: dict(sorted(part.items())) if isinstance(part, dict) else part
        for name, part in contents.items()
    }
    text = json.dumps(ordered, ensure_ascii=False, indent=1) + "\n"
    assert path.read_text(encoding="utf-8") == text, (
        "sort the keys; python -m json.tool has --indent"
    )
    english = file_of("en")
    for section in SECTIONS:
        assert set(contents[section]) <= set(english[section]), section
    assert set(contents) <= {"name", *SECTIONS, "phrases"}


def test_the_keys_of_pages_and_of_printed_texts_differ() -> None:
    assert not set(sentences("en")) & set(sentences("en", "printed"))


def test_what_is_lacking_is_said_in_english_and_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(words("no such text")) == {"no such text"} == set(translated("no such text"))
    assert "A sum, then a product" in texts_of_the_program() and "rows" in texts_of_the_program()
    whole = file_of("id")
    cut = {**whole, "page": dict(whole["page"]), "phrases": dict(whole["phrases"])}
    del cut["page"]["backward"], cut["phrases"]["A sum, then a product"]
    files = {code: cut if code == "id" else file_of(code) for code in LANGUAGES}
    monkeypatch.setattr("tests.languages.file_of", files.__getitem__)
    assert lacking("id") == ["page: backward", "A sum, then a product"]
    assert [line.split()[-1] for line in table().splitlines()[1:3]] == ["0", "2"]


def test_an_unknown_language_is_refused_and_the_known_are_named() -> None:
    for call in (lambda: column("fr"), lambda: sentences("fr"), lambda: say("fr", "backward")):
        with pytest.raises(ValueError, match=f"'fr' is not here; there are {', '.join(LANGUAGES)}"):
            call()


PROGRAM = """
from autograd.__main__ import main
from autograd.writing import LANGUAGES, language_name, say, words
assert LANGUAGES[-1] == "xx" and language_name("xx") == "Other", LANGUAGES
assert say("xx", "backward") == "Zurück!" and say("xx", "forward") == "Forward pass"
assert words("rows")[-1] == "Reihen" and words("value")[-1] == "value"
main(["examples", "W1", "--lang", "xx", "-o", "page.html"])
"""


def test_one_more_file_is_one_more_language(tmp_path: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__")
    for name in ("autograd", "nn", "optim"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    own = {"name": "Other", "page": {"backward": "Zurück!"}, "phrases": {"rows": "Reihen"}}
    path = tmp_path / "autograd" / "writing" / "languages" / "xx.json"
    path.write_text(json.dumps(own), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<html lang="xx">' in page and '<option value="xx" lang="xx" selected>Other' in page
