"""Models of PyTorch as lessons: their numbers, names, boxes and lines; and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import steps
from autograd.cli import main
from autograd.imports import aten, is_foreign
from autograd.lessons import program
from tests.peers import require

#: Every family of layers once: a picture, a text, attention, a recurrent cell, draws.
MODEL = """\
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, stride=2, padding=1, groups=2)
        self.bn = nn.BatchNorm2d(4)
        self.bn2 = nn.BatchNorm1d(4).eval()
        self.embed = nn.Embedding(5, 4)
        self.ln = nn.LayerNorm(4)
        self.qkv = nn.Linear(4, 12)
        self.cell = nn.LSTMCell(4, 4)
        self.gru = nn.GRU(4, 4)
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(8, 3), nn.GELU(), nn.SiLU())

    def forward(self, image, words, target):
        picture = F.max_pool2d(torch.relu(self.bn(self.conv(image))), 2)
        picture = self.bn2(F.adaptive_avg_pool2d(F.avg_pool2d(picture, 2), 1).flatten(1))
        q, k, v = self.qkv(self.ln(self.embed(words))).chunk(3, -1)
        text = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = c = torch.zeros(2, 4, dtype=text.dtype)
        for i in range(2):
            h, c = self.cell(text[:, i], (h, c))
        h = h + self.gru(text.transpose(0, 1))[0][-1]
        logits = self.head(torch.cat([picture, h], 1))
        noise = torch.randn_like(logits)
        loss = F.cross_entropy(logits + noise, target)
        return loss


