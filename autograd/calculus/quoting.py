"""What a program or a file gave, quoted in a message: on one line, and bounded.

A repr may have many lines, as that of an array has, and may hold control characters, which a
terminal obeys.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """``text`` on one line, with � for what is not printable: a terminal obeys control characters.

    >>> from autograd.calculus import one_line
    >>> one_line("setosa" + chr(27) + "[2J")
    'setosa�[2J'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def comment(text: str) -> str:
    """``text`` as it stands in a comment of any language: it neither ends nor continues one.

    A backslash at the end of a line of C, or ``??/``, makes the next line a part of the comment.

    >>> from autograd.calculus import comment
    >>> comment("a" + chr(10) + "*/ b"), comment("C:" + chr(92))
    ('a�* / b', 'C:\\\\ .')
    """
    text = one_line(text).replace("*/", "* /").rstrip()
    return f"{text} ." if text.endswith(("\\", "??/")) else text


def short(thing: object, most: int = 60) -> str:
    """The first ``most`` characters of the repr of ``thing``, on one line.

    >>> from autograd.calculus import short
    >>> import numpy as np
    >>> short(np.eye(2))
    'array([[1., 0.], [0., 1.]])'
    """
    return one_line(" ".join(repr(thing).split())[:most])


#: So much of the path of a file is quoted.
LONGEST_PATH = 200


def path_text(path: object) -> str:
    """The path of a file as a message quotes it: on one line, of a long one both ends.

    >>> from autograd.calculus import path_text
    >>> path_text("data" + chr(10) + ".csv"), len(path_text("a" * 5000))
    ('data�.csv', 200)
    """
    text = one_line(str(path))
    if len(text) <= LONGEST_PATH:
        return text
    return f"{text[:60]}...{text[63 - LONGEST_PATH :]}"
