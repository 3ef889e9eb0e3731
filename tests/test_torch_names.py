"""PyTorch's names: the same script by either library gives the same numbers."""

import json
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import tracegrad.torch as torch
import tracegrad.torch.nn.functional as F
from tests.torch_scripts import SCRIPTS, VALUES_FILE, draws, flat
from tracegrad.torch.utils.data import (
    DataLoader,
    RandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    random_split,
)

#: What PyTorch gives; ``python -m tests.torch_scripts`` writes it where PyTorch is installed.
VALUES: dict[str, list[Any]] = json.loads(VALUES_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_a_script_gives_the_numbers_of_pytorch(script: Any) -> None:
    ours, theirs = list(flat(script(torch))), VALUES[script.__name__]
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs):
        assert a == b if isinstance(b, str) else np.isclose(a, b, rtol=2e-4, atol=2e-5), (a, b)


def test_a_name_that_is_lacking_is_answered_with_the_nearest() -> None:
    places = [
        (torch, "cumsums", "cumsum"),
        (torch.nn, "Linera", "Linear"),
        (F, "cross_entropi", "cross_entropy"),
        (torch.optim, "AdamWW", "AdamW"),
        (torch.ones(2), "unsqeeze", "unsqueeze"),
    ]
    for place, name, nearest in places:
        with pytest.raises(AttributeError, match=f"nearest name here is {nearest}$"):
            getattr(place, name)


def test_the_device_is_the_processor() -> None:
    torch.set_default_device("cpu")
    assert str(torch.get_default_device()) == "cpu" and not torch.accelerator.is_available()
    with pytest.raises(RuntimeError, match="the only one here is 'cpu'"):
        torch.set_default_device("cuda")


def test_what_is_wrong_is_one_line() -> None:
    rows = TensorDataset(torch.arange(4))
    wrong_calls: list[tuple[Callable[[], Any], str]] = [
        (lambda: torch.nn.Hardtanh(low=1), "^Hardtanh: got an unexpected keyword argument 'low'$"),
        (lambda: torch.nn.GLU()(torch.ones(3)), "no two halves"),
        (lambda: torch.nn.SoftMarginLoss(reduction="avg")(torch.ones(2), 1), "not 'avg'"),
        (lambda: torch.nn.LazyLinear(2)(torch.tensor(1.0)), r"^LazyLinear: shape \(\) has too few"),
        (lambda: torch.linalg.vector_norm(torch.ones(2, 2), dim=(0, 1)), "dim is one axis"),
        (lambda: torch.autograd.functional.hessian(lambda x: x, torch.ones(2)), "sum it$"),
        (lambda: DataLoader(rows, shuffle=True, sampler=[0]), "leave one out$"),
        (lambda: WeightedRandomSampler([0.0, -1.0], 2), "weights are from 0"),
        (lambda: WeightedRandomSampler([0.0, 1.0], 2, replacement=False), "replacement=True$"),
    ]
    for wrong, said in wrong_calls:
        with pytest.raises((RuntimeError, TypeError, ValueError), match=said) as error:
            wrong()
        assert "\n" not in str(error.value)


def test_matplotlib_draws_tensors(require: Callable[[str], Any]) -> None:
    require("matplotlib")
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    x, y = torch.meshgrid(torch.arange(-1, 1, 0.5), torch.arange(3.0), indexing="ij")
    axes.contour(x, y, x**2 + y)
    axes.scatter(x, y, c=x)
    axes.imshow(x)
    for several, error in [(float, ValueError), (int, ValueError), (range, TypeError)]:
        with pytest.raises(error, match=r"one element is wanted, the shape is \(2,\)$"):
            several(torch.ones(2))


def test_weights_are_loaded_into_lazy_layers() -> None:
    nn = torch.nn

    def lazy() -> Any:
        conv = nn.LazyConv2d(4, kernel_size=3, groups=2, bias=False)
        return nn.Sequential(conv, nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))

    x = torch.randn(3, 2, 5, 5)
    first, second = lazy().eval(), lazy().eval()
    y = first(x)
    second.load_state_dict(first.state_dict())
    assert [type(m) for m in second] == [nn.Conv2d, nn.BatchNorm2d, nn.Flatten, nn.Linear]
    assert torch.equal(second(x), y) and not second[1].training


