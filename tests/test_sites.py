"""The sites: their links, the shell that all of their pages share, their index, their plots."""

from __future__ import annotations

import argparse
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd.cli import examples, main, site
from autograd.cli import lecture as lecture_command
from autograd.cli.catalogue import demonstrations
from autograd.cli.console import Console
from autograd.cli.drawn import Drawn
from autograd.cli.site_pages import MAKERS
from autograd.lectures import LECTURES, lecture
from autograd.lessons.worked_examples import EXAMPLES
from autograd.stage import Entry, Section, contents_page, figure, reading_page, spoken
from autograd.stage.inline_picture import short_path
from autograd.writing import LANGUAGES, in_every_language
from tests import sites
from tests.browser import visit

#: A page of each kind.
KINDS = (
    "playground", "training", "sum-times", "stopping-rule", "race-beale", "lecture-e", "quiz-e",
    "sheet-sum-times", "sheet-sum-times-solutions",
)  # fmt: skip


def chapters_of(names: tuple[str, ...]) -> list[site.Chapter]:
    """The chapters of the catalogue with those pages alone."""
    few = [
        site.Chapter(one.title, [p for p in one.pieces if Path(p.entry.file).stem in names])
        for one in site.catalogue()
    ]
    return [chapter for chapter in few if chapter.pieces]


def written(chapters: list[site.Chapter], folder: Path, lang: str = "en") -> Path:
    asked = argparse.Namespace(output=str(folder), lang=lang, quiz=False, jobs=1, dask=None)
    site.write_site(chapters, in_every_language("Site"), asked, Console())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(chapters_of(KINDS), tmp_path_factory.mktemp("sites") / "a site")


def test_the_catalogue_has_a_page_for_everything_once() -> None:
    pieces = [piece for chapter in site.catalogue() for piece in chapter.pieces]
    files = [piece.entry.file for piece in pieces]
    assert len(files) == len(set(files))
    names = [*EXAMPLES, *(each.name for each in demonstrations())]
    assert {f"{name}.html" for name in names} <= set(files)
    assert {f"lecture-{letter.lower()}.html" for letter in LECTURES} <= set(files)
    assert all(piece.kind in MAKERS for piece in pieces)
    for piece in pieces:
        assert len(piece.entry.title) == len(LANGUAGES) and all(piece.entry.title)
    places = [piece.entry.file for piece in site.of_lecture(lecture("E"))[0].pieces]
    assert len(set(places)) == len(lecture("E").places)


def test_every_link_of_a_site_leads_to_a_page_and_back(folder: Path) -> None:
    every = {piece.entry.file for chapter in site.catalogue() for piece in chapter.pieces}
    assert sites.broken_links(folder, every) == []
    assert len(list(folder.glob("*.html"))) == len(KINDS) + 1


