"""What the page of a training begins with: data and weights of one's own, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.cli import main
from nn.live import read_points
from tests.browser import visit
from tests.nn.test_live import flat
from tests.nn.test_live_page import HERE

TABLE = "height;weight;who\n1,60;52;ann\n1,82;80;bob\n1,71;66;ann\n1,90;95;bob\n1,65;60;ann\n"


def test_a_table_of_ones_own(browser: Any, tmp_path: Path, capsys: Any) -> None:
    file, path = tmp_path / "people.csv", tmp_path / "people.html"
    file.write_text(TABLE, encoding="utf-8")
    assert main(["live", str(file), "-o", str(path), "--hidden", "2", "--held-out", "0.4"]) == 0
    assert "the comma is the decimal sign" in capsys.readouterr().out
    with visit(browser, path) as seen:
        text = seen.script("document.querySelector('#says, .says').textContent")
        assert "ann" in text and "height" in text and "weight" in text
        X = np.array([[1.6, 52], [1.82, 80], [1.71, 66], [1.9, 95], [1.65, 60]])
        wanted = (X - X.mean(axis=0)) / X.std(axis=0)
        points = seen.script("live.training.data.points")
        np.testing.assert_allclose([p[:2] for p in points], wanted)
        assert [p[2] for p in points] == [0, 1, 0, 1, 0]
        seen.page.click("#one-epoch")
        seen.page.click("#point-graph")
        assert "target ann" in seen.text("#point-said") and seen.errors == []


def test_what_was_done_to_the_rows_is_said(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "gaps.csv"
    file.write_text("a,b,note,y\n1,2,p,0\n,1,q,1\n3,4,r,0\n5,NA,s,1\n4,4,t,1\n9,9,u,\n")
    assert main(["live", str(file), "-o", str(tmp_path / "gaps.html")]) == 0
    said = capsys.readouterr().out
    assert "2 missing values filled with the mean of the column" in said
    assert "1 row without a y left out" in said
    given = read_points(file)
    assert len(given["x"]) == 5 and abs(sum(given["x"])) < 1e-12 and given["x"][1] == 0
    rng = np.random.default_rng(0)
    rows = [f"{a},{b},{a + b > 0:d}" for a, b in rng.normal(size=(1_200, 2))]
    file.write_text("\n".join(["a,b,y", *rows]))
    assert main(["live", str(file), "-o", str(tmp_path / "many.html")]) == 0
    assert "1,000 of the 1,200 rows, taken at random" in capsys.readouterr().out


def test_it_begins_with_the_weights_of_a_model(browser: Any, tmp_path: Path) -> None:
    X, y = nn.data.moons(60, rng=0)
    model = nn.MLP(2, [5, 1], activation="silu", rng=3)
    nn.live_page((X, y), tmp_path / "model.html", model=model)
    with visit(browser, tmp_path / "model.html") as seen:
        assert seen.script(HERE) == flat(model)
        z = seen.script("live.training.features.map((f) => live.training.network.forward("
                        "live.training.theta, f)[0])")  # fmt: skip
        np.testing.assert_allclose(z, np.ravel(model(X).data), atol=1e-12)
        assert seen.script("live.training.settings.activations") == ["silu"]


WRONG_WORDS = [
    (["mons"], "data 'mons' are unknown; use one of moons"),
    (["one.csv"], "has 1 numeric column beside y (a); line 2 of column 'b' has 'u'"),
    (["text.csv"], "line 4 of column 'b' has 'x4'"),
    (["moons", "--hidden", "0"], "a whole number from 1 to 12, not 0"),
    (["moons", "--hidden", ",".join("4" * 100)], "up to 6 hidden layers, not 100"),
    (["moons", "--hidden", "four"], "--hidden takes sizes of layers, such as 4,3"),
    (["moons", "--optimizer", "lbfgs"], "optimizer 'lbfgs' is unknown; use one of sgd"),
    (["moons", "--activation", "tan"], "activation 'tan' is unknown; use one of tanh"),
    (["moons", "--activation", "tanh,relu,tanh"], "2 hidden layers have 2 activations, and 3"),
    (["moons", "--noise", "7"], "noise is a number from 0 to 1, not 7"),
    (["moons", "--target", "y"], "--target and --inputs are of a file"),
    (["four.csv"], "choose with --inputs A,B"),
    (["nothing.csv"], "nothing.csv: no such file"),
]


@pytest.mark.parametrize("words, message", WRONG_WORDS, ids=lambda x: str(x)[:40])
def test_a_wrong_word_is_one_line(
    words: list[str], message: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "one": "a,b,y\n1,u,0\n2,v,1\n3,u,0\n4,v,0\n",
        "text": "a,b,y\n1,2,0\n2,1,1\n3,x4,0\n5,2,1\n",
        "four": "a,b,c,y\n1,2,3,0\n2,1,1,1\n3,4,5,0\n",
    }.items():
        Path(f"{name}.csv").write_text(text, encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    assert main(["live", *words, "-o", "live.html"]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1 and "Traceback" not in said
    assert sorted(tmp_path.iterdir()) == before


def test_a_model_that_does_not_fit_is_refused() -> None:
    X, y = np.zeros((4, 2)), np.array([0, 1, 0, 1])
    for model, message in [
        (nn.MLP(3, [1]), "a model takes two inputs"),
        (nn.MLP(2, [4, 2]), "for 2 classes the page has 1 output, and the model has 2"),
        (nn.Sequential(nn.Linear(2, 2), nn.LeakyReLU(0.3), nn.Linear(2, 1)), "LeakyReLU"),
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.1), nn.Linear(2, 1)), "Dropout"),
    ]:
        with pytest.raises(ValueError, match=message):
            nn.live_page((X, y), model=model)
    with pytest.raises(ValueError, match="X has the shape"):
        nn.live_page((np.zeros((4, 3)), y))
    with pytest.raises(ValueError, match="not finite"):
        nn.live_page((X * np.nan, y))


def test_nothing_in_the_page_ends_its_script(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("</script><b>,b,y\n1,2,</script>\n2,1,q\n3,4,q\n", encoding="utf-8")
    text = nn.live_page(file)
    data = json.loads(re.findall(r'id="lesson">(.*?)</script>', text, re.DOTALL)[0])
    assert (
        data["given"]["names"][0] == "</script><b>" and data["given"]["classes"][0] == "</script>"
    )
