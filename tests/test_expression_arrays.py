"""Formulas over arrays: the grammar held to Python's own parser, and the values of variables."""

import json
import math
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd.calculus.composed import COMPOSED
from autograd.calculus.rules import RULES
from autograd.cli import main
from autograd.engine import Tensor, Value
from autograd.formulas import ExpressionError, assignments, build, formula, leaves
from autograd.formulas.calling import ALIASES, METHODS, NAMES, OF_SEVERAL
from autograd.functions import FUNCTIONS, OWN
from autograd.graph import trace

ARRAYS: dict[str, Any] = {
    "x": np.array([1.0, 2.0]), "W": np.array([[1.0, 0.0], [2.0, 1.0]]), "b": np.array([0.5, -0.5]),
    "y": np.array([1.0, 0.0]), "z": np.array([1.0, 2.0, 3.0]), "t": 2.0, "k": np.array([0.0, 2.0]),
    "Z": np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]),
}  # fmt: skip

#: Texts that mean the same in Python, over Tensors and the functions of autograd.
TEXTS = """
sum((x @ W + b - y)**2) | -x.T ** 2 | 2 ** x[0] | x @ W @ b | x * y @ W | -x @ W | W.T[0, :1]
W[..., -1] | W[:, None, 0] | W[[1, 0]] | W[1:, ::-1] | x[-1] | W[0][1] | x.sum(axis=0)
W.sum(axis=-1, keepdims=True) | sum(W, axis=(0, 1)) | tanh(x @ W).sum() / x.shape[0]
x.reshape(2, 1) @ x.reshape((1, 2)) | reshape(W, (4,)) | concatenate([x, z], axis=0)
stack([x, b], axis=1) | einsum("i,ij->j", x, W) | einsum('ij->ji', W) | softmax(z)[0]
softmax(z, axis=-1)[1:] | cross_entropy(z, 2) | cross_entropy(Z, [0, 2]) | svd(W)[1] | inv(W) @ x
where(greater(x, 1), x, 0) | x.tanh() | gelu(x, approximate="tanh") | clip(x, 0, 1)
clip(x, a_max=1) | kron(W, W)[0, 0] | W[0, 1:2].mean() | (x + b).max() | x % 2 + x / 2
x.flatten().sum() | W.mT | t * x - 1e-3 | norm(x) ** -2 | logsumexp(z) * 2 | max(W, axis=0)
x.size * x | (x @ W)[0] ** 2 | mean(x,)
"""


def test_array_grammar_means_what_python_means() -> None:
    # The oracle is Python's own parser, on texts that this test alone writes.
    space: dict[str, Any] = {n: Tensor(v) for n, v in ARRAYS.items()} | FUNCTIONS
    texts = [text.strip() for text in TEXTS.replace("\n", "|").split("|") if text.strip()]
    for text in texts:
        expected = eval(text, {}, space)
        np.testing.assert_array_equal(build(text, ARRAYS).data, expected.data, text)
    assert len(texts) > 40


def test_every_function_of_both_tables_is_there_by_its_name() -> None:
    there = {*FUNCTIONS, *COMPOSED}
    assert set(RULES) <= NAMES <= there and {"softmax", "svd", "trace", "expit"} <= NAMES
    assert {*ALIASES.values(), *OF_SEVERAL.values()} <= NAMES and {*OWN, *RULES} >= METHODS
    assert not {"getitem", "put_index", "empty_like"} & NAMES


def test_what_a_formula_is_over_follows_from_its_variables_and_words() -> None:
    for text in ("x * y", "x.tanh() + max(x, y)", "where(greater(x, y), x, y)", "sum(x) * y"):
        assert isinstance(build(text, {"x": 1.0, "y": 2.0}), Value), text
    for text in ("[x, y] * 2", "softmax([x, y])", "norm([x, y])"):
        node = build(text, {"x": 1.0, "y": 2.0})
        assert isinstance(node, Tensor)
        node.sum().backward()
    assert isinstance(build("t + 1", ARRAYS), Value)
    made = leaves("x + t", {**ARRAYS, "unused": 1.0})
    assert [*made] == ["x", "t"] and all(isinstance(leaf, Tensor) for leaf in made.values())


