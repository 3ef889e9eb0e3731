"""``nn.why``: each disease is named first, with its remedy; a healthy training has no finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor
from autograd.writing import translated
from docs.__main__ import blocks, current
from nn.findings.rules import RULES
from tests.nn import diseases, more_diseases, rarer_diseases
from tests.nn.diseases import Case, Disease, adam, trained

DISEASES = diseases.FIRST | more_diseases.SECOND | rarer_diseases.RARER
HEALTHY = diseases.HEALTHY | more_diseases.ALSO_HEALTHY

# Some of the trainings end by the bound of fit, which warns.
pytestmark = pytest.mark.filterwarnings("ignore:fit. the loss grew:RuntimeWarning")


@pytest.mark.parametrize("title", DISEASES)
def test_the_disease_is_named_first_with_its_remedy(title: str) -> None:
    disease: Disease = DISEASES[title]
    found = disease.make().findings()
    assert found.names[:1] == [disease.name], str(found)
    assert disease.remedy in found[0].remedy
    for part in (text for f in found for text in (f.evidence, f.cause, f.remedy)):
        assert part not in translated(part)[1:], part


@pytest.mark.parametrize("title", HEALTHY)
def test_a_healthy_training_has_no_finding(title: str) -> None:
    found = HEALTHY[title]().findings()
    assert not found, str(found)


def test_every_rule_has_a_disease() -> None:
    # What ends in an error has a test of its own.
    assert {disease.name for disease in DISEASES.values()} == set(RULES) - {"cannot_compute"}


def test_the_page_lists_the_rules_in_their_order() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "why.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line[:3] == "| `"]
    assert [row.split("`")[1] for row in rows] == list(RULES)
    assert len(blocks(page, "python")) == 1 and current(page) == page


# -- nothing is touched ---------------------------------------------------------------------------


def everything(case: Case) -> list[object]:
    """Model, gradients, optimizer, random numbers and the loader's place, as bytes and numbers."""
    model, optimizer = case.model, case.optimizer
    state = optimizer.state_dict() if optimizer is not None else {}
    sources = [rng for m in model.modules() for rng in vars(m).values()]
    return [
        {name: array.tobytes() for name, array in model.state_dict().items()},
        [None if p.grad is None else p.grad.tobytes() for p in model.parameters()],
        [module.training for module in model.modules()],
        repr(state),
        [r.bit_generator.state for r in sources if isinstance(r, np.random.Generator)],
        nn.rng.get_state() if hasattr(nn, "rng") else None,
        repr(np.random.get_state()),  # noqa: NPY002
        case.data.state_dict() if isinstance(case.data, nn.DataLoader) else None,
    ]


@pytest.mark.parametrize(
    "make",
    [
        more_diseases.dropped, more_diseases.well_digits, more_diseases.head_replaced,
        more_diseases.words_from_one, diseases.rate_large, diseases.rate_small,
        diseases.not_zeroed,
    ],
)  # fmt: skip
def test_why_leaves_everything_as_it_was(make: Callable[[], Case]) -> None:
    case = make()
    before = everything(case)
    case.findings()
    assert everything(case) == before


@pytest.mark.parametrize("kind", ["Adam", "SGD", "LBFGS", "RMSprop"])
def test_a_training_goes_on_to_the_bit(kind: str) -> None:
    X, y = nn.data.moons(90, rng=0)

    def ends(asked: bool) -> dict[str, Any]:
        model = nn.Sequential(
            nn.Linear(2, 6, rng=0),
            nn.BatchNorm1d(6),
            nn.Dropout(0.2, rng=5),
            nn.Linear(6, 2, rng=1),
        )
        optimizer = getattr(optim, kind)(list(model.parameters()), lr=0.01)
        loss_fn = nn.CrossEntropyLoss()
        for epoch in range(4):
            nn.fit(model, (X, y), loss_fn, optimizer, 1, seed=epoch)
            if asked:
                nn.why(model, (X, y), loss_fn, optimizer)
        return model.state_dict()

    plain, asked = ends(False), ends(True)
    assert all(plain[name].tobytes() == asked[name].tobytes() for name in plain)


