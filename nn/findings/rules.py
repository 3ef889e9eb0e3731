"""The table of rules, in the order in which one would look: what makes the others moot is first."""

from __future__ import annotations

from collections.abc import Callable

from nn.findings import rules_of_data as data
from nn.findings import rules_of_histories as histories
from nn.findings import rules_of_losses as losses
from nn.findings import rules_of_training as training
from nn.findings import rules_of_units as units
from nn.findings.examination import Examination
from nn.findings.finding import Finding

Rule = Callable[[Examination], Finding | None]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        # What cannot be computed, or means nothing.
        data.not_finite_data,
        training.accumulated,
        training.not_finite_weights,
        losses.labels,
        losses.targets_of_loss,
        training.batch_of_one,
        losses.probabilities_missing,
        losses.cannot_compute,
        losses.unreached,
        training.frozen,
        training.optimizer_of_another,
        losses.broadcast,
        data.constant_inputs,
        data.one_class,
        # What does not fit together.
        losses.probabilities_twice,
        losses.output_range,
        units.no_activation,
        data.leak,
        data.repeated_rows,
        # What makes training hard before it begins.
        data.inputs_unscaled,
        data.targets_unscaled,
        units.identical_units,
        units.dropout,
        training.evaluation_mode,
        # What the updates did.
        training.rate_too_large,
        training.weight_decay,
        data.unrelated,
        units.saturated_units,
        units.exploding,
        units.vanishing,
        units.dead_units,
        units.vanishing_in_time,
        training.rate_too_small,
        # What came of it.
        data.imbalance,
        histories.overfitting,
        histories.few_updates,
        histories.few_epochs,
        histories.worse_than_constant,
    )
}
#: After one of these nothing else can be said.
ENDS = ("not_finite_data", "not_finite_weights", "cannot_compute")
