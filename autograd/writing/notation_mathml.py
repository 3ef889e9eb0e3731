"""Mathematics as MathML, which browsers draw without a library.

A number may carry a reference, such as ``v3`` for the value of row 3: the page finds it there and
keeps it up to date. Text is escaped here; a piece's text is well-formed XML.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from autograd.writing.figures import current_figures
from autograd.writing.notation import (
    ATOM,
    POWER,
    PRODUCT,
    SIGNED,
    STRENGTHS,
    Piece,
    Typeset,
    Written,
)
from autograd.writing.notation_latex import subscripted

_TIMES = '<mo lspace="0.2em" rspace="0.2em">·</mo>'
_FLAT = 'stretchy="false"'


class MathML(Typeset):
    """MathML Core: rows, fractions, scripts, roots, tables."""

    minus: str
    dot: str
    circle: str

    name = "mathml"
    most_elements = 36
    works_arrays = True
    minus, dot, circle = '<mo form="prefix">−</mo>', _TIMES, "<mo>⊙</mo>"

    def symbol(self, label: str) -> Piece:
        if label[1:].endswith("'"):
            return self.primed(label[:-1])
        return _lettered(label)

    def number(self, text: str, ref: str = "") -> Piece:
        written = _digits(text, f' data-ref="{ref}"' if ref else "")
        if ref:
            return Piece(written, SIGNED, ref)
        fraction = POWER if "/" in text else ATOM
        return Piece(written, SIGNED if text.startswith("-") else fraction)

    def vector(self, items: Sequence[str]) -> Piece:
        inner = "<mo>,</mo>".join(self.number(item).text for item in items)
        return Piece(_fenced("(", inner, ")"))

    def matrix(self, rows: Sequence[Sequence[str]]) -> Piece:
        inner = "".join(
            "<mtr>" + "".join(f"<mtd>{self.number(c).text}</mtd>" for c in row) + "</mtr>"
            for row in rows
        )
        # The style sheet draws its brackets, because few fonts have brackets that stretch.
        return Piece(f'<mtable class="matrix">{inner}</mtable>')

    def array(self, written: Written, ref: str) -> Piece:
        """The elements, each where the page finds it, over the shape."""
        rows = [
            [self._element(text, ref, place) for text, place in zip(*row)]
            for row in zip(written.rows, written.places)
        ]
        if written.vector:
            inner = "<mo>,</mo>".join(rows[0])
            elements = _fenced("(", inner, ")")
        else:
            cells = (f"<mtr>{''.join(f'<mtd>{c}</mtd>' for c in row)}</mtr>" for row in rows)
            elements = f'<mtable class="matrix">{"".join(cells)}</mtable>'
        hot = f' data-hot="{ref}"' if ref else ""
        said = f"<mtext{hot}>\u00a0one-hot</mtext>" if written.one_hot else ""
        below = f'<mrow class="shape"><mtext>{_text(written.shape)}</mtext>{said}</mrow>'
        return Piece(f"<munder>{elements}{below}</munder>", ATOM, ref, True)

    def _element(self, text: str, ref: str, place: int) -> str:
        return _digits(text, f' data-ref="{ref}" data-at="{place}"' if ref else "")

    def large(self, text: str, ref: str) -> Piece:
        spaced = _text(text.replace(" ", "\u00a0"))
        where = f' data-ref="{ref}" data-form="summary"' if ref else ""
        return Piece(f"<mtext{where}>{spaced}</mtext>", ATOM, ref, True)

    def words(self, text: str) -> Piece:
        spaced = text.replace(" ", "\u00a0")  # browsers drop ordinary spaces at either end
        return Piece(f"<mtext>{_text(spaced)}</mtext>")

    def index(self, piece: Piece, text: str) -> Piece:
        # Beside it: below, it would stand under the shape of an array.
        return Piece(f"<mrow>{piece.text}<mtext>[{_text(text)}]</mtext></mrow>")

    def primed(self, label: str) -> Piece:
        # Beside its letter: fonts draw a prime raised, and a raised one would stand twice as high.
        bare = label[:1] + label[1:].rstrip("'")
        return _lettered(bare, "′" * (1 + len(label) - len(bare)))

    def brackets(self, piece: Piece, base: bool = False) -> Piece:
        """While the number that the page keeps live is negative, or a fraction under a power."""
        if piece.ref:
            needed = ">−" in piece.text or (base and "<mfrac>" in piece.text)
            opening, closing = ("(", ")") if needed else ("", "")
            signs = (f'<mo {_FLAT} lspace="0" rspace="0">{c}</mo>' for c in (opening, closing))
            own = f'data-signed="{piece.ref}"' + ' data-base=""' * base
            return Piece(f"<mrow {own}>{piece.text.join(signs)}</mrow>")
        return Piece(_fenced("(", piece.text, ")"))

    def begins_negative(self, piece: Piece) -> bool:
        return bool(re.match("(<mrow[^>]*>)*<m[no][^>]*>−", piece.text))

    def square(self, piece: Piece) -> Piece:
        return Piece(_fenced("[", piece.text, "]"))

    def derivative(self, top: str, bottom: str) -> Piece:
        a, b = (f"<mrow><mo>∂</mo>{self.symbol(x).text}</mrow>" for x in (top, bottom))
        return Piece(f"<mfrac>{a}{b}</mfrac>", POWER)

    def dotted(self, name: str) -> Piece:
        letter, index = subscripted(name)
        head = f'<mover accent="true"><mi>{_text(letter)}</mi><mo>˙</mo></mover>'
        return Piece(f"<msub>{head}<mn>{index}</mn></msub>" if index else head)

    def binary(self, op: str, left: Piece, right: Piece) -> Piece:
        own = STRENGTHS[op]
        if op == "**":
            base = left if left.strength >= ATOM else self.brackets(left, base=True)
            return Piece(f"<msup>{_row(base)}{_row(right)}</msup>", POWER)
        if op == "/":
            return Piece(f"<mfrac>{_row(left)}{_row(right)}</mfrac>", POWER)
        sign = {"*": _TIMES, "@": "<mo>×</mo>", "-": "<mo>−</mo>"}.get(op) or f"<mo>{op}</mo>"
        return _joined(self.at_least(left, own), sign, self.right(op, right), own)

    def elementwise(self, left: Piece, right: Piece) -> Piece:
        if not (left.array and right.array):
            return self.product([left, right])
        return _joined(self.at_least(left, PRODUCT), self.circle, self.right("*", right), PRODUCT)

    def call(self, name: str, args: Sequence[Piece]) -> Piece:
        if name == "one_hot" and args[0].strength == ATOM:
            return Piece(f"<msub><mn>1</mn>{_row(args[0])}</msub>")
        inner = "<mo>,</mo>".join(arg.text for arg in args)
        if name == "exp":
            return Piece(f"<msup><mi>e</mi><mrow>{inner}</mrow></msup>", POWER)
        if name == "sqrt":
            return Piece(f"<msqrt>{inner}</msqrt>")
        if name == "abs":
            return Piece(_fenced("|", inner, "|"))
        head = {"sigmoid": "σ", "maximum": "max", "minimum": "min"}.get(name, name)
        return Piece(f"<mi>{_text(head)}</mi>{_fenced('(', inner, ')')}")

    def comparison(self, sign: str, left: Piece, right: Piece) -> Piece:
        return Piece(f"{left.text}<mo>{_text(sign)}</mo>{right.text}", 0)

    def choice(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        rows = (
            f"<mtr><mtd>{yes.text}</mtd><mtd>{condition.text}</mtd></mtr>"
            f"<mtr><mtd>{no.text}</mtd><mtd><mtext>else</mtext></mtd></mtr>"
        )
        return Piece(f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>", 0)

    def transposed(self, piece: Piece, attr: str = "T") -> Piece:
        return Piece(f"<msup>{_row(self.at_least(piece, ATOM))}<mo>⊤</mo></msup>", POWER)

    def equals(self, side: str) -> str:
        return f"<mo>=</mo>{side}"

    def equation(self, sides: Sequence[str], sign: str = "=") -> str:
        head, *rest = sides
        if not rest:
            return head
        return f"{head}<mo>{sign}</mo>{'<mo>=</mo>'.join(rest)}"


def _digits(text: str, where: str = "") -> str:
    """A number; what the page keeps live is a row where it may become a fraction."""
    sign, above, below = re.fullmatch(r"(-?)([^/]*)/?(.*)", text).groups()  # type: ignore[union-attr]
    plain = f"{text.replace('-', '−')}</mn>"
    if not current_figures().fractions:
        return f"<mn{where}>{plain}"
    minus = '<mo form="prefix">−</mo>' if sign else ""
    quotient = f"{minus}<mfrac><mn>{above}</mn><mn>{below}</mn></mfrac>"
    inner = quotient if below else f"<mn>{plain}"
    return f"<mrow{where}>{inner}</mrow>" if where or below else inner


def _text(text: str) -> str:
    return html.escape(
        "".join(c if c.isprintable() or c == "\u00a0" else "�" for c in text), quote=True
    )


def _lettered(label: str, primes: str = "") -> Piece:
    letter, index = subscripted("π" if label == "pi" else label)
    head = f"<mi>{_text(unicodedata.normalize('NFC', letter))}</mi>"
    if primes:
        head = f'<mrow>{head}<mo lspace="0" rspace="0">{primes}</mo></mrow>'
    return Piece(f"<msub>{head}<mn>{index}</mn></msub>" if index else head)


def _fenced(opening: str, inner: str, closing: str) -> str:
    """Between brackets, which stretch only around what is tall: browsers widen those that may."""
    tall = any(tag in inner for tag in ("<mfrac", "<mtable", "<munder"))
    a, b = (f"<mo>{c}</mo>" if tall else f"<mo {_FLAT}>{c}</mo>" for c in (opening, closing))
    return f"<mrow>{a}{inner}{b}</mrow>"


def _joined(left: Piece, sign: str, right: Piece, strength: int) -> Piece:
    """Both sides of a sign, before which a page may break the line."""
    parts = (*(left.parts or (left.text,)), f"{sign}{right.text}")
    return Piece("".join(parts), strength, parts=parts)


def _row(piece: Piece) -> str:
    return f"<mrow>{piece.text}</mrow>"


def math(content: str) -> str:
    """A whole formula."""
    return f'<math display="block"><mrow>{content}</mrow></math>'


MATHML = MathML()
