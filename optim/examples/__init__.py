"""Runnable, plotted examples about descent, by name.

>>> from optim.examples import EXAMPLES
>>> EXAMPLES["error-table-drawn"]().numbers["sums"]
[110.0, 27.5, 0.0, 27.5, 110.0]
"""

from optim.examples.averaging import adagrad_table, averages
from optim.examples.choosing import which_optimizer
from optim.examples.demonstration import (
    Demonstration,
    Example,
    Outcome,
    Table,
    column,
    example,
    panels,
)
from optim.examples.descending import landscapes, learning_rates, stopping_rule
from optim.examples.error_table import error_table
from optim.examples.forms import optimizer_forms
from optim.examples.questions import QUESTIONS, Question, ten_questions
from optim.examples.racing import orders, race_of_optimizers, ravine
from optim.examples.robbins_monro import robbins_monro
from optim.examples.training import decay, why_training_stops, without_gradients
from optim.examples.weights import average_weights

__all__ = [
    "CODES", "column", "EXAMPLES", "Demonstration", "Example", "Outcome", "Question", "QUESTIONS",
    "Table", "example", "panels",
]  # fmt: skip

#: By name, in the order of the catalogue.
EXAMPLES: dict[str, Example[...]] = {
    each.name: each
    for each in (
        error_table, stopping_rule, learning_rates, landscapes, averages, ravine,
        race_of_optimizers, decay, without_gradients, orders, adagrad_table, why_training_stops,
        robbins_monro, which_optimizer, optimizer_forms,
        ten_questions, average_weights,
    )
}  # fmt: skip

# The numbers of the examples in the catalogue.
CODES: dict[str, str] = {name: each.code for name, each in EXAMPLES.items()}
