"""Layers over indices and sequences against PyTorch, and against central differences."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor, gradcheck
from tests.nn.oracles import agree

Shapes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class SequenceRow:
    """A layer of ours, the expression that makes PyTorch's, and what both are called with."""

    ours: Callable[[], nn.Module]
    torch: str  # evaluated with `t`, torch.nn
    shapes: Shapes  # of the arrays it is called with
    #: What comes as tuples: the states of a recurrent layer.
    states: Shapes = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    highest: int | None = None  # indices below it instead of floats

    def __str__(self) -> str:
        said = ",".join([*map(str, self.shapes), *self.keywords])
        return f"{self.torch} {said}{' with states' if self.states else ''}"


_CAUSAL = np.triu(np.ones((4, 4), bool), 1)
_PADDED = np.array([[False, False, True, True], [False] * 4, [False, True, False, True]])
_ADDED = np.linspace(-2, 1, 16).reshape(4, 4)


def _embeddings() -> Iterator[SequenceRow]:
    for shape in ((), (4,), (2, 3), (0,)):
        yield SequenceRow(lambda: nn.Embedding(5, 3), "t.Embedding(5, 3)", (shape,), highest=5)
    for padding in (1, -1):
        ours = partial(nn.Embedding, 3, 2, padding)
        yield SequenceRow(ours, f"t.Embedding(3, 2, {padding})", ((4, 5),), highest=3)


def _recurrent() -> Iterator[SequenceRow]:
    settings: list[dict[str, Any]] = [
        {},
        {"bias": False},
        {"batch_first": True},
        {"num_layers": 2, "bidirectional": True},
        {"num_layers": 2, "batch_first": True, "dropout": 0.0},
    ]
    for name in ("RNN", "GRU", "LSTM"):
        layer, cell, pair = getattr(nn, name), getattr(nn, f"{name}Cell"), 1 + (name == "LSTM")
        for some in [*settings, *[{"nonlinearity": "relu"}] * (name == "RNN")]:
            words = "".join(f", {k}={v!r}" for k, v in some.items())
            count = some.get("num_layers", 1) * (1 + some.get("bidirectional", False))
            state = (count, 3 if some.get("batch_first") else 7, 4)
            ours = partial(layer, 2, 4, **some)
            yield SequenceRow(ours, f"t.{name}(2, 4{words})", ((3, 7, 2),), (state,) * pair)
        ours = partial(layer, 2, 4, batch_first=True)
        for shape in ((23, 2), (1, 2), (1, 1, 2)):  # without a batch; one step
            yield SequenceRow(ours, f"t.{name}(2, 4, batch_first=True)", (shape,))
        ours = partial(cell, 2, 4)
        yield SequenceRow(ours, f"t.{name}Cell(2, 4)", ((5, 2),), ((5, 4),) * pair)
        yield SequenceRow(ours, f"t.{name}Cell(2, 4)", ((2,),))
        yield SequenceRow(partial(cell, 2, 4, False), f"t.{name}Cell(2, 4, False)", ((5, 2),))
    words = "2, 4, nonlinearity='relu'"
    ours = partial(nn.RNNCell, 2, 4, nonlinearity="relu")
    yield SequenceRow(ours, f"t.RNNCell({words})", ((5, 2),), ((5, 4),))


def _attention() -> Iterator[SequenceRow]:
    first, time = ((3, 4, 6),) * 3, ((4, 3, 6),) * 3
    made = lambda: nn.MultiheadAttention(6, 2, batch_first=True)
    said = "t.MultiheadAttention(6, 2, batch_first=True)"
    per_head = np.random.default_rng(3).normal(size=(6, 4, 4))
    for keywords in (
        {},
        {"need_weights": False},
        {"average_attn_weights": False},
        {"attn_mask": _CAUSAL},
        {"attn_mask": _ADDED},
        {"attn_mask": per_head},
        {"key_padding_mask": _PADDED},
        {"key_padding_mask": np.where(_PADDED, -3.0, 0.5), "attn_mask": _ADDED},
        {"attn_mask": _CAUSAL, "is_causal": True, "need_weights": False},
    ):
        yield SequenceRow(made, said, first, keywords=keywords)
    for some in ({}, {"bias": False}, {"dropout": 0.0}):
        words = "".join(f", {k}={v!r}" for k, v in some.items())
        make = partial(nn.MultiheadAttention, 6, 3, **some)
        yield SequenceRow(make, f"t.MultiheadAttention(6, 3{words})", time)
        yield SequenceRow(make, f"t.MultiheadAttention(6, 3{words})", ((4, 6),) * 3)
    other = lambda: nn.MultiheadAttention(6, 2, kdim=5, vdim=3)
    said = "t.MultiheadAttention(6, 2, kdim=5, vdim=3)"
    yield SequenceRow(other, said, ((4, 3, 6), (2, 3, 5), (2, 3, 3)))
    hidden = {"key_padding_mask": np.array([False, True])}
    yield SequenceRow(other, said, ((4, 6), (2, 5), (2, 3)), keywords=hidden)