def test_a_sampler_may_have_more_rows_than_a_machine_holds() -> None:
    rows = TensorDataset(torch.arange(5))
    endless = RandomSampler(rows, replacement=True, num_samples=int(1e10))
    (first,) = next(iter(DataLoader(rows, batch_size=32, sampler=endless)))
    assert first.shape == (32,) and len(endless) == 10**10
    shares = [*WeightedRandomSampler(torch.tensor([1.0, 3.0]), 4000)].count(1) / 4000
    assert shares == pytest.approx(0.75, abs=0.05)


def test_a_summary_is_written(tmp_path: Path, require: Callable[[str], Any]) -> None:
    require("tensorboardX")
    from tracegrad.torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", torch.tensor(0.5), 1)
        writer.add_scalars("both", {"ours": torch.tensor(1.0), "theirs": 2.0}, 1)
        writer.add_histogram("weights", values=torch.arange(9.0))
        with pytest.raises(AttributeError, match=r"nearest name here is add_histogram$"):
            writer.add_graph()
    assert b"loss" in b"".join(path.read_bytes() for path in tmp_path.glob("events.*"))


def test_the_tensor_of_autograd_stays_numpys() -> None:
    x = autograd.Tensor([[1.0, 2.0]])
    assert isinstance(x.max(), autograd.Tensor)
    assert x.size == 2
    assert isinstance(torch.nn.Linear(2, 1), nn.Module)


def test_draws_follow_the_seed() -> None:
    first, second = [
        (torch.manual_seed(3), torch.randn(2, 2).tolist(), torch.randperm(5).tolist())[1:]
        for _ in range(2)
    ]
    assert first == second
    g = torch.Generator().manual_seed(1)
    weights = torch.tensor([[0.0, 3.0, 1.0], [1.0, 0.0, 0.0]])
    drawn = torch.multinomial(weights, 400, replacement=True, generator=g)
    share = (drawn[0] == 1).float().mean().item()
    assert 0.65 < share < 0.85
    assert (drawn[1] == 0).all()
    sampled = torch.distributions.Categorical(weights[:, :2] + 1).sample
    assert np.mean([sampled().tolist() for _ in range(200)], axis=0) == pytest.approx(
        [0.8, 1 / 3], abs=0.12
    )
    assert torch.normal(0, 1, (2, 1), requires_grad=True).requires_grad
    layer = torch.nn.Linear(400, 300)
    torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=g)
    assert layer.weight.std().item() == pytest.approx((2 / 400) ** 0.5, rel=0.05)


def test_data_is_split_and_batched() -> None:
    dataset = TensorDataset(torch.arange(10), torch.arange(10).float().view(10, 1))
    train, valid = random_split(dataset, [0.8, 0.2], torch.Generator().manual_seed(0))
    assert (len(train), len(valid)) == (8, 2)
    seen = [
        x for xb, yb in DataLoader(dataset=train, batch_size=3, shuffle=True) for x in xb.tolist()
    ]
    assert sorted(seen + [x.item() for x, _ in valid]) == list(range(10))
    batch = next(iter(DataLoader([{"x": 1.0, "name": "a"}, {"x": 2.0, "name": "b"}], 2)))
    assert batch["x"].tolist() == [1.0, 2.0]
    assert batch["name"] == ["a", "b"]


