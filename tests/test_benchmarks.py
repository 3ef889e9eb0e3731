"""The benchmarks' own machinery: equal results are demanded, ratios are paired, workers answer."""

import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks import counts
from benchmarks.__main__ import main
from benchmarks.harness import (
    Bench,
    Contender,
    Report,
    Row,
    Seconds,
    disagreements,
    race,
    ratio,
    weigh,
)
from benchmarks.programs import scalar_graphs, train_numpy, train_tracegrad
from benchmarks.programs.moons_batches import batches
from benchmarks.table import claim_line, duration, measured_before, section, updated
from tests.peers import require

QUICK = Bench(sys.executable, rounds=2, turn=0.002)
BY_HAND = Contender("by hand", "benchmarks.programs.train_numpy")
AGAIN = Contender("again", "benchmarks.programs.train_numpy")


def test_equal_results_are_no_fault() -> None:
    near = {"ours": {"loss": [1.0, 2.0]}, "peer": {"loss": [1.0, 2.0 + 1e-12]}}
    assert disagreements(near, rtol=1e-9, atol=0) == []


@pytest.mark.parametrize(
    "other",
    [{"loss": [1.0, 2.1]}, {"loss": [1.0]}, {"cost": [1.0, 2.0]}, {"loss": [1.0, float("nan")]}],
    ids=["other number", "too few", "other name", "nan"],
)
def test_a_seeded_disagreement_is_seen(other: dict[str, list[float]]) -> None:
    assert len(disagreements({"ours": {"loss": [1.0, 2.0]}, "peer": other}, 1e-9, 0)) == 1


def test_a_ratio_is_taken_within_rounds() -> None:
    # The machine was ten times slower in the second round, for both.
    assert ratio({"ours": [1.0, 10.0, 1.0], "peer": [2.0, 20.0, 2.0]}, "ours", "peer") == 0.5


def test_contenders_race_in_processes_of_their_own() -> None:
    seconds = race([BY_HAND, AGAIN], QUICK)
    assert seconds.keys() == {"by hand", "again"}
    for times in seconds.values():
        assert not isinstance(times, str) and len(times) == QUICK.rounds and min(times) > 0


def test_nothing_is_timed_when_results_differ() -> None:
    other = Contender("chain", "benchmarks.programs.chain", {"nodes": 9, "gc": False})
    with pytest.raises(RuntimeError, match="not timed, the results differ:\nchain gives"):
        race([BY_HAND, other], QUICK)


def test_a_contender_that_stops_is_named() -> None:
    with pytest.raises(RuntimeError, match="missing stopped"):
        race([Contender("missing", "benchmarks.programs.no_such_program")], QUICK)


