"""Whatever the README shows is run: its Python, its numbers, its commands."""

import contextlib
import io
import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

import autograd
from autograd.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [code for name, code in fenced if name == language]


def promised(code: str) -> list[str]:
    """What the comments behind the print calls say will be printed."""
    return re.findall(r"^print\(.*\)  # (.*)$", code, flags=re.MULTILINE)


def printed(code: str, names: dict[str, object]) -> list[str]:
    """What the commented print calls do print; the others must run, whatever they print."""
    lines: list[str] = []
    for piece in re.split(r"(?m)^(?=print\()|(?<=\n)(?!\s|print\()", code):
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(compile(piece, "<README>", "exec"), names)
        if promised(piece):
            lines.append(output.getvalue().rstrip("\n"))
    return lines


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_python_blocks_run_and_print_what_they_say(elsewhere: Path) -> None:
    names: dict[str, object] = {}
    found = blocks(README, "python")
    assert len(found) >= 5
    try:
        for code in found:
            assert printed(code, names) == promised(code)
    finally:
        if "cube" in names:
            autograd.remove_rule("cube")  # the table is the whole process's
    assert (elsewhere / "sum-times.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_wrong_number_would_be_seen() -> None:
    code = "x = 2\nprint(x * 2)  # 5\n"
    assert printed(code, {}) == ["4"] != promised(code)


def test_commands_run_and_print_what_they_show(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = blocks(README, "console")
    assert len(shown) >= 2
    for block in shown:
        command, _, output = block.partition("\n")
        assert main(shlex.split(command.removeprefix("$ tracegrad "))) == 0, command
        printed = capsys.readouterr().out
        assert output in ("", printed), command
    assert "<svg" in (elsewhere / "sum-times.svg").read_text(encoding="utf-8")


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)\b(?=`|    )", README))
    assert targets >= {"demo", "test", "bench"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    for link in links:
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_the_namesake_is_warned_of_and_the_row_is_the_table_s() -> None:
    assert "must not share an environment" in README
    assert 'row("tanh", "a", "tanh(a)", "1 - out * out")' in README
    from autograd.rules import RULES

    row = RULES["tanh"]
    assert (row.args, row.value, row.partials) == (("a",), "tanh(a)", ("1 - out * out",))


def test_extras_named_here_exist() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"]
    for name in re.findall(r"\.\[(\w+)\]", README):
        assert name in extras
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
