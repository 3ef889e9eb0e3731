"""Files of every format: all commands write all of them, and other programs open them."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, steps, trace
from autograd.cli import main
from autograd.cli.arguments import FILES
from autograd.cli.catalogue import entry
from autograd.cli.drawn import Drawn
from autograd.exports import FORMATS, KINDS, Part, in_sequence, of_graph, save
from autograd.lectures import lecture
from autograd.lessons.worked_examples import Example, find
from optim import Adam
from optim.races import race
from tests import opened

STEP = ["step", "(x+y)*z", "x=1", "y=-3", "z=4"]
COMMANDS = {
    "step": STEP,
    "render": ["render", *STEP[1:]],
    "examples": ["examples", "saddle-point", "--lang", "id"],
    "a lesson that is run": ["examples", "adagrad-table", "--lang", "de"],
    "lecture": ["lecture", "E4"],
    "race": ["race", "--surface", "bowl", "--optimizers", "sgd", "--steps", "8"],
}
#: Frames of a film, and pages of a document.
COUNTS = {"step": (5, 5), "render": (5, 1), "examples": (7, 8), "race": (9, 2)}


def test_the_help_of_the_command_line_names_all_formats() -> None:
    assert tuple(FILES.split()) == KINDS == tuple(FORMATS) and {*opened.OPENED} == {*KINDS}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_writes_every_format_and_others_open_it(
    command: str, tmp_path: Path, browser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = {}
    for kind in KINDS:
        path = tmp_path / f"shown{kind}"
        assert main([*COMMANDS[command], "-o", str(path)]) == 0, capsys.readouterr().err
        counted[kind] = opened.OPENED[kind](path)
        if kind in (".html", ".svg"):
            assert opened.shown_by(browser, path) == []
    assert counted[".gif"] == counted[".mp4"] > 1
    if command in COUNTS:
        assert (counted[".gif"], counted[".pdf"]) == COUNTS[command]
    frames = tmp_path / "frames"
    assert main([*COMMANDS[command], "--frames", str(frames)]) == 0
    names = sorted(path.name for path in frames.iterdir())
    assert names == [f"{i:02}.svg" for i in range(1, counted[".gif"] + 1)]
    assert all(opened.svg(frames / name) for name in names)


def test_a_frame_has_only_what_is_known_at_its_step() -> None:
    lesson = find("sum-times").lesson().scenes[0].steps
    from autograd.exports import of_lessons

    frames = of_lessons([lesson]).stills()
    assert len(frames) == len(lesson) == 5
    values, grads = [">-2<", ">-8<"], [">1</text>", ">4</text>"]
    assert values[0] in frames[0] and values[1] not in frames[0]
    assert all(value in frames[1] for value in values)
    assert "× 4" not in frames[2] and "× 4" in frames[3] and "× 1" not in frames[3]
    assert all(grad in frames[4] for grad in grads)
    for frame in frames:
        assert frame.count('class="mark') == 1
    sizes = {frame[frame.index("width=") : frame.index("role=")] for frame in frames}
    assert len(sizes) == 1


@pytest.mark.parametrize("n_up, pages", [(1, 5), (2, 3), (4, 2), (6, 1), (9, 1)])
def test_steps_share_a_page_of_a4(tmp_path: Path, n_up: int, pages: int) -> None:
    path = tmp_path / "x.pdf"
    assert main([*STEP, "-o", str(path), "--n-up", str(n_up)]) == 0
    assert opened.pdf(path) == pages
    said = opened.run("pdfinfo", path)
    assert "A4" in said


def test_nodes_and_lessons_of_a_program_are_saved_in_every_format(tmp_path: Path) -> None:
    x = Value(3, "x")
    y = x * x + x
    for thing in (steps(y), trace(y), trace(y).backward()):
        for kind in KINDS:
            path = thing.save(tmp_path / f"y{kind}")
            assert opened.OPENED[kind](path), kind
    assert opened.gif(trace(y).save(tmp_path / "forward.gif")) == 2
    assert opened.gif(steps(y).save(tmp_path / "two.gif", limit=2, pace=0.5)) == 2


def test_a_whole_lecture_is_its_places_one_after_another_in_every_format(
    tmp_path: Path, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = lecture("B")
    rows = tuple(row for row in whole.places if row.id in ("B3", "B8", "B11"))
    monkeypatch.setattr("autograd.cli.lecture.find", lambda _: replace(whole, places=rows))
    written = {kind: tmp_path / f"b{kind}" for kind in KINDS}
    counted = {}
    for kind, path in written.items():
        assert main(["lecture", "B", "-o", str(path)]) == 0
        counted[kind] = opened.OPENED[kind](path)
    # Two pages begin it; each place has a title, B3 a plot and its words, B8 twelve steps.
    beside = counted[".pdf"] - (2 + 3 + 2 + 12 + 1)
    assert 0 <= beside <= 2 and counted[".gif"] == counted[".pdf"] < counted[".mp4"]
    said = written[".txt"].read_text(encoding="utf-8")
    assert all(row.id in said and row.what[0] in said for row in rows)
    assert "The lesson is that of B8." in said and said.count("Forward pass") == 1
    formulas = written[".tex"].read_text(encoding="utf-8")
    assert formulas.count("Compile this") == 1 and formulas.count(r"\begin{align*}") > 2
    assert opened.pdf(tmp_path / "btex-beamer" / "whole.pdf") > 3  # slides, and nothing below
    assert written[".tikz"].read_text(encoding="utf-8").count(r"\begin{tikzpicture}") == 2
    drawn = written[".svg"].read_text(encoding="utf-8")
    assert drawn.count("<image ") == 1 and drawn.count('class="tracegrad"') >= 1
    assert opened.shown_by(browser, written[".svg"]) == []
    frames = tmp_path / "frames"
    words = ["lecture", "B", "--frames", str(frames), "-o", str(written[".pdf"])]
    assert main([*words, "--limit", "4", "--n-up", "4"]) == 0
    assert len([*frames.iterdir()]) == 4 and opened.pdf(written[".pdf"]) == 1


def test_the_drawings_of_a_lecture_need_the_memory_and_the_height_of_one(tmp_path: Path) -> None:
    """In a frame of beamer, which TeX keeps whole, and twice, until it is broken."""
    shown = of_graph(trace(Value(2.0, "x") ** 2))
    squares = "\\path[fill=red,opacity=.5] (0,0) rectangle (9,200);\n" * 700
    begin = "\\resizebox{3cm}{!}{%\n\\begin{tikzpicture}[x=1pt,y=1pt]\n"
    drawing = f"{begin}{squares}\\end{{tikzpicture}}}}\n"
    parts = [Part(f"T{i}", "", "Ω", replace(shown, tikz=lambda: drawing)) for i in range(12)]
    path = tmp_path / "t.tikz"
    save(in_sequence("T", [], lambda: parts, shown.html, shown.json), path)
    assert opened.tex(path) > 3
    assert opened.pdf(tmp_path / "ttikz-beamer" / "whole.pdf") == 12
    log = (tmp_path / "ttikz-beamer" / "whole.log").read_text(encoding="utf-8", errors="replace")
    used = re.search(r"(\d+) words of memory", log)
    assert used is not None and int(used[1]) < 3_000_000, used


def test_what_a_lecture_lacks_is_said_before_it_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> list[Part]:
        raise AssertionError("computed")

    one = in_sequence("T", [], never, lambda: "", lambda: "")
    monkeypatch.setattr("autograd.exports.films.shutil.which", lambda _: None)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(RuntimeError, match="needs ffmpeg"):
        save(one, tmp_path / "t.mp4")
    monkeypatch.setattr("autograd.exports.formats.find_spec", lambda _: None)
    for suffix in (".png", ".pdf", ".gif", ".mp4"):
        with pytest.raises(ImportError, match=f"a {suffix} needs typst; pip install"):
            save(one, tmp_path / f"t{suffix}")
    with pytest.raises(AssertionError, match="computed"):
        save(one, tmp_path / "t.tikz")


def test_all_that_can_be_saved_takes_figures_and_names_what_it_takes(tmp_path: Path) -> None:
    w = Value(1.0, "w")
    updates = steps(Adam([w], lr=0.1), lambda: (w - 1) ** 2 + (w - 3) ** 2, iterations=2)
    things = (steps(w**2), updates, trace(w**2), race("bowl", "sgd", steps=2))
    told = updates.save(tmp_path / "x.txt", digits=2).read_text(encoding="utf-8")
    assert "= 0.029" in told and "0.028" in told and not re.search(r"0\.0[1-9]\d{2}", told)
    for thing in things:
        save: Any = thing.save
        for wrong, message in (
            ({"n_ap": 2}, r"no argument n_ap=; did you mean n_up=\? It takes .*pace, n_up, limit$"),
            ({"colour": 2}, r"no argument colour=; it takes .*limit$"),
        ):
            with pytest.raises(TypeError, match=message):
                save(tmp_path / "y.pdf", **wrong)
        for given in ({"limit": "3"}, {"n_up": 2.0}, {"limit": True}, {"pace": "slow"}):
            with pytest.raises(ValueError, match=r"give a (?:whole )?number"):
                save(tmp_path / "y.pdf", **given)
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize(
    "words, message",
    [
        ([*STEP, "-o", "x.doc"], "extension '.doc' is not known here; use .html .svg"),
        ([*STEP, "-o", "no/x.gif"], "the folder no is not there; create it"),
        ([*STEP, "--frames", "no/x"], "the folder no is not there; create it"),
        ([*STEP, "--frames", ""], "--frames has no name; give that of a file or a folder"),
        ([*STEP, "-o", ""], "-o has no name; give that of a file or a folder"),
        ([*STEP, "-o", "a.svg", "-o", "b.svg"], "'a.svg' and 'b.svg' are two; give one"),
        (
            [*STEP, "-o", "x.svg", "--frames", "no/x"],
            "no/x cannot be written: the folder no is not there",
        ),
        (
            ["lecture", "C", "-o", "no/x.pdf"],
            "no/x.pdf cannot be written: the folder no is not there",
        ),
        (["lecture", "C", "-o", "site", "--pace", "2"], "--pace is for a file, and a site has"),
        (["examples", "--all", "-o", "site", "--frames", "f"], "--frames is for a file, and a"),
        ([*STEP, "--frames", "taken"], "taken is a file; give the name of a folder"),
        ([*STEP, "-o", "x.pdf", "--n-up", "5"], "n-up 5: a page takes 1, 2, 4, 6, 9 pictures"),
        ([*STEP, "-o", "x.svg", "--n-up", "4"], "--n-up (n_up) is for .pdf files"),
        ([*STEP, "-o", "x.gif", "--pace", "0"], "pace 0: give 0.02 to 60 seconds a frame"),
        ([*STEP, "-o", "x.txt", "--pace", "1"], "--pace (pace) is for .gif and .mp4 files"),
        ([*STEP, "--pace", "1"], "--pace 1.0 is for a file; say where with -o FILE"),
        ([*STEP, "-o", "x.gif", "--limit", "0"], "argument --limit"),
        ([*STEP, "-o", "folder.gif"], "it is a folder; give the name of a file"),
        (["render", "x*2", "x=1"], "-o/--output"),
        (["render", "x*2", "x=1", "-o", "x.pdf", "--limit", "1"], "leave --limit (limit) out, or"),
        (["race", "-o", "x.pdf", "--limit", "1", "--steps", "2"], "its .pdf is a picture and has"),
        (["step", "sum(x**2)", "x=[1,2]", "-o", "x.json", "--style", "circuit"], "for a picture"),
        (["examples", "W1", "--formats", "svg"], "--formats goes with --all or --dir DIR"),
        (["examples", "--all", "-o", "d", "--formats", "bmp"], "'.bmp' is no format; take some"),
        (["race", "-o", "x.doc"], "extension '.doc' is not known here"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_is_written(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "taken").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    try:
        status = main(words)
    except SystemExit as ended:
        status = int(str(ended.code))
    said = capsys.readouterr().err
    assert status == 2 and message in said and said.count("\n") == 1, said
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_form_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise AssertionError("made without being asked for")

    monkeypatch.setattr("autograd.cli.drawn.text_pages", fails)
    monkeypatch.setattr("autograd.exports.graphs._lesson", fails)
    lesson = entry("adagrad-table")
    assert not isinstance(lesson, Example)
    drawn, graph = Drawn.of(lesson()).exhibit(), of_graph(trace(Value(3, "x") ** 2))
    assert "<svg" in drawn.picture() and "<svg" in graph.picture()
    for exhibit in (drawn, graph):
        with pytest.raises(AssertionError, match="without being asked"):
            exhibit.stills()


def test_a_long_lesson_says_how_all_of_it_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("autograd.exports.exhibit.MOST_FRAMES", 4)
    words = [*STEP, "-o", str(tmp_path / "x.gif")]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "5 steps, and 4 are the most" in said and "--limit 5" in said
    for limit in (5, 2):
        assert main([*words, "--limit", str(limit)]) == 0
        assert opened.gif(tmp_path / "x.gif") == limit


@pytest.mark.parametrize(
    "kind, package, remedy",
    [
        (".png", "typst", "tracegrad[export]"),
        (".pdf", "typst", "tracegrad[export]"),
        (".gif", "PIL", "tracegrad[export]"),
        (".mp4", "imageio_ffmpeg", "needs ffmpeg, which is not on PATH"),
    ],
)
def test_what_is_not_installed_is_one_line_with_the_remedy(
    kind: str, package: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setenv("PATH", "")
    assert main([*STEP, "-o", str(tmp_path / f"x{kind}")]) == 2
    said = capsys.readouterr().err
    assert remedy in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_lessons_of_a_folder_in_several_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "one.py").write_text(
        "from autograd import Value\n"
        "from autograd.lessons.worked_examples import Example, exactly\n"
        'lesson = Example("1", "twice", "Twice", lambda: Value(3, "x") * 2, exactly({}))\n',
        encoding="utf-8",
    )
    site = tmp_path / "files"
    words = ["examples", "--dir", str(lessons), "-o", str(site), "--jobs", "1"]
    assert main([*words, "--formats", "svg, gif"]) == 0, capsys.readouterr().err
    assert {path.name for path in site.iterdir()} == {"twice.svg", "twice.gif"}
    assert "wrote 2 files" in capsys.readouterr().out
