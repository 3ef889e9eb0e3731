"""Mathematics as LaTeX, for ``amsmath``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from autograd.writing.notation import ATOM, POWER, PRODUCT, SIGNED, STRENGTHS, Piece, Typeset

#: Functions that LaTeX or custom has a name for.
NAMES = {
    **{name: rf"\{name}" for name in "sin cos tan sinh cosh tanh log min max".split()},
    **{f"arc{name}": rf"\arc{name}" for name in ("sin", "cos", "tan")},
    "maximum": r"\max",
    "minimum": r"\min",
    "sigmoid": r"\sigma",
}
SIGNS = {"≠": r"\neq", "≥": r"\geq", "≤": r"\leq"}
ACCENTS = {"\u0302": r"\hat", "\u0304": r"\bar", "\u0307": r"\dot", "\u0303": r"\tilde"}
GREEK = {
    unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}"): rf"\{name}"
    for name in "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma "
    "tau phi chi psi omega".split()
} | {"ℓ": r"\ell", "λ": r"\lambda", "pi": r"\pi", "Δ": r"\Delta"}

_SPECIAL = re.compile(r"[\\{}$&#%_^~<>]")
#: In words as well as in formulas.
_ESCAPES = {
    "\\": r"\ensuremath{\backslash}", "^": r"\ensuremath{\hat{\ }}", "~": r"\ensuremath{\sim}",
    "<": r"\ensuremath{<}", ">": r"\ensuremath{>}",
}  # fmt: skip


def escaped(text: str) -> str:
    """``text`` with LaTeX's special characters escaped."""
    return _SPECIAL.sub(lambda m: _ESCAPES.get(m[0], "\\" + m[0]), text)


#: Small digits that stand for an index, and what they are.
LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_RAISED = str.maketrans(LOWERED, "0123456789")

#: Characters that LaTeX without packages does not know, in words as well as in formulas.
_PORTABLE = {
    **{letter: rf"\ensuremath{{{command}}}" for letter, command in GREEK.items()},
    **{
        raised: rf"\ensuremath{{^{{{letter}}}}}"
        for raised, letter in zip("⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᵏᵖᵗᵘʷˣʸᶻ⁻", "0123456789Tkptuwxyz-")
    },
    **{
        lowered: rf"\ensuremath{{_{{{letter}}}}}"
        for lowered, letter in zip(f"{LOWERED}ᵢⱼₖₙₜᵤᵥₓ", "0123456789ijkntuvx")
    },
    "ᵧ": r"\ensuremath{_{\gamma}}",
    "Ω": r"\ensuremath{\Omega}", "≺": r"\ensuremath{\prec}",
    "Σ": r"\ensuremath{\Sigma}", "∂": r"\ensuremath{\partial}", "·": r"\ensuremath{\cdot}",
    "×": r"\ensuremath{\times}", "∘": r"\ensuremath{\circ}", "½": r"\ensuremath{\tfrac12}",
    "≤": r"\ensuremath{\leq}", "≥": r"\ensuremath{\geq}", "≠": r"\ensuremath{\neq}",
    "∞": r"\ensuremath{\infty}", "∇": r"\ensuremath{\nabla}", "√": r"\ensuremath{\surd}",
    "₋": r"\ensuremath{_{-}}", "‖": r"\ensuremath{\|}",
    "→": r"\ensuremath{\rightarrow}", "←": r"\ensuremath{\leftarrow}", "−": "-", "…": r"\ldots{}",
    "ß": r"\ss{}", "„": ",,", "“": "``", "”": "''",
    # What steers a terminal, and what stands for it: LaTeX stops at them.
    **dict.fromkeys(map(chr, (*range(9), *range(11, 32), *range(127, 160), 0xFFFD)), "?"),
}  # fmt: skip
_ACCENTED = re.compile(f"(.)([{''.join(ACCENTS)}])")
_UMLAUT = re.compile("([A-Za-z])\u0308")


def portable(text: str) -> str:
    """``text`` with letters that every LaTeX has; other characters stay.

    >>> from autograd.writing import portable
    >>> portable("θ² of ŷ")
    '\\\\ensuremath{\\\\theta}\\\\ensuremath{^{2}} of \\\\ensuremath{\\\\hat{y}}'
    """
    apart = _ACCENTED.sub(
        lambda m: rf"\ensuremath{{{ACCENTS[m[2]]}{{{m[1]}}}}}", unicodedata.normalize("NFD", text)
    )
    apart = _UMLAUT.sub(r'\\"{\1}', apart)
    return unicodedata.normalize("NFC", "".join(_PORTABLE.get(c, c) for c in apart))


def subscripted(label: str) -> tuple[str, str]:
    """A label as a letter and its index: ``w0`` is ("w", "0"); a word has no index.

    >>> from autograd.writing.notation_latex import subscripted
    >>> subscripted("w0"), subscripted("h_2"), subscripted("loss"), subscripted("fc1.weight")
    (('w', '0'), ('h', '2'), ('loss', ''), ('fc1.weight', ''))
    >>> subscripted("β₁"), subscripted("mean₀")
    (('β', '1'), ('mean', '0'))
    >>> subscripted("β₁,₀")
    ('β', '1,0')
    """
    decomposed = unicodedata.normalize("NFD", label)
    lowered = re.fullmatch(f"(.+?)([{LOWERED}][{LOWERED},]*)", decomposed)
    if lowered:
        return lowered[1], lowered[2].translate(_RAISED)
    match = re.fullmatch(r"([^\W\d_][\u0302-\u0307]*)_?(\d+)", decomposed)
    return (match[1], match[2]) if match else (label, "")


