"""Whatever the pages show is run: their Python, their numbers, their commands."""

import html
import os
import re
import tomllib
from pathlib import Path

import pytest

from autograd.calculus.rules import RULES
from docs import growth
from docs.__main__ import (
    GROWTH,
    MARKS,
    PAGES,
    PICTURES,
    blocks,
    current,
    with_output,
    with_printed,
)

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_number_is_what_is_printed(path: Path) -> None:
    page, rules = path.read_text(encoding="utf-8"), dict(RULES)
    assert len(blocks(page, "python")) >= 4
    assert current(page) == page, "python -m docs makes it so"
    assert rules == RULES


def test_a_wrong_number_would_be_seen() -> None:
    assert with_printed("x = 2\nprint(x * 2)  # 5\n", {}) == "x = 2\nprint(x * 2)  # 4\n"
    page = "```python\nprint(2)\n```\n\n```text\n{}\n```\nafter"
    assert current(page.format(3)) == page.format(2)
    wrong = "$ tracegrad step x*2 x=3\nx is 3\n"
    assert with_output(wrong).endswith("Result\n  f = 6\n  ∂f/∂x = 2\n")
    with pytest.raises(RuntimeError, match="ends with code"):
        with_output("$ tracegrad step x*y x=3\n")


def test_the_programs_of_the_readme_write_pictures(elsewhere: Path) -> None:
    for block in blocks(README, "console"):
        with_output(block)
    assert "<svg" in (elsewhere / "sum-times.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_current(name: str) -> None:
    kept = (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8")
    assert PICTURES[name]() == kept, "python -m docs draws them anew"
    assert f"docs/pictures/{name}" in README


def test_the_benchmark_table_is_made_of_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = tmp_path / "results.md"
    results.write_text(
        "## A case\n| ratio | measured | wanted | met |\n| a by b | 1/12 | ≤ 1/3 | yes |\n", "utf-8"
    )
    monkeypatch.setattr("docs.__main__.RESULTS", results)
    page = f"before\n{MARKS[0]}old\n{MARKS[1]}after\n"
    head = "| what | measured | wanted |\n|---|---|---|\n"
    table = f"{head}| **A case** | | |\n| a by b | 1/12 | ≤ 1/3 |\n"
    assert current(page) == f"before\n{MARKS[0]}\n{table}\n{MARKS[1]}after\n"
    assert all(README.count(mark) == 1 for mark in MARKS)


def test_the_plot_shows_the_results() -> None:
    page = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    shown = html.unescape(GROWTH.read_text(encoding="utf-8"))
    assert growth.description(page) in shown, "python -m docs draws it anew"
    assert growth.series(page).keys() == growth.COLOURS.keys()
    assert "docs/pictures/growth.svg" in README


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)\b(?=`|    )", README))
    assert targets >= {"demo", "test", "bench"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert len(links) >= 4
    for link in links:
        assert link.startswith("https://") or (path.parent / link).exists(), link


def test_the_namesake_is_warned_of_and_the_row_is_the_table_s() -> None:
    assert "must not share an environment" in README
    assert 'row("tanh", "a", "tanh(a)", "1 - out * out")' in README
    row = RULES["tanh"]
    assert (row.args, row.value, row.partials) == (("a",), "tanh(a)", ("1 - out * out",))


def test_extras_named_here_exist() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"]
    named = re.findall(r"\.\[([\w,]+)\]", README)
    assert named and {name for names in named for name in names.split(",")} <= extras.keys()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_map_of_the_house_names_what_is_there() -> None:
    """Each row of CONTRIBUTING's map: a path, and others beside it or in the same package."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Where does X live?")[2].partition("A folder is a room")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 17
    for row in rows:
        first, *others = [
            word for word in re.findall(r"`([\w./]+)`", row) if "/" in word or "." in word
        ]
        assert (ROOT / first).exists(), first
        beside = [(ROOT / first).parent, ROOT / first, ROOT / first.split("/")[0]]
        for other in others:
            assert any((folder / other).exists() for folder in [ROOT, *beside]), other
