"""Sources of networks compute what the networks do, in each language, and stand alone."""

from __future__ import annotations

import ctypes
import inspect
import itertools
import json
import operator
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd.calculus import RULES, Rule
from tests import peers
from tests.browser import chromium
from tests.nn.networks import NETWORKS, SINGLE, NetworkRow, outputs, rows_of

STRICT = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True, eq=False)
class Case:
    """An exported network: its files, the function's name, one row, and what it gives for it."""

    stem: Path
    name: str
    X: tuple[Any, ...]
    outs: list[Any]

    def file(self, ending: str) -> Path:
        return self.stem.with_suffix(ending)


def exported(rows: Sequence[NetworkRow], folder: Path) -> list[Case]:
    cases = []
    for k, row in enumerate(rows):
        model, X = row.network()
        one = rows_of(X, row.axis, [0])
        case = Case(folder / f"net{k}", f"net{k}", one, outputs(model, one))
        for ending in (".c", ".py", ".js"):
            nn.export(model, case.file(ending), X, batch_axis=row.axis, name=case.name)
        cases.append(case)
    return cases


def run_c(cases: Sequence[Case], *flags: str) -> list[list[Any]]:
    """What the compiled functions give; every warning of the compiler is an error."""
    library = cases[0].stem.with_suffix(".so")
    files = [str(case.file(".c")) for case in cases]
    command = [peers.require("cc"), *STRICT, *flags, "-shared", "-fPIC", *files, "-lm"]
    subprocess.run([*command, "-o", str(library)], check=True)
    loaded, found = ctypes.CDLL(str(library)), []
    for case in cases:
        kind = case.outs[0].dtype
        arrays = [np.ascontiguousarray(x, kind) for x in case.X]
        outs = [np.full(out.shape, np.nan, kind) for out in case.outs]
        getattr(loaded, case.name)(*(ctypes.c_void_p(x.ctypes.data) for x in (*arrays, *outs)))
        found.append(outs)
    return found


def run_python(case: Case) -> list[Any]:
    space: dict[str, Any] = {"__name__": "net"}
    exec(case.file(".py").read_text(), space)
    found = space[case.name](*(x.tolist() for x in case.X))
    return list(found) if isinstance(found, tuple) else [found]


def run_javascript(cases: Sequence[Case]) -> list[list[Any]]:
    """What each file's function gives, by one program."""
    parts = []
    for case in cases:
        inputs = json.dumps([x.tolist() for x in case.X])[1:-1]
        call = f"{case.name}({inputs})" if len(case.outs) > 1 else f"[{case.name}({inputs})]"
        text = case.file(".js").read_text(encoding="utf-8")
        parts.append(f"(() => {{ {text}\nreturn {call}; }})()")
    return in_javascript(parts)


