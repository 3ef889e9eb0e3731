"""The helper that skips or fails: seeded with a peer that cannot exist."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.peers import PROGRAMS, require, torch_scripts


def test_an_installed_module_is_returned() -> None:
    assert require("math") is math


def test_a_missing_module_skips_where_peers_are_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACEGRAD_REQUIRE_PEERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no_such_peer is not installed"):
        require("no_such_peer")


@pytest.mark.parametrize("peer", ["no_such_peer", "no_such_peer.part", *PROGRAMS])
def test_a_missing_peer_fails_where_peers_are_required(
    peer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACEGRAD_REQUIRE_PEERS", "1")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception, match="TRACEGRAD_REQUIRE_PEERS"):
        require(peer)


def test_a_script_of_others_is_run_with_its_imports_changed(
    tmp_path: Path, require: Callable[[str], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    require("torch")
    (tmp_path / "same.py").write_text(
        "import torch.nn as nn\nfrom torch.utils.data import DataLoader\nimport torch\n"
        "layer = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5))\n"
        "for x in DataLoader(torch.randn(7, 3), 2, shuffle=True):\n"
        "    print(layer(x).sum().item())\n"
    )
    (tmp_path / "other.py").write_text("import torch\nprint(len(torch.__name__) // 10)\n")
    (tmp_path / "lacking.py").write_text("import torch\ntorch.fft.fft(torch.ones(3))\n")
    assert torch_scripts.main([str(tmp_path)]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert "lacking.py: line 2: AttributeError: torch has no 'fft'" in lines[0]
    assert "other.py: printed: 0 and 1 at 0" in lines[1]
    assert "numbers are equal" in lines[2]
    assert lines[3] == "2 of 3 scripts ran, 1 with PyTorch's numbers"
