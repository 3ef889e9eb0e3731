"""The symbols in which update rules are printed, for the names that programs give to variables.

Greek letters are written out in programs, accents as suffixes, and indices as digits:

>>> from autograd.lessons.symbols import symbol
>>> symbol("gamma"), symbol("m_hat"), symbol("beta1"), symbol("lr"), symbol("trust")
('γ', 'm̂', 'β₁', 'η', 'trust')
"""

from __future__ import annotations

import re
import unicodedata

#: Names whose symbol is not their spelling: settings and states of optimizers, and of schedules.
_SYMBOLS = {
    "lr": "η", "eps": "ε", "betas": "β", "weight_decay": "λ", "momentum": "μ", "dampening": "τ",
    "momentum_decay": "ψ", "lr_decay": "r", "etas": "a", "step_sizes": "b",
    "total": "G", "square": "E", "moved": "D", "mean": "ḡ", "size": "s", "previous": "h",
    "last": "d", "peak": "p", "mu_product": "P", "mu_next": "ν", "longest": "R", "length": "ρ",
    "direction": "d", "delta": "ν", "change": "δ", "spread": "σ", "hessian": "H", "identity": "I",
    "damping": "δ", "random": "u", "weight": "α", "move": "Δ", "step": "s", "before": "g",
    "schedule lr": "η₀", "schedule max_lr": "η₁", "schedule base_lr": "η₀", "schedule end": "η₁",
    "schedule gamma": "γ", "schedule decay": "r", "schedule power": "p",
    "schedule minimum": "η₁", "schedule start": "η₀", "schedule k": "κ", "schedule up": "u",
    "schedule start_divisor": "d", "schedule end_divisor": "D", "rate": "η\u0303",
}  # fmt: skip
_ACCENTS = {"_hat": "\u0302", "_bar": "\u0304", "_tilde": "\u0303"}
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbol(name: str) -> str:
    """The symbol of a variable; a name that stands for none is its own."""
    name = _SYMBOLS.get(name, name).removeprefix("schedule ")
    for suffix, accent in _ACCENTS.items():
        if name.endswith(suffix):
            return unicodedata.normalize("NFC", symbol(name.removesuffix(suffix)) + accent)
    parts = re.fullmatch(r"([^\W\d_]+)_?(\d*)", name)
    if parts is None:
        return name
    word, digits = parts.groups()
    try:
        letter = unicodedata.lookup(f"GREEK SMALL LETTER {word.replace('lambda', 'lamda').upper()}")
    except KeyError:
        letter = word
    return indexed(letter, int(digits)) if digits else letter


def indexed(name: str, index: int) -> str:
    """A symbol with an index.

    >>> from autograd.lessons.symbols import indexed
    >>> indexed("m", 12), indexed("β₁", 0)
    ('m₁₂', 'β₁,₀')
    """
    comma = "," if name[-1:] in "₀₁₂₃₄₅₆₇₈₉" else ""
    return f"{name}{comma}{str(index).translate(_LOWERED)}"
