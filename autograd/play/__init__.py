"""The playground: a page in which one types a formula, and its reader of formulas."""

from autograd.play.tables import computed_rules, language

__all__ = ["computed_rules", "language"]
