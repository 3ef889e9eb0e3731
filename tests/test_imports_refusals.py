"""Forms of operations that have no row, without PyTorch and JAX: each is refused in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor
from autograd.imports.aten import ATEN
from autograd.imports.primitives import PRIMITIVES
from autograd.imports.recomputing import NoRow, Place, Recomputation
from tests.house import ROOT

PICTURE = np.ones((1, 1, 3, 3))
WINDOW = {
    "window_dimensions": (1, 1, 2, 2), "window_strides": (1, 1, 1, 1), "padding": [(0, 0)] * 4,
    "base_dilation": (1, 1, 1, 1), "window_dilation": (1, 1, 1, 1),
}  # fmt: skip
CONV = {"window_strides": (1, 1), "padding": [(0, 0)] * 2, "rhs_dilation": (1, 1),
        "dimension_numbers": None, "feature_group_count": 1, "batch_group_count": 1}  # fmt: skip
#: The operation, its operands and settings, the shape of what the other library gives, the cause.
FORMS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...], str]] = [
    ("aten.div", (2.0,), {"rounding_mode": "trunc"}, (1, 1, 3, 3), "rounding_mode='trunc'"),
    ("aten.elu", (1.0, 1.0, 2.0), {}, (1, 1, 3, 3), "input_scale=2.0"),
    ("aten.round", (), {"decimals": 2}, (1, 1, 3, 3), "decimals=2"),
    ("aten.max_pool2d_with_indices", ([2, 2], [2, 2], [0, 0], [1, 1], True), {}, (1, 1, 2, 2),
     "ceil_mode with a window that is cut off"),
    ("aten.avg_pool2d", ([2, 2], [2, 2], [0, 0], True), {}, (1, 1, 2, 2),
     "ceil_mode with a window that is cut off"),
    ("aten.avg_pool2d", ([2, 2], [2, 2], [1, 1], False, False), {}, (1, 1, 2, 2),
     "count_include_pad=False"),
    ("aten.adaptive_avg_pool1d", ([0],), {}, (1, 1, 3, 0), "zero"),
    ("aten.scaled_dot_product_attention", (PICTURE, PICTURE), {"enable_gqa": True}, (1, 1, 3, 3),
     "enable_gqa=True"),
    ("select_n", (PICTURE, PICTURE, PICTURE), {}, (1, 1, 3, 3), "3 cases"),
    ("pad", (0.0,), {"padding_config": [(0, 0, 0)] * 3 + [(0, -1, 0)]}, (1, 1, 3, 2),
     "padding inside or below zero"),
    ("sort", (PICTURE,), {"dimension": 3}, (1, 1, 3, 3), "several arrays sorted together"),
    ("conv_general_dilated", (PICTURE,), {**CONV, "lhs_dilation": (2, 1)}, (1, 1, 3, 1),
     "a dilated picture, or groups of examples"),
    ("reduce_window_max", (), {**WINDOW, "window_dilation": (1, 1, 2, 1)}, (1, 1, 1, 2),
     "dilated windows"),
    ("reduce_window_sum", (), {**WINDOW, "window_dimensions": (1, 3, 3, 3)}, (1, 1, 1, 1),
     "windows over examples or channels"),
]  # fmt: skip


def test_a_form_without_a_row_is_refused_in_one_line_that_names_the_operation() -> None:
    x = Tensor(PICTURE, requires_grad=True)
    for operation, args, named, shape, cause in FORMS:
        table = ATEN if operation.startswith("aten.") else PRIMITIVES
        ours = Recomputation("the other", "model", table)
        theirs: Any = np.ones(shape)
        if "indices" in operation:
            theirs = theirs, np.zeros(shape, int)
        with pytest.raises(NoRow) as caught:
            ours.apply(operation, (x, *args), named, theirs, Place())
        message = str(caught.value)
        assert message.startswith(f"steps: model uses {operation} in a form that has no row here")
        assert cause in message and "\n" not in message
    # Each place that refuses a form is among these.
    tables = [
        ROOT / f"autograd/imports/{name}.py" for name in ("aten", "aten_networks", "primitives")
    ]
    raised = sum(path.read_text(encoding="utf-8").count("raise NoRow(") for path in tables)
    assert raised == len({cause for *_, cause in FORMS if cause != "zero"})