net = Net()
inputs = torch.randn(2, 2, 8, 8), torch.tensor([[0, 1, 2], [3, 4, 0]]), torch.tensor([2, 0])
"""


def run(path: Path) -> Any:
    """The variables of the file."""
    path.write_text(MODEL, encoding="utf-8")
    space: dict[str, Any] = {}
    exec(compile(MODEL, str(path), "exec"), space)
    return space


def assert_same(lesson: Any, names: Iterable[str], theirs: Any, tolerance: float) -> None:
    """The leaves of those names have the gradients of PyTorch."""
    largest = max(float(g.abs().max()) for g in theirs)
    for name, g in zip(names, theirs, strict=True):
        ours = lesson.gradients[lesson.graph[name].index]
        assert ours.dtype == g.numpy().dtype
        assert np.abs(ours - g.numpy()).max() <= tolerance * largest, name


def test_a_model_of_every_family(tmp_path: Path) -> None:
    torch = require("torch")
    space = run(tmp_path / "model.py")
    net = space["net"].double()
    inputs = [x.double() if x.is_floating_point() else x for x in space["inputs"]]
    averages = net.bn.running_mean.clone()
    state = torch.get_rng_state()
    lesson = steps(net, *inputs)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(net.bn.running_mean, averages)
    value = net(*inputs)  # by the same draws
    value.backward()
    assert float(lesson.graph.output.value) == pytest.approx(value.item(), rel=1e-10)
    parameters = dict(net.named_parameters())
    assert_same(lesson, parameters, [p.grad for p in parameters.values()], 1e-10)
    graph = lesson.graph
    assert graph["conv.weight"].kind == "parameter"
    assert graph["picture"].op == "max_pool" and graph["picture_2"].scope == ("bn2",)
    assert graph["loss"].op == "cross_entropy" and graph.output.label == "loss"
    assert {graph[name].kind for name in ("mask", "noise", "target")} == {"constant"}
    scopes = {row.scope for row in graph}
    assert {("cell 1",), ("cell 2",), ("head", "1"), ("gru",), ("conv",)} <= scopes
    lines = program(graph)
    assert lines is not None and lines.passages[0].name == "forward"
    assert "text = F.scaled" in str(graph["text"].line)


def operations(torch: Any, x: Any, y: Any) -> Any:
    """Elementwise operations, reductions and shapes, each used for its gradient too."""
    functional = torch.nn.functional
    z = functional.softplus(x) + functional.elu(y) + functional.leaky_relu(x) * functional.relu6(y)
    z = z + functional.mse_loss(x, y) + functional.smooth_l1_loss(x, y) + functional.l1_loss(x, y)
    z = z + torch.where(x > 0, x, y.exp()) + torch.maximum(x, y) / (1 + y.square())
    z = z + x.clamp(-0.5, 0.5) + (x.abs() + 1).rsqrt() + 2**x - (y - x).pow(3).tanh()
    z = z + functional.layer_norm(x, (4,)) + functional.normalize(y) + x.log_softmax(-1)
    z = z + x.max(1, keepdim=True)[0] + x.sort(1)[0] + x.std() + x.var(0) + x.norm() + y.prod()
    z = z + x.logsumexp(0) + x.cumsum(1) + torch.einsum("ij,kj->ik", x, y)[:, :1]
    z = z + torch.stack([x, y])[1].flip(0) + x.reshape(4, 2).t() + functional.pad(x, (1, 0))[:, 1:]
    z = z + x[:, [0, 0, 1, 2]] + x.gather(1, torch.zeros(2, 4, dtype=torch.long)) + x.tril()
    z = z + functional.binary_cross_entropy(torch.sigmoid(x), torch.full_like(x, 0.3))
    z = z + functional.nll_loss(y.log_softmax(1), torch.tensor([0, 3])) + x.unbind(0)[0]
    z[0] = 2 * y[0]
    z[:, 1:3] *= 2
    with torch.no_grad():
        mean = z.mean()
    return (z - mean) * z.detach() + torch.bernoulli(torch.sigmoid(x)) * x + torch.rand(4) * y


def test_operations_draws_and_places_without_a_gradient_in_float32() -> None:
    torch = require("torch")
    torch.manual_seed(0)
    x, y = (torch.randn(2, 4, requires_grad=True) for _ in range(2))

    def function(x: Any, y: Any) -> Any:
        return operations(torch, x, y)

    lesson = steps(function, x, y)
    assert [row.name for row in lesson.graph if row.kind == "leaf"] == ["x", "y"]
    assert_same(lesson, "xy", torch.autograd.grad(function(x, y).sum(), (x, y)), 1e-5)


def test_a_shared_layer_is_one_parameter_and_stays_as_it_was() -> None:
    torch = require("torch")
    layer = torch.nn.Linear(2, 2, dtype=torch.float64)
    net, x = torch.nn.Sequential(layer, torch.nn.Tanh(), layer), torch.ones(1, 2)
    weight = layer.weight
    lesson = steps(net, x.double())
    assert layer.weight is weight and weight.grad is None
    assert steps(torch.tanh, x).graph.output.op == "sum"  # a function of C
    theirs = torch.autograd.grad(net(x.double()).sum(), [weight, layer.bias])
    assert_same(lesson, ["0.weight", "0.bias"], theirs, 1e-10)


def test_inputs_of_integers_and_booleans_have_the_names_of_their_arguments() -> None:
    torch = require("torch")
    x, counts, flags = torch.tensor([1.0, 2.0]), torch.tensor([3, 4]), torch.tensor([True, False])

    def function(x: Any, count: Any, pair: Any, *flags: Any) -> Any:
        return torch.where(flags[0], x, pair[0] * x + pair[1] * count)

    lesson = steps(function, x, torch.tensor(2), (counts, 2 * counts), flags)
    constants = {row.label: np.asarray(row.value) for row in lesson.graph if row.kind == "constant"}
    assert constants["pair[0]"].tolist() == [3, 4] and constants["flags[0]"].tolist() == [1, 0]
    lesson = steps(lambda x, count: x * count, x, torch.tensor(2))
    assert lesson.graph["count"].value == 2


def test_another_number_or_gradient_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = require("torch")
    x = torch.tensor([0.5, 2.0], dtype=torch.float64)
    row = aten.ATEN["aten.sin"]
    assert row is not None
    monkeypatch.setitem(aten.ATEN, "aten.sin", lambda theirs, a: row(theirs, a) * (1 + 1e-9))
    with pytest.raises(ValueError, match=r"aten.sin at test_imports_torch.py, line \d+: .*refused"):
        steps(lambda x: x.sin(), x)
    monkeypatch.setitem(aten.ATEN, "aten.sin", lambda theirs, a: a - (a.data - np.sin(a.data)))
    with pytest.raises(ValueError, match="the gradient of x in the function is another number"):
        steps(lambda x: x.sin(), x)


def test_what_cannot_be_a_lesson_is_refused_with_its_place() -> None:
    torch = require("torch")
    x = torch.ones(2, 2)
    weight = torch.ones(2, requires_grad=True)
    cases: list[tuple[Any, str]] = [
        (lambda x: torch.fft.fft(x).abs(), "aten._fft_r2c at test_imports_torch.py, line"),
        (lambda x: x if x.sum() > 0 else -x, "a branch depends on the numbers of a tensor"),
        (lambda x: x @ torch.ones(3, 2), "RuntimeError: .*shapes cannot be multiplied.*, line"),
        (lambda x: (x, x + 1), "returns 2 values; give a function that returns one"),
        (lambda x: x > 0, "depends on nothing that takes a gradient"),
        (lambda x: (weight * x).sum(), "uses weight, which requires a gradient"),
        (lambda x: x.half().sum(), "float16"),
    ]
    for function, message in cases:
        with pytest.raises(ValueError, match=message):
            steps(function, x)
    with pytest.raises(TypeError, match="missing a required argument"):
        steps(lambda x, y: x * y, y=x)
    assert not is_foreign(print, (1,)) and not is_foreign("x * y", ())


SMALL = """\
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Linear(2, 1)
words = nn.Embedding(3, 2)
def product(x, weight=2.0):
    return (x * x).sum()
