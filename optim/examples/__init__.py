"""Runnable, plotted examples about descent, by name.

>>> from optim.examples import EXAMPLES
>>> EXAMPLES["error-table"]().numbers["sums"]
[110.0, 27.5, 0.0, 27.5, 110.0]
"""

from collections.abc import Callable

from optim.examples.averaging import adagrad_table, averages
from optim.examples.demonstration import Demonstration, Table, panels
from optim.examples.descending import landscapes, learning_rates, stopping_rule
from optim.examples.error_table import error_table
from optim.examples.racing import orders, race_of_optimizers, ravine
from optim.examples.training import decay, why_training_stops, without_gradients

__all__ = ["CODES", "EXAMPLES", "Demonstration", "Table", "panels"]

EXAMPLES: dict[str, Callable[[], Demonstration]] = {
    "error-table": error_table,
    "stopping-rule": stopping_rule,
    "learning-rates": learning_rates,
    "landscapes": landscapes,
    "weighted-average": averages,
    "ravine": ravine,
    "race": race_of_optimizers,
    "decay": decay,
    "without-gradients": without_gradients,
    "orders": orders,
    "adagrad-table": adagrad_table,
    "why-training-stops": why_training_stops,
}

# The numbers of the examples in the catalogue.
CODES: dict[str, str] = dict(
    zip(EXAMPLES, "W16 W19 W20 W21 W24 W25 W26 W27 W30 W32 W37 W38".split(), strict=True)
)