def in_javascript(expressions: Sequence[str]) -> list[Any]:
    """The values of expressions, by one program: node, or a browser where there is none."""
    text = "const isList = (x) => ArrayBuffer.isView(x) || Array.isArray(x);\n"
    text += "const finite = (x) => typeof x !== 'number' || Number.isFinite(x);\n"
    text += "const plain = (x) => isList(x) ? Array.from(x, plain) : finite(x) ? x : String(x);\n"
    text += f"const found = [{', '.join(expressions)}].map(plain);"
    node = shutil.which("node")
    if node is None:
        with chromium() as browser:
            return list(browser.new_page().evaluate(f"(() => {{ {text} return found; }})()"))
    run = subprocess.run(
        [node, "-"], input=f"{text} console.log(JSON.stringify(found));", capture_output=True,
        text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return list(json.loads(run.stdout))


def close(found: Any, wanted: Any, tolerance: float) -> None:
    wanted = np.ravel(wanted)
    # What is not finite comes from JavaScript as a text.
    np.testing.assert_allclose(
        np.array(np.ravel(found), wanted.dtype), wanted, tolerance, tolerance
    )


def check(cases: Sequence[Case], tolerance: float, *flags: str) -> None:
    in_c, in_javascript = run_c(cases, *flags), run_javascript(cases)
    for case, *every in zip(cases, in_c, map(run_python, cases), in_javascript, strict=True):
        for found in every:
            for one, out in zip(found, case.outs, strict=True):
                close(one, out, tolerance)


def test_every_layer_is_as_its_sources(tmp_path: Path) -> None:
    check(exported([row for row in NETWORKS if not row.mixes], tmp_path), 1e-12)


def test_networks_of_float32_use_float_in_c(tmp_path: Path) -> None:
    cases = exported(SINGLE, tmp_path)
    check(cases, 1e-5, "-O2")
    assert "void net0(const float *x, float *y)" in cases[0].file(".c").read_text()


def test_every_layer_of_nn_is_in_the_table() -> None:
    tried = {type(part) for row in NETWORKS for part in row.make().modules()}
    layers = {
        kind
        for kind in (getattr(nn, name) for name in nn.__all__)
        if inspect.isclass(kind)
        and issubclass(kind, nn.Module)
        and not kind.__name__.endswith("Loss")
    }
    assert layers - tried == {nn.Module}


@pytest.mark.parametrize("row", [row for row in NETWORKS if row.mixes], ids=str)
def test_a_network_that_mixes_rows_is_refused(row: NetworkRow, tmp_path: Path) -> None:
    model, X = row.network()
    with pytest.raises(ValueError, match=r"^export: what \w+ says of a row depends on .*axis"):
        nn.export(model, tmp_path / "net.c", X, batch_axis=row.axis)
    assert not list(tmp_path.iterdir())


def test_rows_that_are_not_along_the_first_axis(tmp_path: Path) -> None:
    steps = np.random.default_rng(0).normal(size=(5, 3, 4))
    with pytest.raises(ValueError, match=r"LSTM says of a row depends.*batch_axis=1"):
        nn.export(nn.LSTM(4, 3, rng=0), tmp_path / "net.c", steps)


def test_in_memory_there_is_nothing_wrong(tmp_path: Path) -> None:
    """The program of PREDICT_MAIN, with the checks of addresses and of undefined behaviour."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1, rng=0), nn.MaxPool2d(2, padding=1), nn.Flatten()
    )
    model.append(nn.Linear(18, 3, rng=1))
    X = rng.normal(size=(4, 1, 4, 4))
    path = nn.export(model, tmp_path / "net.c", X)
    command = [
        peers.require("cc"),
        *STRICT,
        "-g",
        "-fsanitize=address,undefined",
        "-DPREDICT_MAIN",
    ]
    subprocess.run([*command, str(path), "-lm", "-o", str(tmp_path / "net")], check=True)
    numbers = "\n".join(" ".join(map(repr, row.ravel().tolist())) for row in X)
    run = subprocess.run(
        [tmp_path / "net"], input=numbers, capture_output=True, text=True, check=True
    )
    found = [[float(x) for x in line.split()] for line in run.stdout.splitlines()]
    close(found, model.eval()(X).data, 1e-12)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_random_networks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = ["relu", "tanh", "sigmoid", "gelu", "silu", "softplus", "elu", "leaky_relu"]

    def mlp() -> nn.Module:
        sizes = rng.integers(1, 9, rng.integers(1, 4)).tolist()
        return nn.MLP(4, sizes, str(rng.choice(kinds)), rng=rng)

    def cnn() -> nn.Module:
        size, stride, margin = (int(rng.integers(1, n)) for n in (4, 3, 3))
        conv = nn.Conv2d(4, 6, size, stride=stride, padding=margin, groups=int(rng.choice([1, 2])))
        pool = nn.MaxPool2d if rng.random() < 0.5 else nn.AvgPool2d
        return nn.Sequential(conv, nn.GELU(), pool(2, padding=1, ceil_mode=bool(rng.integers(2))))

    rows = [
        NetworkRow("MLP", mlp, ((3, 4),)),
        NetworkRow("CNN", cnn, ((3, 4, *rng.integers(4, 8, 2).tolist()),)),
    ]
    with TemporaryDirectory() as folder:
        check(exported(rows, Path(folder)), 1e-12)


# -- what a person may do wrong ------------------------------------------------------------------


class Branching(nn.Module):
    def forward(self, x: Any) -> Any:
        return x if x.sum() > 0 else -x


class Reading(nn.Module):
    def forward(self, x: Any) -> Any:
        return x * float(x.data.max())


class Solving(nn.Module):
    def forward(self, x: Any) -> Any:
        return autograd.solve(x, x)


class Special(nn.Module):
    def forward(self, x: Any) -> Any:
        return autograd.gammaln(abs(x) + 1)


_X = np.ones((2, 4))


@pytest.mark.parametrize(
    "model, name, X, message",
    [
        (nn.MLP(4, [2]), "net.cpp", None, "net.cpp: extension '.cpp' .* use [.]c [.]py [.]js"),
        (nn.MLP(4, [2]), "net", None, "a name without extension"),
        (nn.LayerNorm(4), "net.c", None, "LayerNorm does not say what shape it takes; give an ex"),
        (nn.MLP(4, [2]), "net.c", np.ones((2, 3)), "has not 4 features"),
        (nn.MLP(4, [2]), "net.c", np.ones(4), "has not 4 features"),
        (nn.MLP(4, [2]), "net.c", np.ones((0, 4)), "has no rows along axis 0"),
        (Branching(), "net.py", _X, "a branch is taken on the numbers of an input.*autograd.where"),
        (Reading(), "net.py", _X, "data of a Tensor is taken"),
        (Solving(), "net.js", np.eye(3)[None] + np.zeros((2, 1, 1)), "solve has no loops in an"),
        (Special(), "net.c", _X, "gammaln is SciPy's.*use another function"),
    ],
)
def test_what_is_refused(model: nn.Module, name: str, X: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        nn.export(model, tmp_path / name, X)
    assert "\n" not in str(caught.value) and not list(tmp_path.iterdir())


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    model = nn.MLP(2, [3, 1], rng=0)
    model[2].weight.data = np.array([[1.0], [np.inf], [2.0]])
    with pytest.raises(ValueError, match=r"the weights 2\.weight are not finite"):
        nn.export(model, tmp_path / "net.c")


def test_other_mistakes(tmp_path: Path) -> None:
    model = nn.MLP(2, [1], rng=0)
    with pytest.raises(TypeError, match=r"the first argument is a Module, not"):
        nn.export(model.state_dict(), tmp_path / "net.c")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"the second argument is the path of a file, not 5"):
        nn.export(model, 5)  # type: ignore[arg-type]
    for name in ("2fast", "for", "a-b", "größe", "double"):
        with pytest.raises(ValueError, match="is no name for a function"):
            nn.export(model, tmp_path / "net.c", name=name)
    path = nn.export(model, tmp_path / "net.c")
    before = path.read_text()
    with pytest.raises(FileExistsError, match=r"net\.c exists; give another name"):
        nn.export(nn.MLP(2, [2]), path, overwrite=False)
    assert path.read_text() == before
    model.train()
    nn.export(model, path)
    assert model.training and path.read_text() == before


EXTREMES = [0.0, -0.0, 1.0, -1.0, 2.5, -3.0, 0.5, 1e-310, 720.0, -720.0, 1e308, -1e308,
            np.inf, -np.inf, np.nan]  # fmt: skip
OPERATORS = {"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
             "pow": operator.pow, "mod": operator.mod, "neg": operator.neg}  # fmt: skip


class OneRow(nn.Module):
    """An elementwise row of the table, over the last axis of the input."""

    def __init__(self, rule: Rule) -> None:
        self.count = len(rule.args)
        self.function: Any = OPERATORS.get(rule.name) or getattr(autograd, rule.name)

    def forward(self, x: Any) -> Any:
        return self.function(*(x[..., k] for k in range(self.count)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_row_is_as_in_numpy_at_extremes(tmp_path: Path) -> None:
    """What overflows, and what has no value, raises in no language."""
    models = [OneRow(rule) for rule in RULES.values() if not rule.is_special]
    grids = [np.array([[*itertools.product(EXTREMES, repeat=model.count)]]) for model in models]
    rows = [
        NetworkRow(str(k), lambda model=model: model, (X.shape,))  # type: ignore[misc]
        for k, (model, X) in enumerate(zip(models, grids))
    ]
    cases = [
        replace(case, X=(X,), outs=outputs(model, (X,)))
        for case, model, X in zip(exported(rows, tmp_path), models, grids, strict=True)
    ]
    check(cases, 1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_variance_of_too_few_numbers_is_no_number(tmp_path: Path) -> None:
    class Deviation(nn.Module):
        def forward(self, x: Any) -> Any:
            return autograd.std(x, axis=1, ddof=2)

    (case,) = exported([NetworkRow("deviation", Deviation, ((1, 2),))], tmp_path)
    for X in (np.array([[1.0, 4.0]]), np.array([[3.0, 3.0]])):
        check([replace(case, X=(X,), outs=outputs(Deviation(), (X,)))], 1e-12)


def test_a_wrong_number_of_inputs_is_an_error(tmp_path: Path) -> None:
    nn.export(nn.MLP(2, [1], rng=0), tmp_path / "net.py")
    space: dict[str, Any] = {}
    exec((tmp_path / "net.py").read_text(), space)
    with pytest.raises(ValueError, match="predict: x has 2 numbers, not 3"):
        space["predict"]([1, 2, 3])


def test_an_index_that_is_not_there_gives_nan(tmp_path: Path) -> None:
    row = NetworkRow("words", lambda: nn.Embedding(5, 2, rng=0), ((1, 2),), most=5)
    (case,) = exported([row], tmp_path)
    case = replace(case, X=(np.array([[7, -1]]),))
    for found in (run_c([case])[0], run_python(case), run_javascript([case])[0]):
        close(found[0], np.full(case.outs[0].shape, np.nan), 0)


def test_names_that_are_no_identifiers(tmp_path: Path) -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            for name in ("double", "i", "total", "x", "y", "exp", "v1", "größe", "_", "lambda_"):
                setattr(self, name, nn.Parameter(np.array([0.5, 1.5])))

        def forward(self, x: Any) -> Any:
            for _, p in self.named_parameters():
                x = autograd.exp(-abs(x)) * p + x
            return x

    row = NetworkRow("odd", Odd, ((3, 2),))
    check(exported([row], tmp_path), 1e-12)