def test_classes_are_whole_numbers_and_soft_targets_are_not() -> None:
    hard = formula("cross_entropy(Z, k)", ARRAYS)
    logits, classes = hard._operands()
    assert classes.name == "k" and classes.data.dtype.kind == "i" and not classes.requires_grad
    assert logits.requires_grad
    soft = build("cross_entropy(z, [0, 1, 0])", ARRAYS)
    assert soft.data == build("cross_entropy(z, 1)", ARRAYS).data
    assert build("take(z, [2, 0])", ARRAYS).data.tolist() == [3, 1]


@pytest.mark.parametrize(
    "text, column, words",
    [
        ("x @ z", 3, "x has shape (2,) and z has shape (3,), which do not fit: 2 != 3"),
        ("(x + 1) * z", 9, "(x + 1) has shape (2,) and z has shape (3,), which do not fit"),
        ("softmx(x)", 1, "did you mean softmax"),
        ("Wx @ x", 1, "'Wx' has no value; did you mean"),
        ("log(x - 1)", 1, "log(0) is not finite at [0]"),
        ("sum(x / (b - 0.5))", 7, "division by zero at [0]"),
        ("inv(W * 0)", 1, "inv"),
        ("x[5]", 2, "x cannot be indexed so: shape (2,): index 5 is out of bounds"),
        ("x[1.5]", 3, "'1.5' is no whole number; write whole numbers and slices"),
        ("x[t]", 3, "'t' is no index"),
        ("x[0", 2, "this bracket is never closed"),
        ("x[0)", 4, "')' is no index"),
        ("x[::0]", 6, "the step of a slice cannot be 0"),
        ("x[[0, y]]", 7, "'y' is no whole number"),
        ("t[0]", 2, "t cannot be indexed so"),
        ("sum(W, axis=5)", 1, "axis 5 is out of range for shape (2, 2); use -2..1"),
        ("sum(W, foo=1)", 1, "there is no argument 'foo'; it takes a, axis, keepdims"),
        ("sum(W, axis=0, axis=1)", 16, "axis= is given twice"),
        ("sum(axis=0, W)", 14, "an argument without a name stands before those with one"),
        ("x.foo", 3, "'.foo' means nothing here; did you mean floor?"),
        ("x.sum", 3, ".sum is a method; write .sum(...)"),
        ("x.data", 3, "'.data' means nothing here"),
        ("x.astype(3)", 3, "'.astype' means nothing here"),
        ("x.mT", 3, ".mT needs two axes, and x has fewer"),
        ("x.", 2, "'.' means nothing here"),
        ("svd(W)", 1, "there are 3 results; take one of them with [0]"),
        ("diff(0)", 1, "diff() takes arrays; one of its arguments here is none"),
        ("var(None)", 1, "var() takes arrays"),
        ("minimum(x, y, b, axis=1)", 1, "minimum"),
        ("x.shape * 2", 9, "a shape is no operand"),
        ("[1, [2]] + x", 10, "the list is ragged: [0] has one number, [1] has 1"),
        ("[x, z]", 1, "shapes (2,) and (3,) differ"),
        ("[]", 2, "an operand is missing before ']'"),
        ("[1 2]", 4, "write a comma between numbers"),
        ("(1]", 3, "']' does not close the bracket of column 1"),
        ("x + True", 3, "True stands only in the arguments of a function"),
        ("einsum(x, 'i')", 1, "einsum"),
        ("cross_entropy(z, 7)", 1, "target 7 is out of range for 3 classes"),
        ("tile(x, 100000000)", 1, "more than 10,000,000 numbers in all"),
        ("full((100000, 100000), 1)", 1, "more than 10,000,000 numbers in all"),
        ("a = tile(x, 3000); outer(a, a)", 20, "more than 10,000,000 numbers in all"),
        ("a = tile(x, 3000); reshape(a, (6000, 1)) * a", 42, "more than 10,000,000 numbers"),
        ("a = tile(x, 3000); reshape(a, (6000, 1)) @ a[None]", 42, "more than 10,000,000"),
    ],
)
def test_mistake_over_arrays_is_told_in_one_line(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        build(text, ARRAYS)
    message = str(caught.value)
    assert words in message and caught.value.column == column and "\n" not in message
    assert len(message) < 250


def test_typographic_signs_spaces_and_quotation_marks_are_read() -> None:
    texts = ("t − 1", "t\xa0-\u202f1", "'t - 1'", "“t - 1”", "\ufefft – 1")
    assert [build(text, ARRAYS).data for text in texts] == [1] * 5
    assert build("t × 3 · 2 ÷ 4", ARRAYS).data == 3
    assert build("einsum(“i->”, x)", ARRAYS).data == 3


def test_value_is_a_number_an_arithmetic_a_list_or_a_file(tmp_path: Path) -> None:
    values = assignments(["x=1/3", "y=-pi/2", "'z=[1, 1/2]'", "W=[[1,", "0],", "[2,1]]", "v=“3”"])
    assert values["x"] == 1 / 3 and values["y"] == -math.pi / 2 and values["v"] == 3
    assert values["z"].tolist() == [1, 0.5] and values["W"].tolist() == [[1, 0], [2, 1]]
    table = np.array([[1.0, 2.0], [3.0, 4.5], [5.0, 6.0]])
    column = table[:, 0]
    files = {
        "comma.csv": "a,b\n1,2\n3,4.5\n\n5,6\n", "semi.csv": "1;2\n3;4.5\n5;6",
        "tab.tsv": "1\t2\n3\t4.5\n5\t6", "space.txt": "# of a lesson\n1 2\n3 4.5  # half\n5 6\n",
        "rows.json": json.dumps(table.tolist()),
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig" if name == "comma.csv" else None)
    np.save(tmp_path / "a.npy", table.astype(np.float32))
    np.savez(tmp_path / "one.npz", table)
    np.savez(tmp_path / "two.npz", W=table, c=column)
    for name in [*files, "a.npy", "one.npz", "two.npz:W"]:
        assert assignments([f"X={tmp_path / name}"])["X"].tolist() == table.tolist(), name
    (tmp_path / "column.csv").write_text("x\n1\n3\n5\n")
    (tmp_path / "number.json").write_text("2.5")
    for name in ("column.csv", "two.npz:c"):
        assert assignments([f"X={tmp_path / name}"])["X"].tolist() == column.tolist()
    assert assignments([f"X={tmp_path / 'number.json'}"]) == {"X": 2.5}


@pytest.mark.parametrize(
    "word, words",
    [
        ("x=[[1,2],[3]]", "the list is ragged: [0] has 2 numbers, [1] has 1; make them alike"),
        ("x=[1,[2]]", "the list is ragged"),
        ("x=[1,a]", "column 6: 'a' has no value"),
        ("x=[1,", "column 5: an operand is missing after ','"),
        ("x=[1,1/0]", "column 7: division by zero, in 'x=[1,1/0]'"),
        ("x=[]", "'[]' is no number"),
        ("x=[[1],[]]", "column 9: an operand is missing before ']'"),
        ("x=" + "[" * 40 + "1" + "]" * 40, "more than 16 axes; write fewer brackets"),
        ("x=" + "[" * 300 + "1" + "]" * 300, "nested deeper than 200"),
        ("x=[1e999]", "'1e999' is too large for a number"),
        ("x=__import__('os').getcwd()", "is no number"),
        ("x=data.xlsx", "no file of that kind is read here, but .csv .tsv .txt .npy"),
        ("x=none.csv", "none.csv: there is no such file; give a .csv"),
        ("x=folder.csv", "is no regular file"),
        ("x=words.csv", "line 2, column 2: 'tall' is no number"),
        ("x=gap.csv", "line 2, column 1: is empty"),
        ("x=ragged.csv", "line 3 has 1 numbers, the first row 2"),
        ("x=nan.csv", "is not finite at [1]"),
        ("x=heading.csv", "there is no number in it"),
        ("x=latin.csv", "not a file of numbers"),
        ("x=objects.npy", "pickled objects are not read; save numbers"),
        ("x=text.npy", "not real numbers"),
        ("x=cut.npy", "not a file of numbers"),
        ("x=big.npy", "1,000,001 numbers, the limit is 1,000,000"),
        ("x=huge.csv", "50,000,001 bytes, the limit is 50,000,000; save a part of it"),
        ("x=bomb.npz", "unpacks to more than 50,000,000 bytes"),
        ("x=two.npz", "has 2 arrays: W, c; take one, such as two.npz:W"),
        ("x=two.npz:v", "has no array 'v': W, c"),
        ("x=rows.json:a", "only an .npz file has arrays by name"),
        ("x=rows.json", "the list is ragged"),
        ("x=words.json", "'a' is no number; write nested lists of numbers"),
        ("x=deep.json", "not a file of numbers"),
    ],
)
def test_malformed_value_is_told_in_one_line(
    word: str, words: str, folder_of_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder_of_files)
    with pytest.raises(ExpressionError) as caught:
        assignments([word])
    assert words in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def folder_of_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("values")
    texts = {
        "words.csv": "1,2\n3,tall\n", "gap.csv": "1,2\n,4\n", "ragged.csv": "1,2\n3,4\n5\n",
        "nan.csv": "1\nnan\n", "heading.csv": "a,b\n", "rows.json": "[[1, 2], [3]]",
        "words.json": '[1, "a"]', "deep.json": "[" * 100_000,
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / "folder.csv").mkdir()
    (folder / "latin.csv").write_bytes(b"\xff\xfe\x00")
    np.save(folder / "objects.npy", np.array([Hostile()], dtype=object), allow_pickle=True)
    np.save(folder / "text.npy", np.array(["a"]))
    np.save(folder / "big.npy", np.zeros(1_000_001, dtype=np.int8))
    (folder / "cut.npy").write_bytes((folder / "big.npy").read_bytes()[:1000])
    np.savez(folder / "two.npz", W=np.eye(2), c=np.ones(2))
    np.savez_compressed(folder / "bomb.npz", zeros=np.zeros(7_000_000))
    with open(folder / "huge.csv", "wb") as file:
        os.truncate(file.fileno(), 50_000_001)
    return folder


class Hostile:
    """What would run if a file of numbers were unpickled."""

    def __reduce__(self) -> Any:
        return (pytest.fail, ("a file of numbers was unpickled",))


def test_hostile_array_would_have_run() -> None:
    with pytest.raises(pytest.fail.Exception):
        pickle.loads(pickle.dumps(Hostile()))


def test_command_line_takes_arrays_in_every_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["sum((x @ W + b - y)**2)", "x=[1,2]", "W=[[1,0],[2,1]]", "b=[.5,-.5]", "y=[1,0]"]
    assert main(["step", *words]) == 0
    shown = capsys.readouterr().out
    assert "f = 22.5" in shown and "9  21" in shown
    assert main(["render", *words, "-o", str(tmp_path / "f.svg")]) == 0
    assert (
        main(["step", *words, "--lr", "0.01", "--iterations", "2", "-o", str(tmp_path / "f.html")])
        == 0
    )
    assert main(["step", *words, "--optimizer", "newton", "--wrt", "x", "--iterations", "1"]) == 0
    assert "x' = " in capsys.readouterr().out
    for command in (
        ["step"],
        ["render", "-o", str(tmp_path / "g.svg")],
        ["step", "--optimizer", "sgd"],
    ):
        assert main([command[0], "x @ W", *words[1:3], *command[1:]]) == 2
        assert "the result has shape (2,), and a sweep begins with one number; write sum(...)" in (
            capsys.readouterr().err
        )
    assert (
        main(["render", "x @ W", *words[1:3], "--forward-only", "-o", str(tmp_path / "h.svg")]) == 0
    )


def test_a_typed_comparison_is_a_number_of_two_operands() -> None:
    assert build("exp(greater(x, 1))", {"x": 2.0}).data == math.e
    with pytest.raises(ExpressionError, match=r"equal.. takes 2 arguments, not 3"):
        build("equal(x, 2, x)", {"x": np.array([1.0, 2.0])})  # NumPy would write into the third


def test_whole_numbers_that_a_function_gives_are_ordinary_numbers() -> None:
    f = build("q = cumsum([1, 2, 3]); sum(q * q)", {})
    f.backward()
    (product,) = f._operands()
    assert product._operands()[0].grad.tolist() == [2.0, 6.0, 12.0]
    assert build("2 ** -sum([1, 2])", {}).data == 0.125


def test_a_list_beside_a_named_argument_is_an_array() -> None:
    assert build("round([1.26, 2], decimals=1)", {}).data.tolist() == [1.3, 2.0]


def test_a_named_argument_without_a_value_is_told() -> None:
    for text in ("sum(x, axis=)", "x.sum(axis=)"):
        with pytest.raises(ExpressionError, match=r"an operand is missing before .\)"):
            build(text, {"x": np.array([1.0, 2.0])})


def test_a_place_that_numpy_computed_is_written_as_a_number() -> None:
    graph = trace(formula("median(x)", {"x": np.array([3.0, 1.0, 2.0])}), names={})
    assert graph.output.expression == "h[1]"
