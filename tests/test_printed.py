"""What the commands print for people is in the language of ``--lang``; no line stays English."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import nn
from autograd.cli import main
from autograd.writing import LANGUAGES, phrases, translated
from nn.tables import train_table
from tests.house import ROOT
from tests.nn.damaged_tables import quiet
from tests.words import is_the_same

OTHERS = LANGUAGES[1:]

#: A table with a decimal comma, a date, words, a constant, row numbers, and a gap in its target.
TABLE = "no;size;kind;when;price;same\n" + "".join(
    f"{k};{k / 3:.2f};{'ab'[k % 2]};2020-01-{k % 28 + 1:02d};{'' if k == 7 else 1.5 * k};x\n"
    for k in range(42)
).replace(".", ",")

SCRIPT = """from autograd import Value
x = Value(1.0, "x")
y = x
for k in range(3000):
    y = (y * 1.01 + x).tanh()
y.backward()
"""

COMMANDS = """
lecture E
lectures
lecture E15
examples
examples W1
examples W1 --frames frames
step x*y x=1 y=2
step x*y x=1 y=2 --lr 0,1 --iterations 2
step x x=1 --optimizer ars --option rng=0
render x*y x=1 y=2 -o graph.svg -v
render x*y x=1 y=2 -o graph.dot -v
quiz E
sheet x*y
sheet x*y -o sheet.txt
race --steps 3 --optimizers sgd,newton
race --steps 3 --optimizers sgd -o race.txt
race --steps 3 --optimizers sgd --surface saddle --start 999,9;0,1
live table.csv --inputs size,no --target price -o live-table.html
train table.csv --target price --epochs 4 --why -o a --overwrite
train table.csv --target kind --epochs 2 --folds 2 --seeds 2 --resume -o b --overwrite
predict number.safetensors table.csv
predict class.safetensors table.csv
predict class.safetensors table.csv -o answers.csv
export number.safetensors -o number.c --overwrite
profile script.py -o profile.json
""".strip().splitlines()

#: Lines that are the same in every language: commands, the lectures' titles, formulas, numbers
#: of a name, and the terms that the Indonesian lectures have in English.
SAME = re.compile(
    r"\s*(tracegrad (lecture|examples) .*|[A-E]  ?[A-Z].*|(\d+  )?[∂\w'̂/]+ = .*|Forward pass"
    r"|-- (f = .*|Iteration \d) --|(sgd|newton) +\d.*|│ (mae|rmse|f1|size|\d+) +│.*)"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("printed")
    (path / "table.csv").write_text(TABLE, encoding="utf-8")
    (path / "script.py").write_text(SCRIPT, encoding="utf-8")
    for name, target in (("number", "price"), ("class", "kind")):
        train_table(
            path / "table.csv", target, epochs=2, hidden=[3], output=path / name,
            console=quiet(), progress=False,
        )  # fmt: skip
    return path


@pytest.fixture
def printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str, str], list[str]]:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "200")

    def run(command: str, lang: str) -> list[str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("a\nb\n"))
        assert main([*command.split(" "), "--lang", lang]) == 0, capsys.readouterr().err
        shown = capsys.readouterr()
        assert shown.err == ""
        return shown.out.splitlines()

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_of_a_command_stays_english(
    command: str, printed: Callable[[str, str], list[str]]
) -> None:
    english = [line for line in printed(command, "en") if not is_the_same(line)]
    for lang in OTHERS:
        own = {line.strip() for line in printed(command, lang)}
        assert [x for x in english if x.strip() in own and not SAME.fullmatch(x)] == [], lang


def test_the_page_of_a_network_begins_in_the_language(
    folder: Path, printed: Callable[[str, str], list[str]]
) -> None:
    assert printed("export class.safetensors -o class.html", "de") == ["class.html geschrieben"]
    assert '<html lang="de"' in (folder / "class.html").read_text(encoding="utf-8")


# -- what a program hands over as a whole text ----------------------------------------------------


def fragments(node: ast.AST) -> Iterator[str]:
    """The pieces of English in an expression: whole texts, and f-strings between their slots."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def texts_of_findings() -> Iterator[str]:
    """What the rules of ``nn.why`` say, piece by piece."""
    for path in sorted((ROOT / "nn" / "findings").glob("rules_of_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                yield from (piece for part in node.args[:3] for piece in fragments(part))
            elif isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
                if names & {"evidence", "cause", "remedy"}:
                    yield from fragments(node.value)


def texts_of_tables() -> Iterator[str]:
    """What is said of a table and of its columns, piece by piece."""
    for path in sorted(
        [*(ROOT / "nn" / "columns").glob("*.py"), ROOT / "nn" / "live" / "given.py"]
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in ("remarks.append", "said.append"):
                yield from fragments(node.args[0])
            elif called in ("Treatment", "_found") and len(node.args) > 2:
                yield from (piece for part in node.args[1:3] for piece in fragments(part))


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("texts", [texts_of_findings, texts_of_tables])
def test_every_piece_of_a_text_is_in_a_phrase(
    texts: Callable[[], Iterator[str]], lang: str
) -> None:
    known = phrases(lang)
    pieces = {piece for piece in texts() if re.search(r"[a-z]{3} [a-z]{2}|[a-z]{6}", piece)}
    assert len(pieces) > 20
    assert [one for one in sorted(pieces) if not any(one.strip() in text for text in known)] == []


def test_a_finding_is_in_the_language_that_is_asked_for() -> None:
    X, y = nn.data.moons(200, rng=0)
    net = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 2, rng=1), nn.Softmax())
    found = nn.why(net, (X, y), nn.CrossEntropyLoss())
    assert found.text() == str(found) and found.text("de").endswith("softmax am Ende weglassen")
    assert nn.Findings().text("id").startswith("tidak ada temuan")


def test_what_stands_in_a_slot_is_translated_too() -> None:
    said = "layer fc1 (Linear): 9 of 10 units are 0 for all 64 rows"
    assert translated(said)[LANGUAGES.index("de")] == (
        "Schicht fc1 (Linear): 9 von 10 Einheiten sind für alle 64 Zeilen 0"
    )
