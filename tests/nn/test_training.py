"""``fit``: the procedure, callbacks, resuming to the bit, and what it says of bad data."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from nn.data import DataLoader, moons, train_test_split
from nn.training.run import Run
from tests.nn.interrupt import Interrupt

X, Y = moons(120, rng=0)


def network(seed: int = 1, dropout: float = 0.0) -> nn.MLP:
    return nn.MLP(2, [8, 2], dropout=dropout, rng=seed)


def trained(net: nn.Module, epochs: int = 3, **given: Any) -> nn.History:
    settings: dict[str, Any] = {"batch_size": 25, "seed": 4, **given}
    optimizer = settings.pop("optimizer", None) or optim.Adam(net.parameters(), lr=0.02)
    data = settings.pop("data", (X, Y))
    return nn.fit(net, data, nn.CrossEntropyLoss(), optimizer, epochs, **settings)


def same_bits(a: nn.Module, b: nn.Module) -> bool:
    x, y = a.state_dict(), b.state_dict()
    return all(x[name].tobytes() == y[name].tobytes() for name in x)


# -- the procedure --------------------------------------------------------------------------------


def test_fit_is_the_loop_that_one_writes_by_hand() -> None:
    by_fit, by_hand = network(), network()
    history = trained(by_fit)
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.Adam(by_hand.parameters(), lr=0.02)
    loader = DataLoader(X, Y, batch_size=25, shuffle=True, seed=4)
    for _ in range(3):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_fn(by_hand(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
    assert same_bits(by_fit, by_hand)
    assert history["loss"][-1] == total / 120


def test_the_history_has_what_was_asked_for() -> None:
    x, xv, y, yv = train_test_split(X, Y, rng=0)
    said: list[str] = []
    history = trained(
        network(), 4, data=(x, y), validation=(xv, yv), metrics=["accuracy", "f1"], log=said.append
    )
    assert history.names == [
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "val_f1", "lr", "seconds",
    ]  # fmt: skip
    assert history["epoch"] == [1, 2, 3, 4] and history["lr"] == [0.02] * 4
    assert len(said) == 4 and said[0].startswith("epoch 1/4  loss ")
    assert history.best("val_accuracy")["val_accuracy"] == max(history["val_accuracy"])
    assert history.best("val_loss")["val_loss"] == min(history["val_loss"])
    with pytest.raises(KeyError, match="there are epoch, loss"):
        history["mae"]


def test_validation_changes_nothing() -> None:
    with_it, without = network(dropout=0.3), network(dropout=0.3)
    trained(with_it, validation=(X, Y), metrics=["accuracy"])
    trained(without)
    assert same_bits(with_it, without)
    assert with_it.training


def test_evaluate_and_predict_use_eval_mode_and_restore_the_modes() -> None:
    net = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5), nn.Linear(2, 2, rng=0))
    net[0].eval()
    one = nn.evaluate(net, (X, Y), nn.CrossEntropyLoss(), ["accuracy"], batch_size=7)
    two = nn.evaluate(net, (X, Y), nn.CrossEntropyLoss(), {"accuracy": nn.metrics.accuracy})
    assert one["accuracy"] == two["accuracy"] and one["loss"] == pytest.approx(two["loss"])
    assert [m.training for m in net] == [False, True, True]
    out = nn.predict(net, X, batch_size=50)
    assert out.shape == (120, 2) and isinstance(out, np.ndarray)
    assert (out == nn.predict(net, DataLoader(X, Y, batch_size=50))).all()


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_evaluate_is_per_row_for_a_loss_that_is_not(reduction: str) -> None:
    if reduction == "none":
        got = nn.evaluate(network(), (X, Y), nn.CrossEntropyLoss(reduction=reduction))
        want = nn.evaluate(network(), (X, Y), nn.CrossEntropyLoss())
        assert got["loss"] == pytest.approx(want["loss"])


def test_lbfgs_is_given_a_closure() -> None:
    net = network()
    optimizer = optim.LBFGS(list(net.parameters()))
    history = trained(net, 5, optimizer=optimizer, batch_size=120)
    assert history["loss"][-1] < 0.7 * history["loss"][0]


def test_a_penalty_is_added() -> None:
    free, held = network(), network()
    trained(free, 20)
    trained(held, 20, penalty=lambda model: nn.l2_penalty(model, 0.05))
    assert abs(held[0].weight.data).sum() < abs(free[0].weight.data).sum()


def test_a_memory_mapped_file_and_a_stream(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", X)
    mapped = nn.data.memory_map(tmp_path / "x.npy")
    a, b, c = network(), network(), network()
    trained(a, data=DataLoader(mapped, Y, batch_size=25))
    trained(b, data=DataLoader(lambda: zip(X, Y), batch_size=25))
    trained(c, shuffle=False)
    assert same_bits(a, b) and same_bits(a, c)


def test_no_progress_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    trained(network(), progress=True)
    trained(network())
    assert capsys.readouterr() == ("", "")


def test_the_progress_bar_in_a_terminal() -> None:
    from rich.console import Console

    from nn.training.progress import ProgressBar
    from nn.training.screens import Terminal

    screen = io.StringIO()
    bar = ProgressBar(Terminal(Console(file=screen, force_terminal=True, width=100)))
    trained(network(), callbacks=[bar])
    text = screen.getvalue()
    assert "epoch 3/3" in text and "loss" in text


# -- callbacks ------------------------------------------------------------------------------------


def test_early_stopping_restores_the_best() -> None:
    net = network()
    states: list[dict[str, Any]] = []

    class Remember(nn.Callback):
        def on_epoch(self, run: Run, row: dict[str, float]) -> None:
            states.append(run.model.state_dict())

    x, y = X[:60], np.random.default_rng(0).integers(0, 2, 60)  # nothing to learn: it overfits
    stopping = nn.EarlyStopping(patience=3)
    optimizer = optim.Adam(net.parameters(), lr=0.1)
    history = trained(
        net, 500, data=(x, y), validation=(X[60:], Y[60:]), callbacks=[Remember(), stopping],
        optimizer=optimizer,
    )  # fmt: skip
    assert len(history) < 500 and "val_loss has not improved" in (history.stopped or "")
    best = int(np.argmin(history["val_loss"]))
    assert len(history) == best + 1 + 4  # patience epochs are endured, the next one ends it
    assert all((states[best][k] == v).all() for k, v in net.state_dict().items())


def test_converged() -> None:
    net = nn.Linear(1, 1, rng=0)
    x, y = nn.data.line(30, noise=0.0, rng=0)
    optimizer = optim.SGD(net.parameters(), lr=0.5)
    history = nn.fit(
        net, (x, y), nn.MSELoss(), optimizer, 5000, batch_size=30,
        callbacks=[nn.Converged(1e-12)],
    )  # fmt: skip
    assert len(history) < 5000 and "converged" in (history.stopped or "")
    np.testing.assert_allclose(net.weight.data, 3, atol=1e-3)


def test_learning_rates_by_epoch_and_by_plateau() -> None:
    history = trained(network(), 4, callbacks=[nn.LearningRate(lambda epoch: 0.1 / (1 + epoch))])
    assert history["lr"] == pytest.approx([0.1, 0.05, 0.1 / 3, 0.025])
    plateau = optim.ReduceOnPlateau(0.5, factor=0.5, patience=0, threshold=0.9)
    history = trained(network(), 3, callbacks=[nn.LearningRate(plateau, monitor="loss")])
    assert history["lr"] == [0.5, 0.5, 0.25]


def test_gradients_are_clipped() -> None:
    norms: list[float] = []

    class Look(nn.Callback):
        def on_gradients(self, run: Run) -> None:
            norms.append(math.sqrt(sum(float((p.grad**2).sum()) for p in run.parameters)))

    trained(network(), callbacks=[nn.ClipGradients(norm=0.01), Look()])
    assert max(norms) <= 0.01 + 1e-9
    norms.clear()
    trained(network(), callbacks=[nn.ClipGradients(value=1e-4), Look()])
    assert max(norms) <= 1e-4 * math.sqrt(42) + 1e-12


def test_the_csv_log_is_the_history(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    history = trained(network(), callbacks=[nn.CSVLog(path)])
    assert path.read_text() == history.csv()
    assert path.read_text().startswith("epoch,loss,lr,seconds\n1,")
    history.save(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text() == history.csv()


def test_input_noise_disturbs_every_batch_anew() -> None:
    class Look(nn.Module):
        def __init__(self) -> None:
            self.w = nn.Parameter([1.0, 1.0])
            self.seen: list[Any] = []

        def forward(self, x: Any) -> Any:
            self.seen.append(x.data)
            return x * self.w

    net = Look()
    trained(net, 2, callbacks=[nn.InputNoise(0.5, rng=0)], shuffle=False, batch_size=120)
    noise = [x - X for x in net.seen]
    assert abs(np.std(noise[0]) - 0.5) < 0.05 and (noise[0] != noise[1]).any()


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: nn.ClipGradients(), "either"),
        (lambda: nn.InputNoise(-1), "negative"),
        (lambda: nn.EarlyStopping(patience=-1), "negative"),
        (lambda: nn.EarlyStopping(mode="up"), "mode"),
        (lambda: trained(network(), metrics=["acc"]), "'acc' is unknown"),
        (lambda: trained(network(), epochs=-1), "epochs"),
        (lambda: trained(network(), callbacks=[nn.EarlyStopping()]), "pass validation="),
        (lambda: trained(network(), callbacks=[nn.EarlyStopping("f1")]), "metrics="),
        (lambda: trained(network(), data=(X * np.nan, Y)), "fit: train: the data holds 240"),
        (lambda: trained(network(), data=(X, Y[:5])), "different numbers of rows"),
        (lambda: trained(network(), data=(X[:0], Y[:0])), "0 rows"),
        (lambda: trained(network(), data=DataLoader(X)), "pair"),
        (lambda: trained(network(), data=DataLoader(X, Y, batch_size=999, drop_last=True)),
         "no batch"),
    ],
)  # fmt: skip
def test_bad_input(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_targets_out_of_range_and_other_kinds() -> None:
    with pytest.raises(IndexError, match="target 2 is out of range for 2 classes"):
        trained(network(), data=(X, np.where(Y == 1, 2, 0)))
    with pytest.raises(TypeError, match="pair"):
        trained(network(), data=X)
    with pytest.raises(FileNotFoundError, match="no such file"):
        trained(network(), resume="nothing.npz")


# -- a loss that is not finite ---------------------------------------------------------------------


def test_a_nan_in_a_batch_is_named_and_the_weights_are_kept() -> None:
    x = X.copy()
    x[100, 1] = np.nan
    net = network()
    with pytest.raises(
        FloatingPointError, match=r"epoch 1, batch 5: the inputs hold 1 .* \[0, 1\]"
    ):
        trained(net, data=DataLoader(x, Y, batch_size=25))
    assert all(np.isfinite(p.data).all() for p in net.parameters())


def test_a_divergence_names_the_parameter_or_the_layer() -> None:
    net = network()
    with np.errstate(all="ignore"):
        with pytest.raises(FloatingPointError, match=r"forward: .* gave .*learning rate"):
            trained(net, 50, optimizer=optim.SGD(net.parameters(), lr=1e200))
        net = network()
        net[0].weight.data = np.full((2, 8), 1e308)
        with pytest.raises(FloatingPointError, match=r"forward: .* gave .*weights are too large"):
            trained(net)
        net[2].bias.data = np.array([np.inf, 0.0])
        net[0].weight.data = np.zeros((2, 8))
        with pytest.raises(FloatingPointError, match=r"parameter 2\.bias hold"):
            trained(net)


# -- resuming -------------------------------------------------------------------------------------


def rich_training(path: Path, at: int, resume: bool = False) -> tuple[nn.Module, nn.History]:
    """Dropout, running averages, noise, a schedule, early stopping: all that has a state."""
    nn.manual_seed(99 if resume else 7)
    net = nn.Sequential(
        nn.Linear(2, 8, rng=50 if resume else 1),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Dropout(0.2, rng=3),
        nn.Dropout(0.1),
        nn.Linear(8, 2, rng=2),
    )
    schedule = optim.Cosine(0.05, 15)
    optimizer = optim.Adam(nn.decay_groups(net, 1e-3), lr=schedule)
    callbacks = [
        nn.Checkpoint(path, batches=1),
        nn.EarlyStopping("loss", patience=10),
        nn.InputNoise(0.1, rng=5),
        nn.InputNoise(0.1),
        Interrupt(at),
    ]
    resumed = path if resume else None
    return net, trained(net, 3, optimizer=optimizer, callbacks=callbacks, resume=resumed, seed=None)


@pytest.mark.parametrize("at", range(1, 16))
def test_interrupted_anywhere_and_resumed_the_weights_are_the_same_to_the_bit(
    tmp_path: Path, at: int
) -> None:
    path = tmp_path / ("run.npz" if at % 2 else "run.safetensors")
    whole, history = rich_training(path, at=-1)
    with pytest.raises(KeyboardInterrupt):
        rich_training(path, at)
    resumed, continued = rich_training(path, -1, resume=True)
    assert same_bits(whole, resumed)
    for name in ("epoch", "loss", "lr"):
        assert history[name] == continued[name]


def test_more_epochs_later(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    a, b = network(), network()
    trained(a, 6)
    trained(b, 2, callbacks=[nn.Checkpoint(path)])
    c = network(8)
    history = trained(c, 6, callbacks=[nn.Checkpoint(path)], resume=path, seed=0)
    assert same_bits(a, c) and len(history) == 6


def test_the_same_seed_gives_the_same_weights_to_the_bit() -> None:
    def run(seed: int) -> nn.Module:
        nn.manual_seed(seed)
        net = nn.MLP(2, [8, 2], dropout=0.2)
        trained(net, seed=None)
        return net

    assert same_bits(run(3), run(3))
    assert not same_bits(run(3), run(4))


def test_resuming_with_other_callbacks_or_another_network(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    trained(network(), callbacks=[nn.Checkpoint(path)])
    with pytest.raises(ValueError, match="had 1 callbacks, now there are 0"):
        trained(network(), resume=path)
    other = nn.MLP(2, [9, 2], rng=0)
    with pytest.raises(ValueError, match=r"0\.weight has shape"):
        trained(other, resume=path, callbacks=[nn.Checkpoint(path)])


def test_only_the_best_epoch_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "best.npz"
    net = network()
    history = trained(
        net, 12, validation=(X, Y), metrics=["accuracy"],
        callbacks=[nn.Checkpoint(path, monitor="val_accuracy")],
    )  # fmt: skip
    saved = nn.load_checkpoint(path)["history"][-1]
    assert saved["epoch"] == history.best("val_accuracy")["epoch"]
