"""Three ways of writing mathematics: plain text, LaTeX, and MathML.

A piece of mathematics is text with its binding strength, which decides where brackets are needed.
All notations share one walk over a rule's expression tree; each defines how a sum, a fraction or a
root looks.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd.calculus import OPERATORS
from autograd.writing.formatting import SHOWN_ELEMENTS

# Binding strengths of pieces; a quotient binds as a product does, and is no right factor.
SUM, PRODUCT, QUOTIENT, SIGNED, POWER, ATOM = 2, 3, 4, 5, 6, 7

STRENGTHS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER}

SIGNS = {
    "equal": "=",
    "not_equal": "≠",
    "greater": ">",
    "greater_equal": "≥",
    "less": "<",
    "less_equal": "≤",
}


class Piece(NamedTuple):
    """Written mathematics, its binding strength, and which number of a lesson it is.

    ``array`` says that it stands for more than one number: a product of two arrays has a sign of
    its own. ``parts`` are where a page may break its line, each after the first with its sign.
    """

    text: str
    strength: int = ATOM
    ref: str = ""
    array: bool = False
    parts: tuple[str, ...] = ()


class Written(NamedTuple):
    """An array as a formula writes it: its rows, where each element stands, and its shape."""

    rows: Sequence[Sequence[str]]
    places: Sequence[Sequence[int]]
    shape: str
    vector: bool
    one_hot: bool


def _is_number(tree: ast.expr) -> bool:
    match tree:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(map(_is_number, parts))
        case ast.UnaryOp(operand=operand):
            return _is_number(operand)
    return isinstance(tree, ast.Constant)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Notation:
    """Mathematics as plain text: ``1 - out²``, ``∂f/∂x``. Others override what differs."""

    minus: str
    dot: str
    circle: str

    name = "text"
    #: Arrays of up to so many elements stand in formulas, larger ones beside them.
    most_elements = SHOWN_ELEMENTS
    #: Whether a backward step over arrays is written with its numbers, too.
    works_arrays = False
    #: Words between two shapes: what a gradient is summed from, or computed from.
    summed = "Σ"
    made_from = "←"
    rate = "α"
    partial = "∂"
    #: Signs: of a negative, between factors, between arrays multiplied element by element.
    minus, dot, circle = "-", " · ", " * "

    def symbol(self, label: str) -> Piece:
        return Piece(label)

    def number(self, text: str, ref: str = "") -> Piece:
        """A number; ``ref`` says which of a lesson's it is, for a page that keeps them live."""
        return Piece(text, SIGNED if text.startswith("-") else PRODUCT if "/" in text else ATOM)

    def matrix(self, rows: Sequence[Sequence[str]]) -> Piece:
        return Piece("[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]")

    def vector(self, items: Sequence[str]) -> Piece:
        return Piece("[" + ", ".join(items) + "]")

    def array(self, written: Written, ref: str) -> Piece:
        """A small array; ``ref`` says which of a lesson's it is."""
        piece = self.vector(written.rows[0]) if written.vector else self.matrix(written.rows)
        return piece._replace(array=True, ref=ref)

    def large(self, text: str, ref: str) -> Piece:
        """A large array by its shape and range."""
        return self.words(text)._replace(array=True, ref=ref)

    def words(self, text: str) -> Piece:
        return Piece(text)

    def run(self, texts: Sequence[str]) -> str:
        """Finished pieces and words in a row."""
        return "".join(texts)

    def index(self, piece: Piece, text: str) -> Piece:
        return Piece(f"{self.at_least(piece, ATOM).text}[{text}]")

    def primed(self, label: str) -> Piece:
        """A parameter after its update."""
        return Piece(f"{label}'")

    def array_gradient(self, top: str, bottom: str) -> Piece:
        return Piece(f"d{bottom}")

    def elementwise(self, left: Piece, right: Piece) -> Piece:
        """The product of two arrays, element by element; that of numbers has a dot."""
        if not (left.array or right.array):
            return self.product([left, right])
        a, b = self.at_least(left, PRODUCT).text, self.right("*", right).text
        return Piece(f"{a}{self.circle}{b}", PRODUCT)

    def brackets(self, piece: Piece) -> Piece:
        return Piece(f"({piece.text})")

    def derivative(self, top: str, bottom: str) -> Piece:
        return Piece(f"{self.partial}{top}/{self.partial}{bottom}")

    def dotted(self, name: str) -> Piece:
        """A tangent: the rate of change of a value."""
        # Composed where there is such a letter: most fonts set it better.
        return Piece(unicodedata.normalize("NFC", f"{name[:1]}\u0307{name[1:]}"))

    def binary(self, op: str, left: Piece, right: Piece) -> Piece:
        if op == "**":
            return self.power(left, right)
        own = STRENGTHS[op]
        a, b = self.at_least(left, own).text, self.right(op, right).text
        if op == "/":
            return Piece(f"{a}/{b}", QUOTIENT)
        return Piece(f"{a} {op} {b}", own)

    def power(self, base: Piece, exponent: Piece) -> Piece:
        """A whole exponent is raised; before any other one stands Python's sign."""
        a, b = self.at_least(base, ATOM).text, self.at_least(exponent, POWER).text
        if not re.fullmatch(r"-?\d{1,2}", exponent.text):
            return Piece(f"{a} ** {b}", POWER)
        a = f"({a})" if re.search(r"\de[-+]", a) else a
        return Piece(f"{a}{exponent.text.translate(_RAISED)}", POWER)

    def negative(self, piece: Piece) -> Piece:
        need = PRODUCT if piece.strength in (PRODUCT, QUOTIENT) else POWER
        return Piece(f"{self.minus}{self.at_least(piece, need).text}", SIGNED)

    def call(self, name: str, args: Sequence[Piece]) -> Piece:
        if name == "one_hot" and args[0].strength == ATOM:
            return self.indicator(args[0])
        return Piece(f"{name}({', '.join(arg.text for arg in args)})")

    def indicator(self, classes: Piece) -> Piece:
        """The vector with 1 at a class and 0 elsewhere."""
        return Piece(f"1_{classes.text}")

    def comparison(self, sign: str, left: Piece, right: Piece) -> Piece:
        return Piece(f"{left.text} {sign} {right.text}", 0)

    def choice(self, condition: Piece, yes: Piece, no: Piece) -> Piece:
        return Piece(f"{yes.text} if {condition.text} else {no.text}", 0)

    def transposed(self, piece: Piece, attr: str = "T") -> Piece:
        return Piece(f"{self.at_least(piece, ATOM).text}.{attr}")

    def times(self, left: Piece, right: Piece) -> Piece:
        """The product in a formula: of numbers with a dot, of arrays as a program has it."""
        if left.array or right.array:
            return self.elementwise(left, right)
        a, b = self.at_least(left, PRODUCT).text, self.right("*", right).text
        return Piece(f"{a}{self.dot}{b}", PRODUCT)

    def product(self, factors: Sequence[Piece]) -> Piece:
        """Factors of the chain rule, with a dot between them, and a quotient in brackets."""
        first, *rest = factors
        parts = [self.at_least(first, PRODUCT).text]
        for factor in rest:
            whole = self.brackets(factor) if factor.strength == QUOTIENT else factor
            parts.append(self.right("*", whole).text)
        return Piece(self.dot.join(parts), PRODUCT)

    def equation(self, sides: Sequence[str], sign: str = "=") -> str:
        """``a = b = c``; ``sign`` stands after the first side."""
        head, *rest = sides
        return f"{head} {sign} {' = '.join(rest)}" if rest else head

    def equals(self, side: str) -> str:
        """A further side of an equation, with its sign."""
        return f"= {side}"

    def right(self, op: str, piece: Piece) -> Piece:
        """A right operand, in brackets where it would be misread, or begins with a minus."""
        need = {"+": SUM, "-": PRODUCT, "*": PRODUCT, "@": SIGNED}.get(op, POWER)
        loose = piece.strength < need or piece.strength == SIGNED or self.begins_negative(piece)
        return self.brackets(piece) if loose else piece

    def begins_negative(self, piece: Piece) -> bool:
        return piece.text.startswith("-")

    def at_least(self, piece: Piece, strength: int) -> Piece:
        return piece if piece.strength >= strength else self.brackets(piece)

    def write(self, tree: ast.expr, pieces: Mapping[str, Piece], bare: bool = True) -> Piece:
        """A rule's tree with ``pieces`` in place of its names.

        ``bare`` comparisons are conditions; elsewhere they are numbers, 1 or 0, in square brackets.
        """
        match tree:
            case ast.Constant(value=int() | float() as number):
                return self.number(f"{number:g}")
            case ast.Name(id=name):
                return pieces[name] if name in pieces else self.symbol(name)
            case ast.UnaryOp(operand=operand):
                piece = self.write(operand, pieces, False)
                return self.negative(piece)._replace(array=piece.array)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                a, b = self.write(left, pieces, False), self.write(right, pieces, False)
                return self.binary("@", a, b)._replace(array=True)
            case ast.BinOp(left=left, op=op, right=right):
                a, b = self.write(left, pieces, False), self.write(right, pieces, False)
                product = isinstance(op, ast.Mult)
                both = self.times(a, b) if product else self.binary(OPERATORS[type(op)], a, b)
                return both._replace(array=a.array or b.array)
            case ast.Attribute(value=value, attr="T" | "mT" as attr):
                return self.transposed(self.write(value, pieces, False), attr)._replace(array=True)
            case ast.Attribute(value=value, attr=attr):
                written = [self.write(value, pieces, False).text, self.words(f".{attr}").text]
                return Piece(self.run(written))
            case ast.Constant() | ast.Subscript(value=ast.Name("s_")):
                return self.words(ast.unparse(tree))
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if all(map(_is_number, parts)):
                return self.words(ast.unparse(tree))
            case ast.Subscript(value=value, slice=inner):
                text = ast.unparse(inner)
                if isinstance(inner, ast.Tuple) and inner.elts:  # brackets take the colons
                    text = text[1:-1]
                return self.index(self.write(value, pieces, False), text)
            case ast.Call(func=ast.Name(id=name), args=trees, keywords=keywords):
                args = [self.write(arg, pieces, name == "where") for arg in trees]
                array = any(arg.array for arg in args) and (name != "sum" or bool(keywords))
                args += [self.words(ast.unparse(keyword)) for keyword in keywords]
                if name in SIGNS:
                    compared = self.comparison(SIGNS[name], args[0], args[1])
                    return (compared if bare else self.square(compared))._replace(array=array)
                if name == "where":
                    return self.choice(*args)._replace(array=array)
                return self.call(name, args)._replace(array=array)
        raise ValueError(f"{ast.unparse(tree)!r} cannot be written as mathematics")

    def square(self, piece: Piece) -> Piece:
        """Iverson's brackets: 1 where the condition holds, else 0."""
        return Piece(f"[{piece.text}]")


