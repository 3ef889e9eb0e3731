"""L-BFGS beside PyTorch's, Newton on quadratics and saddles, and critical points told apart."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from optim.rules.line_search import Trial, cubic_minimum, strong_wolfe
from tests.optim.stand_ins import ArrayParameter, NumberParameter
from tests.peers import require


class Problem:
    """A function of arrays with its gradient, as a closure over parameters."""

    def __init__(self, function: Callable[..., tuple[float, list[Any]]], *start: Any) -> None:
        self.function, self.calls = function, 0
        self.parameters = [ArrayParameter(x) for x in start]

    def __call__(self) -> float:
        self.calls += 1
        loss, gradients = self.function(*(p.data for p in self.parameters))
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = np.asarray(gradient)
        return loss


def rosenbrock(w: Any) -> tuple[float, list[Any]]:
    x, y = w
    loss = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    return loss, [np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])]


def beale(w: Any) -> tuple[float, list[Any]]:
    x, y = w
    loss, dx, dy = 0.0, 0.0, 0.0
    for c, k in ((1.5, 1), (2.25, 2), (2.625, 3)):
        r = c - x + x * y**k
        loss, dx, dy = loss + r * r, dx + 2 * r * (y**k - 1), dy + 2 * r * k * x * y ** (k - 1)
    return loss, [np.array([dx, dy])]


MATRIX = np.diag([1.0, 10.0, 100.0]) + 0.3


def quadratic(a: Any, b: Any) -> tuple[float, list[Any]]:
    x = np.concatenate([np.ravel(a), np.ravel(b)]) - 1.0
    g = MATRIX @ x
    return float(x @ g) / 2, [g[:2].reshape(np.shape(a)), g[2:].reshape(np.shape(b))]


PROBLEMS: dict[str, tuple[Any, list[Any]]] = {
    "rosenbrock": (rosenbrock, [np.array([-1.2, 1.0])]),
    "beale": (beale, [np.array([1.0, 1.5])]),
    "quadratic in two arrays": (quadratic, [np.array([[3.0], [4.0]]), np.array(-2.0)]),
}
SETTINGS: list[dict[str, Any]] = [
    {"line_search_fn": "strong_wolfe", "max_iter": 100, "tolerance_change": 1e-15},
    {"line_search_fn": "strong_wolfe", "max_iter": 7},
    {"line_search_fn": "strong_wolfe", "max_iter": 4, "max_eval": 3},
    {
        "line_search_fn": "strong_wolfe",
        "history_size": 2,
        "max_iter": 30,
    },
    {"lr": 0.5, "max_iter": 40},
    {"lr": 0.1, "max_iter": 3, "history_size": 1},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("name", PROBLEMS)
def test_lbfgs_goes_where_torch_goes(name: str, settings: dict[str, Any]) -> None:
    torch = require("torch")
    function, start = PROBLEMS[name]
    problem = Problem(function, *start)
    theirs = [torch.nn.Parameter(torch.tensor(x)) for x in start]
    calls = 0

    def closure() -> Any:
        nonlocal calls
        calls += 1
        loss, gradients = function(*(p.detach().numpy() for p in theirs))
        for parameter, gradient in zip(theirs, gradients, strict=True):
            parameter.grad = torch.tensor(gradient)
        return torch.tensor(loss, dtype=torch.float64)

    ours, peer = optim.LBFGS(problem.parameters, **settings), torch.optim.LBFGS(theirs, **settings)
    for _ in range(3):
        with np.errstate(all="ignore"):
            first = ours.step(problem)
            assert first == pytest.approx(float(peer.step(closure)), rel=1e-7, abs=1e-12)
        for a, b in zip(problem.parameters, theirs, strict=True):
            np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-8, atol=1e-8)
    assert problem.calls == calls == ours.evaluations


def test_lbfgs_takes_rosenbrock_to_its_minimum_within_60_evaluations() -> None:
    problem = Problem(rosenbrock, [-1.2, 1.0])
    optimizer = optim.LBFGS(
        problem.parameters, max_iter=60, line_search_fn="strong_wolfe", tolerance_change=1e-16
    )
    optimizer.step(problem)
    assert problem.calls <= 60
    np.testing.assert_allclose(problem.parameters[0].data, [1, 1], atol=1e-8)


def test_lbfgs_resumes_exactly() -> None:
    straight, first, second = (Problem(rosenbrock, [-1.2, 1.0]) for _ in range(3))
    settings: dict[str, Any] = {"max_iter": 4, "line_search_fn": "strong_wolfe"}
    optimizer, before = (optim.LBFGS(p.parameters, **settings) for p in (straight, first))
    for one, problem in ((optimizer, straight), (before, first)):
        one.step(problem)
    second.parameters[0].data = first.parameters[0].data.copy()
    after = optim.LBFGS(second.parameters, **settings)
    after.load_state_dict(before.state_dict())
    for one, problem in ((optimizer, straight), (after, second)):
        one.step(problem)
        one.step(problem)
    np.testing.assert_array_equal(straight.parameters[0].data, second.parameters[0].data)
    assert after.evaluations == optimizer.evaluations
    with pytest.raises(ValueError, match="saved state is for 2 numbers, the parameters have 3"):
        optim.LBFGS([ArrayParameter(np.ones(3))], **settings).load_state_dict(before.state_dict())


def test_lbfgs_over_numbers_and_upwards() -> None:
    x, y = NumberParameter(3.0), NumberParameter(-2.0)

    def hill() -> float:
        x.grad, y.grad = -2 * (x.data - 1), -20 * y.data
        return -((x.data - 1) ** 2) - 10 * y.data**2

    optim.LBFGS([x, y], maximize=True, line_search_fn="strong_wolfe").step(hill)
    assert x.data == pytest.approx(1, abs=1e-6) and y.data == pytest.approx(0, abs=1e-6)


def test_lbfgs_at_a_minimum_stays() -> None:
    problem = Problem(rosenbrock, [1.0, 1.0])
    optim.LBFGS(problem.parameters).step(problem)
    assert problem.calls == 1 and problem.parameters[0].data.tolist() == [1.0, 1.0]


def trial(t: float, slope_at: Callable[[float], tuple[float, float]]) -> Trial:
    loss, slope = slope_at(t)
    return Trial(t, loss, np.array([slope]), slope)


CURVES: dict[str, Callable[[float], tuple[float, float]]] = {
    "parabola": lambda t: ((t - 3) ** 2, 2 * (t - 3)),
    "quartic": lambda t: ((t - 0.2) ** 4, 4 * (t - 0.2) ** 3),
    "wavy": lambda t: (t * t / 40 - math.cos(t + 1), t / 20 + math.sin(t + 1) - 2),
    "steep": lambda t: (math.exp(-20 * t) + t, 1 - 20 * math.exp(-20 * t)),
}


@pytest.mark.parametrize("guess", [0.01, 1.0, 50.0])
@pytest.mark.parametrize("name", ["parabola", "quartic", "steep"])
def test_the_step_found_satisfies_strong_wolfe(name: str, guess: float) -> None:
    start = trial(0.0, CURVES[name])
    found = strong_wolfe(lambda t: trial(t, CURVES[name]), start, guess, 1.0)
    assert found.loss <= start.loss + 1e-4 * found.t * start.slope
    assert abs(found.slope) <= 0.9 * abs(start.slope)


def test_a_cubic_is_minimized_exactly() -> None:
    def cubic(t: float) -> tuple[float, float]:
        return t**3 - 3 * t, 3 * t * t - 3

    for a, b in ((0.0, 3.0), (3.0, 0.0), (0.5, 1.5)):
        found = cubic_minimum(trial(a, cubic), trial(b, cubic), 0.0, 5.0)
        assert found == pytest.approx(1.0)
    flat = Trial(1.0, 0.0, np.zeros(1), 0.0)
    assert cubic_minimum(flat, flat, 0.0, 1.0) == 0.5


def test_newton_ends_a_quadratic_in_one_step() -> None:
    problem = Problem(quadratic, [[3.0], [4.0]], -2.0)
    optim.Newton(problem.parameters, lambda a, b: MATRIX).step(problem)
    for parameter in problem.parameters:
        np.testing.assert_allclose(parameter.data, np.ones_like(parameter.data), rtol=1e-12)


def test_newton_takes_blocks_and_mixed_dtypes() -> None:
    h = MATRIX
    blocks = [[h[:2, :2].reshape(2, 1, 2, 1), h[:2, 2:]], [h[2:, :2], h[2:, 2:]]]
    problem = Problem(quadratic, [[3.0], [4.0]], -2.0)
    problem.parameters[0] = ArrayParameter([[3.0], [4.0]], dtype=np.float32)
    third = NumberParameter(5.0)
    third.grad = 2 * 4.0
    full = np.zeros((4, 4))
    full[1:, 1:], full[0, 0] = MATRIX, 2.0
    optim.Newton(problem.parameters, lambda a, b: blocks).step(problem)
    np.testing.assert_allclose(problem.parameters[0].data, np.ones((2, 1)), rtol=1e-6)
    problem()
    # The number comes first among the parameters and last in the packed vector.
    optim.Newton([third, *problem.parameters], lambda *data: full).step()
    assert third.data == pytest.approx(1.0)


@pytest.mark.parametrize(
    "hessian, kind, words",
    [
        (np.diag([2.0, -2.0]), "saddle", "saddle here: eigenvalues from -2 to 2"),
        (np.diag([2.0, 0.0]), "undecided", "singular here"),
        (np.diag([-2.0, -1.0]), "maximum", "maximum here"),
    ],
)
def test_newton_reports_and_does_not_step(hessian: Any, kind: str, words: str) -> None:
    parameter = ArrayParameter([0.5, 0.5])
    parameter.receive(hessian @ parameter.data)
    optimizer = optim.Newton([parameter], lambda w: hessian)
    with pytest.raises(optim.IndefiniteHessian, match=words) as caught:
        optimizer.step()
    assert caught.value.point.kind == kind
    assert parameter.data.tolist() == [0.5, 0.5] and optimizer.updates == 0
    damped = optim.Newton([parameter], lambda w: hessian, damping=2.5)
    damped.step()
    assert damped.updates == 1


def test_newton_climbs_when_maximizing() -> None:
    parameter = ArrayParameter([3.0, 4.0])
    parameter.receive([-6.0, -8.0])
    optim.Newton([parameter], lambda w: -2 * np.eye(2), maximize=True).step()
    assert parameter.data.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "eigenvalues, kind",
    [
        ((1, 2), "minimum"),
        ((-1, -2), "maximum"),
        ((1, -1), "saddle"),
        ((1, 0), "undecided"),
        ((0, -1), "undecided"),
        ((0, 0), "undecided"),
        ((1, 0, -1), "saddle"),
        ((5,), "minimum"),
        ((1e-300, 1e-300), "minimum"),
    ],
)
def test_critical_points(eigenvalues: tuple[float, ...], kind: str) -> None:
    n = len(eigenvalues)
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))
    hessian = np.diag(np.array(eigenvalues, float))
    assert optim.classify_critical_point(hessian).kind == kind
    assert optim.classify_critical_point(q @ hessian @ q.T).kind == kind


BAD: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: optim.classify_critical_point([1.0, 2.0]), ValueError, "square matrix"),  # type: ignore[list-item]
    (lambda: optim.classify_critical_point([[math.nan]]), ValueError, "holds NaN"),
    (
        lambda: optim.Newton([ArrayParameter([1.0])], np.eye(1)),  # type: ignore[arg-type]
        TypeError,
        "hessian must be a function",
    ),
    (
        lambda: optim.Newton([ArrayParameter([1.0])], lambda w: w).step(),
        ValueError,
        "found no gradient",
    ),
    (lambda: optim.LBFGS([ArrayParameter([1.0])]).step(), TypeError, "needs a closure"),
    (
        lambda: optim.LBFGS([ArrayParameter([1.0])]).step(lambda: None),
        TypeError,
        "a loss is a number .*, got None",
    ),
    (
        lambda: optim.LBFGS([ArrayParameter([1.0])], line_search_fn="wolfe"),
        ValueError,
        "one of None, 'strong_wolfe'",
    ),
    (
        lambda: optim.LBFGS([{"params": [ArrayParameter([1.0])]}] * 2),
        ValueError,
        "takes one group",
    ),
    (lambda: optim.LBFGS([ArrayParameter([1.0])], max_iter=0), ValueError, "max_iter must be"),
]


@pytest.mark.parametrize("make, error, message", BAD, ids=[case[2] for case in BAD])
def test_bad_input(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_a_hessian_of_another_size() -> None:
    parameter = ArrayParameter([1.0, 2.0])
    parameter.receive([1.0, 1.0])
    with pytest.raises(ValueError, match=r"2 x 2, got shape \(3, 3\)"):
        optim.Newton([parameter], lambda w: np.eye(3)).step()


def test_check_finite_in_a_closure() -> None:
    problem = Problem(lambda w: (float("nan"), [np.array([math.nan])]), [1.0])
    with pytest.raises(FloatingPointError, match="holds nan"):
        optim.LBFGS(problem.parameters, check_finite=True).step(problem)