def test_a_peer_that_is_not_here_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "of_a_peer.py").write_text("import a_peer", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    once = Bench(sys.executable, rounds=0)
    seconds = race([BY_HAND, Contender("peer", "of_a_peer")], once)
    assert seconds["peer"] == "a_peer is not installed"
    assert "peer is not measured: a_peer is not installed" in capsys.readouterr().err
    row = Row("by hand / peer", ratio(seconds, "by hand", "peer"), 1.0)
    lines = page_of(row, seconds)
    assert "| by hand / peer | – | ≤ 1 | not measured |" in lines
    assert "| peer | not measured: a_peer is not installed |" in lines


@pytest.mark.parametrize("by", ["tracemalloc", "system"])
def test_a_scalar_node_weighs_at_most_200_bytes(by: str) -> None:
    if by == "system" and not sys.platform.startswith("linux"):
        pytest.skip("resident memory is read from /proc")
    from benchmarks.case_micrograd import OURS

    assert 80 < weigh(OURS, by, QUICK) <= 200


def after_fifty_steps(module: Any) -> list[float]:
    program = module.prepare()
    program.run(50)
    found = program.results()
    return [*found["loss"], *found["parameters"]]


def test_training_by_hand_and_in_tracegrad_agree() -> None:
    by_hand = after_fifty_steps(train_numpy)
    assert after_fifty_steps(train_tracegrad) == pytest.approx(by_hand, rel=1e-3, abs=2e-5)


def test_training_by_hand_and_in_pytorch_agree() -> None:
    require("torch")
    from benchmarks.programs import train_torch

    by_hand = after_fifty_steps(train_numpy)
    assert after_fifty_steps(train_torch) == pytest.approx(by_hand, rel=1e-3, abs=2e-5)


def test_the_hand_written_gradient_is_the_slope_of_its_loss() -> None:
    step = train_numpy.Step()
    batch = batches()[0]
    step.loss(batch.x, batch.y)
    gradient = step.gradient.copy()
    for place in range(0, len(gradient), 7):
        kept, losses = step.parameters[place], []
        for shift in (1e-2, -1e-2):
            step.parameters[place] = kept + shift
            losses.append(step.loss(batch.x, batch.y))
        step.parameters[place] = kept
        slope = (losses[0] - losses[1]) / 2e-2
        assert slope == pytest.approx(gradient[place], rel=0.02, abs=2e-4)


def test_the_table_says_what_was_met() -> None:
    assert (
        claim_line(Row("ours / peer", 1 / 14.2, 1 / 12))
        == "| ours / peer | 1/14.2 | ≤ 1/12 | yes |"
    )
    assert claim_line(Row("a node", 210, 200, "bytes")).endswith("≤ 200 bytes | **no** |")
    assert [duration(t) for t in (2.5, 0.047, 4.7e-5, 4.7e-8)] == [
        "2.5 s",
        "47 ms",
        "47 µs",
        "47 ns",
    ]


def test_a_replay_consists_of_what_is_recorded() -> None:
    """Rows, statements and memory: a plan that became worse is seen without a clock."""
    before = counts.recorded()
    assert (*before,) == counts.NAMES
    for graph, expected in before.items():
        now = counts.counts(graph)
        assert now["plan"] == expected["plan"], f"{graph}: write benchmarks/counts.json anew"
        assert int(now["KiB"]) <= 1.25 * int(expected["KiB"]) + 2, graph


@pytest.mark.parametrize("graph", scalar_graphs.GRAPHS)
def test_eager_replayed_and_compiled_anew_agree(graph: str) -> None:
    few = counts.SIZES[graph]
    programs = {
        what: scalar_graphs.prepare(graph, what, **few) for what in ("eager", "replay", "compile")
    }
    for program in programs.values():
        program.run(2)
    results = {what: program.results() for what, program in programs.items()}
    assert disagreements(results, rtol=1e-9, atol=1e-12) == []
    assert any(results["eager"]["gradients"])


def test_a_page_tells_what_was_measured_before() -> None:
    row = Row("ours / theirs", 0.5, 1.0)
    before = measured_before(page_of(row))
    assert before == {"## A case ours / theirs": "1/2"}
    assert "| ours / theirs | 1/4 | ≤ 1 | yes | 1/2 |" in "\n".join(
        section(Report("A case", [Row("ours / theirs", 0.25, 1.0)]), before)
    )


def test_a_case_measured_again_has_its_section_written_anew() -> None:
    one, two = (Report(title, [Row("ours / theirs", 0.5, 1.0)]) for title in ("One", "Two"))
    page = updated(updated("", one, "head\n\n"), two, "head\n\n")
    again = updated(page, Report("One", [Row("ours / theirs", 0.25, 1.0)]), "head, later\n\n")
    assert again == page.replace("1/2", "1/4", 1).replace("head", "head, later")


def test_a_run_that_breaks_off_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "benchmarks").mkdir()
    results = tmp_path / "benchmarks" / "results.md"
    results.write_text("## Of before\n", encoding="utf-8")
    differ = True

    def case(name: str, bench: Bench) -> Report:
        if name == "two" and differ:
            raise RuntimeError("not timed, the results differ")
        return Report(name, [Row("ours / theirs", 0.5, 1.0)])

    cases = {name: partial(case, name) for name in ("one", "two", "three")}
    monkeypatch.setattr("benchmarks.__main__.CASES", cases)
    monkeypatch.setattr("benchmarks.__main__.ROOT", tmp_path)
    here = ["--python", sys.executable]
    assert main(here) == 2
    assert re.findall("^## (.*)", results.read_text("utf-8"), re.MULTILINE) == ["one"]
    differ = False
    assert main([*here, "--from", "two"]) == 0
    assert re.findall("^## (.*)", results.read_text("utf-8"), re.MULTILINE) == [*cases]


def page_of(row: Row, times: Seconds | None = None) -> str:
    return "\n".join(section(Report("A case", [row], times or {})))
