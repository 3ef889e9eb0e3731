r"""A formula in LaTeX, such as ``\frac{1}{1+e^{-x}}``, in the grammar of the formulas.

SymPy's parser reads it. It leaves a command that it does not know as a variable, and stops in
silence where it understands no more; so the words are checked and made plain before it sees them.
"""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Collection

from autograd.calculus import RULES, Quantity
from autograd.formulas.calling import ALIASES, CONSTANTS, NAMES, OF_SEVERAL
from autograd.formulas.symbolic import Writer, variable_name
from autograd.formulas.tokens import fail, quoted

LONGEST = 10_000
#: SymPy reads a bracket in some ten calls, of the thousand that Python allows.
DEEPEST = 40

#: Commands that leave nothing, that stand for another word, and that SymPy reads as they are.
_SPACE = {
    *("displaystyle textstyle limits quad qquad left right".split()),
    *("big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr".split()),
    *r"$ ~ & \, \; \! \: \( \) \[ \] \\".split(), "\\ ",
}  # fmt: skip
_INSTEAD = {
    "dfrac": r"\frac", "tfrac": r"\frac", "lvert": "|", "rvert": "|", "vert": "|", "ast": r"\cdot",
    "lbrace": "(", "rbrace": ")", r"\{": "(", r"\}": ")", "varepsilon": r"\epsilon", "*": r"\cdot",
    "varphi": r"\phi",
}  # fmt: skip
_READ = set(
    "frac sqrt cdot times div lfloor rfloor lceil rceil sum prod alpha beta gamma delta epsilon "
    "zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega Gamma "
    "Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega sec csc cot".split()
)
#: Commands around a word, around a letter, and above one.
_WORDS = set("operatorname mathrm text textrm mathit mathsf mathtt textit".split())
_LETTERS = set("mathbf boldsymbol bm mathcal mathbb vec".split())
_ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "dot": "dot",
    "widetilde": "tilde",
}  # fmt: skip
_FUNCTIONS = {name for name in RULES if name.isalpha()} | {*ALIASES, *OF_SEVERAL}
#: What the result may be called, in SymPy's LaTeX: L, f(x, y), w_{1}, a word.
_NAMED = re.compile(r"\\?(?:mathit\{)?([A-Za-z]+\s*(?:_\{\w+\})?)\}?\s*(?:\([^()]*\))?")
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[A-Za-z]+|\d+(?:\.\d*)?|\s+|.", re.DOTALL)


def latex_formula(text: str, variables: Collection[str]) -> str:
    r"""``text``, in LaTeX, in the grammar of the formulas, over these variables.

    ``e`` is Euler's number and ``\sigma(...)`` the sigmoid, unless variables are called so;
    ``\log`` is the natural logarithm. ``w_1`` and ``w_{1}`` are the variable w_1, or w1, and
    ``\hat{y}`` is yhat. Letters side by side are a product, as ``x(y + 1)`` is, unless they are the
    name of a variable. What stands before ``=`` names the result. ExpressionError for what is not
    read, ImportError where SymPy or its parser is not installed.
    """
    if len(text) > LONGEST:
        fail(f"the formula has {len(text):,} characters, the limit is {LONGEST:,}", None)
    before, equals, after = _sides(text)
    reader = _Plain(after, variables, len(before) + len(equals))
    words, columns = reader.words()
    if not words.strip():
        fail("the formula is empty; write something like x^2", None)
    formula = _LatexWriter(variables).formula(_parsed(words, columns))
    there = {*variables, *NAMES, *ALIASES, *CONSTANTS}
    unknown = next((w for w in re.findall(r"[^\W\d]\w*", formula) if w not in there), None)
    if unknown is not None:
        called = r" or its argument, \sigma(x)" if unknown == "sigma" else ""
        at = text.find(unknown.partition("_")[0]) + 1
        fail(f"{quoted(unknown)} has no value; give one: {unknown[:20]}=1{called}", at or None)
    if not equals:
        return formula
    named = _NAMED.fullmatch(_Plain(before, variables, 0).words()[0].strip())
    if named is None:
        fail(f"{quoted(before.strip())} is no name; give one before the =, or leave both out", 1)
    name = variable_name(named[1])
    return formula if name in variables else f"{name} = {formula}"


def _sides(text: str) -> tuple[str, str, str]:
    """What stands before an equals sign, outside of braces, the sign, and what stands after it."""
    depth = 0
    places = []
    for i, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == "=" and not depth:
            places.append(i)
    if len(places) > 1:
        fail("there are two '='; give one formula", places[1] + 1)
    at = places[0] if places else -1
    return text[: max(at, 0)], "=" * (at >= 0), text[at + 1 :]


def _parsed(words: str, columns: list[int]) -> Quantity:
    depth = braces = 0
    for letter, column in zip(words, columns):
        depth += (letter == "(") - (letter == ")")
        braces += (letter == "{") - (letter == "}")
        if depth < 0:
            fail("')' without an opening bracket", column)
        if depth + braces > DEEPEST:
            fail("the formula is nested too deep; split it", column)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SymPy warns of a parser that is not there
            from sympy.parsing.latex import LaTeXParsingError, parse_latex
    except ImportError:
        raise ImportError("LaTeX needs SymPy: pip install 'tracegrad[sympy]'") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # In brackets: what is not read to its end lacks the closing one.
            return parse_latex(f"({words})")
    except ImportError:
        raise ImportError("LaTeX needs SymPy's parser: pip install 'tracegrad[sympy]'") from None
    except LaTeXParsingError as error:
        lines = str(error).split("\n")
        at = len(lines[-1]) - 2 if len(lines) > 2 else 0
        column = columns[min(max(at, 0), len(columns) - 1)]
        at_end = at >= len(columns)
        where = "the end of the formula" if at_end else "what stands here"
        fail(f"LaTeX: {where} is not understood; is something missing before it?", column)
    except RecursionError:
        fail("the formula is nested too deep; split it", None)