class Typeset(Notation):
    """What LaTeX and MathML have in common: a quotient is a fraction and needs no brackets."""

    def array_gradient(self, top: str, bottom: str) -> Piece:
        return self.derivative(top, bottom)

    def right(self, op: str, piece: Piece) -> Piece:
        """A right operand, in brackets where it would be misread, or begins with a minus."""
        loose = piece.strength < STRENGTHS[op] + (op == "-") or piece.strength == SIGNED
        return self.brackets(piece) if loose or self.begins_negative(piece) else piece

    def times(self, left: Piece, right: Piece) -> Piece:
        both = left.array and right.array
        return self.elementwise(left, right) if both else self.binary("*", left, right)

    def elementwise(self, left: Piece, right: Piece) -> Piece:
        """A product of numbers has a dot."""
        if not (left.array and right.array):
            return self.product([left, right])
        return super().elementwise(left, right)


_SPELLED_ACCENTS = {"\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u0307": "_dot"}


def spelled(label: str) -> str:
    """A symbol in letters that every console has, as a program would call it.

    >>> from autograd.writing import spelled
    >>> spelled("β₁"), spelled("m̂"), spelled("Δ")
    ('beta1', 'm_hat', 'Delta')
    """
    parts = []
    for letter in unicodedata.normalize("NFD", label):
        name = unicodedata.name(letter, "")
        greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name)
        if greek:
            word = greek[2].replace("LAMDA", "LAMBDA")
            parts.append(word.lower() if greek[1] == "SMALL" else word.capitalize())
        elif name.startswith("SUBSCRIPT "):
            parts.append(unicodedata.normalize("NFKC", letter))
        else:
            parts.append(_SPELLED_ACCENTS.get(letter, letter))
    return "".join(parts)


