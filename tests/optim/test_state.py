"""Saving and restoring: an optimizer that was restored goes on exactly as if never interrupted."""

import json
import math
from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.stand_ins import ArrayParameter, NumberParameter, feed
from tests.optim.table import ROWS, Row

SHAPES = ((2, 2), (3,), ())


def halving(t: int) -> float:
    return 0.1 * 0.5**t


def parameters(data: list[Any]) -> list[Any]:
    return [*(ArrayParameter(x) for x in data[:-1]), NumberParameter(data[-1])]


def groups(made: list[Any]) -> list[dict[str, Any]]:
    return [{"params": made[:2]}, {"params": made[2:], "weight_decay": 0.1}]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_resume_is_exact(row: Row) -> None:
    rng = np.random.default_rng(0)
    made = parameters([*(rng.normal(size=s) for s in SHAPES), 1.0])
    options = {"lr": halving} if callable(row.options.get("lr")) else {}
    optimizer = row.make(groups(made), **options)
    fed = [[*(rng.normal(size=s) for s in SHAPES), rng.normal()] for _ in range(9)]
    for t, each in enumerate(fed[:5]):
        optimizer.zero_grad()
        feed(made, [None if i == 1 and t == 2 else g for i, g in enumerate(each)])
        optimizer.step()
    saved = optimizer.state_dict()
    again = parameters([np.array(p.data) for p in made[:-1]] + [made[-1].data])
    restored = row.make(groups(again), **options)
    restored.load_state_dict(saved)
    for each in fed[5:]:
        for one, target in ((optimizer, made), (restored, again)):
            one.zero_grad()
            feed(target, each)
            one.step()
    for a, b in zip(made, again, strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    assert restored.updates == optimizer.updates == 9


def stepped(cls: type[optim.Optimizer], *shapes: tuple[int, ...], **options: Any) -> Any:
    made = [ArrayParameter(np.ones(s)) for s in shapes or ((2,),)]
    optimizer = cls(made, **options)
    for parameter in made:
        parameter.receive(np.ones_like(parameter.data))
    optimizer.step()
    return optimizer


def test_a_saved_state_is_a_copy_of_plain_things() -> None:
    optimizer = stepped(optim.Adam)
    saved = optimizer.state_dict()
    kept = saved["state"][0]["m"].copy()
    optimizer.step()
    np.testing.assert_array_equal(saved["state"][0]["m"], kept)
    assert saved["state"][0]["step"] == 1
    assert saved["param_groups"][0]["params"] == [0]
    json.dumps({k: v for k, v in saved.items() if k != "state"})


def test_state_survives_json() -> None:
    optimizer = stepped(optim.Adam, betas=(0.8, 0.9))
    text = json.dumps(optimizer.state_dict(), default=lambda a: a.tolist())
    loaded = json.loads(text)
    loaded["state"] = {int(k): v for k, v in loaded["state"].items()}
    other = stepped(optim.Adam)
    other.load_state_dict(loaded)
    assert other.param_groups[0]["betas"] == (0.8, 0.9)
    np.testing.assert_allclose(other.state_dict()["state"][0]["v"], [0.1, 0.1])


def test_a_schedule_resumes_from_the_count() -> None:
    optimizer = stepped(optim.SGD, lr=halving)
    other = optim.SGD([ArrayParameter(np.ones(2))], lr=halving)
    other.load_state_dict(optimizer.state_dict())
    assert other.lr == optimizer.lr == halving(1)


def test_a_number_is_restored_and_a_schedule_stays() -> None:
    saved = stepped(optim.SGD, lr=0.25).state_dict()
    plain, scheduled = stepped(optim.SGD, lr=0.5), stepped(optim.SGD, lr=halving)
    plain.load_state_dict(saved)
    scheduled.load_state_dict(saved)
    assert plain.lr == 0.25 and scheduled.lr == halving(1)


def changed(**changes: Any) -> dict[str, Any]:
    return {**stepped(optim.Adam).state_dict(), **changes}


@pytest.mark.parametrize(
    "saved, message",
    [
        (stepped(optim.SGD, momentum=0.9).state_dict(), "saved by SGD, not by Adam"),
        (
            stepped(optim.Adam, (2,), (3,)).state_dict(),
            r"groups of sizes \[2\], the optimizer \[1\]",
        ),
        (stepped(optim.Adam, (3,)).state_dict(), r"state 'm' of parameter 0 has shape \(3,\)"),
        (changed(state={0: {"m": np.ones(2)}}), "has no 'step'"),
        (changed(state={0: {"exp_avg": np.ones(2), "step": 1}}), "has no state 'exp_avg'"),
        ({"weights": 3}, "no state_dict of an optimizer"),
        (None, "no state_dict of an optimizer"),
        (
            changed(param_groups=[{**changed()["param_groups"][0], "lr": -1.0}]),
            "lr must be .*, got -1.0",
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(saved: Any, message: str) -> None:
    optimizer = stepped(optim.Adam)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(saved)
    after = optimizer.state_dict()
    np.testing.assert_array_equal(before["state"][0]["m"], after["state"][0]["m"])
    assert {**before, "state": 0} == {**after, "state": 0}


def test_loading_into_a_running_optimizer_replaces_its_state() -> None:
    fresh = optim.Adam([ArrayParameter(np.ones(2))], lr=0.1)
    saved = fresh.state_dict()
    running = stepped(optim.Adam, lr=0.1)
    running.load_state_dict(saved)
    for optimizer in (fresh, running):
        parameter = optimizer.param_groups[0]["params"][0]
        parameter.data = np.ones(2)
        parameter.grad = np.full(2, 0.5)
        optimizer.step()
    np.testing.assert_array_equal(
        fresh.param_groups[0]["params"][0].data, running.param_groups[0]["params"][0].data
    )


def with_state(**changes: Any) -> dict[str, Any]:
    """The saved state of one step of Adam, with changes in that of its parameter."""
    state = stepped(optim.Adam).state_dict()["state"][0]
    return changed(state={0: {**state, **changes}})


def without(name: str) -> dict[str, Any]:
    state = stepped(optim.Adam).state_dict()["state"][0]
    del state[name]
    return changed(state={0: state})


def with_group(**changes: Any) -> dict[str, Any]:
    return changed(param_groups=[{**changed()["param_groups"][0], **changes}])


DAMAGED: list[tuple[Any, str]] = [
    (changed(updates=-5), "updates must be a whole number of at least 0, got -5"),
    (changed(updates=2.5), "updates must be a whole number"),
    (changed(updates=math.nan), "updates must be a whole number"),
    (changed(updates="3"), "updates must be a number"),
    (changed(updates=True), "updates must be a number"),
    (without("m"), "state of parameter 0 has no 'm'"),
    (without("v"), "state of parameter 0 has no 'v'"),
    (without("step"), "state of parameter 0 has no 'step'"),
    (with_state(step=-1), "step must be a whole number"),
    (with_state(step="1"), "step must be a number"),
    (with_state(w=np.ones(2)), "Adam has no state 'w'"),
    (with_state(m=np.ones(2) * 1j), "'m' of parameter 0 is not an array of real numbers"),
    (with_state(m="mm"), "'m' of parameter 0 is not an array of real numbers"),
    (with_state(m=[[1.0], [1.0, 2.0]]), "'m' of parameter 0 is not an array of real numbers"),
    (with_state(m=np.array(["2020", "2021"], "M8[Y]")), "is not an array of real numbers"),
    (changed(state={1: {}}), "a state for parameter 1, which is in none of its groups"),
    (changed(state={"0": {}}), r"parameter '0', .* int\(key\) turns them back"),
    (changed(state=3), "no state_dict of an optimizer"),
    (changed(state={0: 3}), "no state_dict of an optimizer"),
    (changed(param_groups=None), "no state_dict of an optimizer"),
    (changed(param_groups=[3]), "no state_dict of an optimizer"),
    (changed(param_groups=[{}]), "no state_dict of an optimizer"),
    (changed(optimizer=None), "saved by None"),
    (with_group(params=[[0]]), "no state_dict of an optimizer"),
    (with_group(lrr=0.1), "Adam has no hyper-parameter 'lrr', which was saved"),
    (with_group(lr="fast"), "lr must be a number"),
    (with_group(betas=[0.9]), "betas must be 2 numbers"),
    (with_group(betas=[0.9, 0.9, 0.9]), "betas must be 2 numbers"),
    (with_group(amsgrad=1), "amsgrad must be True or False"),
]


@pytest.mark.parametrize("saved, message", DAMAGED, ids=[message for _, message in DAMAGED])
def test_a_damaged_state_is_refused_by_name_and_changes_nothing(saved: Any, message: str) -> None:
    optimizer = stepped(optim.Adam)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=message) as caught:
        optimizer.load_state_dict(saved)
    assert "\n" not in str(caught.value)
    after = optimizer.state_dict()
    for name in ("m", "v"):
        np.testing.assert_array_equal(before["state"][0][name], after["state"][0][name])
    assert {**before, "state": 0} == {**after, "state": 0}
    assert before["state"][0]["step"] == after["state"][0]["step"]


def test_a_group_that_no_optimizer_could_have_is_refused() -> None:
    saved = stepped(optim.SGD, momentum=0.9, nesterov=True).state_dict()
    saved["param_groups"][0]["momentum"] = 0.0
    with pytest.raises(ValueError, match="nesterov needs a momentum above 0"):
        stepped(optim.SGD).load_state_dict(saved)
    wide = ars()
    wide["param_groups"][0]["directions"] = 10**30
    with pytest.raises(ValueError, match="directions must be a whole number from 1 to 1,000,000"):
        optim.ARS([ArrayParameter(np.ones(2))]).load_state_dict(wide)


def test_the_schedule_of_a_second_group_does_not_fit_and_the_first_stays() -> None:
    def make() -> Any:
        made = [ArrayParameter(np.ones(2)), ArrayParameter(np.ones(2))]
        rates = [optim.ReduceOnPlateau(0.1), optim.ReduceOnPlateau(0.2)]
        return optim.SGD([{"params": [p], "lr": r} for p, r in zip(made, rates, strict=True)])

    saved, optimizer = make().state_dict(), make()
    saved["param_groups"][0]["lr"]["rate"] = 0.05
    for bad in ({"rate": 1.0}, {**saved["param_groups"][1]["lr"], "rate": "fast"}):
        saved["param_groups"][1]["lr"] = bad
        with pytest.raises(ValueError, match=r"ReduceOnPlateau|rate must be"):
            optimizer.load_state_dict(saved)
        assert optimizer.param_groups[0]["lr"].rate == 0.1


def test_a_state_that_a_changed_hyper_parameter_needs_is_saved() -> None:
    optimizer = stepped(optim.SGD)
    optimizer.param_groups[0]["momentum"] = 0.9
    saved = optimizer.state_dict()
    other = stepped(optim.SGD)
    other.load_state_dict(saved)
    assert other.param_groups[0]["momentum"] == 0.9


def lbfgs() -> dict[str, Any]:
    weight = ArrayParameter(np.ones(2))
    optimizer = optim.LBFGS([weight])

    def closure() -> float:
        weight.grad = weight.data.copy()
        return float((weight.data**2).sum() / 2)

    optimizer.step(closure)
    return optimizer.state_dict()


def ars() -> dict[str, Any]:
    return optim.ARS([ArrayParameter(np.ones(2))]).state_dict()


@pytest.mark.parametrize(
    "make, saved, change, message",
    [
        (optim.LBFGS, lbfgs(), {"iterations": -1}, "iterations must be"),
        (optim.LBFGS, lbfgs(), {"steps": np.ones((1, 3))}, "for 3 numbers"),
        (optim.LBFGS, lbfgs(), {"steps": np.ones((7, 2))}, "7 steps and"),
        (optim.LBFGS, lbfgs(), {"steps": None}, "not vectors of real numbers"),
        (optim.LBFGS, lbfgs(), {"extra": 1}, "LBFGS has no state 'extra'"),
        (optim.ARS, ars(), {"rng": 3}, "'rng'"),
        (optim.ARS, ars(), {"rng": {**ars()["state"][0]["rng"], "state": np.ones(7)}}, "'rng'"),
        (optim.ARS, ars(), {"x": 3}, "state 'x'"),
    ],
)
def test_damaged_states_of_other_optimizers(
    make: Any, saved: Any, change: dict[str, Any], message: str
) -> None:
    optimizer = make([ArrayParameter(np.ones(2))])
    before = repr(optimizer.state_dict())
    bad = {**saved, "state": {0: {**saved["state"][0], **change}}}
    with pytest.raises(ValueError, match=message) as caught:
        optimizer.load_state_dict(bad)
    assert "\n" not in str(caught.value)
    assert repr(optimizer.state_dict()) == before


@pytest.mark.parametrize(
    "bad", [{}, {"count": -1, "averages": []}, {"count": 1, "averages": 3}, {"averages": []}, 3]
)
def test_a_damaged_average_is_refused(bad: Any) -> None:
    average = optim.EMA([ArrayParameter([1.0])])
    with pytest.raises(ValueError, match=r"no state_dict of EMA|count must be|has 0 parameters"):
        average.load_state_dict(bad)
    assert average.count == 0