class _Plain:
    """Rewrites LaTeX into the part of it that SymPy's parser reads, and refuses the rest."""

    def __init__(self, text: str, variables: Collection[str], offset: int) -> None:
        self.tokens = [(m[0], m.start() + offset + 1) for m in _TOKEN.finditer(text)]
        self.variables = variables
        self.at = 0
        self.parts: list[str] = []
        self.columns: list[int] = []

    def words(self) -> tuple[str, list[int]]:
        """The text, and the column that each of its letters comes from."""
        while self.at < len(self.tokens):
            word, column = self.tokens[self.at]
            self.at += 1
            self._add(self._instead(word, column), column)
        return "".join(self.parts), self.columns or [1]

    def _add(self, text: str, column: int) -> None:
        self.parts.append(text)
        self.columns += [column] * len(text)

    def _instead(self, word: str, column: int) -> str:
        if word == "_":
            before = next((w for w, _ in self.tokens[self.at - 2 :: -1] if not w.isspace()), "")
            return word if before in (r"\sum", r"\prod") else f"_{{{self._group(column)}}}"
        if word[0] != "\\":
            if word.isspace() or word in _SPACE:
                return " "
            if word == "'":
                fail("a prime is no name here; write x_1", column)
            return self._letters(word) if word.isalpha() else _INSTEAD.get(word, word)
        name = word[1:].rstrip("*")
        if word in _SPACE or name in _SPACE:
            return " "
        if name in _INSTEAD or word in _INSTEAD:
            return _INSTEAD.get(name) or _INSTEAD[word]
        if name in _WORDS:
            inner = self._group(column)
            lower = inner.lower()
            if inner not in self.variables and lower in _FUNCTIONS:
                return rf"\{lower} "
            return inner if len(inner) == 1 else rf"\mathit{{{inner}}}"
        if name in _LETTERS:
            return self._group(column)
        if name in _ACCENTS:
            return rf"\{self._group(column)}{_ACCENTS[name]} "
        if name == "sqrt":
            return word + self._braced()
        if name in _READ or name in _FUNCTIONS:
            return word + " "
        near = difflib.get_close_matches(name, [*_READ, *_FUNCTIONS], 2)
        hint = " or ".join(rf"\{one}" for one in near)
        fail(
            f"{quoted(word)[1:-1].replace(chr(92) * 2, chr(92))} is not read here; "
            + (f"did you mean {hint}?" if near else "write the formula out without it"),
            column,
        )

    def _letters(self, word: str) -> str:
        if len(word) > 1:
            if word in self.variables:
                return rf"\mathit{{{word}}}"
            following = next((w for w, _ in self.tokens[self.at :] if not w.isspace()), "")
            if word.lower() in _FUNCTIONS and following in ("(", r"\left"):
                return rf"\{word.lower()} "
        return word

    def _braced(self) -> str:
        """Braces around the letter or the number after a root."""
        while self.at < len(self.tokens) and self.tokens[self.at][0].isspace():
            self.at += 1
        if self.at == len(self.tokens) or self.tokens[self.at][0] in "{[":
            return ""
        word, column = self.tokens[self.at]
        self.at += 1
        return "{" + self._instead(word, column) + "}"

    def _group(self, column: int) -> str:
        """The word in the braces that follow, or the letter; of Greek letters the name."""
        while self.at < len(self.tokens) and self.tokens[self.at][0].isspace():
            self.at += 1
        inner = ""
        depth = 0
        while self.at < len(self.tokens):
            word, _ = self.tokens[self.at]
            self.at += 1
            depth += (word == "{") - (word == "}")
            if word not in "{}" and word.lstrip("\\") not in _WORDS:
                inner += word.lstrip("\\")
            if not depth:
                break
        inner = re.sub(r"[\s,]", "", inner)
        if depth or not inner.isalnum():
            fail("a name of letters and digits is missing here", column)
        return inner


class _LatexWriter:
    """Writes what SymPy has read, with the names of the variables that there are."""

    def __init__(self, variables: Collection[str]) -> None:
        self.variables = variables

    def formula(self, tree: Quantity) -> str:
        import sympy
        from sympy.core.function import AppliedUndef

        outer = self

        class Named(Writer):
            def name(self, symbol: Quantity) -> str:
                return outer.name(symbol)

            def is_e(self, base: Quantity) -> bool:
                return super().is_e(base) or (
                    base.is_Symbol and str(base) == "e" and "e" not in outer.variables
                )

            def call(self, tree: Quantity) -> str:
                if not isinstance(tree, AppliedUndef):
                    return super().call(tree)
                return outer.applied(str(tree.func), [self.argument(arg) for arg in tree.args])

        return Named(sympy).formula(tree)

    def name(self, symbol: Quantity) -> str:
        name = variable_name(symbol)
        short = name.replace("_", "")
        return short if short in self.variables and name not in self.variables else name

    def applied(self, word: str, args: list[str]) -> str:
        r"""``\sigma(x)`` and ``\max(0, x)``; a product where a variable stands before brackets."""
        name = self.name(word)
        if name == "sigma" and name not in self.variables:
            name = "sigmoid"
        if name in _FUNCTIONS and name not in self.variables:
            return f"{name}({', '.join(args)})"
        if len(args) > 1:
            fail(f"{quoted(name)} is no function here; take the arguments apart", None)
        return f"({'exp(1)' if name == 'e' and name not in self.variables else name} * ({args[0]}))"