class Ascii(Notation):
    """Plain text for a console that cannot show ∂."""

    summed: str
    made_from: str
    rate: str

    name = "ascii"
    partial = "d"
    dot = " * "
    summed, made_from, rate = "sum of", "from", "lr"

    def symbol(self, label: str) -> Piece:
        return Piece(label if label.isascii() else spelled(label))

    def primed(self, label: str) -> Piece:
        return Piece(f"{self.symbol(label).text}'")

    def dotted(self, name: str) -> Piece:
        return Piece(f"{name}_dot")

    def power(self, base: Piece, exponent: Piece) -> Piece:
        a, b = self.at_least(base, ATOM).text, self.at_least(exponent, POWER).text
        return Piece(f"{a} ** {b}", POWER)

    def comparison(self, sign: str, left: Piece, right: Piece) -> Piece:
        ascii_sign = {"≠": "!=", "≥": ">=", "≤": "<="}.get(sign, sign)
        return super().comparison(ascii_sign, left, right)


class Template(Notation):
    """Plain text with ``{v3}`` in place of the lesson's numbers, which a page fills in."""

    name = "template"

    def brackets(self, piece: Piece) -> Piece:
        """``{(v3)}`` is in brackets while it is negative."""
        return Piece(f"{{({piece.ref})}}") if piece.ref else super().brackets(piece)

    def number(self, text: str, ref: str = "") -> Piece:
        return Piece(f"{{{ref}}}", SIGNED, ref) if ref else super().number(text)

    def array(self, written: Written, ref: str) -> Piece:
        return Piece(f"{{{ref}}}", ATOM, ref, True) if ref else super().array(written, ref)

    def large(self, text: str, ref: str) -> Piece:
        return Piece(f"{{{ref}}}", ATOM, ref, True) if ref else super().large(text, ref)


TEXT, ASCII, TEMPLATE = Notation(), Ascii(), Template()
