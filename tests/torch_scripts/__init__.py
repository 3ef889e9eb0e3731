"""Scripts of our own that make the calls of PyTorch's tutorials; ``torch`` is either library.

Each function is a script. It returns numbers that both libraries must give: what is random is
drawn by NumPy. ``python -m tests.torch_scripts`` writes PyTorch's to ``tests/torch_values.json``.
"""

from tests.torch_scripts import further, lectures, printed, tutorials
from tests.torch_scripts.common import VALUES_FILE, draws, flat

SCRIPTS = [
    script
    for module in (tutorials, lectures, printed, further)
    for script in vars(module).values()
    if getattr(script, "__module__", "") == module.__name__ and script.__name__[0] != "_"
]

__all__ = ["SCRIPTS", "VALUES_FILE", "draws", "flat"]
