"""Reports: the numbers as scikit-learn has them, the sentence about a constant, every form."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
import optim
from tests import peers

NAMES = ["no", "yes"]


def rows(n: int = 60, columns: int = 3) -> Any:
    return np.random.default_rng(n).normal(size=(n, columns))


def scores_of(wanted: Any, classes: int, right: float = 0.8) -> Any:
    """Scores whose largest is at the right class in most rows."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(len(wanted), classes))
    answered = np.where(
        rng.random(len(wanted)) < right, wanted, rng.integers(0, classes, len(wanted))
    )
    scores[np.arange(len(wanted)), answered] += 4
    return scores


def fixed(outputs: Any) -> Any:
    """A model that answers the same whatever it sees."""
    return lambda X: outputs[: len(X)]


def of_classes(n: int = 200, classes: int = 3, **options: Any) -> tuple[nn.Report, Any, Any]:
    y = np.random.default_rng(n).integers(0, classes, n)
    outputs = scores_of(y, classes)
    return nn.report(fixed(outputs), (rows(n), y), repeats=0, **options), outputs, y


def history() -> nn.History:
    return nn.History(
        [{"epoch": i, "loss": 1 / i, "val_loss": abs(i - 4) + 1.0, "lr": 0.1} for i in range(1, 21)]
    )


def everything() -> nn.Report:
    """A report with all that one has, and names as people have them."""
    n = 200
    y = np.random.default_rng(1).integers(0, 3, n)
    model = nn.MLP(3, [4, 3], rng=0)
    names = ["<b>a</b>", "très long nom de classe &", "[red]c[/red]\x1b[2J"]
    return nn.report(
        model, (rows(n), y), classes=names, features=["<i>x</i>", "colour", "colour"],
        history=history(), target="kind & <u>",
    )  # fmt: skip


def regression(**options: Any) -> nn.Report:
    X = rows(120)
    y = X @ [3.0, -1.0, 0.0] + np.random.default_rng(2).normal(size=120)
    model = lambda X: X @ np.array([[3.0], [-1.0], [0.0]])
    return nn.report(model, (X, y), history=history(), target="price", **options)


@pytest.mark.parametrize("classes", [2, 3, 12])
def test_classes_as_scikit_learn_has_them(classes: int) -> None:
    sk = peers.require("sklearn.metrics")
    report, outputs, y = of_classes(300, classes)
    numbers: Any = report.numbers
    answered = outputs.argmax(axis=1)
    p = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    assert numbers["confusion_matrix"] == sk.confusion_matrix(y, answered).tolist()
    each = sk.classification_report(y, answered, output_dict=True, zero_division=0)
    for k in range(classes):
        for name in ("precision", "recall"):
            assert numbers["per_class"][name][k] == pytest.approx(each[str(k)][name])
        assert numbers["per_class"]["f1"][k] == pytest.approx(each[str(k)]["f1-score"])
        assert numbers["per_class"]["support"][k] == each[str(k)]["support"]
    assert numbers["scores"]["accuracy"] == pytest.approx(each["accuracy"])
    assert numbers["scores"]["f1"] == pytest.approx(each["macro avg"]["f1-score"])
    assert numbers["scores"]["log_loss"] == pytest.approx(sk.log_loss(y, p))
    dummy = peers.require("sklearn.dummy").DummyClassifier(strategy="prior").fit(y, y)
    assert numbers["baseline"]["scores"]["accuracy"] == dummy.score(y, y)
    assert numbers["baseline"]["scores"]["log_loss"] == pytest.approx(
        sk.log_loss(y, dummy.predict_proba(y))
    )


def test_numbers_as_scikit_learn_has_them() -> None:
    sk = peers.require("sklearn.metrics")
    X = rows(80)
    y, out = X[:, 0] * 3 + 1, X[:, :1] * 2
    numbers: Any = nn.report(fixed(out), (X, y), repeats=0).numbers
    assert numbers["kind"] == "numbers"
    assert numbers["scores"]["r2"] == pytest.approx(sk.r2_score(y, out[:, 0]))
    assert numbers["scores"]["mae"] == pytest.approx(sk.mean_absolute_error(y, out[:, 0]))
    assert numbers["scores"]["largest"] == pytest.approx(sk.max_error(y, out[:, 0]))
    dummy = peers.require("sklearn.dummy").DummyRegressor(strategy="median").fit(X, y)
    median = numbers["baseline"]["median"]["scores"]
    assert median["mae"] == pytest.approx(sk.mean_absolute_error(y, dummy.predict(X)))
    assert numbers["residuals"]["mean"] == pytest.approx((y - out[:, 0]).mean())