class LaTeX(Typeset):
    """Fractions, roots and matrices as in a book."""

    dot: str
    circle: str
    summed: str
    made_from: str

    name = "latex"
    dot, circle = r" \cdot ", r" \odot "
    summed, made_from = "summed from", "from"

    def symbol(self, label: str) -> Piece:
        if label[1:].endswith("'"):
            return self.primed(label[:-1])
        letter, index = subscripted(label)
        head = _letter(letter)
        return Piece(f"{head}_{{{index}}}" if index else head)

    def number(self, text: str, ref: str = "") -> Piece:
        if "/" in text:
            sign, above, below = re.fullmatch(r"(-?)(\d+)/(\d+)", text).groups()  # type: ignore[union-attr]
            return Piece(rf"{sign}\frac{{{above}}}{{{below}}}", SIGNED if sign else POWER)
        written = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty"}.get(text, text)
        written = re.sub(
            r"e([+-])0*(\d+)$", lambda m: r" \times 10^{" + m[1].strip("+") + m[2] + "}", written
        )
        return Piece(
            written, SIGNED if text.startswith("-") else ATOM if written == text else PRODUCT
        )

    def vector(self, items: Sequence[str]) -> Piece:
        return Piece("(" + ",\\ ".join(self.number(item).text for item in items) + ")")

    def matrix(self, rows: Sequence[Sequence[str]]) -> Piece:
        inner = r" \\ ".join(" & ".join(self.number(c).text for c in row) for row in rows)
        if len(rows[0]) > 10:  # pmatrix takes no more columns
            return Piece(rf"\left(\begin{{smallmatrix}} {inner} \end{{smallmatrix}}\right)")
        return Piece(rf"\begin{{pmatrix}} {inner} \end{{pmatrix}}")

    def words(self, text: str) -> Piece:
        return Piece(rf"\text{{{escaped(text)}}}")

    def index(self, piece: Piece, text: str) -> Piece:
        return Piece(f"{{{piece.text}}}_{{[{escaped(text)}]}}")

    def primed(self, label: str) -> Piece:
        return Piece(f"{{{{{self.symbol(label).text}}}'}}")

    def brackets(self, piece: Piece) -> Piece:
        return Piece(rf"\left({piece.text}\right)")

    def square(self, piece: Piece) -> Piece:
        return Piece(rf"[{piece.text}]")

    def derivative(self, top: str, bottom: str) -> Piece:
        a, b = self.symbol(top).text, self.symbol(bottom).text
        return Piece(rf"\frac{{\partial {a}}}{{\partial {b}}}", POWER)

    def dotted(self, name: str) -> Piece:
        letter, index = subscripted(name)
        head = rf"\dot{{{_letter(letter)}}}"
        return Piece(f"{head}_{{{index}}}" if index else head)

    def binary(self, op: str, left: Piece, right: Piece) -> Piece:
        own = STRENGTHS[op]
        if op == "**":
            base = self.at_least(left, ATOM).text
            return Piece(f"{{{base}}}^{{{right.text}}}", POWER)
        if op == "/":
            return Piece(rf"\frac{{{left.text}}}{{{right.text}}}", POWER)
        a, b = self.at_least(left, own).text, self.right(op, right).text
        sign = {"*": r" \cdot ", "@": r" \times "}.get(op, f" {op} ")
        return Piece(f"{a}{sign}{b}", own)

    def call(self, name: str, args: Sequence[Piece]) -> Piece:
        if name == "one_hot" and args[0].strength == ATOM:
            return Piece(rf"\mathbf{{1}}_{{{args[0].text}}}")
        inner = ",\\ ".join(arg.text for arg in args)
        if name == "exp":
            return Piece(f"e^{{{inner}}}", POWER)
        if name == "sqrt":
            return Piece(rf"\sqrt{{{inner}}}")
        if name == "abs":
            return Piece(rf"\left|{inner}\right|")
        head = NAMES.get(name, rf"\operatorname{{{escaped(name)}}}")
        return Piece(rf"{head}\left({inner}\right)")

    def comparison(self, sign: str, left: Piece, right: Piece) -> Piece:
        return Piece(f"{left.text} {SIGNS.get(sign, sign)} {right.text}", 0)

    def choice(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        inner = rf"{yes.text} & {condition.text} \\ {no.text} & \text{{else}}"
        return Piece(rf"\begin{{cases}} {inner} \end{{cases}}", 0)

    def transposed(self, piece: Piece, attr: str = "T") -> Piece:
        return Piece(rf"{{{self.at_least(piece, ATOM).text}}}^{{\top}}", POWER)

    def run(self, texts: Sequence[str]) -> str:
        return " ".join(texts)

    def equation(self, sides: Sequence[str], sign: str = "=") -> str:
        head, *rest = sides
        relation = r"\mathrel{+}=" if sign == "+=" else sign
        return f"{head} &{relation} {' = '.join(rest)}" if rest else f"{head} &"


def _letter(name: str) -> str:
    """One letter in italics, an accent as a command, a word upright."""
    decomposed = unicodedata.normalize("NFD", name)
    if len(decomposed) == 2 and decomposed[1] in ACCENTS:
        return f"{ACCENTS[decomposed[1]]}{{{decomposed[0]}}}"
    if name in GREEK:
        return GREEK[name]
    return name if len(name) == 1 and name.isalpha() and name.isascii() else (
        rf"\mathrm{{{escaped(name)}}}"
    )  # fmt: skip


LATEX = LaTeX()
