"""The playground: one offline page in which one types a formula and steps through its graph.

``catalogue`` has the worked examples as formulas to start from, ``page`` the page, ``tables`` its
reader of formulas.
"""

from autograd.play.catalogue import Start, starts
from autograd.play.page import playground
from autograd.play.tables import computed_rules, language

__all__ = ["computed_rules", "language", "playground", "Start", "starts"]
