"""What a program or a file gave, quoted in a message: on one line, and bounded.

A repr may have many lines, as that of an array has, and may hold control characters, which a
terminal obeys.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """``text`` on one line, with � for what is not printable: a terminal obeys control characters.

    >>> one_line("setosa" + chr(27) + "[2J")
    'setosa�[2J'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def short(thing: object, most: int = 60) -> str:
    """The first ``most`` characters of the repr of ``thing``, on one line.

    >>> import numpy as np
    >>> short(np.eye(2))
    'array([[1., 0.], [0., 1.]])'
    """
    return one_line(" ".join(repr(thing).split())[:most])
