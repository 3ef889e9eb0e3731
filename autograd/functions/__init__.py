"""The public functions of both tables, NumPy's own functions over nodes, and Tensor's methods."""

from autograd.functions import array_namespace as array_namespace
from autograd.functions import numpy_protocol, public
from autograd.functions.argument_names import HERE
from autograd.functions.row_functions import OF_VALUE, install_function
from autograd.functions.table import FUNCTIONS, SYNONYMS, questioned
from autograd.functions.tensor_methods import OWN

__all__ = [
    "FUNCTIONS",
    "HERE",
    "install_function",
    "numpy_protocol",
    "OF_VALUE",
    "OWN",
    "public",
    "questioned",
    "SYNONYMS",
]