def test_states_are_saved_without_pickle(tmp_path: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    path = str(tmp_path / "model.pth")
    torch.save({"epoch": 3, "model": model.state_dict()}, path)
    loaded = torch.load(path, weights_only=True)
    other = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    keys = other.load_state_dict(loaded["model"])
    assert (loaded["epoch"], keys.missing_keys) == (3, [])
    assert torch.equal(other[0].weight, model[0].weight)
    with pytest.raises(TypeError, match=r"save model\.state_dict"):
        torch.save(model, path)


def test_a_parameter_is_one_tensor_and_may_be_a_key() -> None:
    layer = torch.nn.Linear(2, 1)
    velocity = {p: torch.zeros_like(p) for p in layer.parameters()}
    assert all(p in velocity for p in layer.parameters())
    assert layer.weight is next(layer.parameters())


def test_the_operations_behind_a_tensor_are_followed() -> None:
    w, x = torch.ones(3, requires_grad=True), torch.tensor([1.0, 2.0, 3.0])
    loss = torch.relu(w * x).sum()
    names, step = [], loss.grad_fn
    while step.next_functions:
        names.append(step.name())
        ((step, place),) = step.next_functions
        assert place == 0
    assert (names, str(step), w.grad_fn) == (["sum", "relu", "mul"], "<AccumulateGrad>", None)
    assert str(loss) == "tensor(6., grad_fn=<sum>)"


def test_a_constant_that_is_written_into_after_its_use() -> None:
    w = torch.ones(3, requires_grad=True)
    x = torch.tensor([1.0, 2.0, 3.0])
    y = (w * x).sum()
    x[0] = 100.0
    y.backward()
    assert w.grad.tolist() == [1.0, 2.0, 3.0]


def test_a_leaf_that_is_written_into_after_its_use_is_refused() -> None:
    writes: list[Callable[[Any], Any]] = [
        lambda w: w.data.add_(1.0),
        lambda w: w.data[0].zero_(),
        lambda w: w.detach().mul_(2.0),
    ]
    for write in writes:
        w = torch.ones(3, requires_grad=True)
        y = (w * w).sum()
        write(w)
        with pytest.raises(RuntimeError, match="run the forward pass again"):
            y.backward()


def test_what_is_refused_says_what_to_do() -> None:
    w = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="no_grad"):
        w += 1
    with pytest.raises(RuntimeError, match="no_grad"):
        w[0] = 1.0
    with pytest.raises(RuntimeError, match="detach"):
        w.numpy()
    with pytest.raises(RuntimeError, match="is_available"):
        torch.ones(2).to("cuda")
    with pytest.raises(RuntimeError, match="floating"):
        torch.tensor([1], requires_grad=True)
    with pytest.raises(ValueError, match="requires_grad=True"):
        torch.optim.SGD([torch.ones(2)], lr=0.1)


def test_former_arguments_warn() -> None:
    x, y = torch.tensor([1.0, 3.0]), torch.zeros(2)
    with pytest.warns(UserWarning, match="reduction='sum'"):
        assert F.mse_loss(x, y, size_average=False).item() == 10
    with pytest.warns(UserWarning, match="reduction='sum'"):
        assert torch.nn.MSELoss(size_average=False)(x, y).item() == 10
    with pytest.warns(UserWarning, match="runs as it is"):
        assert torch.compile(F.relu) is F.relu
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        F.mse_loss(x, y, reduction="sum")


def test_no_grad_is_a_context_and_a_decorator() -> None:
    w = torch.tensor(draws(2), requires_grad=True)

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def by_call(x: Any) -> Any:
        return x * 2

    @torch.no_grad
    def by_name(x: Any) -> Any:
        return x * 2

    with torch.no_grad():
        inside = w * 2
    outside = w * 2
    flags = [x.requires_grad for x in (by_call(w), by_name(w), inside, outside)]
    assert flags == [False, False, False, True]
    assert torch.is_grad_enabled()
    with torch.set_grad_enabled(False):
        assert not (w * 2).requires_grad


def test_set_grad_enabled_holds_at_once_and_a_with_statement_puts_back() -> None:
    w = torch.tensor(draws(2), requires_grad=True)

    def recorded() -> bool:
        assert (w * 2).requires_grad == torch.is_grad_enabled()
        return torch.is_grad_enabled()

    def in_a_thread() -> bool:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(recorded).result()

    @torch.set_grad_enabled(False)
    def without() -> bool:
        return recorded()

    assert [recorded(), without(), recorded()] == [True, False, True]
    try:
        torch.set_grad_enabled(False)
        assert [recorded(), in_a_thread(), without()] == [False, True, False]
        with torch.set_grad_enabled(True):
            assert recorded()
            torch.set_grad_enabled(False)
            assert not recorded()
        assert not recorded()
        with torch.enable_grad(), pytest.raises(KeyError), torch.set_grad_enabled(False):
            raise KeyError
        assert not recorded()
    finally:
        torch.set_grad_enabled(True)
    with torch.no_grad():
        torch.set_grad_enabled(True)
        assert recorded()
        with torch.no_grad():
            assert not recorded()
        assert recorded()
    assert recorded()
    block = torch.set_grad_enabled(False)  # PyTorch's takes effect before the with statement
    assert not recorded()
    with block:
        assert not recorded()
    assert recorded()
