"""Modules: names, order, nesting, state, hooks, modes, scopes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, scope


class Block(nn.Module):
    def __init__(self, width: int = 3) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4, rng=0)
        self.norm = nn.BatchNorm1d(4)
        self.fc2 = nn.Linear(4, width, bias=False, rng=1)

    def forward(self, x: Any) -> Any:
        return self.fc2(nn.functional.relu(self.norm(self.fc1(x)))) + x


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter([1.0])
        self.body = nn.Sequential(Block(), nn.ReLU(), Block())
        self.heads = nn.ModuleList([nn.Linear(3, 2, rng=2), nn.Linear(3, 1, rng=3)])

    def forward(self, x: Any) -> Any:
        x = self.body(x) * self.scale
        return [head(x) for head in self.heads]


NAMES = [
    "scale",
    *(f"body.{i}.{name}" for i in (0, 2)
      for name in ("fc1.weight", "fc1.bias", "norm.weight", "norm.bias", "fc2.weight")),
    "heads.0.weight", "heads.0.bias", "heads.1.weight", "heads.1.bias",
]  # fmt: skip


def test_parameters_are_named_by_their_path_and_come_in_order() -> None:
    net = Net()
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert [p.name for p in net.parameters()] == NAMES


def test_state_dict_has_pytorchs_names_in_pytorchs_order(require: Callable[[str], Any]) -> None:
    t = require("torch").nn

    class Twin(t.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.fc1 = t.Linear(3, 4)
            self.norm = t.BatchNorm1d(4)
            self.fc2 = t.Linear(4, 3, bias=False)

    theirs = t.Sequential(Twin(), t.ReLU(), t.ModuleList([Twin()])).state_dict()
    ours = nn.Sequential(Block(), nn.ReLU(), nn.ModuleList([Block()]))
    assert list(ours.state_dict()) == list(theirs)
    assert [a.shape for a in nn.to_torch(ours).values()] == [
        tuple(p.shape) for p in theirs.values()
    ]
    ours.load_state_dict(nn.from_torch(ours, theirs))
    assert (ours[0].fc1.weight.data == theirs["0.fc1.weight"].numpy().T).all()


def test_a_call_is_a_scope_of_its_attribute_name() -> None:
    net = Net()
    with scope("outside"):
        first, second = net(np.zeros((5, 3)))
    assert first.scope == ("outside", "heads") or first.scope == ("outside", "0")
    assert second.scope[-1] == "1"
    inner = net.body(Tensor(np.zeros((5, 3))))
    assert inner.scope[:2] == ("body", "2")
    assert Tensor(1.0).scope == ()


def test_a_failing_forward_leaves_its_scope() -> None:
    net = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(ValueError, match=r"Linear '1\.0'"):
        net(np.ones((1, 3)))
    net.register_forward_hook(lambda module, args, out: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        net(np.ones((1, 2)))
    assert (Tensor(1.0) * 2).scope == ()


def test_a_shared_parameter_counts_once() -> None:
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    net = nn.Sequential(first, second)
    assert len(list(net.parameters())) == 3
    assert nn.count_parameters(net) == 9 + 3 + 3
    copied = copy.deepcopy(net)
    assert copied[0].weight is copied[1].weight
    assert copied[0].weight is not first.weight


def test_a_module_used_twice_counts_once() -> None:
    layer = nn.Linear(3, 3)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2
    assert len(list(net.modules())) == 3
    net(np.ones((2, 3))).sum().backward()
    assert layer.weight.grad is not None


def test_train_and_eval_reach_everything() -> None:
    net = Net()
    assert all(module.training for module in net.modules())
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    net.train()
    assert all(module.training for module in net.modules())


def test_apply_goes_from_the_leaves_to_the_root() -> None:
    seen: list[nn.Module] = []
    net = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU()))
    net.apply(seen.append)
    assert seen[-1] is net and len(seen) == 4
    assert seen.index(net[1][0]) < seen.index(net[1])
    assert seen == [net[0], net[1][0], net[1], net]  # so draws for weights come in order


def test_zero_grad_and_freezing() -> None:
    net = nn.MLP(2, [3, 1], rng=0)
    net(np.ones((4, 2))).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net[0].requires_grad_(False)
    net(np.ones((4, 2))).sum().backward()
    assert net[0].weight.grad is None and net[2].weight.grad is not None
    assert nn.count_parameters(net) == 4


def test_state_dict_is_a_copy_and_loads_back() -> None:
    net, other = Net(), Net()
    for p in net.parameters():
        p.data = p.data + 1.0
    net(np.random.default_rng(0).normal(size=(6, 3)))  # moves the running averages
    state = net.state_dict()
    assert other.load_state_dict(state) == ([], [])
    for name, array in other.state_dict().items():
        assert (array == state[name]).all() and array is not state[name]
    state["scale"][0] = 99.0
    assert net.scale.data[0] == 2.0
    assert other.body[0].norm.num_batches_tracked == 1


def test_loading_signals_the_change() -> None:
    net = nn.Sequential(nn.Linear(2, 1))
    out = net(np.ones((1, 2))).sum()
    net.load_state_dict(net.state_dict())
    with pytest.raises(RuntimeError, match=r"0\.weight"):
        out.backward()


@pytest.mark.parametrize(
    "change, error, said",
    [
        (lambda s: s.pop("0.bias"), KeyError, "missing 0.bias"),
        (lambda s: s.update(extra=1), KeyError, "unexpected extra"),
        (lambda s: s.update({"0.bias": np.zeros(7)}), ValueError, r"0\.bias has shape \(7,\)"),
    ],
)
def test_a_wrong_state_changes_nothing(
    change: Callable[[dict[str, Any]], Any], error: type[Exception], said: str
) -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = net.state_dict()
    state = {name: array + 1 for name, array in before.items()}
    change(state)
    with pytest.raises(error, match=said):
        net.load_state_dict(state)
    assert all((net.state_dict()[name] == array).all() for name, array in before.items())


def test_not_strict_loads_what_fits() -> None:
    net = nn.Sequential(nn.Linear(2, 3))
    assert net.load_state_dict({"0.bias": [1.0, 2.0, 3.0], "x": 1}, strict=False) == (
        ["0.weight"],
        ["x"],
    )
    assert net[0].bias.data.tolist() == [1.0, 2.0, 3.0]


def test_forward_hooks() -> None:
    layer: Any = nn.Linear(2, 1, rng=0)
    seen: list[Any] = []
    before = layer.register_forward_pre_hook(lambda module, args: (args[0] * 0,))
    after = layer.register_forward_hook(lambda module, args, out: seen.append((args, out)))
    net = nn.Sequential(layer, nn.ReLU())
    net(np.ones((1, 2)))
    assert (seen[0][0][0] == 0).all() and seen[0][1].scope == ("0",)
    after.remove()
    after.remove()
    net(np.ones((1, 2)))
    assert len(seen) == 1
    double = layer.register_forward_hook(lambda module, args, out: out * 2)
    assert np.allclose(layer(np.ones((1, 2))).data, 2 * layer.bias.data)
    before.remove()
    double.remove()
    assert np.allclose(layer(np.ones((1, 2))).data, (layer.weight.data.sum(0) + layer.bias.data))


def test_keyword_arguments_and_a_call_of_ones_own() -> None:
    class Scaled(nn.Module):
        def forward(self, x: Any, by: float = 1.0) -> Any:
            return x * by

    class Loud(nn.Module):
        calls = 0

        def __call__(self, x: Any) -> Any:
            self.calls += 1
            return super().__call__(x)

        def forward(self, x: Any) -> Any:
            return x + 1

    assert Scaled()(2.0, by=3.0) == 6.0
    loud = Loud()
    assert nn.Sequential(loud, loud)(0) == 2
    assert loud.calls == 2


def test_copies_and_pickles_are_independent() -> None:
    net = Net()
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert [p.name for p in other.parameters()] == NAMES
        other.scale.data = other.scale.data + 1
        assert net.scale.data[0] == 1.0
        assert len(other.heads) == 2 and other.heads[0] is dict(other.heads.named_children())["0"]


def test_converting_the_dtype() -> None:
    net = Block().float()
    assert {p.dtype for p in net.parameters()} == {np.dtype(np.float32)}
    assert net.norm.running_mean.dtype == np.float32
    assert net.norm.num_batches_tracked.dtype == int
    assert net(np.ones((3, 3), np.float32)).dtype == np.float32
    assert net.double()(np.ones((3, 3))).dtype == np.float64
    assert net.to("cpu") is net and net.to(np.float32).fc1.weight.dtype == np.float32


def test_repr_tells_the_structure() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Dropout(0.2)))
    assert repr(net) == (
        "Sequential(\n  (0): Linear(2, 3)\n  (1): Sequential(\n    (0): ReLU()\n"
        "    (1): Dropout(p=0.2)\n  )\n)"
    )


def test_sequential_indexing() -> None:
    net = nn.Sequential({"first": nn.Linear(2, 3), "act": nn.ReLU(), "last": nn.Linear(3, 1)})
    assert [name for name, _ in net.named_children()] == ["first", "act", "last"]
    assert len(net[:2]) == 2 and isinstance(net[:2], nn.Sequential)
    net[1] = nn.Tanh()
    assert isinstance(net.act, nn.Tanh) and isinstance(list(net)[1], nn.Tanh)
    net.append(nn.Sigmoid())
    assert net(np.zeros((1, 2))).shape == (1, 1)


@pytest.mark.parametrize(
    "make, error, said",
    [
        (lambda: nn.Sequential(nn.ReLU), TypeError, "call the class"),  # type: ignore[arg-type]
        (lambda: nn.Sequential(3), TypeError, "not a Module"),  # type: ignore[arg-type]
        (lambda: nn.Module()(1), NotImplementedError, "no forward"),
        (lambda: setattr(nn.Linear(2, 1), "weight", np.ones((2, 1))), TypeError, "nn.Parameter"),
        (lambda: nn.Linear(2, 1).to("cuda"), ValueError, "'cpu'"),
        (lambda: nn.Linear(2, 1).astype(int), TypeError, "floating"),
        (lambda: nn.Linear(2, 1).add_module("x", 3), TypeError, "not a Module"),  # type: ignore[arg-type]
        (lambda: Tensor([1.0]).to("cuda"), ValueError, "'cpu'"),
    ],
)
def test_bad_input(make: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        make()


def test_whole_numbers_make_a_floating_parameter() -> None:
    assert nn.Parameter([1, 2]).dtype == np.float64
    assert nn.Parameter(np.ones(2, np.float32)).dtype == np.float32
    assert nn.Parameter(Tensor([1.0])).is_parameter


def test_a_registered_parameter_is_the_same_as_an_assigned_one() -> None:
    class Line(nn.Module):
        def __init__(self, *, bias: bool) -> None:
            self.slope = nn.Parameter([2.0])
            self.register_parameter("bias", nn.Parameter([1.0]) if bias else None)

        def forward(self, x: Any) -> Any:
            return self.slope * x if self.bias is None else self.slope * x + self.bias

    with_bias, without = Line(bias=True), Line(bias=False)
    assert list(with_bias.state_dict()) == ["slope", "bias"]
    assert with_bias.bias.name == "bias" and with_bias(3.0).item() == 7.0
    assert list(without.state_dict()) == ["slope"] and without(3.0).item() == 6.0