def _encoders() -> Iterator[SequenceRow]:
    for some in (
        {},
        {"norm_first": True},
        {"batch_first": True, "activation": "gelu"},
        {"bias": False, "layer_norm_eps": 0.1},
    ):
        settings: Any = {"dim_feedforward": 5, "dropout": 0.0, **some}
        words = "".join(f", {k}={v!r}" for k, v in settings.items())
        make = partial(nn.TransformerEncoderLayer, 6, 2, **settings)
        shape = (3, 4, 6) if "batch_first" in some else (4, 3, 6)
        for keywords in ({}, {"src_mask": _CAUSAL, "src_key_padding_mask": _PADDED}):
            twin = f"t.TransformerEncoderLayer(6, 2{words})"
            yield SequenceRow(make, twin, (shape,), keywords=keywords)


def _two_inputs() -> Iterator[SequenceRow]:
    for lead in ((), (5,), (2, 3), (0,)):
        shapes = ((*lead, 3), (*lead, 4))
        yield SequenceRow(lambda: nn.Bilinear(3, 4, 2), "t.Bilinear(3, 4, 2)", shapes)
    without = lambda: nn.Bilinear(3, 4, 1, bias=False)
    yield SequenceRow(without, "t.Bilinear(3, 4, 1, bias=False)", ((2, 3), (2, 4)))


ROWS = [*_embeddings(), *_recurrent(), *_attention(), *_encoders(), *_two_inputs()]


def flat(out: Any) -> list[Any]:
    """The arrays of nested tuples, None left out."""
    if isinstance(out, tuple):
        return [x for part in out for x in flat(part)]
    return [] if out is None else [out]


def arrays_of(row: SequenceRow, rng: np.random.Generator) -> list[Any]:
    if row.highest is not None:
        return [rng.integers(0, row.highest, shape) for shape in row.shapes]
    return [rng.normal(size=shape) for shape in (*row.shapes, *row.states)]


def arguments(row: SequenceRow, values: list[Any]) -> list[Any]:
    """What the layer is called with: the arrays, and the states as a tuple where there are two."""
    called, states = values[: len(row.shapes)], values[len(row.shapes) :]
    return [*called, *([states[0]] if len(states) == 1 else [tuple(states)] * bool(states))]


def perturbed(module: nn.Module, rng: np.random.Generator) -> nn.Module:
    for p in module.parameters():
        p.data = p.data + rng.normal(size=p.shape) * 0.3
    return module


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_against_pytorch(row: SequenceRow, require: Callable[[str], Any]) -> None:
    torch = require("torch")
    rng = np.random.default_rng(5)
    nn.manual_seed(5)
    ours = perturbed(row.ours(), rng)
    theirs = eval(row.torch, {"t": torch.nn}).double()
    state = nn.to_torch(ours)
    assert list(state) == list(theirs.state_dict())  # PyTorch's names, in its order
    theirs.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in state.items()})
    values = arrays_of(row, rng)
    real = row.highest is None
    a = [Tensor(x) if real else x for x in values]
    b = [torch.tensor(x, requires_grad=real) for x in values]
    masks = {
        k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in row.keywords.items()
    }
    outs = flat(ours(*arguments(row, a), **row.keywords))
    twins = flat(theirs(*arguments(row, b), **masks))
    assert len(outs) == len(twins)
    upstream = [rng.normal(size=out.shape) for out in outs]
    for out, twin in zip(outs, twins):
        agree(out, twin)
    sum((out * g).sum() for out, g in zip(outs, upstream)).backward()
    sum((twin * torch.from_numpy(g)).sum() for twin, g in zip(twins, upstream)).backward()
    for x, y in zip(a, b):
        if real:
            agree(x.grad, y.grad)
    grads = {name: p.grad for name, p in ours.named_parameters()}
    gradients = nn.to_torch(ours, grads)
    for name, p in theirs.named_parameters():
        agree(gradients[name], p.grad)
    # And back: what PyTorch saves is what was loaded into it.
    again = row.ours()
    again.load_state_dict(nn.from_torch(again, theirs.state_dict()))
    for name, array in ours.state_dict().items():
        assert (again.state_dict()[name] == array).all()


