"""What ``to_torch`` returns is loaded by PyTorch's ``load_state_dict`` as it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from tests import peers
from tests.nn.networks import outputs
from tests.nn.table import LAYERS, LayerRow

_SEQUENCE = ((5, 2, 4),)
_SEQUENCES = [
    LayerRow(lambda: nn.RNN(4, 3), "t.RNN(4, 3)", _SEQUENCE),
    LayerRow(lambda: nn.GRU(4, 3, num_layers=2), "t.GRU(4, 3, num_layers=2)", _SEQUENCE),
    LayerRow(
        lambda: nn.LSTM(4, 3, bidirectional=True), "t.LSTM(4, 3, bidirectional=True)", _SEQUENCE
    ),
    LayerRow(lambda: nn.RNNCell(4, 3), "t.RNNCell(4, 3)", ((2, 4),)),
    LayerRow(lambda: nn.GRUCell(4, 3), "t.GRUCell(4, 3)", ((2, 4),)),
    LayerRow(lambda: nn.LSTMCell(4, 3), "t.LSTMCell(4, 3)", ((2, 4),)),
    LayerRow(
        lambda: nn.TransformerEncoderLayer(4, 2, 8),
        "t.TransformerEncoderLayer(4, 2, 8)",
        _SEQUENCE,
    ),
]


@pytest.mark.parametrize("row", [*LAYERS, *_SEQUENCES], ids=str)
def test_a_state_is_loaded_as_it_is(row: LayerRow) -> None:
    torch = peers.require("torch")
    rng = np.random.default_rng(0)
    model, twin = row.ours(), eval(row.torch, {"t": torch.nn}).double()
    X = rng.normal(size=row.shapes[0])
    model(X)
    for parameter in twin.parameters():  # nothing is left of what it began with
        torch.nn.init.constant_(parameter, 7.0)
    twin.load_state_dict(nn.to_torch(model), strict=True)
    with torch.no_grad():
        theirs = twin.eval()(torch.tensor(X))
    found: list[Any] = []

    def visit(x: Any) -> None:
        for part in x if isinstance(x, tuple) else ():
            visit(part)
        if not isinstance(x, tuple):
            found.append(x.numpy())

    visit(theirs)
    for one, other in zip(outputs(model, (X,)), found, strict=True):
        np.testing.assert_allclose(one, other, 1e-9, 1e-9)


def test_the_numbers_are_copied_into_the_type_of_the_module() -> None:
    torch = peers.require("torch")
    model, twin = nn.Linear(3, 2, rng=0), torch.nn.Linear(3, 2)
    state = nn.to_torch(model)
    twin.load_state_dict(state)
    assert twin.weight.dtype == torch.float32
    before = state["weight"].copy()
    with torch.no_grad():
        twin.weight.add_(1.0)
    assert np.array_equal(state["weight"], before)
    with pytest.raises(RuntimeError, match="size mismatch for weight"):
        torch.nn.Linear(4, 2).load_state_dict(state)


_READERS: list[Callable[[Any, Any], Any]] = [
    lambda torch, a: torch.tensor(a),
    lambda torch, a: torch.from_numpy(a),
    lambda torch, a: torch.as_tensor(a),
]


@pytest.mark.parametrize("read", _READERS)
def test_it_is_still_an_array(read: Callable[[Any, Any], Any]) -> None:
    weight = nn.to_torch(nn.Linear(3, 2, rng=0))["weight"]
    assert isinstance(weight, np.ndarray) and repr(weight).startswith("array(")
    torch = peers.require("torch")
    assert np.array_equal(read(torch, weight).numpy(), weight)


def test_it_is_made_without_pytorch() -> None:
    program = "import sys, nn; nn.to_torch(nn.Linear(3, 2)); print('torch' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"