SAID = [
    # what is answered to 948 rows of no and 52 of yes, and what the report says of it first
    (lambda y: np.zeros_like(y), "No better than always answering no: 94.8% of 1,000 rows"),
    (lambda y: np.ones_like(y), "Worse than always answering no: 5.2% of 1,000 rows are right"),
    (lambda y: y, "Better than always answering no: 100.0% of 1,000 rows are right, against 94.8%"),
    (lambda y: y * (np.cumsum(y) <= 2), "Hardly better than always answering no, by 2 of 1,000"),
]


@pytest.mark.parametrize("answer, said", SAID)
def test_the_sentence_about_a_constant(answer: Any, said: str) -> None:
    y = np.array([0] * 948 + [1] * 52)
    outputs = np.eye(2)[answer(y)] * 6 - 3
    report = nn.report(fixed(outputs), (rows(1000), y), classes=NAMES, repeats=0)
    assert report.verdict.startswith(said)
    never = "It never answers yes, which is right in 52 rows."
    assert (never in report.text()) == (answer(y).sum() == 0)


def test_the_sentence_about_the_mean() -> None:
    X = rows(50)
    y = X[:, 0]
    for out, said in (
        (np.full(50, y.mean()), "No better"), (y, "Better"), (-y, "Worse"), (y + 5, "Worse"),
    ):  # fmt: skip
        assert nn.report(fixed(out), (X, y), repeats=0).verdict.startswith(said), said
    assert "too little: by 4.99" in nn.report(fixed(y - 5 + X[:, 1] / 9), (X, y), repeats=0).text()


def test_the_constant_is_taken_from_what_was_trained_on() -> None:
    y = np.array([0] * 10 + [1] * 30)
    outputs = np.eye(2)[y]
    numbers: Any = nn.report(fixed(outputs), (rows(40), y), y_train=[0, 0, 1], repeats=0).numbers
    assert numbers["baseline"]["answer"] == "0"
    assert numbers["baseline"]["scores"]["accuracy"] == 0.25
    named: Any = nn.report(
        fixed(outputs), (rows(40), np.array(NAMES)[y]), classes=NAMES, y_train=["no", "no", "yes"],
        repeats=0,
    ).numbers  # fmt: skip
    assert named["baseline"]["answer"] == "no" and named["scores"] == numbers["scores"]
    X = rows(20)
    found: Any = nn.report(fixed(X[:, 0]), (X, X[:, 0]), y_train=[5.0, 7.0], repeats=0).numbers
    assert found["baseline"]["mean"]["answer"] == [6.0]


Y2, Y3 = np.arange(30) % 2, np.arange(30) % 3
LOGITS = np.random.default_rng(5).normal(size=(30, 3)) * 3
SHARES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
CHANCE = 1 / (1 + np.exp(-LOGITS[:, 0]))
SIGMOID = nn.Sequential(nn.Linear(3, 1, rng=0), nn.Sigmoid())
KINDS: list[tuple[Any, Any, dict[str, Any], str, Any]] = [
    # outputs or a model, targets, options; whether there are classes, and what the chances are
    (LOGITS, Y3, {}, "classes", SHARES),
    (SHARES, Y3, {}, "classes", SHARES),
    (np.log(SHARES), Y3, {"loss": nn.NLLLoss()}, "classes", SHARES),
    (np.log(SHARES), np.eye(3)[Y3], {}, "classes", SHARES),
    (LOGITS, Y3, {"loss": nn.CrossEntropyLoss()}, "classes", SHARES),
    (LOGITS, Y3, {"loss": nn.HingeLoss()}, "classes", None),
    (LOGITS, np.eye(3)[Y3], {"loss": nn.MSELoss()}, "classes", None),
    (LOGITS[:, 0], Y2, {}, "classes", CHANCE),
    (LOGITS[:, :1], Y2 > 0, {"loss": nn.BCEWithLogitsLoss()}, "classes", CHANCE),
    (SHARES[:, 0], Y2, {"loss": nn.BCELoss()}, "classes", SHARES[:, 0]),
    (LOGITS[:, 0], 2 * Y2 - 1, {"loss": nn.HingeLoss()}, "classes", None),
    (CHANCE, Y2, {"loss": nn.MSELoss(), "classification": True}, "classes", None),
    (SIGMOID, Y2, {}, "classes", nn.predict(SIGMOID, rows(30))[:, 0]),
    (LOGITS[:, 0], Y3, {}, "numbers", None),
    (LOGITS[:, 0], Y2, {"loss": nn.MSELoss()}, "numbers", None),
    (LOGITS[:, 0], Y2, {"classification": False}, "numbers", None),
    (LOGITS[:, :2], LOGITS[:, 1:], {"target": ["a", "b"]}, "numbers", None),
    (LOGITS[:, 0], LOGITS[:, 1:2], {}, "numbers", None),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(KINDS)))
