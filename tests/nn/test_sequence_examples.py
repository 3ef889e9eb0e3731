"""The scripts that learn words and sums: a few steps, their data, their baseline."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.examples import addition, characters

SYLLABLES = ("ba", "do", "ki", "lu", "ma", "ne", "ro")


def made_up(count: int) -> list[str]:
    rng = np.random.default_rng(0)
    return ["".join(rng.choice(SYLLABLES, rng.integers(2, 4))) for _ in range(count)]


def test_an_lstm_adds_better_from_step_to_step() -> None:
    rng = np.random.default_rng(0)
    model = addition.Adder(16, rng)
    x, y = addition.sums(300, 3, rng)
    powers = 10 ** np.arange(4)
    assert ((x * powers[:, None]).sum(axis=(1, 2)) == (y * powers).sum(axis=1)).all()
    before = (model(x).data.argmax(-1) == y).mean()
    addition.train(model, 3, 60, rng)
    assert (model(x).data.argmax(-1) == y).mean() > before + 0.1
    assert 0 <= addition.share_right(model, 3, rng, 50) <= 1


def test_letters_are_learned_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\n".join(made_up(200)), encoding="utf-8")
    arguments = ["--words", str(path), "--mlp-steps", "60", "--attention-steps", "12"]
    losses = characters.main(arguments)
    assert list(losses) == ["trigrams", "MLP", "attention"]
    assert losses["trigrams"] < 1.5 and losses["MLP"] < 2 and losses["attention"] < 2.3
    assert f"MLP: {losses['MLP']:.3f}" in capsys.readouterr().out


def test_both_networks_and_the_trigrams_are_asked_for_the_same_letters() -> None:
    words = characters.Words(made_up(100), np.random.default_rng(1))
    _, y = characters.contexts(words.test, 3)
    _, targets = characters.shifted(words.test)
    assert (targets[targets != -100] == y).all()
    assert len(y) == sum((row > 0).sum() + 1 for row in words.test)


def test_what_comes_later_is_not_read() -> None:
    model = characters.LetterAttention(5, 6)
    rows = np.array([[1, 2, 3, 4, 0, 0]])
    other = np.array([[1, 2, 3, 1, 1, 2]])
    np.testing.assert_allclose(model(rows).data[:, :3], model(other).data[:, :3], rtol=1e-5)
    assert (model(rows).data[:, 3] != model(other).data[:, 3]).any()


def test_without_the_names_the_script_says_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zxcvbn.frequency_lists", None)
    monkeypatch.setitem(sys.modules, "zxcvbn", None)
    with pytest.raises(SystemExit, match=r"tracegrad\[examples\]', or pass --words FILE"):
        characters.main([])


@pytest.fixture(autouse=True)
def _default_generator() -> None:
    nn.manual_seed(3)
