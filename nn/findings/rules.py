"""The table of rules, in the order in which one would look: what makes the others moot is first."""

from __future__ import annotations

from collections.abc import Callable

from nn.findings import rules_of_data as data
from nn.findings import rules_of_network as network
from nn.findings import rules_of_training as training
from nn.findings.examination import Examination
from nn.findings.finding import Finding

Rule = Callable[[Examination], Finding | None]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        # What cannot be computed, or means nothing.
        data.not_finite_data,
        training.not_finite_weights,
        network.labels,
        network.targets_of_loss,
        training.batch_of_one,
        network.probabilities_missing,
        network.cannot_compute,
        network.unreached,
        training.frozen,
        training.optimizer_of_another,
        network.broadcast,
        data.constant_inputs,
        data.one_class,
        # What does not fit together.
        network.probabilities_twice,
        network.output_range,
        network.no_activation,
        data.leak,
        data.repeated_rows,
        # What makes training hard before it begins.
        data.inputs_unscaled,
        data.targets_unscaled,
        network.identical_units,
        network.dropout,
        training.evaluation_mode,
        training.accumulated,
        # What the updates did.
        training.rate_too_large,
        training.weight_decay,
        network.exploding,
        network.dead_units,
        network.saturated_units,
        network.vanishing,
        training.rate_too_small,
        # What came of it.
        data.unrelated,
        data.imbalance,
        training.overfitting,
        training.few_updates,
        training.few_epochs,
        training.worse_than_constant,
    )
}
#: After one of these nothing else can be said.
ENDS = ("not_finite_data", "not_finite_weights", "cannot_compute")
