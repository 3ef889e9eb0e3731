"""The page of a training in a real browser: it trains, shows its graph, and says what is wrong."""

from __future__ import annotations

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


def test_a_network_without_hidden_layers_and_one_as_large_as_can_be(
    browser: Any, page: Path
) -> None:
    with visit(browser, page, "#net=&d=xor&in=x1,x2,x1x2&t=99999999999") as seen:
        assert seen.script("live.training.network.sizes") == [3, 1]
        seen.page.fill("#set-rate", "0,2")  # it goes on from there
        seen.page.keyboard.press("Enter")
        steps = seen.script("live.training.steps")
        assert 0 < steps == seen.script("live.training.changes[0][0]")
        assert seen.script("live.now.train.right") > 0.9
        seen.page.click("#unit-0-0")
        assert "∂L/∂w₁,₁,₁ = ∂L/∂y · ∂y/∂w₁,₁,₁ = " in seen.text("#chain")
        seen.page.click("#back")
        assert seen.errors == []
    sizes = ",".join(["12"] * 6)
    with visit(browser, page, f"#net={sizes}&act=relu&graph=3.7.400&in=x1,sin1") as seen:
        assert seen.script("scenes[0].data.rows.length") > 2000
        assert seen.page.locator("[aria-current=step]").count() == 1
        seen.page.click("#back")
        assert seen.page.locator("#more").is_disabled() and seen.errors == []


def test_a_frame_is_told_how_high_the_training_is(browser: Any, page: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    outside.write_text(
        "<script>addEventListener('message', e => { window.told = e.data.tracegrad.height })"
        f"</script><iframe width=700 height=400 src='{page.as_uri()}?embed'></iframe>",
        encoding="utf-8",
    )
    with visit(browser, outside) as seen:
        seen.until("window.told > 0")
        seen.page.wait_for_timeout(200)
        inside = seen.page.frames[1].evaluate("document.querySelector('main').scrollHeight")
        assert abs(seen.script("told") - inside) <= 2


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