def test_what_outputs_mean(case: int) -> None:
    outputs, y, options, kind, p = KINDS[case]
    model = outputs if isinstance(outputs, nn.Module) else fixed(outputs)
    numbers: Any = nn.report(model, (rows(30), y), repeats=0, **options).numbers
    assert numbers["kind"] == kind
    assert ("calibration" in numbers) == (p is not None)
    if p is not None:
        wanted = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.astype(int).ravel()
        assert numbers["scores"]["brier"] == pytest.approx(nn.metrics.brier(p, wanted))
        answered = (p > 0.5).astype(int) if p.ndim == 1 else p.argmax(axis=1)
        assert numbers["scores"]["accuracy"] == pytest.approx((answered == wanted).mean())


@pytest.mark.parametrize("low, loss", [(0, nn.MSELoss()), (-1, nn.MSELoss()), (-1, None)])
def test_one_output_is_divided_midway_between_its_targets(low: int, loss: Any) -> None:
    y = np.where(Y2, 1, low)
    out = y * 0.9 + 0.01
    report = nn.report(fixed(out), (rows(30), y), loss=loss, classification=True, repeats=0)
    assert report.numbers["scores"]["accuracy"] == 1.0  # type: ignore[index]


def test_a_scaled_target_is_shown_in_its_unit() -> None:
    X = rows(40)
    price = 1000 + 200 * X[:, :1]
    scale = nn.data.Standardizer().fit(price)
    z = scale(price)
    out = z + 0.5
    plain: Any = nn.report(fixed(scale.undo(out)), (X, price), y_train=price, repeats=0).numbers
    for undo in (scale, scale.undo):
        numbers: Any = nn.report(fixed(out), (X, z), y_train=z, undo=undo, repeats=0).numbers
        for name, value in plain["scores"].items():
            assert numbers["scores"][name] == pytest.approx(value)
        for name, value in plain["baseline"]["mean"]["scores"].items():
            assert numbers["baseline"]["mean"]["scores"][name] == pytest.approx(value, abs=1e-9)


def test_importance_is_that_of_the_metrics() -> None:
    X, _ = nn.data.moons(120, rng=0)
    net = nn.MLP(2, [8, 2], rng=0)
    y = nn.predict(net, X).argmax(axis=1)
    numbers: Any = nn.report(net, (X, y), features=["a", "b"], repeats=3, seed=4).numbers
    found = nn.metrics.permutation_importance(
        net, X, y, "accuracy", features=["a", "b"], repeats=3, seed=4
    )
    assert [row["feature"] for row in numbers["importance"]] == found.order
    assert {row["feature"]: row["drops"] for row in numbers["importance"]} == dict(
        zip(found.names, found.drops.tolist())
    )
    assert "importance" not in nn.report(net, (X, y), repeats=0).numbers


def test_a_loader_gives_the_same_report() -> None:
    X, y = nn.data.moons(70, rng=0)
    net = nn.MLP(2, [8, 2], rng=0)
    loader = nn.DataLoader(X, y, batch_size=32)
    assert nn.report(net, loader).numbers == nn.report(net, (X, y)).numbers


def test_the_columns_of_a_data_frame_are_the_features() -> None:
    class Frame:
        """As those of pandas and polars: an array whose columns have names."""

        columns = ("east", "north")

        def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
            return X

    X, y = nn.data.moons(70, rng=0)
    net = nn.MLP(2, [8, 2], rng=0)
    named = nn.report(net, (X, y), features=["east", "north"])
    frame: Any = Frame()
    assert nn.report(net, (frame, y)).numbers == named.numbers


