"""A page in which a small network is trained: ``making`` checks what it begins with, ``page`` is its
HTML, ``engine`` what it computes with, and ``updates`` the rules of optim as JavaScript.
"""

from nn.live.making import live_page

__all__ = ["live_page"]
