"""A compiled function reads what is around it as the eager one: state, and settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value, callback
from tests.test_compile_arrays import same

#: Sums of squares on both sides of the branches below, in no order.
BATCHES = [
    np.random.default_rng(i).normal(size=(4, 2)) * (3 if i in (3, 6, 7) else 1) for i in range(9)
]


def _outcomes(make: Any, compiled: bool, between: Any = None, strict: bool = False) -> list[Any]:
    """The results over the batches, and at the end what ``make`` gave beside the function."""
    function, state = make()
    results: list[Any] = []
    if compiled:
        function = autograd.compile(function, guards="raise" if strict else "retrace").value
    for i, x in enumerate(BATCHES):
        if between is not None and i >= 4:
            between(state, i)
        out = function(x if compiled else Tensor(x, requires_grad=False))
        results.append(out if compiled else out.numpy())
    return [*results, *([state.running_mean] if isinstance(state, nn.BatchNorm1d) else [])]


# -- what callbacks read and write before a branch -------------------------------------------------


def _branch(x: Any, s: Any) -> Any:
    return s * 2.0 if (x * x).sum() > 20 else s


def _read_by_a_callback() -> Any:
    norm = nn.BatchNorm1d(2)

    def f(x: Any) -> Any:
        s = (norm(x) * x).sum()
        mean = callback(lambda: norm.running_mean.copy())
        return _branch(x, s + (mean * x).sum())

    return f, norm


def _read_as_it_is() -> Any:
    norm = nn.BatchNorm1d(2)

    def f(x: Any) -> Any:
        norm(x)
        return _branch(x, ((x - norm.running_mean) * x).sum())

    return f, norm


def _asked_by_the_branch() -> Any:
    norm = nn.BatchNorm1d(2)

    def f(x: Any) -> Any:
        norm(x)
        mean = callback(lambda: norm.running_mean)
        s = ((x - mean) * x).sum()
        return s * 2.0 if (mean * mean).sum() > 0.05 else s

    return f, norm


def _read_before_it_is_written() -> Any:
    norm = nn.BatchNorm1d(2)

    def f(x: Any) -> Any:
        s = ((x - norm.running_mean) * x).sum()
        norm(x)
        return _branch(x, s)

    return f, norm


def _drawn() -> Any:
    drop = nn.Dropout(0.5, rng=3)

    def f(x: Any) -> Any:
        s = (drop(x) * x).sum()
        s = s * 2.0 if s > 5 else s
        return _branch(x, s + (drop(x) * x).sum())

    return f, drop


def _counted_elements() -> Any:
    drop = nn.Dropout(0.5, rng=3)
    return lambda x: drop(x)[x > 0.5].sum() + drop(x).sum(), drop


@pytest.mark.parametrize(
    "make",
    [
        _read_by_a_callback, _read_as_it_is, _asked_by_the_branch, _read_before_it_is_written,
        _drawn, _counted_elements,
    ],
)  # fmt: skip
def test_callbacks_before_a_branch_act_once_and_in_their_order(make: Any) -> None:
    for one, other in zip(_outcomes(make, False), _outcomes(make, True), strict=True):
        same(one, other)


def test_an_array_that_is_read_and_then_changed_before_a_branch_is_refused() -> None:
    norm = nn.BatchNorm1d(2)

    def f(x: Any) -> Any:
        s = ((x - norm.running_mean) * x).sum()
        norm(x)
        return _branch(x, s + ((x - norm.running_mean) * x).sum())

    with pytest.raises(RuntimeError, match=r"array of shape \(2,\) is used, a callback changes it"):
        autograd.compile(f).value(BATCHES[0])


def test_a_failed_guard_leaves_what_waits_behind_it() -> None:
    norm = nn.BatchNorm1d(2)
    strict = autograd.compile(lambda x: _branch(x, norm(x).sum()), guards="raise")
    for _ in range(3):
        strict.value(BATCHES[0])
    before = norm.running_mean.copy()
    with pytest.raises(autograd.GuardError):
        strict.value(BATCHES[3])
    same(norm.running_mean, before)


def test_the_first_call_acts_once_and_its_result_reaches_the_arguments() -> None:
    outcomes = []
    for compiled in (False, True):
        model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5, rng=1), nn.Linear(2, 1, rng=0))
        function: Any = autograd.compile(model) if compiled else model
        x = Tensor(BATCHES[0], name="x")
        found = []
        for _ in range(3):
            function(x).sum().backward()
            function(BATCHES[1]).sum().backward()
            found += [x.grad.copy(), model[2].weight.grad.copy(), model[0].running_mean.copy()]
        outcomes.append(found)
    for one, other in zip(*outcomes, strict=True):
        same(one, other)


# -- settings --------------------------------------------------------------------------------------


class Scaled(nn.Module):
    def __init__(self) -> None:
        self.linear, self.beta = nn.Linear(2, 2, rng=0), 1.0
        self.inner = nn.Sequential(nn.Dropout(0.5, rng=0), nn.LeakyReLU(0.1))

    def forward(self, x: Any) -> Any:
        return self.inner(self.linear(x)) * self._scale()

    def _scale(self) -> float:
        return self.beta


class Options:
    rate = 1.0


def _of_options() -> Any:
    options = SimpleNamespace(rate=1.0, deep=[{"rate": 1.0}], kind=Options)
    return lambda x: (x * options.rate * options.deep[0]["rate"] * options.kind.rate).sum(), options


def _of_a_module() -> Any:
    module = Scaled()
    return lambda x: module(x).sum(), module


def _of_an_optimizer() -> Any:
    linear = nn.Linear(2, 1, rng=0)
    optimizer = optim.SGD(linear.parameters(), lr=0.1)
    return lambda x: (linear(x) * optimizer.lr).sum() * optimizer.param_groups[0]["lr"], optimizer


def _of_a_buffer() -> Any:
    norm = nn.BatchNorm1d(2)
    return lambda x: ((x - norm.running_mean) ** 2).sum(), norm.eval()


@pytest.mark.parametrize(
    ("make", "between"),
    [
        (_of_options, lambda options, i: setattr(options, "rate", i // 2)),
        (_of_options, lambda options, i: options.deep[0].update(rate=i // 2)),
        (_of_options, lambda options, i: options.deep.__setitem__(0, {"rate": i // 2})),
        (_of_options, lambda options, i: setattr(options.kind, "rate", float(i // 2))),
        (_of_a_module, lambda module, i: setattr(module, "beta", i // 2)),
        (_of_a_module, lambda module, i: setattr(module.inner[0], "p", i / 10)),
        (_of_a_module, lambda module, i: setattr(module.inner[1], "negative_slope", i // 2)),
        (_of_a_module, lambda module, i: setattr(module, "linear", nn.Linear(2, 2, rng=i // 2))),
        (_of_a_module, lambda m, i: setattr(m.linear, "weight", nn.Parameter(np.full((2, 2), i)))),
        (_of_an_optimizer, lambda optimizer, i: optimizer.param_groups[0].update(lr=i // 2)),
        (_of_a_buffer, lambda norm, i: setattr(norm, "running_mean", np.array([i // 2, 1.0]))),
    ],
)
def test_a_setting_that_was_changed_is_read_again(make: Any, between: Any) -> None:
    expected = _outcomes(make, False, between)
    Options.rate = 1.0
    for one, other in zip(expected, _outcomes(make, True, between), strict=True):
        same(one, other)


def test_a_hook_of_a_module_is_a_part_of_the_function() -> None:
    module = nn.Sequential(nn.Linear(2, 2, rng=0), nn.ReLU())
    compiled = autograd.compile(lambda x: module(x).sum())
    for _ in range(3):
        compiled.value(BATCHES[0])
    handle = module[1].register_forward_hook(lambda module, args, out: out * 3.0)
    for x in BATCHES[:4]:
        same(compiled.value(x), module(x).sum().data)
    handle.remove()
    for x in BATCHES[:4]:
        same(compiled.value(x), module(x).sum().data)


def test_a_hook_of_a_module_is_found_wherever_the_module_is_kept() -> None:
    class Holder:
        layers = (nn.Linear(2, 2, rng=0),)

        def __init__(self) -> None:
            self.layer = self.layers[0]

        def step(self, x: Any) -> Any:
            return self.layer(x).sum()

    factors = [2.0]
    listed: list[Any] = [nn.Linear(2, 2, rng=0)]
    holder = Holder()
    in_a_list: Any = lambda x: listed[0](x).sum()
    for function, module in ((holder.step, holder.layer), (in_a_list, listed[0])):
        compiled = autograd.compile(function)
        for _ in range(3):
            compiled.value(BATCHES[0])
        module.register_forward_pre_hook(lambda module, args: args[0] * factors[0])
        for x in BATCHES[:8]:
            factors[0] += x is BATCHES[4]  # what a hook reads is a setting of the function
            same(compiled.value(x), function(Tensor(x)).data)


@pytest.mark.parametrize("register", ["register_forward_hook", "register_forward_pre_hook"])
def test_a_hook_that_only_records_is_refused_unless_it_calls_back(register: str) -> None:
    seen: list[Any] = []

    def records(*args: Any) -> None:
        seen.append(args[-1])

    def returns_the_same(*args: Any) -> Any:
        seen.append(args[-1])
        return args[-1]

    def calls_back(module: Any, args: Any, *out: Any) -> None:
        autograd.callback(lambda x: seen.append(x.copy()), *args)

    for hook in (records, returns_the_same, calls_back):
        module = nn.Sequential(nn.Linear(2, 2, rng=0))
        handle = getattr(module[0], register)(hook)
        compiled = autograd.compile(lambda x, module=module: module(x).sum())
        if hook is not calls_back:
            said = f"the hook {hook.__name__} of a Linear, which changes nothing, .*: remove it"
            with pytest.raises(RuntimeError, match=said):
                compiled.value(BATCHES[0])
            handle.remove()
        seen.clear()
        for x in BATCHES[:5]:
            same(compiled.value(x), module(x).sum().data)
    assert [x.tolist() for x in seen] == [x.tolist() for x in BATCHES[:5] for _ in range(2)]


def test_a_count_of_an_object_that_the_function_moves_is_refused() -> None:
    class Counting(nn.Module):
        calls = 0

        def forward(self, x: Any) -> Any:
            self.calls += 1
            return x * 2.0

    module = Counting()
    module.calls = 0
    compiled = autograd.compile(lambda x: module(x).sum())
    compiled.value(BATCHES[0])
    with pytest.raises(RuntimeError, match=r"changes module\.calls, which a replay would not"):
        compiled.value(BATCHES[0])


def test_a_list_that_grows_is_read_where_it_was() -> None:
    rates = [2.0]

    def f(x: Any) -> Any:
        rates.append(0.0)
        return (x * rates[0]).sum()

    compiled = autograd.compile(f)
    for i, x in enumerate(BATCHES):
        rates[0] = float(i // 4)
        same(compiled.value(x), (x * rates[0]).sum())
    assert len(rates) < len(BATCHES)  # it was replayed


@pytest.mark.parametrize("many", [2, 40])
def test_what_is_added_to_a_list_or_a_dict_is_read(many: int) -> None:
    class Weighted:
        def __init__(self, node: Any) -> None:
            self.weights = [node(1.0) for _ in range(many)]
            self.named = {str(i): node(0.5) for i in range(many)}

        def __call__(self, x: Any) -> Any:
            total = x * 0.0
            for w in (*self.weights, *self.named.values()):
                total = total + x * w
            return total

    for node in (Value, Tensor):
        f = Weighted(node)
        compiled = autograd.compile(f)
        changes: list[Callable[[], object]] = [
            lambda: None,
            partial(f.weights.append, node(10.0)),
            partial(f.named.update, more=node(3.0)),
            f.weights.pop,
            f.weights.clear,
        ]
        for change in changes:
            change()
            for x in (2.0, -3.0):
                assert compiled(node(x)).data == pytest.approx(f(node(x)).data)


def test_what_the_first_call_keeps_for_the_others_is_no_change() -> None:
    class Masked(nn.Module):
        mask: Any = None

        def forward(self, x: Any) -> Any:
            if self.mask is None:
                self.mask = np.tril(np.ones(x.shape))
            return x * self.mask

    module = Masked()
    compiled = autograd.compile(lambda x: module(x).sum())
    for x in BATCHES:
        same(compiled.value(x), module(x).sum())


def test_what_a_callback_counts_is_no_setting() -> None:
    counts = SimpleNamespace(calls=0)

    def count() -> None:
        counts.calls += 1

    def f(x: Any) -> Any:
        callback(count)
        return (x * x).sum()

    compiled = autograd.compile(f)
    for x in BATCHES:
        compiled.value(x)
    assert counts.calls == len(BATCHES)