def test_dropout_and_modes_stay_as_they_were() -> None:
    net = nn.Sequential(nn.Linear(3, 8, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(8, 2, rng=0))
    y = nn.predict(net, rows()).argmax(axis=1)
    net.train()
    assert nn.report(net, (rows(), y)).numbers["scores"]["accuracy"] == 1.0  # type: ignore[index]
    assert net.training


@pytest.mark.parametrize("make", [everything, regression])
def test_every_form(make: Any, tmp_path: Path) -> None:
    report = make()
    assert json.loads(report.save(tmp_path / "r.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(report.numbers)
    )
    text = report.save(tmp_path / "r.txt").read_text(encoding="utf-8")
    assert report.verdict in text.replace("\n", " ") or "�" in text
    assert all(line.isprintable() for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= 100
    html = report.save(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<b>a" not in html and "<i>x" not in html and "\x1b" not in html
    assert html.startswith("<!doctype html>") and "style=" not in html
    shown = report._repr_mimebundle_()
    assert shown["text/plain"] == repr(report) and "<img alt=" in shown["text/html"]
    assert "<b>a" not in shown["text/html"]
    for section in report.sections:
        for figure in section.figures:
            for place in (0, 1):
                for alone in (True, False):
                    svg = figure.draw(place, alone)
                    ElementTree.fromstring(svg)
                    assert "nan" not in svg and ("<style>" in svg) == alone
    assert len({section.title for section in report.sections}) == len(report.sections)
    indonesian = report.text("id")
    assert "rata-rata" in indonesian and "always" not in indonesian


def test_a_console_prints_tables_and_no_markup() -> None:
    rich = peers.require("rich.console")
    out = io.StringIO()
    rich.Console(file=out, width=100).print(everything())
    for table in everything().tables:
        rich.Console(file=out, width=100).print(table)
    assert "[red]c[/red]" in out.getvalue() and "\x1b" not in out.getvalue()


def test_an_output_without_letters_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert str(regression()).isascii()


def test_what_is_never_right_or_always_the_same_has_a_report() -> None:
    for n in (1, 2, 5):
        for out, y in ((np.zeros((n, 2)), np.zeros(n, int)), (np.zeros(n), np.zeros(n) + 0.5)):
            report = nn.report(fixed(out), (np.zeros((n, 2)), y), history=history())
            assert report.text() and report.html() and report.json()
    one = nn.History([{"epoch": 1, "loss": float("nan")}])
    report = nn.report(fixed(np.zeros(3)), (np.zeros((3, 1)), np.ones(3) / 2), history=one)
    assert report.text() and report.html()
    assert json.loads(report.json())["history"] == [{"epoch": 1, "loss": None}]


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9, 1e100, 1e149])
def test_numbers_of_any_size_have_a_report(size: float) -> None:
    X = rows(50)
    for out, y in ((X[:, 1] * size, X[:, 0]), (X[:, 1] * size, X[:, 0] * size)):
        report = nn.report(fixed(out / 9), (X, y), history=history())
        assert not re.search(r"\bnan\b", report.html()) and report.json()
        assert max(map(len, report.text(width=100).splitlines())) <= 100


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"extension '.pdf' is not known here; use .html"):
        regression().save(tmp_path / "r.pdf")
    assert list(tmp_path.iterdir()) == []


def test_of_many_rows_and_columns_some_are_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    monkeypatch.setattr(importlib.import_module("nn.reports.around"), "SHUFFLED", 300)
    X = rows(1000)
    report = nn.report(lambda X: X[:, 0], (X, X[:, 0]))
    assert "200 of 1,000" in report.text()


def test_training_ends_in_a_report() -> None:
    X, y = nn.data.moons(300, rng=0)
    net = nn.MLP(2, [16, 2], rng=0)
    adam = optim.Adam(net.parameters(), lr=0.05)
    history = nn.fit(net, (X[:200], y[:200]), nn.CrossEntropyLoss(), adam, 5, seed=0)
    report = nn.report(net, (X[200:], y[200:]), history=history, loss=nn.CrossEntropyLoss())
    assert report.numbers["history"] == history.rows
    right = nn.metrics.accuracy(nn.predict(net, X[200:]), y[200:])
    assert report.numbers["scores"]["accuracy"] == right  # type: ignore[index]
