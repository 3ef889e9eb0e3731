"""What comes from habits of another library: one line that names the argument and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
import optim

X, Y = nn.data.xor(40, rng=0)
# What a type checker would refuse must be refused at run time too.
FIT: Any = nn.fit
NN: Any = nn
ADAM: Any = optim.Adam
LOSS = nn.CrossEntropyLoss()


def net() -> nn.MLP:
    return nn.MLP(2, [4, 2], rng=0)


def fit(
    model: Any = None, data: Any = (X, Y), loss: Any = LOSS, optimizer: Any = None, **k: Any
) -> Any:
    model = net() if model is None else model
    optimizer = optim.Adam(model.parameters()) if optimizer is None else optimizer
    return FIT(model, data, loss, optimizer, **{"epochs": 1, **k})


def one_output() -> Any:
    return nn.MLP(2, [4, 1], rng=0)(X)


MAKE = r"make one for the model's parameters, optim\.Adam\(model\.parameters\(\)\)"
ORDER = r"fit\(model, \(X, y\), loss, optimizer\)"
WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: fit(optimizer="adam"), TypeError, f"optimizer is 'adam', which has no step; {MAKE}"),
    (lambda: fit(optimizer=net().parameters()), TypeError, MAKE),
    (lambda: fit(optimizer=optim.Adam), TypeError, r"call it, Adam\(model\.parameters\(\)\)"),
    (lambda: fit(optimizer=optim.Adam(net().parameters())), ValueError, f"this model .*{MAKE}"),
    (lambda: fit(loss=optim.Adam(net().parameters()), optimizer=LOSS),
     TypeError, f"places: {ORDER}"),
    (lambda: fit(loss="cross_entropy"), TypeError, r"make one, nn\.CrossEntropyLoss\(\)"),
    (lambda: fit(loss=nn.CrossEntropyLoss), TypeError, r"call it, nn\.CrossEntropyLoss\(\)"),
    (lambda: FIT(net(), X, Y, LOSS, None), TypeError, f"the data is one argument: {ORDER}"),
    (lambda: FIT((X, Y), net(), LOSS, None), TypeError, "the model comes first, a Module"),
    (lambda: FIT(nn.MLP, (X, Y), LOSS, None), TypeError, r"a class; call it, MLP\(\.\.\.\)"),
    (lambda: fit(data=(X, np.array(["a", "b"] * 20))),
     TypeError, r"labels of train .* str, such as 'a'"),
    (lambda: fit(data=(X, ["a", "b"] * 20)), TypeError, r"np\.unique\(y, return_inverse=True\)"),
    (lambda: fit(data=(X, np.array([None] * 40))), TypeError, r"labels of train .* NoneType"),
    (lambda: fit(validation=(X, ["a"] * 40)), TypeError, "labels of validation"),
    (lambda: fit(epochs="10"), TypeError, "epochs is a whole number, not '10'"),
    (lambda: fit(epochs=2.5), TypeError, "epochs is a whole number, not 2.5"),
    (lambda: fit(epochs=-1), ValueError, "epochs must not be negative"),
    (lambda: fit(callbacks=nn.EarlyStopping()), TypeError, r"callbacks come in a list, \["),
    (lambda: fit(callbacks=[nn.EarlyStopping]), TypeError, r"nn\.Callback; call the class"),
    (lambda: fit(callbacks=[print]), TypeError, r"is not an nn\.Callback"),
    (lambda: NN.evaluate(net(), X, Y), TypeError, "evaluate: the loss is not a fun"),
    (lambda: NN.evaluate(net(), X), TypeError, r"a pair \(X, y\)"),
    (lambda: NN.predict(X, net()), TypeError, "predict: the model comes first"),
    (lambda: LOSS(one_output(), Y), IndexError, "nn.BCEWithLogitsLoss"),
    (lambda: LOSS(one_output()[:, 0], Y), ValueError, "nn.BCEWithLogitsLoss"),
    (lambda: LOSS(one_output(), Y[:, None]), ValueError, "nn.BCEWithLogitsLoss"),
    (lambda: LOSS(one_output(), Y[:, None] * 1.0), ValueError, "nn.BCEWithLogitsLoss"),
    (lambda: F.cross_entropy(one_output(), Y * 1.0), TypeError, "nn.BCEWithLogitsLoss"),
    (lambda: NN.CrossEntropyLoss(net()(X), Y),
     TypeError, r"nn\.CrossEntropyLoss\(\)\(output, target\)"),
    (lambda: NN.MSELoss(one_output(), Y), TypeError, r"nn\.MSELoss\(\)\(output, target\)"),
    (lambda: NN.NLLLoss(one_output(), Y), TypeError, r"nn\.NLLLoss\(\)\(output, target\)"),
    (lambda: NN.ReLU(net()(X)), TypeError, r"called then: nn\.ReLU\(\)\(x\)"),
    (lambda: NN.Softmax(X), TypeError, r"called then: nn\.Softmax\(\)\(x\)"),
    (lambda: NN.Tanh(one_output()), TypeError, r"called then: nn\.Tanh\(\)\(x\)"),
    (lambda: ADAM(net().parameters(), np.ones((2, 2))), TypeError, r"got array\(\[\[1., 1.\], \[1"),
    (lambda: autograd.Tensor([np.ones((2, 2)), "x"]), ValueError, r"1\.\]\]\), 'x'\] is not an"),
    (lambda: NN.Softmax(dim=1), TypeError, "Softmax: use axis= here, not dim="),
    (lambda: NN.Linear(in_features=3, out_features=2),
     TypeError, "Linear: use n_in= here, not in_features=$"),
    (lambda: NN.Dropout(probability=0.5),
     TypeError, r"Dropout: there is no argument probability=; it takes p, rng$"),
    (lambda: NN.Linear(2, 3, device="cpu"), TypeError, "device= is not taken .*, leave it out$"),
    (lambda: NN.GRU(2, 4, proj_size=1), TypeError, "GRU: proj_size= is not taken .* nn.Linear"),
    (lambda: NN.BatchNorm1d(4, bias=False), TypeError, "bias= is not taken .* affine=False$"),
    (lambda: NN.Embedding(3, 2, _freeze=True), TypeError, r"from_pretrained\(weight, freeze=True"),
    (lambda: NN.CrossEntropyLoss(label_smoothin=0.1), TypeError, "use label_smoothing= here"),
    (lambda: NN.EarlyStopping(min_detla=0.1), TypeError, "EarlyStopping: use min_delta= here"),
    (lambda: NN.LogSoftmax(dim=1), TypeError, "LogSoftmax: use axis= here, not dim="),
    (lambda: NN.functional.softmax(X, dim=1), TypeError, "softmax: use axis= here, not dim="),
    (lambda: NN.functional.log_softmax(X, dim=1), TypeError, "log_softmax: use axis= here"),
    (lambda: NN.Sequential([nn.ReLU()]), TypeError, r"one by one, nn\.Sequential\(\*modules\)"),
    (lambda: NN.Sequential(F.relu), TypeError, r"a function has a class, e\.g\. nn\.ReLU\(\)"),
    (lambda: NN.ModuleList(nn.ReLU()), TypeError, r"put the modules in a list"),
    (lambda: NN.MLP(2, 4, 2),
     TypeError, r"the widths come in a list, e\.g\. nn\.MLP\(2, \[4, 1\]\)"),
    (lambda: ADAM(net()), TypeError, r"pass model\.parameters\(\)"),
    (lambda: ADAM([{"params": net()}]), TypeError, r"pass model\.parameters\(\)"),
    (lambda: ADAM(net().parameters), TypeError, r"call it, model\.parameters\(\)"),
    (lambda: ADAM(net().named_parameters()), TypeError, "without their names"),
    (lambda: ADAM(net().state_dict()), TypeError, r"a state_dict\(\) holds copies"),
    (lambda: ADAM(0.01, net().parameters()), TypeError, r"got 0.01; pass model\.parameters\(\)"),
    (lambda: optim.EMA(net()), TypeError, r"pass model\.parameters\(\)"),
    (lambda: optim.clip_grad_norm_(net(), 1.0), TypeError, r"pass model\.parameters\(\)"),
    (lambda: NN.save_weights(net(), "net.npz"),
     TypeError, r"first here: save_weights\(path, module\)"),
    (lambda: NN.load_weights(net(), "net.npz"),
     TypeError, r"first here: load_weights\(path, module\)"),
    (lambda: NN.save_weights("net.npz", net().state_dict()), TypeError, "a Module is wanted"),
    (lambda: NN.save_checkpoint({}, "net.npz"), TypeError, "the first argument is the path"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "error", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_the_argument_and_the_remedy_are_named(
    make: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)


FUNCTIONS = (
    "sum mean max min prod var std softmax log_softmax logsumexp norm cumsum concatenate stack "
    "squeeze argmax sort flip split"
).split()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_name_of_an_axis_is_said(name: str) -> None:
    operand: Any = autograd.Tensor(X)
    given = [operand] if name in ("concatenate", "stack") else operand
    extra = (2,) if name == "split" else ()
    with pytest.raises(TypeError, match=rf"^{name}: use axis= here, not dim=$"):
        getattr(autograd, name)(given, *extra, dim=1)
    if hasattr(operand, name):
        with pytest.raises(TypeError, match="use axis= here, not dim="):
            getattr(operand, name)(*extra, dim=1)
    with pytest.raises(TypeError, match=rf"^{name}: there is no argument 'nonsense'; it takes "):
        getattr(autograd, name)(given, *extra, nonsense=1)


def test_rows_with_a_single_one_are_targets_still() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 3))
    hot = np.eye(3, dtype=int)[[0, 2, 1, 1]]
    expected = F.cross_entropy(logits, [0, 2, 1, 1])
    np.testing.assert_allclose(F.cross_entropy(logits, hot), expected)
    np.testing.assert_allclose(F.cross_entropy(logits[0], hot[0]), F.cross_entropy(logits[0], 0))
    hot[3] = 0  # a row that does not count
    assert F.cross_entropy(logits, hot) < expected
    with pytest.raises(ValueError, match="rows with a single 1"):
        F.cross_entropy(logits, 2 * hot)


def test_a_training_that_accumulates_gradients_resumes_to_the_bit(tmp_path: Path) -> None:
    def start() -> tuple[nn.MLP, optim.GradientAccumulation]:
        model = net()
        return model, optim.GradientAccumulation(optim.Adam(model.parameters(), lr=0.1), every=3)

    def run(model: Any, optimizer: Any, epochs: int, **k: Any) -> Any:
        return FIT(model, (X, Y), LOSS, optimizer, epochs, batch_size=8, seed=0, **k)

    path = tmp_path / "run.npz"
    whole, optimizer = start()
    run(whole, optimizer, 4)
    part, optimizer = start()
    run(part, optimizer, 2, callbacks=[nn.Checkpoint(path)])
    assert optimizer.waiting == 1
    resumed, optimizer = start()
    run(resumed, optimizer, 4, callbacks=[nn.Checkpoint(path)], resume=path)
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


@pytest.mark.parametrize(
    "bad", [{}, {"waiting": 3}, {"waiting": -1}, {"waiting": 1}, {"gradients": [1.0]}]
)
def test_a_damaged_state_of_gathered_gradients_is_refused(bad: Any) -> None:
    optimizer = optim.GradientAccumulation(optim.Adam(net().parameters()), every=3)
    state = optimizer.state_dict()
    with pytest.raises(ValueError, match=r"no state_dict of|the saved state has|waiting must be"):
        optimizer.load_state_dict({**state, **bad} if bad else bad)


def test_only_an_unknown_keyword_is_answered() -> None:
    class Wide(nn.Module):
        def __init__(self, width: int, **options: object) -> None:
            if width < 1:
                raise TypeError("Wide: no width")
            self.part = nn.Linear(width, width, **options)  # type: ignore[arg-type]

    assert Wide(2, bias=False).part.bias is None
    with pytest.raises(TypeError, match=r"^Wide: no width$"):
        Wide(0, bias=False)
    with pytest.raises(TypeError, match=r"^Linear: use bias= here, not biass=$"):
        Wide(2, biass=False)
    assert str(signature(nn.Dropout)) == "(p: 'float' = 0.5, rng: 'Seed' = None) -> 'None'"
