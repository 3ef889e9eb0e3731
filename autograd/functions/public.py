"""Every public function of the tables under its own name; the types are in the stub beside."""

from autograd.functions.table import FUNCTIONS

globals().update(FUNCTIONS)
