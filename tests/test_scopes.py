"""Scopes: what a node belongs to, and what is kept of a scope that was left."""

from autograd import Value, scope
from autograd.engine.recording import ROOT, present


def test_a_scope_keeps_only_the_rows_that_were_used_in_it() -> None:
    x = Value(2.0)
    with scope("kept"):
        y = (x * x).tanh()
    assert y.scope == ("kept",)
    assert set(ROOT.child("kept").table) == {"mul", "tanh"}


def test_nodes_of_one_row_and_scope_share_their_origin() -> None:
    x = Value(2.0)
    with scope("outer"), scope("inner"):
        y, z = x * x, x * x
    assert y._origin is z._origin and y.scope == ("outer", "inner")
    assert present().scope is ROOT
    assert (x * x)._origin is not y._origin
