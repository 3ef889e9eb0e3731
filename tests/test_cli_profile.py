"""``tracegrad profile``: rows by scope, times by what is done, and a chart."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from autograd import Tensor, Value
from autograd.cli import main
from autograd.cli.profile import Profile, place_of

SCRIPT = """
import sys
import autograd
from autograd import Value
xs = [Value(0.1 * k) for k in range(10)]
for _ in range(int(sys.argv[1])):
    total = 0.0
    for name in ("first", "second"):
        with autograd.scope(name):
            for x in xs:
                total = total + (x * x).tanh()
    total.backward()
raise SystemExit(0)
"""


def test_rows_by_scope_and_a_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, chart = tmp_path / "train.py", tmp_path / "train.speedscope.json"
    script.write_text(SCRIPT, encoding="utf-8")
    before = Value.backward, Tensor.backward, list(sys.argv), list(sys.path)
    assert main(["profile", str(script), "40", "-o", str(chart)]) == 0
    assert before == (Value.backward, Tensor.backward, sys.argv, sys.path)
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    out = capsys.readouterr().out
    assert "40 sweeps" in out
    rows = {line.split()[0]: line.split()[1] for line in out.splitlines() if "." in line}
    assert (rows["first"], rows["second"]) == ("30", "30")
    written = json.loads(chart.read_text(encoding="utf-8"))
    (profile,) = written["profiles"]
    assert len(profile["samples"]) == len(profile["weights"])
    assert all(0 <= i < len(written["shared"]["frames"]) for one in profile["samples"] for i in one)


def test_samples_are_told_apart_by_what_runs() -> None:
    seen = set()

    def look() -> None:
        seen.add(place_of(sys._getframe()))

    class Looking(float):
        def __mul__(self, other: float) -> float:
            look()
            return float(self) * other

        __rmul__ = __mul__

    look()
    x = Value(2.0, "x")
    y = x * x
    y._da = Looking(y._da)
    y._db = Looking(y._db)
    y.backward()
    assert seen == {("other", ()), ("backward", ())}
    profile = Profile()
    profile.samples = [(("forward", ("a", "b")), 0.002), (("backward", ("a",)), 0.5)]
    assert [line.split()[0] for line in profile.table()] == ["scope", "a", "a.b"]
    chart = json.loads(profile.speedscope("s"))
    assert [frame["name"] for frame in chart["shared"]["frames"]] == [
        "forward",
        "a",
        "b",
        "backward",
    ]
    assert chart["profiles"][0]["samples"] == [[0, 1, 2], [3, 1]]


def test_what_is_no_script_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "nowhere.py"]) == 2
    assert "profile: nowhere.py is no file" in capsys.readouterr().err
    assert main(["profile", "x.py", "-o", "x.svg"]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n1 / 0\n", "line 2 raised ZeroDivisionError: division by zero"),
        ("x = = 3\n", "line 1 raised SyntaxError"),
    ],
)
def test_an_error_of_the_script_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(text, encoding="utf-8")
    assert main(["profile", str(script)]) == 2
    message = capsys.readouterr().err.strip()
    assert said in message and "\n" not in message