def test_a_broken_link_is_found(folder: Path, tmp_path: Path) -> None:
    for path in folder.glob("*.html"):
        if "lecture" not in path.name:
            (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert any("lecture-e.html" in one for one in sites.broken_links(tmp_path))
    page = tmp_path / "sum-times.html"
    whole = page.read_text(encoding="utf-8")
    for seeded in ("https://example.org/", "/index.html", "#nowhere", "index.html#nowhere"):
        page.write_text(whole.replace("<main>", f'<main><a href="{seeded}">x</a>'), "utf-8")
        assert f"sum-times.html: {seeded}" in sites.broken_links(tmp_path)


def test_every_kind_of_page_has_the_same_header(folder: Path) -> None:
    for name in KINDS:
        found = sites.controls((folder / f"{name}.html").read_text(encoding="utf-8"))
        assert [found[0], found[1], *found[-2:]] == ["nav", "h1", "lang", "theme"], name
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert sites.controls(index) == ["h1", "lang", "theme"]
    alone = reading_page(in_every_language("Alone"), ["<p>x</p>"])
    assert sites.controls(alone) == ["h1", "lang", "theme"]


@pytest.mark.parametrize("name", ["index", *KINDS])
def test_a_page_fits_every_screen_without_a_fault(name: str, folder: Path, browser: Any) -> None:
    assert sites.faults(browser, folder / f"{name}.html") == []


BACK = "getComputedStyle(document.body).backgroundColor"


def test_theme_and_language_are_chosen_and_remembered(folder: Path, browser: Any) -> None:
    window: dict[str, Any] = {
        "viewport": {"width": 1000, "height": 700},
        "color_scheme": "light",
        "locale": "en",
    }
    with visit(browser, folder / "index.html", **window) as seen:
        light = seen.script(BACK)
        assert seen.page.get_attribute("#theme", "aria-label") == "Colours: as the system"
        seen.page.click("#theme")
        assert seen.script(BACK) == light
        seen.page.focus("#theme")
        seen.page.keyboard.press("Enter")
        dark = seen.script(BACK)
        assert dark != light and seen.page.get_attribute("#theme", "title") == "Colours: dark"
        seen.page.reload()
        assert seen.script(BACK) == dark
        link = seen.page.get_attribute('.contents a[href^="sum-times.html"]', "href")
        assert "theme=dark" in link  # where pages have no storage in common
        seen.page.select_option("#lang", "id")
        assert seen.page.get_attribute("#theme", "title") == "Warna: gelap"
        for name in ("sum-times", "stopping-rule"):
            seen.page.click(f'.contents a[href^="{name}.html"]')
            seen.until("document.documentElement.lang === 'id'")
            assert seen.script(BACK) == dark
            assert seen.page.title() == seen.page.inner_text("h1") != ""
            seen.page.click("nav a[rel=contents]")
            seen.until("!!document.querySelector('#search, .contents')")
        # A page that is opened anew looks as it was left, and speaks so on the same site.
        seen.page.goto((folder / "sum-times.html").as_uri())
        assert seen.script(BACK) == dark and seen.script("lang") == "id"
        # The system's wish no longer counts; on paper all is light.
        seen.page.emulate_media(color_scheme="light", media="print")
        assert seen.script(BACK) == "rgb(255, 255, 255)"
        assert not seen.page.is_visible("#theme")
        assert seen.errors == []


def test_titles_are_searched_in_the_index(browser: Any, tmp_path: Path) -> None:
    entries = [Entry(f"{n}.html", in_every_language(f"Number {n}"), f"N{n}") for n in range(12)]
    sections = [Section(in_every_language("All"), entries)]
    page = tmp_path / "index.html"
    page.write_text(contents_page(in_every_language("Index"), sections), encoding="utf-8")
    with visit(browser, page) as seen:
        seen.page.fill("#search", "number 1")
        assert seen.page.locator(".contents li:visible").count() == 3
        assert seen.text("#found") == "3 pages"
        seen.page.fill("#search", "nothing")
        assert seen.page.locator("h2:visible").count() == 0
        seen.page.fill("#search", "")
        assert seen.page.locator(".contents li:visible").count() == 12
        assert seen.violations() == [] and seen.errors == []


def test_a_page_to_read_is_embedded_and_presented(browser: Any, tmp_path: Path) -> None:
    parts = [f"<h2>{n}</h2>" + "<p>words</p>" * 40 for n in range(3)]
    page = tmp_path / "page.html"
    page.write_text(reading_page(in_every_language("Page"), parts), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(
        "<script>addEventListener('message', (e) => { window.told = e.data.tracegrad.height; })"
        "</script><iframe src='page.html?embed' width=600 height=200></iframe>",
        encoding="utf-8",
    )
    with visit(browser, frame) as seen:
        seen.until("window.told > 1000")
        assert not seen.page.frames[1].is_visible("#lang")
    with visit(browser, page, "?present") as seen:
        seen.page.keyboard.press("PageDown")
        seen.page.keyboard.press("PageDown")
        seen.until("scrollY > 500")
        seen.page.keyboard.press("PageUp")
        seen.page.keyboard.press("PageUp")
        seen.until("scrollY < 100")
        assert seen.errors == []


# -- one picture for all languages -----------------------------------------------------------------


def test_a_plot_stands_once_and_only_its_words_in_each_language(
    browser: Any, tmp_path: Path
) -> None:
    run = {each.name: each for each in demonstrations()}["stopping-rule"]
    page = tmp_path / "page.html"
    page.write_text(Drawn.of(run()).html(), encoding="utf-8")
    whole = page.read_text(encoding="utf-8")
    assert whole.count("<svg") == 1 and "style=" not in whole and "data:image" not in whole
    assert len(whole) < 60_000
    with visit(browser, page, color_scheme="light") as seen:
        shown = "[...document.querySelectorAll('svg text')].filter((e) => e.getBBox().width)"
        texts = {}
        for code in LANGUAGES:
            seen.page.select_option("#lang", code)
            texts[code] = seen.script(f"{shown}.map((e) => e.textContent.trim())")
            assert seen.page.title() == seen.page.inner_text("h1")
        assert "step k" in texts["en"] and "langkah k" in texts["id"]
        assert len({len(words) for words in texts.values()}) == 1
        cut = seen.script(
            "(() => { const s = document.querySelector('svg').getBoundingClientRect();"
            f"return {shown}.map((e) => e.getBoundingClientRect()).filter((b) =>"
            "b.left < s.left - 1 || b.right > s.right + 1 || b.top < s.top - 1); })()"
        )
        assert cut == [] and seen.errors == []


def test_pictures_that_share_nothing_stand_side_by_side() -> None:
    def picture(n: int) -> str:
        box = f'<rect x="{n}"/>' * n
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{box}<g/></svg>'

    words = tuple(f"word {code}" for code in LANGUAGES)
    made = figure([picture(n + 1) for n in range(len(LANGUAGES))], words)
    assert [made.count(f'<g data-lang="{code}"') for code in LANGUAGES] == [1] * len(LANGUAGES)
    assert made.count("<rect") == sum(range(1, len(LANGUAGES) + 1))
    same = figure([picture(2)] * len(LANGUAGES), words)
    assert "<g" not in same and same.count("<rect") == 2 and spoken(words) in same
    assert fromstring(re.sub('hidden=""|<figure.*?</p>|</figure>', "", same)) is not None


@pytest.mark.parametrize("width", [300, 600, 1400])
def test_the_words_of_a_picture_can_be_read_in_every_window(
    width: int, browser: Any, tmp_path: Path
) -> None:
    text = '<text x="9" y="20" font-size="10">word</text>'
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="tg1" viewBox="0 0 {width} 90">{text}</svg>'
    )
    words = in_every_language("A picture")
    page = tmp_path / "page.html"
    page.write_text(reading_page(words, [figure([picture] * len(LANGUAGES), words)]), "utf-8")
    for window in (360, 768, 1280, 1920):
        with visit(browser, page, viewport={"width": window, "height": 720}) as seen:
            high, over, moved = seen.script(
                "[10 * document.querySelector('.plot').getScreenCTM().a,"
                " document.documentElement.scrollWidth - innerWidth,"
                " ((f) => f.scrollWidth - f.clientWidth)(document.querySelector('figure'))]"
            )
            assert high > 8.9 and over <= 0, (window, high)
            assert (moved > 0) == (width * 0.9 > window - 30), (window, moved)
            assert window > 360 or seen.violations("light") == []


def points_of(path: str) -> list[tuple[float, float]]:
    """The end points of a path in relative steps."""
    words = re.findall(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)", path)
    points, at, place, command = [], (0.0, 0.0), 0, ""
    while place < len(words):
        if words[place].isalpha():
            command = words[place]
            place += 1
        if command == "z":
            continue
        count = {"M": 2, "l": 2, "q": 4, "c": 6}[command]
        *_, x, y = map(float, words[place : place + count])
        place += count
        at = (x, y) if command == "M" else (at[0] + x, at[1] + y)
        points.append(at)
    return points


number = st.floats(-2000, 2000).map(lambda x: round(x, 6))


@given(st.lists(st.tuples(st.sampled_from("LQC"), *[number] * 6), max_size=30), number, number)
def test_a_shortened_path_ends_where_it_did(
    steps: list[tuple[Any, ...]], x: float, y: float
) -> None:
    path, ends = f"M {x:.6f} {y:.6f}", [(x, y)]
    for command, *numbers in steps:
        used = numbers[: {"L": 2, "Q": 4, "C": 6}[command]]
        path += f" {command} " + " ".join(f"{value:.6f}" for value in used)
        ends.append((used[-2], used[-1]))
    pairs = list(pairwise(ends))
    assume(all(max(abs(a - b) for a, b in zip(*pair)) > 0.2 for pair in pairs))
    found = points_of(short_path(path))
    assert len(found) == len(ends)
    for point, end in zip(found, ends):
        assert max(abs(a - b) for a, b in zip(point, end)) <= 0.0501


def test_a_path_that_stands_still_is_shorter() -> None:
    assert short_path("M 1.0 1.0 L 1.0 1.0 L 1.0 1.0 L 2.0 2.0 z") == "M1 1l0 0 1 1z"
    assert short_path("M 1.0 1.0 A 2 2 0 0 1 3 3") == "M 1.0 1.0 A 2 2 0 0 1 3 3"


def test_the_whole_catalogue_is_written_by_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = chapters_of(("sum-times", "sigmoid-neuron", "error-table-drawn"))
    monkeypatch.setattr(examples, "catalogue", lambda: few)
    folder = tmp_path / "pages"
    assert main(["examples", "--all", "-o", str(folder), "--jobs", "2", "--digits", "2"]) == 0
    shown = capsys.readouterr()
    assert shown.out == f"wrote 4 pages; open {folder / 'index.html'}\n" and shown.err == ""
    assert sites.broken_links(folder) == []
    page = (folder / "sigmoid-neuron.html").read_text(encoding="utf-8")
    assert ">0.73<" in page and ">0.7311<" not in page
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert index.count('class="sketch"') == 2 and index.count("data:image/png") == 1


def test_a_lecture_is_a_site_of_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = site.of_lecture(lecture("E"))[0].pieces
    few = [piece for piece in whole if piece.about[0] in ("E1", "E4")]
    monkeypatch.setattr(lecture_command, "of_lecture", lambda one: [site.Chapter(None, few)])
    assert main(["lecture", "E", "-o", str(tmp_path / "e"), "--jobs", "1", "--lang", "id"]) == 0
    assert "3 halaman ditulis" in capsys.readouterr().out
    assert sites.broken_links(tmp_path / "e") == []
    assert '<html lang="id">' in (tmp_path / "e" / "e1.html").read_text(encoding="utf-8")


def test_the_page_of_a_race_begins_in_the_language_of_the_site() -> None:
    for lang in LANGUAGES:
        page, _ = MAKERS["race"](lang, False, "beale")
        assert f'<html lang="{lang}">' in page
