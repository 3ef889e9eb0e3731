"""How good a network is on held-out rows, beside the best constant answer: ``nn.report``.

>>> import nn, optim
>>> X, y = nn.data.moons(300, rng=0)
>>> net = nn.MLP(2, [16, 2], rng=0)
>>> adam = optim.Adam(net.parameters(), lr=0.05)
>>> history = nn.fit(net, (X[:200], y[:200]), nn.CrossEntropyLoss(), adam, 20, seed=0)
>>> held_out = (X[200:], y[200:])
>>> report = nn.report(net, held_out, history=history, features=["east", "north"], seed=0)
>>> print(report.verdict)
Better than always answering 0: 100.0% of 100 rows are right, against 51.0%.

``print(report)`` shows the tables, ``console.print(report)`` on a console of rich; a notebook shows
them with pictures; ``report.save("report.html")`` writes a page, ``.txt`` and ``.json`` the same as
text and as numbers. What a table of data has, the arguments take:

* ``features``: a name for each column of X; columns of one name, such as those that one category
  became, are one feature;
* ``classes``: the names of the classes in the order of the outputs;
* ``undo``: the ``Standardizer`` of a target that was scaled, or a function: what is predicted and
  what is right are shown in the unit that it leads back to;
* ``y_train``: the targets that were trained on, from which the constant answer is taken.
"""

from nn.reports.making import report
from nn.reports.result import ENDINGS, Report

__all__ = ["ENDINGS", "Report", "report"]