# -- what it answers ------------------------------------------------------------------------------


def test_findings_print_a_line_each() -> None:
    found = more_diseases.convolution_bytes().findings()
    assert len(str(found).splitlines()) == len(found) > 1
    assert "inputs_unscaled" in found.names and "leak" not in found.names
    assert found[0] in found and found[0] not in found[1:]
    assert found[0].severity == "warning" and found[:1].names == ["inputs_unscaled"]
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == str(found) and found[0].remedy[:16] in bundle["text/html"]
    empty = nn.Findings()
    assert not empty and "no finding" in str(empty)
    assert empty._repr_mimebundle_() == {"text/plain": str(empty)}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((nn.MLP, ([[1.0]], [1]), nn.MSELoss()), "the model is a class; call it, MLP"),
        ((([[1.0]], [1]), nn.Linear(1, 1), nn.MSELoss()), "the model comes first"),
        ((nn.Linear(1, 1), ([[1.0]], [1]), nn.MSELoss), "the loss is a function"),
        ((nn.Linear(1, 1), [[1.0]], nn.MSELoss()), "a pair"),
        ((nn.Linear(1, 1), ([["a"]], [1]), nn.MSELoss()), "no array of numbers"),
        ((nn.Linear(1, 1), (np.ones((2, 1)), [1]), nn.MSELoss()), "2 rows of inputs and 1"),
        ((nn.Linear(1, 1), (np.ones((0, 1)), []), nn.MSELoss()), "0 rows"),
        ((nn.Linear(1, 1), ([[1.0]], [1]), nn.MSELoss(), 0.1), "the optimizer is 0.1"),
        ((nn.Linear(1, 1), ([[1.0]], [1]), nn.MSELoss(), None, 3), "the history is what fit"),
    ],
)
def test_bad_input_is_one_line(given: tuple[Any, ...], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        nn.why(*given)
    assert str(caught.value).startswith("why: ") and "\n" not in str(caught.value)


def test_a_model_that_fails_is_a_finding() -> None:
    found = nn.why(nn.Linear(3, 1), (np.ones((4, 2)), np.ones((4, 1))), nn.MSELoss())
    assert found.names == ["cannot_compute"] and "3 features" in str(found)


def test_whole_numbers_of_a_regression_are_no_labels() -> None:
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60)
    found = nn.why(nn.Linear(2, 1, rng=0), (X, y), nn.MSELoss())
    assert found.names == ["cannot_compute"] and "reshape" in str(found)
    found = nn.why(nn.Linear(2, 1, rng=0), (X, y), lambda out, y: ((out - y) ** 2).mean())
    assert found.names[0] == "broadcast"


# -- fit stops ------------------------------------------------------------------------------------


def runs_away(lr: float = 5.0, **given: Any) -> Case:
    model = nn.MLP(2, [32, 1], rng=0)
    sgd = optim.SGD(model.parameters(), lr=lr)
    return trained(model, diseases.waves(), nn.MSELoss(), sgd, **given)


def test_fit_stops_and_keeps_the_best_weights() -> None:
    with pytest.warns(RuntimeWarning, match=r"fit: the loss grew .* learning rate is too large"):
        case = runs_away()
    assert case.history.stopped.startswith("the loss grew from")
    begun = nn.MLP(2, [32, 1], rng=0)
    for p, q in zip(case.model.parameters(), begun.parameters(), strict=True):
        assert p.data.tobytes() == q.data.tobytes()  # the first epoch was the last


def test_the_best_weights_are_those_that_began_the_best_epoch() -> None:
    model = nn.MLP(2, [32, 1], rng=0)
    kept: list[dict[str, Any]] = []

    class Spoil(nn.Callback):
        def on_epoch(self, run: nn.Run, row: dict[str, float]) -> None:
            kept.append(run.model.state_dict())
            if run.epoch == 3:
                for group in run.optimizer.param_groups:
                    group["lr"] = 50.0

    sgd = optim.SGD(model.parameters(), lr=0.05)
    with pytest.warns(RuntimeWarning, match="epoch 4"):
        history = nn.fit(model, diseases.waves(), nn.MSELoss(), sgd, 9, callbacks=[Spoil()], seed=0)
    assert len(history) == 3 and history["loss"] == sorted(history["loss"], reverse=True)
    assert all((model.state_dict()[name] == kept[1][name]).all() for name in kept[1])


