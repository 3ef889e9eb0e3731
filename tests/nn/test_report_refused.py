"""What a report refuses, in one line that says how it is called."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import nn
from tests.nn.test_report import NAMES, fixed

X4 = np.zeros((4, 2))
REFUSED: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    ((nn.MLP, (X4, [0, 1, 0, 1])), {}, TypeError, "the model comes first"),
    ((fixed(X4), X4, [0, 1, 0, 1]), {}, TypeError, "one argument, report(model, (X, y))"),
    ((fixed(X4), X4), {}, TypeError, "data is a pair (X, y) or a DataLoader of pairs"),
    ((fixed(X4), (X4, [0, 1])), {}, ValueError, "shapes (4, 2) and (2,), not n rows each"),
    ((fixed(X4), (X4[:0], [])), {}, ValueError, "not n rows each"),
    ((fixed(X4), (X4, ["a", "b", "a", "b"])), {}, ValueError, "pass classes="),
    ((fixed(X4), (X4, ["a", "b", "a", "c"])), {"classes": ["a", "b"]}, ValueError,
     "y has 'c', which is not among classes="),
    ((fixed(X4), (X4, [0, 1, 2, 1])), {"classes": ["a", "b"]}, ValueError,
     "y has class 2, the model has outputs for 0 to 1"),
    ((fixed(X4), (X4, [0, 1, 0, 1])), {"classes": ["a"]}, ValueError, "1 names in classes= for 2"),
    ((fixed(X4), (X4, [0, 1, 0, 1])), {"classes": "ab"}, TypeError, "classes is a list of names"),
    ((fixed(X4), (X4, [0.5, 1, 0, 1])), {"classes": ["a", "b"]}, ValueError, "has 0.5, which"),
    ((fixed(X4 + np.nan), (X4, [0, 1, 0, 1])), {}, ValueError, "the model's outputs: the data"),
    ((fixed(X4 + 1e170), (X4, [0, 1, 0, 1])), {}, ValueError, "outputs reach 1e+170; its training"),
    ((fixed(X4[:, :1]), (X4, [0.5, np.inf, 1, 1])), {}, ValueError, "y: the data holds 1 values"),
    ((fixed(X4), (X4, [0.5, 2, 1, 1])), {}, ValueError, "outputs are (4, 2), the targets (4, 1)"),
    ((fixed(X4), (X4, np.ones((4, 2), int))), {"classes": NAMES}, ValueError, "several classes"),
    ((fixed(X4), (X4, [0, 1, 0, 1])), {"features": ["a"]}, ValueError, "names the 2 columns"),
    ((fixed(X4), (X4, [0, 1, 0, 1])), {"repeats": -1}, ValueError, "repeats is a whole number"),
    ((fixed(X4), (X4, [0, 1, 0, 1])), {"y_train": [0, 5]}, ValueError, "y_train has other classes"),
    ((fixed(X4[:, :1] + 2), (X4, [0, 1, 0, 1])), {"loss": nn.BCELoss()}, ValueError,
     "2 to 2 are no probabilities"),
    ((fixed(X4[:, :1]), (X4, [0.5, 2, 1, 1])), {"undo": 3}, TypeError, "undo is a Standardizer"),
    ((fixed(np.zeros((4, 2, 2))), (X4, [0, 1, 0, 1])), {}, ValueError, "not (n, outputs)"),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_what_is_wrong_is_named(case: int) -> None:
    arguments, options, kind, said = REFUSED[case]
    with pytest.raises(kind, match=re.escape(said)) as caught:
        nn.report(*arguments, **options)
    assert str(caught.value).isprintable() and str(caught.value).startswith(
        ("report:", "permutation_importance:")
    )