#: One of each kind; the row of a padding index has a gradient of 0 that is no derivative.
CHOSEN = [row for row in ROWS if "Embedding(3" not in row.torch and (0,) not in row.shapes][::6]


@pytest.mark.parametrize("row", CHOSEN, ids=str)
def test_against_central_differences(row: SequenceRow) -> None:
    nn.manual_seed(6)
    rng = np.random.default_rng(6)
    module = perturbed(row.ours(), rng)
    values = arrays_of(row, rng)
    outs = flat(module(*arguments(row, values), **row.keywords))
    upstream = [rng.normal(size=out.shape) for out in outs]
    parameters = dict(module.named_parameters())

    def loss(*leaves: Any) -> Any:
        for path, leaf in zip(parameters, leaves):
            owner = module
            for step in path.split(".")[:-1]:
                owner = getattr(owner, step)
            owner.__dict__[path.rpartition(".")[2]] = leaf
        out = flat(module(*arguments(row, values), **row.keywords))
        return sum((y * g).sum() for y, g in zip(out, upstream))

    assert gradcheck(loss, *[p.data for p in parameters.values()])


@pytest.mark.parametrize("row", ROWS[::3], ids=str)
def test_float32_stays_float32_and_copies_compute_the_same(row: SequenceRow) -> None:
    module = row.ours().float()
    values = arrays_of(row, np.random.default_rng(0))
    values = [x.astype(np.float32) if x.dtype.kind == "f" else x for x in values]
    outs = flat(module(*arguments(row, values), **row.keywords))
    sum(out.sum() for out in outs).backward()
    if not any(np.asarray(v).dtype.kind == "f" for v in row.keywords.values()):
        assert {out.dtype for out in outs} == {np.dtype(np.float32)}
    assert {p.grad.dtype for p in module.parameters()} == {np.dtype(np.float32)}
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        for out, same in zip(outs, flat(other(*arguments(row, values), **row.keywords))):
            assert (out.data == same.data).all()


LARGE = [
    (lambda: nn.Embedding(60, 50), "t.Embedding(60, 50)"),
    (lambda: nn.Embedding(60, 50, padding_idx=3), "t.Embedding(60, 50, padding_idx=3)"),
    (lambda: nn.RNN(9, 40, 2, bidirectional=True), "t.RNN(9, 40, 2, bidirectional=True)"),
    (lambda: nn.GRU(9, 40), "t.GRU(9, 40)"),
    (lambda: nn.LSTM(9, 40), "t.LSTM(9, 40)"),
    (lambda: nn.LSTMCell(9, 40), "t.LSTMCell(9, 40)"),
    (lambda: nn.MultiheadAttention(40, 4), "t.MultiheadAttention(40, 4)"),
    (lambda: nn.MultiheadAttention(40, 4, kdim=9), "t.MultiheadAttention(40, 4, kdim=9)"),
    (lambda: nn.TransformerEncoderLayer(40, 4, 70), "t.TransformerEncoderLayer(40, 4, 70)"),
    (lambda: nn.Bilinear(9, 20, 30), "t.Bilinear(9, 20, 30)"),
    (lambda: nn.PReLU(50, init=0.1), "t.PReLU(50, init=0.1)"),
    (lambda: nn.RMSNorm((3, 40)), "t.RMSNorm((3, 40))"),
]