def leaves(x):
    raise SystemExit(0)
def stops(x):
    raise BaseException("enough")
def nothing(x):
    return None
clamp = torch.clamp
if __name__ == "__main__":
    raise SystemExit("started")
"""


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    require("torch")
    file = tmp_path / "small.py"
    file.write_text(SMALL, encoding="utf-8")
    assert main(["step", f"{file}:net", "input=[[1, 2]]"]) == 0
    assert "weight" in capsys.readouterr().out
    assert main(["step", f"{file}:words", "input=[0, 2]", "-o", f"{tmp_path}/words.txt"]) == 0
    # A function of the methods of its input alone is of the library that the file imports.
    assert main(["step", f"{file}:product", "x=[1,3]"]) == 0
    assert "= 10\n" in capsys.readouterr().out
    refused = [
        ((f"{file}:net",), "needs input; write input=[1,2], or let the file define it"),
        ((f"{file}:net", "y=1"), "small.py:net has no input y; it takes input"),
        ((f"{file}:net", "input=[1]"), "Linear raised RuntimeError"),
        ((f"{file}:lost", "x=1"), "has no model called lost; it has net, words"),
        ((f"{file}:leaves", "x=1"), "leaves raised SystemExit: 0"),
        ((f"{file}:stops", "x=1"), "stops raised BaseException: enough"),
        ((f"{file}:nothing", "x=1"), "the output of nothing depends on nothing that takes"),
        ((f"{file}:clamp", "x=1"), "clamp does not say what it takes; write a function around it"),
        ((f"{file}:nn", "x=1"), "has no model called nn; it has net, words"),
        ((f"{file}x.py:net",), "is no file; give a Python script"),
    ]
    capsys.readouterr()
    for words, message in refused:
        assert main(["step", *words]) == 2
        error = capsys.readouterr().err
        assert message in error and error.count("\n") == 1
