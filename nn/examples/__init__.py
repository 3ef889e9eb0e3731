"""Runnable, plotted examples about networks and their training, by name.

>>> from nn.examples import EXAMPLES
>>> EXAMPLES["mlp-3-4-2"]().numbers["unknowns"]
26
"""

from collections.abc import Callable

from nn.examples.backpropagation import (
    bce_two_layer,
    half_squared_error_mlp,
    mlp_3_4_2,
    single_linear_layer,
)
from nn.examples.batches import batch_sizes, streaming
from nn.examples.catalogue_of_parts import activations, initialisation, losses
from nn.examples.procedure import loss_surface_of_a_network, pytorch_script, training_procedure
from nn.examples.regularised import regularisation
from optim.examples import Demonstration

__all__ = ["CODES", "EXAMPLES"]

EXAMPLES: dict[str, Callable[[], Demonstration]] = {
    "bce-two-layer": bce_two_layer,
    "mlp-3-4-2": mlp_3_4_2,
    "half-squared-error-mlp": half_squared_error_mlp,
    "batch-sizes": batch_sizes,
    "streaming": streaming,
    "training-procedure": training_procedure,
    "pytorch-script": pytorch_script,
    "regularisation": regularisation,
    "single-linear-layer": single_linear_layer,
    "loss-surface": loss_surface_of_a_network,
    "losses": losses,
    "activations": activations,
    "initialisation": initialisation,
}

#: The numbers of the examples in the catalogue; those without one show what the lectures name.
CODES: dict[str, str] = dict(
    zip(EXAMPLES, "W13 W14 W15 W22 W23 W28 W29 W31 W33 W36".split(), strict=False)
)
