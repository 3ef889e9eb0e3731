"""The helper that skips or fails: seeded with a peer that cannot exist."""

import math

import pytest

from tests.peers import PROGRAMS, require


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
