"""Schedules that are driven by a metric, and what they made of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

from autograd.calculus import Function, Quantity


@dataclass(frozen=True)
class Told:
    """That a schedule was told a metric: the schedule, a copy from before, and the metric."""

    schedule: Quantity
    before: Quantity
    metric: float

    @classmethod
    def all(cls, optimizer: Quantity, metric: float) -> Told | None:
        """Tell it to the schedules of ``optimizer`` that take one; None where there is none."""
        told = None
        rates = {id(group["lr"]): group["lr"] for group in optimizer.param_groups}
        for rate in rates.values():
            schedule = getattr(rate, "then", rate)
            if callable(rate) and hasattr(rate, "step") and hasattr(schedule, "step"):
                told = cls(schedule, copy.copy(schedule), metric)
                rate.step(metric)
        return told

    @property
    def facts(self) -> Mapping[str, float]:
        """The metric, and what it was compared with and counted by."""
        known = {"metric": self.metric, "best": self.before.best}
        known |= {name: getattr(self.before, name) for name in ("bad", "patience")}
        return {name: value for name, value in known.items() if value is not None}

    def rate(self, node: Function) -> Quantity:
        """What it made of its rate, computed on nodes; the number itself where it stayed."""
        own = copy.copy(self.before)
        for name, label in (("rate", "η₀"), ("factor", "γ")):
            setattr(own, name, node(float(getattr(own, name)), label, True))
        own.step(self.metric)
        return own.rate
