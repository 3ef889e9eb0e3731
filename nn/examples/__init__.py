"""Runnable, plotted examples about networks and their training, by name.

>>> from nn.examples import EXAMPLES
>>> EXAMPLES["mlp-3-4-2-by-formula"]().numbers["unknowns"]
26
"""

from nn.examples.backpropagation import (
    bce_two_layer,
    half_squared_error_mlp,
    mlp_3_4_2,
    single_linear_layer,
)
from nn.examples.batches import batch_sizes, streaming
from nn.examples.bowls import bowl_and_saddle
from nn.examples.catalogue_of_parts import activations, initialisation, losses
from nn.examples.chords import convex_chord
from nn.examples.depth import deep_loss_surfaces
from nn.examples.leaving import shallow_minimum
from nn.examples.misprints import find_the_misprint
from nn.examples.one_error import one_error
from nn.examples.paths import batch_paths
from nn.examples.procedure import (
    loss_surface_of_a_network,
    pytorch_script,
    sigmoid_script,
    training_procedure,
)
from nn.examples.products import six_factors
from nn.examples.regularised import regularisation
from nn.examples.slopes import slopes
from nn.examples.timing import batch_timing
from nn.examples.tuning import tuning
from optim.examples import Example

__all__ = ["CODES", "EXAMPLES"]

#: By name, in the order of the catalogue.
EXAMPLES: dict[str, Example[...]] = {
    each.name: each
    for each in (
        bce_two_layer, mlp_3_4_2, half_squared_error_mlp, batch_sizes, streaming,
        training_procedure, pytorch_script, regularisation, single_linear_layer,
        slopes, loss_surface_of_a_network, six_factors, one_error, tuning, losses, activations,
        initialisation, sigmoid_script, find_the_misprint,
        deep_loss_surfaces, batch_paths, convex_chord, bowl_and_saddle, shallow_minimum,
        batch_timing,
    )
}  # fmt: skip

#: The numbers of the examples in the catalogue.
CODES: dict[str, str] = {name: each.code for name, each in EXAMPLES.items()}