@pytest.mark.parametrize(("ours", "twin"), LARGE, ids=[twin for _, twin in LARGE])
def test_parameters_start_as_in_pytorch(
    ours: Callable[[], nn.Module], twin: str, require: Callable[[str], Any]
) -> None:
    torch = require("torch")
    nn.manual_seed(1)
    torch.manual_seed(1)
    state, theirs = nn.to_torch(ours()), eval(twin, {"t": torch.nn}).state_dict()
    assert list(state) == list(theirs)
    for name, array in state.items():
        other = theirs[name].double().numpy()
        assert array.shape == other.shape
        if other.std() < 1e-12:
            np.testing.assert_allclose(array, other, rtol=1e-7, err_msg=name)
            continue
        assert ((array == 0).all(-1) == (other == 0).all(-1)).all(), name  # the padding row
        spread = 0.15 if array.size > 1000 else 0.5
        assert abs(array).max() / abs(other).max() == pytest.approx(1, abs=spread), name
        assert array.std() / other.std() == pytest.approx(1, abs=spread), name


@pytest.mark.parametrize("make", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_sequence_is_its_steps(make: Any) -> None:
    rng = np.random.default_rng(2)
    layer, x = make(3, 4, rng=1), rng.normal(size=(9, 2, 3))
    cell = getattr(nn, make.__name__ + "Cell")(3, 4)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    outputs, _ = layer(x)
    memory = None
    for step, output in zip(x, outputs):
        memory = cell(step, memory)
        h = memory[0] if isinstance(memory, tuple) else memory
        np.testing.assert_allclose(h.data, output.data, rtol=1e-12)


@pytest.mark.parametrize("make", [nn.RNN, nn.GRU, nn.LSTM])
def test_second_derivatives_along_a_sequence(make: Any) -> None:
    layer = make(2, 2, rng=0)
    x = np.random.default_rng(3).normal(size=(3, 2))
    assert gradcheck(lambda a: layer(a)[0].sum(), x, order=2)


def test_dropout_is_between_the_layers_only() -> None:
    x = np.random.default_rng(4).normal(size=(5, 3, 2))
    one, two = nn.GRU(2, 4, dropout=0.5, rng=0), nn.GRU(2, 4, 2, dropout=0.5, rng=0)
    assert (one(x)[0].data == one.eval()(x)[0].data).all()
    assert (two(x)[0].data != two(x)[0].data).any()
    assert (two.eval()(x)[0].data == two(x)[0].data).all()
    all_dropped = nn.GRU(2, 4, 2, dropout=1.0, rng=0)
    assert (all_dropped(x)[0].data == all_dropped(0 * x)[0].data).all()


def test_dropout_of_attention_weights_keeps_their_expectation() -> None:
    x = np.random.default_rng(5).normal(size=(60, 1, 4))
    layer = nn.MultiheadAttention(4, 1, dropout=0.4, rng=0)
    weights = layer(x, x, x)[1]
    calm = layer.eval()(x, x, x)[1]
    assert weights is not None and calm is not None
    assert abs((weights.data == 0).mean() - 0.4) < 0.03
    assert abs(weights.data.sum() / calm.data.sum() - 1) < 0.05


def test_a_causal_query_sees_nothing_later() -> None:
    rng = np.random.default_rng(6)
    x = Tensor(rng.normal(size=(6, 2, 8)))
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, norm_first=True, rng=0)
    layer(x, is_causal=True)[2].sum().backward()
    assert (abs(x.grad).max(axis=(1, 2)) > 0).tolist() == [True] * 3 + [False] * 3
    with_mask = layer(x, np.triu(np.ones((6, 6), bool), 1))
    assert (layer(x, is_causal=True).data == with_mask.data).all()


def test_the_functions_against_pytorch(require: Callable[[str], Any]) -> None:
    torch = require("torch")
    theirs, rng = torch.nn.functional, np.random.default_rng(7)
    q, k, v = (rng.normal(size=s) for s in ((2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 2)))
    mask, floats = rng.random((4, 6)) < 0.7, rng.normal(size=(2, 1, 4, 6))
    mask[:, 0] = True
    for keywords in (
        {}, {"is_causal": True}, {"scale": 0.3}, {"attn_mask": mask}, {"attn_mask": floats},
    ):  # fmt: skip
        said = {k: torch.tensor(x) if isinstance(x, np.ndarray) else x for k, x in keywords.items()}
        twin = theirs.scaled_dot_product_attention(*map(torch.tensor, (q, k, v)), **said)
        ours: Any = F.scaled_dot_product_attention
        agree(ours(q, k, v, **keywords), twin)
        agree(ours(Tensor(q), k, v, **keywords), twin)
    x, slopes = rng.normal(size=(2, 3, 4)), np.array([0.1, -0.2, 0.3])
    agree(F.prelu(Tensor(x), Tensor(slopes)), theirs.prelu(torch.tensor(x), torch.tensor(slopes)))
    agree(F.rms_norm(Tensor(x), (3, 4), eps=0.1), theirs.rms_norm(torch.tensor(x), (3, 4), eps=0.1))


