"""``tracegrad step --optimizer``: updates, schedules, and what is refused."""

from pathlib import Path

import pytest

from autograd.cli import main
from autograd.cli.optimizing import optimizer_named
from optim.races import ENTRANTS, Place
from optim.surfaces import surface_named


def test_step_through_the_updates_of_an_optimizer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["step", "(w - 1)**2 + (w - 3)**2", "w=1", "--optimizer", "adam", "--lr", "0.1"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "m̂ = m/(1 - β₁ ** t) = -0.4/0.1 = -4" in said
    assert "-- Iteration 3: Adam updates w --" in said and said.count("t = 3") == 1
    assert main([*words, "--misprints", "--iterations", "2"]) == 0
    wrong = capsys.readouterr().out
    assert wrong.count("as it is meant") == 3 and "As misprinted in A30" in wrong
    assert "m = (β₁ · m₁ + (1 - β₁) · g)/(1 - β₁ ** t)" in wrong
    kinds = {"html": "scene", "json": "tracegrad-updates", "svg": "<svg", "tex": "align*"}
    for suffix, part in {**kinds, "txt": "Pembaruan"}.items():
        target = tmp_path / f"adam.{suffix}"
        assert main([*words, "-o", str(target), "--lang", "id"]) == 0
        assert part in target.read_text(encoding="utf-8")


def test_every_entrant_of_a_race_is_an_optimizer_of_that_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, build in ENTRANTS.items():
        kind, preset = optimizer_named(name)
        entrant = build([Place([1.0, 1.0])], surface_named("beale"))
        group = entrant.param_groups[0]
        differs = {key: x for key in ("momentum", "nesterov", "amsgrad") if (x := group.get(key))}
        assert (type(entrant), differs) == (kind, preset), name
    words = ["step", "(w - 1)**2", "w=3", "--lr", "0.1", "--iterations", "1", "--optimizer"]
    for option, line in (([], "μ = 0.9"), (["--option", "momentum=0.5"], "μ = 0.5")):
        assert main([*words, "Momentum", *option]) == 0
        assert f"  {line}\n" in capsys.readouterr().out


def test_random_numbers_are_the_same_each_time_and_their_seed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ars", "finitedifference"):
        words = ["step", "(w - 1)**2", "w=3", "--optimizer", name, "--iterations", "1"]
        said = []
        for more in ([], [], ["--option", "rng=1"]):
            assert main([*words, *more]) == 0
            said.append(capsys.readouterr().out)
        assert said[0] == said[1] != said[2]
        assert said[0].startswith("random numbers of seed 0; --option rng=1 draws others\n")
        page = tmp_path / "page.html"
        assert main([*words, "-o", str(page)]) == 0
        assert "(rng=0): (w - 1)**2</title>" in page.read_text(encoding="utf-8")
        capsys.readouterr()
    assert main(["step", "(w - 1)**2", "w=3", "--optimizer", "sgd", "--iterations", "1"]) == 0
    assert "seed" not in capsys.readouterr().out


def test_a_setting_among_the_variables_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["step", "(w - 1)**2", "w=3", "momentum=0.9", "--optimizer", "sgd"]
    assert main([*words, "--iterations", "1"]) == 0
    said = capsys.readouterr()
    assert said.err == (
        "tracegrad: the expression does not use momentum; "
        "a setting of the optimizer is --option momentum=0.9\n"
    )
    assert "w' = 2.996" in said.out


ADAM = ["--optimizer", "adam", "--schedule"]


@pytest.mark.parametrize(
    "words, message",
    [
        (["--optimizer", "adm"], "there is no 'adm'; adam is nearest"),
        (["--optimizer", "zzz"], "there are sgd, adagrad"),
        (["--optimizer", "momentm"], "there is no 'momentm'; momentum is nearest"),
        (["--optimizer", "adam", "--option", "rho=1"], "Adam: use betas= here, not rho="),
        (["--optimizer", "adam", "--option", "rho"], "give a name and a value, momentum=0.9"),
        (["--optimizer", "newton", "--option", "damping=-3"], "damping must be"),
        (["--optimizer", "ars", "--option", "rng=-1"], "rng: give a seed, an integer from 0"),
        (["--optimizer", "sgd", "--wrt", "q"], "has no variable 'q'; it has w"),
        (["--optimizer", "sgd", "--mode", "forward"], "needs reverse mode"),
        (["--optimizer", "sgd", "--iterations", "101"], "from 1 to 100"),
        (["--optimizer", "rprop", "--misprints"], "no lecture misprints Rprop"),
        (["--option", "momentum=0.9"], "add --optimizer adam"),
        (["--schedule", "cosine"], "--schedule needs an optimizer; add --optimizer adam"),
        ([*ADAM, "cosin(steps=3)"], "there is no 'cosin'; cosine is nearest"),
        ([*ADAM, "zzz"], "there are constant, step, multistep"),
        ([*ADAM, "cosine"], 'cosine needs steps: "cosine(steps=...)"'),
        ([*ADAM, "cosine(T_max=3)"], "cosine has no 'T_max'; it has steps, end, per_epoch"),
        ([*ADAM, "cosine(steps=0)"], "steps must be a whole number of at least 1, got 0"),
        ([*ADAM, "cosine(3)"], 'name each argument; write "cosine(steps=..., end=...,'),
        ([*ADAM, "warmup(3)"], 'name each argument; write --schedule "cosine(steps=10)"'),
        ([*ADAM, "cosine(steps=w)"], "steps='w' is no number"),
        ([*ADAM, "cosine(steps=3) + warmup(steps=2)"], 'or "warmup(steps=3) + cosine'),
        ([*ADAM, "cos("], 'write --schedule "cosine(steps=10)"'),
    ],
)
def test_an_optimizer_that_cannot_be_stepped_is_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["step", "(w - 1)**2", "w=1", *words]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1


def test_a_schedule_gives_the_rate_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    task = ["step", "(w - 1)**2 + (w - 3)**2", "w=1", "--lr", "0.1", "--iterations", "2"]
    for words, line in (
        ("sgd cosine(steps=10)", "η = η₀ · (1 + cos(pi · k/10))/2"),
        ("sgd warmup(steps=2)+step(every=3)", "η = 0.1 · k/2 = 0.1 · 1/2 = 0.05"),
        ("adam one_cycle(steps=10)", "β₁ = 0.85 + 0.1 · (1 + cos(pi · k/2))/2"),
        ("adam plateau(patience=0,threshold=0.5,factor=0.5)", "η = η₀ · γ = 0.1 · 0.5 = 0.05"),
        ("newton exponential(gamma=0.5)", "η = η₀ · γ ** k = 0.1 · 0.5¹ = 0.05"),
        ("lbfgs constant", "y = g₀ - g"),
    ):
        optimizer, schedule = words.split()
        assert main([*task, "--optimizer", optimizer, "--schedule", schedule]) == 0
        assert line in capsys.readouterr().out, words
