"""Classifier and Regressor: scikit-learn's own checks, its tools, and the same without it."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import nn
import optim
from tests.house import ROOT
from tests.peers import require

Classifier: Any = nn.sklearn.Classifier
Regressor: Any = nn.sklearn.Regressor
X, y = nn.data.moons(120, rng=0)
NAMES = np.where(y == 1, "yes", "no")
#: Settings with which a training takes a moment and is done with.
QUICK: dict[str, Any] = {"learning_rate_init": 0.02, "max_iter": 40, "random_state": 0, "tol": 1e-2}

pytestmark = pytest.mark.filterwarnings("ignore:.*have passed and the .* still improves")


@pytest.mark.filterwarnings("ignore:Estimator .* does not inherit from")
@pytest.mark.parametrize("kind", [Classifier, Regressor])
def test_the_checks_of_scikit_learn_pass(kind: Any) -> None:
    checks = require("sklearn.utils.estimator_checks")
    estimator = kind(hidden_layer_sizes=20, learning_rate_init=0.02, max_iter=25)
    results = checks.check_estimator(estimator, on_skip=None, on_fail=None)
    assert len(results) > 50
    bad = {r["check_name"]: r["exception"] for r in results if r["status"] == "failed"}
    assert bad == {}
    skipped = {r["check_name"] for r in results if r["status"] == "skipped"}
    assert skipped <= {"check_array_api_input", "check_dataframe_column_names_consistency"}


def test_a_pipeline_a_grid_a_clone_and_a_score() -> None:
    require("sklearn")
    from sklearn.base import clone, is_classifier, is_regressor
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    whole = make_pipeline(StandardScaler(), Classifier(**QUICK))
    grid = GridSearchCV(whole, {"classifier__hidden_layer_sizes": [(), (20,)]}, cv=2)
    assert grid.fit(X, NAMES).best_params_ == {"classifier__hidden_layer_sizes": (20,)}
    assert set(grid.predict(X)) == {"yes", "no"} and grid.score(X, NAMES) > 0.9
    assert cross_val_score(whole, X, NAMES, cv=2, scoring="roc_auc").mean() > 0.9
    copy = clone(whole[-1])
    assert copy.get_params() == whole[-1].get_params() and not hasattr(copy, "classes_")
    assert is_classifier(whole) and is_regressor(Regressor())


def test_a_pipeline_passes_the_weights_on_that_are_asked_for() -> None:
    sklearn = require("sklearn")
    from sklearn.base import clone
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    weights = np.where(y == 1, 50.0, 1.0)
    scaler = StandardScaler()
    with sklearn.config_context(enable_metadata_routing=True):
        scaler.set_fit_request(sample_weight=False)
        for asked in (True, False):
            network = clone(Classifier(**QUICK).set_fit_request(sample_weight=asked))
            given = {"sample_weight": weights} if asked else {}
            network.set_score_request(sample_weight=False)
            whole = make_pipeline(scaler, network).fit(X, y, **given)
            direct = Classifier(**QUICK).fit(whole[0].transform(X), y, weights if asked else None)
            assert (whole.predict_proba(X) == direct.predict_proba(whole[0].transform(X))).all()


def test_the_same_without_scikit_learn() -> None:
    program = """
import sys
sys.modules["sklearn"] = None  # every import of it fails
import numpy as np, nn
X, y = nn.data.moons(60, rng=0)
try:
    nn.sklearn.Classifier().predict(X)
except (ValueError, AttributeError) as error:
    assert "not fitted yet" in str(error)