X = np.ones((4, 3, 6))
UNTYPED: Any = nn
ATTENTION = nn.MultiheadAttention(6, 2)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: nn.Embedding(5, 2)([0, 5]), IndexError, "index 5 is not in the vocabulary"),
        (lambda: nn.Embedding(5, 2)([[0], [-1]]), IndexError, "index -1 .* numbered 0 to 4"),
        (lambda: nn.Embedding(5, 2)([0.0, 1.0]), TypeError, "float64; make them integers"),
        (lambda: nn.Embedding(5, 2)([True]), TypeError, "bool"),
        (lambda: nn.Embedding(5, 2, padding_idx=5), ValueError, "padding_idx 5"),
        (lambda: nn.Embedding(5, 2, max_norm=1.0), ValueError, "max_norm"),
        (lambda: nn.Embedding(5, 2, sparse=True), ValueError, "sparse"),
        (lambda: nn.Embedding(5, 2, scale_grad_by_freq=True), ValueError, "scale_grad_by_freq"),
        (lambda: nn.Embedding(0, 2), ValueError, "num_embeddings"),
        (lambda: nn.Embedding.from_pretrained([1.0]), ValueError, "a matrix"),
        (lambda: nn.RNN(2, 3, nonlinearity="sin"), ValueError, "nonlinearity"),
        (lambda: nn.LSTM(2, 3, proj_size=2), ValueError, "proj_size"),
        (lambda: nn.LSTM(2, 3, dropout=2), ValueError, "dropout"),
        (lambda: nn.GRU(2, 0), ValueError, "hidden_size"),
        (lambda: nn.GRU(2, 3)(X), ValueError, r"GRU: input \(4, 3, 6\) is not \(L, N, 2\)"),
        (lambda: nn.GRU(6, 3, batch_first=True)(X[:, :0]), ValueError, "without a step"),
        (lambda: nn.GRU(6, 3)(X, np.ones((1, 4, 3))), ValueError, r"it must be \(1, 3, 3\)"),
        (lambda: UNTYPED.LSTM(6, 3)(X, np.ones((1, 3, 3))), ValueError, "pair"),
        (lambda: nn.LSTMCell(6, 3)(np.ones((2, 4))), ValueError, r"\(N, 6\) or \(6,\)"),
        (lambda: nn.MultiheadAttention(6, 4), ValueError, "4 heads"),
        (lambda: nn.MultiheadAttention(6, 2, add_bias_kv=True), ValueError, "add_bias_kv"),
        (lambda: nn.MultiheadAttention(6, 2, add_zero_attn=True), ValueError, "add_zero_attn"),
        (lambda: ATTENTION(X, X, X[:2]), ValueError, "differ in length"),
        (lambda: ATTENTION(X, X[:, :2], X), ValueError, "differ on axis 1"),
        (lambda: ATTENTION(X[..., :5], X, X), ValueError, "has not 6"),
        (lambda: ATTENTION(X, X[0], X), ValueError, "two axes"),
        (lambda: ATTENTION(X, X, X, attn_mask=np.ones((3, 3))), ValueError, "attn_mask"),
        (lambda: ATTENTION(X, X, X, np.zeros((4, 3), bool)), ValueError, "key_padding_mask"),
        (lambda: ATTENTION(X, X, X, attn_mask=np.eye(4, dtype=int)), TypeError, "int64"),
        (lambda: ATTENTION(X, X, X, np.ones((3, 4), bool)), ValueError, "every key from query 0"),
        (lambda: nn.TransformerEncoderLayer(6, 2, activation="x"), ValueError, "activation"),
        (lambda: nn.PReLU(0), ValueError, "num_parameters"),
        (lambda: nn.PReLU(3)(X[0, :, :2]), ValueError, "3 channels"),
        (lambda: nn.RMSNorm(5)(X), ValueError, "does not end in"),
        (lambda: nn.Bilinear(6, 5, 2)(X, X), ValueError, "bilinear: inputs"),
    ],
)
def test_bad_input_gives_one_line(
    call: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        call()
    assert "\n" not in str(caught.value)
