"""A page in which a small network is trained.

``making`` checks what it begins with, ``given`` and ``weights`` read data and models of one's own,
``page`` is its HTML, ``engine`` what it computes with, ``updates`` optim's rules in JavaScript.
"""

from nn.live.given import read_points
from nn.live.making import live_page

__all__ = ["live_page", "read_points"]
