"""What people bring to `steps`: formulas with variables, functions with inputs; lessons saved."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, Value, exp, steps
from autograd.cli import main
from autograd.lessons import Steps


def product(a: Any, b: Any) -> Any:
    s = a * b
    return s + exp(a)


def loss(X: Any, w: Any) -> Any:
    return ((X @ w) ** 2).sum()


def weighted(*xs: Any, k: float = 2) -> Any:
    return xs[0] * xs[1] * k


def test_formula_in_python_is_that_of_the_command_line(tmp_path: Path) -> None:
    words = ["x=[1,2]", "W=[[1,0],[2,1]]", "y=1/2"]
    path = tmp_path / "f.json"
    assert main(["step", "y * sum((x @ W)**2)", *words, "-o", str(path)]) == 0
    for values in ({"x": [1, 2], "W": np.array([[1, 0], [2, 1]]), "y": 0.5}, dict(
        word.split("=") for word in words
    )):  # fmt: skip
        assert steps("y * sum((x @ W)**2)", **values).json() + "\n" == path.read_text()
        lesson = steps("y * sum((x @ W)**2)", {"x": values["x"]}, W=values["W"], y=values["y"])
        assert lesson.json() + "\n" == path.read_text()


def test_variables_called_like_options_go_in_a_mapping() -> None:
    assert steps("lr * mode", {"lr": 2, "mode": 3}).gradients[:2] == (3, 2)
    node = Value(3.0)
    assert steps("x * 2", x=node).graph["x"].value == 3


def test_function_has_leaves_named_after_its_parameters() -> None:
    lesson = steps(product, 2, 1)
    assert [node.label for node in lesson.graph] == ["a", "b", "s", "v2", "out"]
    assert lesson.gradients[:2] == (1 + np.exp(2), 2)
    arrays = steps(loss, [[1, 2], [3, 4]], w=np.array([1.0, 2.0]))
    assert [node.label for node in arrays.graph][:2] == ["X", "w"]
    np.testing.assert_array_equal(arrays.gradients[1], [76, 108])
    assert [n.label for n in steps(weighted, 1, 2, k=3).graph][:2] == ["xs1", "xs2"]
    mixed = steps(lambda x, k, flag: x * k if flag else x, Tensor([1.0], name="q"), 2, True)
    assert [node.label for node in mixed.graph][:2] == ["q", "k"]


@pytest.mark.parametrize(
    "call, kind, words",
    [
        (lambda: steps("x * y", x=1), ValueError, "column 5: 'y' has no value"),
        (lambda: steps("x", x=1, y=2), ValueError, "the formula does not use 'y'; leave it out"),
        (lambda: steps("x", {"x": 1}, x=2), ValueError, "x is given twice"),
        (lambda: steps("x", 3), TypeError, "a formula takes its variables by name"),
        (lambda: steps("x", x="foo"), ValueError, "'foo' is no number in 'x=foo'"),
        (lambda: steps("x", x=[[1], [2, 3]]), ValueError, "the list is ragged"),
        (lambda: steps("x", x=((1,), (2, 3))), ValueError, "no number and no array of numbers"),
        (lambda: steps("x", x=object()), ValueError, "no number and no array of numbers"),
        (lambda: steps("x", x=2j), ValueError, "no number and no array of numbers"),
        (lambda: steps("x", x=np.array(["a"])), ValueError, "no number and no array of numbers"),
        (lambda: steps(product, 1), TypeError, "product() cannot be called so: missing a required"),
        (lambda: steps(lambda x: 3, 1), TypeError, "returned 3, no Value or Tensor"),
        (lambda: steps(Value(2), x=3), TypeError, "x= goes with a formula or a function"),
        (lambda: steps(Value(2), 3), TypeError, "3 goes with a formula or a function"),
        (lambda: steps(3), TypeError, "needs a Value or a Tensor, not int"),
        (lambda: steps(optim.SGD([Value(1)], lr=1), product, rounds=3), TypeError,
         "an optimizer takes a closure and iterations=3, not rounds="),
    ],
)  # fmt: skip
def test_what_belongs_to_nothing_is_refused_in_one_line(
    call: Any, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_lessons_are_saved_as_their_methods_write_them(tmp_path: Path) -> None:
    lesson = steps("x * y", x=1, y=2)
    w = Value(1.0, "w")
    updates = steps(optim.SGD([w], lr=0.1), lambda: w * w, iterations=1)
    written: dict[str, tuple[str, str]] = {
        ".html": (lesson.html(title="f"), updates.html(title="f")),
        ".txt": (lesson.text() + "\n", updates.text() + "\n"),
        ".tex": (lesson.latex(document=True), updates.latex(document=True)),
        ".json": (lesson.json() + "\n", updates.json() + "\n"),
        ".svg": (lesson.graph.backward().to_svg(), updates.svg()),
    }
    for suffix, texts in written.items():
        both: tuple[Any, Any] = (lesson, updates)
        for saved, text in zip(both, texts):
            path = saved.save(tmp_path / f"f{suffix}", title="f")
            if suffix == ".html" and isinstance(saved, Steps):
                assert "<title>f</title>" in path.read_text()  # of one part, with its own heading
            else:
                assert path.read_text() == text, suffix
    for saved in both:
        with pytest.raises(ValueError, match=r"extension '\.doc' is not known here; use \.html"):
            saved.save(tmp_path / "f.doc")
        with pytest.raises(ValueError, match="style circuit is for a picture"):
            saved.save(tmp_path / "f.html", style="circuit")