def test_a_far_row_is_no_divergence() -> None:
    X, y = diseases.waves()
    y = y.copy()
    y[3] = 1e4  # far beyond 1000 times the first loss, but a constant is as far from it
    model = nn.Linear(2, 1, rng=0)
    sgd = optim.SGD(model.parameters(), lr=1e-6)
    history = nn.fit(model, (X, y), nn.MSELoss(), sgd, 3, batch_size=1, seed=0)
    assert history.stopped is None and len(history) == 3


@pytest.mark.parametrize("compiled", [False, True])
def test_a_compiled_training_stops_as_well(compiled: bool) -> None:
    with pytest.warns(RuntimeWarning, match="the loss grew"):
        case = runs_away(compile=compiled)
    assert case.history.stopped


def test_a_resumed_training_knows_its_first_loss(tmp_path: Any) -> None:
    model, data = nn.MLP(2, [8, 1], rng=0), diseases.waves()
    saved = nn.Checkpoint(tmp_path / "c.safetensors")
    starts = []

    class Note(nn.Callback):
        saved = False

        def on_epoch(self, run: nn.Run, row: dict[str, float]) -> None:
            starts.append(run.start)

    for epochs, path in ((2, None), (4, tmp_path / "c.safetensors")):
        nn.fit(
            model, data, nn.MSELoss(), adam(model), epochs, callbacks=[saved, Note()], seed=0,
            resume=path,
        )  # fmt: skip
    assert len(starts) == 4 and len(set(starts)) == 1


def test_rows_that_are_read_once_stop_as_well() -> None:
    X, y = diseases.waves()
    model = nn.MLP(2, [8, 1], rng=0)
    once = nn.DataLoader(iter([(x, t) for x, t in zip(X, y)]), batch_size=20)
    with pytest.warns(RuntimeWarning, match="the loss grew .*; try a smaller learning rate"):
        history = nn.fit(model, once, nn.MSELoss(), optim.SGD(model.parameters(), lr=9.0), 1)
    assert history.stopped and all(np.isfinite(p.data).all() for p in model.parameters())


def test_a_healthy_training_computes_no_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    import nn.training.diverging as diverging

    def never(*args: object) -> float:
        raise AssertionError("the constant's loss is computed only where the loss grew")

    monkeypatch.setattr(diverging, "constant_loss", never)
    assert diseases.well_moons().history.stopped is None


@pytest.mark.parametrize(
    ("loss", "output", "target", "least"),
    [
        (nn.MSELoss(), np.zeros((4, 1)), np.array([[0.0], [0], [0], [4]]), 3.0),
        (nn.L1Loss(), np.zeros((4, 1)), np.array([[0.0], [0], [0], [4]]), 1.0),
        (nn.CrossEntropyLoss(), np.zeros((4, 2)), np.array([0, 0, 0, 1]), 0.5623351446),
        (nn.NLLLoss(), np.zeros((4, 2)), np.array([0, 0, 0, 1]), 0.5623351446),
        (nn.BCELoss(), np.zeros((4, 1)), np.array([[0.0], [0], [0], [1]]), 0.5623351446),
        (nn.BCEWithLogitsLoss(), np.zeros((4, 1)), np.array([[0.0], [0], [0], [1]]), 0.5623351446),
        (lambda o, y: ((o - y) ** 2).mean(), np.zeros((4,)), np.array([0.0, 0, 0, 4]), 3.0),
    ],
)
def test_the_loss_of_a_constant(loss: Any, output: Any, target: Any, least: float) -> None:
    assert nn.findings.constant_loss(loss, output, target) == pytest.approx(least)


def test_a_loss_that_takes_no_constant_has_none() -> None:
    def fails(output: Tensor, target: Tensor) -> Tensor:
        raise RuntimeError

    assert np.isnan(nn.findings.constant_loss(fails, np.zeros((2, 1)), np.zeros((2, 1))))