model = nn.sklearn.Classifier(max_iter=2, random_state=0)
import warnings
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    model.fit(X, y[:, None])
assert len(said) == 2, said
print(model.predict_proba(X[:1])[0, 0], nn.sklearn.Regressor(max_iter=2, random_state=0))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    first, shown = done.stdout.split(maxsplit=1)
    here = Classifier(max_iter=2, random_state=0).fit(*nn.data.moons(60, rng=0))
    assert float(first) == here.predict_proba(nn.data.moons(60, rng=0)[0][:1])[0, 0]
    assert shown.strip() == "Regressor(max_iter=2, random_state=0)"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_tables_with_names(library: str) -> None:
    frames = require(library)
    table = frames.DataFrame({"left": X[:, 0], "up": X[:, 1]})
    model = Classifier(**QUICK).fit(table, frames.Series(NAMES))
    assert model.feature_names_in_.tolist() == ["left", "up"] and model.n_features_in_ == 2
    assert model.classes_.tolist() == ["no", "yes"]
    assert (model.predict(table) == Classifier(**QUICK).fit(X, NAMES).predict(X)).all()
    with pytest.raises(ValueError, match="same order"):
        model.predict(table[["up", "left"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)
    words = frames.DataFrame({"left": X[:, 0], "city": ["Oslo"] * len(X)})
    with pytest.raises(ValueError, match="column 'city' holds 'Oslo'"):
        Classifier().fit(words, NAMES)


def test_probabilities_scores_and_the_training_agree() -> None:
    model = Classifier(**QUICK).fit(X, NAMES)
    chances = model.predict_proba(X)
    assert np.allclose(chances.sum(axis=1), 1.0)
    assert (model.classes_[chances.argmax(axis=1)] == model.predict(X)).all()
    assert np.allclose(np.exp(model.predict_log_proba(X)), chances)
    odds = np.log(chances[:, 1] / chances[:, 0])
    assert np.allclose(model.decision_function(X), odds, atol=1e-9)
    assert model.n_iter_ == len(model.loss_curve_) and model.best_loss_ <= model.loss_
    assert model.score(X, NAMES) == (model.predict(X) == NAMES).mean()


def test_a_weight_of_a_row_is_so_many_rows() -> None:
    """For all rows at once; zero leaves a row out, and factors do not matter."""
    weights = np.random.default_rng(0).integers(0, 4, len(X))
    settings: dict[str, Any] = {**QUICK, "batch_size": 1000, "max_iter": 15, "alpha": 0.1}
    for kind, answers in ((Classifier, NAMES), (Regressor, X[:, 1] ** 2)):
        repeated = kind(**settings).fit(np.repeat(X, weights, 0), np.repeat(answers, weights))
        plain = kind(**settings).fit(X, answers)
        method = "predict_proba" if kind is Classifier else "predict"
        # The penalty stands beside the sum of the losses, which half the weights halve.
        half = kind(**{**settings, "alpha": 0.05}).fit(X, answers, sample_weight=0.5 * weights)
        assert np.allclose(getattr(half, method)(X), getattr(repeated, method)(X), atol=1e-9)
        assert not np.allclose(getattr(half, method)(X), getattr(plain, method)(X), atol=1e-3)


def test_balanced_classes_find_the_rare_one() -> None:
    rng = np.random.default_rng(0)
    rare = np.arange(300) < 15
    Z = rng.normal(size=(300, 2)) + 1.5 * rare[:, None]
    found = {
        weight: Classifier(**QUICK, class_weight=weight).fit(Z, rare).predict(Z)[rare].mean()
        for weight in (None, "balanced")
    }
    by_hand = Classifier(**QUICK, class_weight={True: 20.0, False: 300 / 570}).fit(Z, rare)
    assert found["balanced"] > 0.8 > found[None]
    assert by_hand.predict(Z)[rare].mean() > 0.8


def test_partial_fit_goes_on_also_after_pickling() -> None:
    """The optimizer's memory goes with a copy: both go on alike, to the bit."""
    model = Classifier(**QUICK)
    for _ in range(3):
        model.partial_fit(X, NAMES, classes=["maybe", "no", "yes"])
    copy = pickle.loads(pickle.dumps(model))
    for each in (model, copy):
        for _ in range(3):
            each.partial_fit(X, NAMES)
    assert (model.predict_proba(X) == copy.predict_proba(X)).all()
    assert model.n_iter_ == 6 and model.predict_proba(X).shape == (len(X), 3)
    with pytest.raises(ValueError, match="the label 'never', which is not among"):
        model.partial_fit(X, ["never"] * len(X))
    with pytest.raises(ValueError, match="classes must be passed"):
        Classifier().partial_fit(X, NAMES)


def test_a_warm_start_goes_on_and_a_fit_begins_anew() -> None:
    settings = {**QUICK, "max_iter": 5}
    warm = Classifier(**settings, warm_start=True).fit(X, y)
    first = warm.loss_
    assert warm.fit(X, y).loss_curve_[0] < first
    again = Classifier(**settings)
    assert again.fit(X, y).loss_curve_ == again.fit(X, y).loss_curve_


def test_several_outputs_and_any_unit() -> None:
    answers = np.column_stack([X[:, 0], 1e6 + 1e4 * X[:, 1]])
    model = Regressor(**{**QUICK, "tol": 1e-4}).fit(X, answers)
    assert model.predict(X).shape == answers.shape and model.score(X, answers) > 0.95
    metrics = require("sklearn.metrics")
    assert np.isclose(model.score(X, answers), metrics.r2_score(answers, model.predict(X)))
    with pytest.raises(ValueError, match="fitted with 2"):
        model.partial_fit(X, answers[:, 0])


def test_early_stopping_keeps_the_best_weights() -> None:
    rough = nn.data.moons(120, noise=0.5, rng=1)
    settings = {**QUICK, "tol": 0.0, "max_iter": 60, "n_iter_no_change": 5}
    for kind in (Classifier, Regressor):
        model = kind(**settings, early_stopping=True, validation_fraction=0.3).fit(*rough)
        scores = model.validation_scores_
        assert len(scores) == model.n_iter_ < 60 and model.best_validation_score_ == max(scores)
        weighted = kind(**settings, early_stopping=True, validation_fraction=0.3)
        weighted.fit(*rough, sample_weight=np.full(120, 2.0))
        assert np.allclose(weighted.validation_scores_, scores)
    assert Classifier(**QUICK).fit(X, y).validation_scores_ is None


def own(n_features: int, n_outputs: int) -> nn.Module:
    hidden = nn.Linear(n_features, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.2)
    return nn.Sequential(*hidden, nn.Linear(8, n_outputs))


def test_a_network_of_ones_own() -> None:
    """It takes the seed, and draws nothing from the generator that others use."""
    before = nn.rng.get_state()
    one, two = (Classifier(module=own, **QUICK).fit(X, y) for _ in range(2))
    assert before == nn.rng.get_state()
    assert (one.predict_proba(X) == two.predict_proba(X)).all()
    assert not one.module_.training and one.score(X, y) > 0.8
    single = Classifier(module=own, **QUICK).fit(X.astype(np.float32), y)
    assert {p.dtype for p in single.module_.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    "solver",
    ["adam", "sgd", "lbfgs", "adamw", "rmsprop", optim.Lion, partial(optim.SGD, nesterov=False)],
)
def test_solvers_by_name_and_by_class(solver: Any) -> None:
    model = Classifier(**{**QUICK, "learning_rate_init": 0.01}, solver=solver).fit(X, y)
    assert model.score(X, y) > 0.8


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: Classifier(hidden=3), "use hidden_layer_sizes= here, not hidden="),
    (lambda: Classifier(lr=0.1), "use learning_rate_init= here, not lr="),
    (lambda: Classifier(momentum=0.9), r"functools.partial\(optim.SGD, momentum=...\)"),
    (lambda: Classifier().set_params(a=1), "valid parameters are hidden_layer_sizes, activation"),
    (lambda: Classifier().predict(X), "not fitted yet"),
    (lambda: Classifier(solver="adm").fit(X, y), "'adm' is unknown; use one of adam, sgd"),
    (lambda: Classifier(activation="rel").fit(X, y), "'rel' is unknown"),
    (lambda: Classifier(hidden_layer_sizes=(4, 0)).fit(X, y), "hidden_layer_sizes must be > 0"),
    (lambda: Classifier(max_iter=0).fit(X, y), "max_iter must be at least 1, it is 0"),
    (lambda: Classifier(alpha="a").fit(X, y), "alpha must be at least 0, it is 'a'"),
    (lambda: Classifier(batch_size=0).fit(X, y), "batch_size is a whole number from 1"),
    (lambda: Classifier(random_state="a").fit(X, y), "random_state is a seed"),
    (lambda: Classifier(class_weight="fair").fit(X, y), "class_weight is a dict by class"),
    (lambda: Classifier(class_weight={0: -1}).fit(X, y), "numbers from 0"),
    (lambda: Classifier(early_stopping=True).fit(X[:3], y[:3]), "of 3 rows leaves one part empty"),
    (lambda: Classifier(module=nn.MLP(2, [2])).fit(X, y), "that returns a new network, not MLP"),
    (lambda: Classifier(module=lambda a, b: 3).fit(X, y), "it returned 3"),
    (lambda: Classifier(module=lambda a, b: nn.MLP(a, [5])).fit(X, y), "end it with n_outputs = 2"),
    (lambda: Classifier().fit(X, y + 0.5), "for a number to predict take Regressor"),
    (lambda: Classifier().fit(X, y[:5]), "120 in X and 5 in y"),
    (lambda: Classifier().fit(X, [None, "a"] * 60), "drop the rows without a label"),
    (lambda: Classifier().fit(X, np.array([1, "a"] * 60, object)), "of several types, int, str"),
    (lambda: Classifier().fit(X, np.column_stack([y, y])), "MultiOutputClassifier"),
    (lambda: Classifier().fit(np.full((4, 2), np.inf), y[:4]), "contains infinity: 8 values"),
    (lambda: Classifier().fit(X, y, sample_weight=-np.ones(120)), "negative values"),
    (lambda: Regressor().fit(X, NAMES), "which is no number; for classes take Classifier"),
]  # fmt: skip


@pytest.mark.parametrize("work, message", WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_said_in_one_line(work: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        work()
    assert "\n" not in str(caught.value)


def test_a_training_that_is_not_done_says_so() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        Classifier(max_iter=1).fit(X, y)
    assert len(said) == 1 and "raise max_iter" in str(said[0].message)
    assert said[0].filename == __file__
