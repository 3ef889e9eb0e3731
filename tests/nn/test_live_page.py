"""The page of a training in a real browser: it trains, shows its graph, and says what is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.cli import main
from autograd.writing import LANGUAGES, sentences
from nn.live.engine import ACTIVATIONS
from tests.browser import Visit, visit
from tests.nn.test_live import flat, loss_of, model_of, settings

SIZES = [(360, 740), (740, 360), (768, 1024), (1280, 720), (1920, 1080)]
HERE = "[...live.training.theta]"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("live") / "live.html"
    text = nn.live_page("moons", path, seed=1)
    assert text == path.read_text(encoding="utf-8") and len(text.encode()) < 600_000
    return path


def test_it_trains_stops_and_begins_again(browser: Any, page: Path) -> None:
    with visit(browser, page) as seen:
        first, start = seen.script("live.now.train.loss"), seen.script(HERE)
        seen.page.click("#run")
        seen.until("live.training.epochs >= 20")
        seen.page.click("#run")
        steps = seen.script("live.training.steps")
        seen.page.wait_for_timeout(60)
        assert seen.script("live.training.steps") == steps
        assert seen.script("live.now.train.loss") < 0.6 * first
        assert f"step {steps}" in seen.text("#numbers") and "held-out loss" in seen.text("#numbers")
        assert seen.script("document.querySelector('.line-train').getAttribute('d').length") > 100
        seen.page.click("#again")
        assert seen.script(HERE) == start and seen.script("live.training.steps") == 0
        seen.page.click("#one-step")
        seen.page.click("#one-epoch")
        assert seen.script("[live.training.steps, live.training.epochs]") == [14, 1]
        seen.page.locator("#training h2").first.click()
        seen.page.keyboard.press("Space")
        seen.until("live.training.epochs >= 3")
        assert seen.errors == [] and seen.requests == []


GRADIENTS = """(asked) => asked.map((one) => {
  live.begin(one.settings);
  live.training.theta.set(one.weights);
  live.point = 3;
  graphView.prepare();
  const { s, places } = graphView.now, t = live.training;
  const shown = places.theta.map((row) => s.gradients[row] ?? 0);
  return { shown, used: [...t.slopes([3])], loss: s.values.at(-1), features: t.features[3],
           target: t.data.points[3][2] };
})"""


def test_the_graph_has_the_gradient_that_the_training_uses(browser: Any, page: Path) -> None:
    """And that of the engine: for every activation and task, with penalties and other inputs."""
    tasks = {"number": ("hills", 1), "two": ("spirals", 1), "many": ("blobs", 3)}
    asked, models = [], []
    for i, name in enumerate(ACTIVATIONS):
        for task, (data, outputs) in tasks.items():
            one = settings(
                data=data, activations=[name, "tanh"], l1=[0, 0.01][i % 2], l2=[0.02, 0, 0][i % 3],
                inputs=["x1", "sq2", "x1x2", "sin1"] if i % 2 else ["x1", "x2"],
            )  # fmt: skip
            models.append((task, one, model_of(one, outputs)))
            asked.append({"settings": one, "weights": flat(models[-1][2])})
    with visit(browser, page) as seen:
        found = seen.script(GRADIENTS, asked)
        assert seen.errors == []
    for (task, one, model), got in zip(models, found, strict=True):
        z = model(np.array([got["features"]]))
        loss = loss_of(task, z, np.array([got["target"]]))
        if one["l1"]:
            loss = loss + nn.l1_penalty(model, one["l1"])
        if one["l2"]:
            loss = loss + nn.l2_penalty(model, one["l2"])
        loss.backward()
        wanted = np.concatenate([np.ravel(p.grad) for p in model.parameters()])
        case = (task, one["activations"])
        np.testing.assert_allclose(got["shown"], wanted, rtol=0, atol=1e-9, err_msg=str(case))
        np.testing.assert_allclose(got["used"], wanted, rtol=0, atol=1e-9, err_msg=str(case))
        assert abs(got["loss"] - loss.item()) < 1e-9, case


def test_a_click_on_a_neuron_opens_its_graph_and_the_chain_rule(browser: Any, page: Path) -> None:
    with visit(browser, page) as seen:
        seen.page.click("#one-epoch")
        seen.page.click("#unit-0-2")
        assert seen.text("#back") and not seen.page.locator("#training").is_visible()
        card = seen.page.locator("[aria-current=step]")
        assert card.count() == 1 and "h₁,₃" in str(card.text_content())
        chain = seen.text("#chain")
        numbers = re.fullmatch(
            r"∂L/∂w₁,₁,₃ = ∂L/∂h₁,₃ · ∂h₁,₃/∂z₁,₃ · ∂z₁,₃/∂w₁,₁,₃ = (.*) · (.*) · (.*) = (.*)",
            chain,
        )
        assert numbers is not None, chain
        *factors, product = [float(x.strip("()").replace("−", "-")) for x in numbers.groups()]
        assert abs(np.prod(factors) - product) < 2e-3 * abs(product)
        used = seen.script("live.training.slopes([0])[2]")
        assert abs(used - product) < 1e-3 * abs(used)
        # Another parameter of the neuron, another point, another step.
        seen.page.select_option("#of-unit", label="b₁,₃")
        assert "∂L/∂b₁,₃" in seen.text("#chain")
        seen.page.fill("#point", "7")
        seen.page.keyboard.press("Enter")
        x = seen.script("live.training.data.points[6][0]")
        assert seen.script("scenes[0].values[0]") == x
        before = seen.script("at")
        seen.page.locator("#next").click()
        assert seen.script("at") == before + 1
        # The point is changed here alone; a comma is a decimal sign.
        seen.page.locator("#of-point input").first.fill("0,5")
        assert seen.script("scenes[0].values[0]") == 0.5
        seen.page.keyboard.press("Escape")
        assert seen.page.locator("#training").is_visible()
        assert seen.errors == []


def test_the_graph_follows_the_network_that_was_changed(browser: Any, page: Path) -> None:
    with visit(browser, page) as seen:
        for control in ("#more", "#more-2", "#fewer-0", "#input-sin2"):
            seen.page.click(control)
        seen.page.select_option("#activation-1", "relu")
        seen.page.select_option("#set-optimizer", "momentum")
        seen.page.fill("#set-l2", "0,01")
        seen.page.keyboard.press("Enter")
        assert seen.script("live.training.network.sizes") == [3, 3, 3, 4, 1]
        assert seen.script("live.training.settings.l2") == 0.01
        seen.page.click("#one-epoch")
        seen.page.click("#unit-1-0")
        names = seen.script("scenes[0].data.rows.map((row) => row.op)")
        assert {"relu", "tanh", "sin", "square"} <= set(names)
        shown = "graphView.now.places.theta.map((row) => scenes[0].gradients[row] ?? 0)"
        got = seen.script(f"[{shown}, [...live.training.slopes([0])]]")
        np.testing.assert_allclose(got[0], got[1], rtol=0, atol=1e-9)
        assert seen.errors == []


def test_a_link_shows_the_same_again(browser: Any, page: Path) -> None:
    """The rate, the optimizer and a weight were changed on the way."""
    with visit(browser, page, "#d=circles&net=3,2&act=tanh,sigmoid&noise=0.2&seed=9") as seen:
        seen.page.click("#one-epoch")
        seen.page.fill("#set-rate", "0,1")
        seen.page.keyboard.press("Enter")
        seen.page.click("#one-epoch")
        seen.page.select_option("#parameter", label="b₂,₁")
        seen.page.fill("#value", "-1,25")
        seen.page.keyboard.press("Enter")
        seen.page.select_option("#set-optimizer", "rmsprop")
        seen.page.click("#one-epoch")
        seen.page.click("#unit-1-1")
        wanted = seen.script(HERE)
        seen.until("location.hash.includes('graph=')")
        seen.page.wait_for_timeout(350)
        link, step = seen.script("location.hash"), seen.script("at")
        assert seen.errors == []
    assert "t=42" in link and "log=" in link
    with visit(browser, page, link) as seen:
        assert seen.script(HERE) == wanted and seen.script("at") == step
        assert seen.page.locator("#back").is_visible()
        seen.page.click("#back")
        assert seen.script("live.training.settings.optimizer") == "rmsprop"
        assert seen.script("live.training.data.points.length") == 200
        seen.page.click("#again")
        assert seen.script("live.training.settings.hidden") == [3, 2] and seen.errors == []


def test_what_is_wrong_is_said_and_changes_nothing(browser: Any, page: Path) -> None:
    def status(seen: Visit) -> str:
        return str(seen.script("document.querySelector('#status').textContent"))

    with visit(browser, page, "#d=mons&lr=x&net=0,99&act=tan&batch=3&log=a:b:c;5:rate:-1") as seen:
        said = status(seen)
        assert all(word in said for word in ("damaged", "mons", "lr:", "net:", "act:")), said
        assert seen.script("live.training.settings.batch") == 3
        assert seen.script("live.training.settings.hidden") == [4, 3]
        for name, text, words in (
            ("rate", "abc", "“abc” is no number"),
            ("rate", "0", "above 0"),
            ("held", "1.5", "from 0 to 0.9"),
            ("batch", "2,5", "a whole number"),
            ("seed", "", "is no number"),
        ):
            before = seen.script("JSON.stringify(live.training.settings)")
            seen.page.fill(f"#set-{name}", text)
            seen.page.keyboard.press("Enter")
            assert words in status(seen), (name, text, status(seen))
            assert seen.script("JSON.stringify(live.training.settings)") == before
        seen.page.fill("#value", "many")
        seen.page.keyboard.press("Enter")
        assert "“many” is no number" in status(seen)
        # A rate that is far too large ends the training with a sentence.
        seen.page.select_option("#set-task", "number")
        seen.page.select_option("#set-optimizer", "sgd")
        seen.page.select_option("#activation-0", "linear")
        seen.page.select_option("#activation-1", "linear")
        seen.page.fill("#set-rate", "50")
        seen.page.keyboard.press("Enter")
        seen.page.click("#run")
        seen.until("!live.playing")
        assert "smaller learning rate" in status(seen) and seen.errors == []


@pytest.mark.parametrize("fragment", ["#d=blobs&t=60", "#d=hills&t=20&graph=0.1.4"])
def test_everybody_can_use_it_in_every_window(browser: Any, page: Path, fragment: str) -> None:
    with visit(browser, page, fragment, reduced_motion="reduce") as seen:
        assert seen.violations("light", "dark") == []
        for width, height in SIZES:
            seen.page.set_viewport_size({"width": width, "height": height})
            assert seen.script("document.documentElement.scrollWidth") <= width
        labels = seen.script("[...document.querySelectorAll('.unit .tile')].map(e => e.ariaLabel)")
        assert labels and all(re.search(r": from .* to .* over the plane", one) for one in labels)
        assert (
            "%" in seen.script("document.querySelector('#plane').ariaLabel") or "hills" in fragment
        )
        assert seen.errors == [] and seen.requests == []


def test_every_control_is_reached_by_keys(browser: Any, page: Path) -> None:
    with visit(browser, page) as seen:
        seen.page.locator("#lang").focus()
        reached = []
        for _ in range(80):
            seen.page.keyboard.press("Tab")
            reached.append(seen.script("document.activeElement.id"))
            if reached[-1] == "value-graph":
                break
        wanted = ["run", "one-step", "pace", "chosen", "set-data", "set-rate", "more-0", "fewer"]
        wanted += ["activation-1", "unit-0-3", "bias-1-2", "input-sin2", "parameter", "value-graph"]
        assert set(wanted) <= set(reached)
        seen.page.keyboard.press("Enter")
        assert seen.page.locator("#back").is_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_each_language(browser: Any, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "live.html"
    assert main(["live", "circles", "--lang", lang, "-o", str(path)]) == 0
    says = sentences(lang, "training")
    with visit(browser, path) as seen:
        assert says["train"] in seen.text("#run") and says["settings"] in seen.text("#training")
        seen.page.select_option("#lang", "en")
        assert "Settings" in seen.text("#training") and "Layer 1" in seen.text("#columns")
        seen.page.click("#unit-0-0")
        seen.page.select_option("#lang", lang)
        assert says["back"] in seen.text("#back")
        assert says["layer"].format(n=1) in seen.script("scenes[0].boxes.map(b => b.name)")
        assert seen.errors == []


def test_the_words_of_the_page_hide_none_of_the_stage() -> None:
    assert not set(sentences("en", "training")) & set(sentences("en"))


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
