"""The public functions of both tables, NumPy's own functions over nodes, and Tensor's methods."""

from autograd.functions import public
from autograd.functions.numpy_protocol import floor_divide
from autograd.functions.table import FUNCTIONS, OF_VALUE, install_function
from autograd.functions.tensor_methods import OWN

__all__ = ["floor_divide", "FUNCTIONS", "install_function", "OF_VALUE", "OWN", "public"]
