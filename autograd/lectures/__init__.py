"""The five lectures, place by place: what each shows, its lesson here, and the numbers it prints.

The rows stand in a file for each lecture (``a.toml`` to ``e.toml``), which people and programs
read. The command ``tracegrad lecture``, its pages and the tests have no other list.

>>> from autograd.lectures import find
>>> place = find("E p30")
>>> place.id, place.lesson, place.at
('E15', 'optimizer-forms', 'p. 30')
"""

from autograd.lectures.numbers import Number, agrees
from autograd.lectures.places import LECTURES, Lecture, Place, find, lecture

__all__ = ["agrees", "find", "lecture", "Lecture", "LECTURES", "Number", "Place"]
