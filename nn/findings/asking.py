"""The function ``why``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograd.calculus import short
from nn.findings.data import rows_of
from nn.findings.finding import Finding, Findings
from nn.findings.untouched import untouched
from nn.kinds import Data, LossFunction
from nn.layers import Module
from nn.predicting import check_model
from optim import Optimizer


def why(
    model: Module,
    data: Data,
    loss: LossFunction,
    optimizer: Optimizer | None = None,
    history: object = None,
    validation: Data | None = None,
) -> Findings:
    """What is wrong with a training: findings with evidence, cause and remedy, likeliest first.

    ``model``, ``data`` (a pair (X, y) or a DataLoader) and ``loss`` are those of ``nn.fit``, before
    or after a training; ``optimizer`` and the ``history`` that ``fit`` returned let it look at the
    updates as well, ``validation`` at rows held out. It looks at the data, runs some rows through
    the network, forward and backward, and tries a few updates at other learning rates; afterwards
    model, optimizer and random numbers are as before, to the bit.

    Returns ``Findings``, which print a line each and are false when nothing was found. The
    derivatives themselves are checked by ``autograd.diagnose``. TypeError or ValueError for what is
    no model, data or loss.

    >>> import nn, optim
    >>> X, y = nn.data.moons(200, rng=0)
    >>> net = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 2, rng=1), nn.Softmax())
    >>> found = nn.why(net, (X, y), nn.CrossEntropyLoss())
    >>> found[0].remedy
    'leave the last softmax out'
    """
    check_model("why", model)
    if not callable(loss) or isinstance(loss, type):
        raise TypeError(f"why: the loss is a function of output and target, not {short(loss)}")
    needed = ("param_groups", "lr", "step", "state_dict", "load_state_dict")
    if optimizer is not None and not all(hasattr(optimizer, name) for name in needed):
        raise TypeError(f"why: the optimizer is {short(optimizer)}; give one of optim, or None")
    from nn.findings.examination import Examination
    from nn.findings.rules import ALONE, ENDS, RULES

    rows = rows_of(data, "data")
    held = None if validation is None else rows_of(validation, "validation")
    past = getattr(history, "rows", history) or ()
    if not isinstance(past, Iterable) or not all(isinstance(row, Mapping) for row in past):
        raise TypeError(f"why: the history is what fit returned, not {short(history)}")
    found: list[Finding] = []
    with untouched(model, optimizer) as restore:
        stopped = getattr(history, "stopped", None)
        e = Examination(model, rows, loss, optimizer, past, stopped, held, restore)
        for name, rule in RULES.items():
            if found and name in ALONE:  # its cause has been found
                continue
            finding = rule(e)
            if finding is not None:
                found.append(finding)
                if name in ENDS:
                    break
    return Findings(found)
