"""One inline SVG of a picture that was drawn once in each language: only its words are there twice.

The pictures are compared element by element. What is the same stands once; what differs, a label
or the frame of a legend, stands once for each language, of which the page shows one. A page's
policy lets no ``style`` attribute in, and so those that matplotlib writes become attributes of SVG.
Paths are shortened to a tenth of a point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring

from autograd.render import escape
from autograd.stage.every_page import spoken
from autograd.writing import LANGUAGES, Words

#: The pixels of the smallest words of a picture, of a phone from side to side, of a page's column.
LEAST, PHONE, COLUMN = 9, 312, 973
#: What a page does not need: its own words name a picture, and its own sheet has the styles.
_LEFT_OUT = {"metadata", "title", "desc", "style"}
_DARK = re.compile(r'\[style\*="(fill|stroke): (#\w+)"\]\{\w+:(#\w+)!important\}')
_NUMBER = re.compile(r"-?\d+\.\d+")
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}


def figure(pictures: Sequence[str], words: Words, lang: str = "en") -> str:
    """A picture in each language as one inline SVG, with its text for those who do not see it.

    ``pictures`` are SVG, of matplotlib or of :func:`autograd.render.to_svg`, one for each of
    LANGUAGES. A picture shrinks with the window until its words are LEAST pixels high; then it
    is moved from side to side. One that is larger than the column has the width of the window.
    """
    roots = [fromstring(_renamed(text, pictures[0])) for text in pictures]
    size = re.search(r"[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)", roots[0].get("viewBox", ""))
    assert size is not None
    name = roots[0].get("id", "tg")
    dark = sorted({rule for text in pictures for rule in _DARK.findall(text)})
    style = _styles(roots[0]) if not dark else _dark(dark)
    kept = set(re.findall(r"#([\w-]+)", pictures[0] + "".join(pictures[1:]))) - {name}
    trees = [_Tree.of(root, kept) for root in roots]
    body = "".join(_merged([tree.children for tree in trees], lang))
    points = float(size[1])
    unit = "pt" if roots[0].get("width", "").endswith("pt") else ""
    box = escape(roots[0].get("viewBox", ""))
    fonts = "".join(
        f' {key}="{escape(value)}"' for key, value in roots[0].items() if key.startswith("font-")
    )
    kind = escape(f"{roots[0].get('class', '')} plot".strip())
    sizes = [float(size) for size in re.findall(r'<text\b[^>]*? font-size="([\d.]+)', body)]
    least = round(points * LEAST / min(sizes, default=12))
    full = points * (4 / 3 if unit else 1) > COLUMN
    broad = f' class="{"broad full" if full else "broad"}" tabindex="0"' if least > PHONE else ""
    style += f"@media screen{{#{name}{{min-width:{least}px}}}}" if broad else ""
    labelled = f' aria-labelledby="{name}-name"'
    return (
        f"<figure{broad}{labelled if broad else ''}>"
        f'<p class="sr" id="{name}-name">{spoken(words, lang)}</p>'
        + (f"<style>{style}</style>" if style else "")
        + f'<svg id="{name}" class="{kind}" viewBox="{box}" width="{size[1]}{unit}" '
        f'height="{size[2]}{unit}" role="img"{labelled}{fonts}>{body}</svg></figure>'
    )


def _renamed(text: str, first: str) -> str:
    """A picture whose ids begin as those of the first do: they hold a hash of its words."""
    ids = [re.search(r'<svg [^>]*?\bid="(\w+)"', one) for one in (text, first)]
    return text.replace(ids[0][1], ids[1][1]) if ids[0] and ids[1] else text


def _styles(root: Element) -> str:
    return "".join(one.text or "" for one in root.iter() if _name(one.tag) == "style")


def _dark(rules: Sequence[tuple[str, str, str]]) -> str:
    """The colours of a plot on a dark page; not below its svg: copies of markers are elsewhere."""
    each = "".join(f'[{what}="{light}"]{{{what}:{dark}}}' for what, light, dark in rules)
    return f"@media (prefers-color-scheme:dark){{{each}}}"


# -- an element, and what is compared of it --------------------------------------------------------


class _Tree:
    """An element of a picture without what a page does not need."""

    def __init__(self, tag: str, attributes: str, text: str, children: list[_Tree]) -> None:
        self.tag, self.attributes, self.text, self.children = tag, attributes, text, children

    @classmethod
    def of(cls, element: Element, ids: set[str]) -> _Tree:
        tag = _name(element.tag)
        children = [
            one
            for child in element
            if _name(child.tag) not in _LEFT_OUT
            for one in cls.of(child, ids).unwrapped()
        ]
        text = (element.text or "") if tag in ("text", "tspan") else ""
        if tag == "text" and not text.strip():
            text = ""
        return cls(tag, _attributes(element, ids), text, children)

    def unwrapped(self) -> list[_Tree]:
        """A group without attributes is what is in it."""
        if self.tag in ("g", "defs") and not self.attributes:
            return self.children if self.tag == "g" else [self] if self.children else []
        return [self]

    def html(self, more: str = "") -> str:
        inside = escape(self.text) + "".join(child.html() for child in self.children)
        start = f"<{self.tag}{self.attributes}{more}"
        return f"{start}>{inside}</{self.tag}>" if inside else f"{start}/>"


def _merged(each: Sequence[Sequence[_Tree]], lang: str) -> Iterator[str]:
    """The children of one element in each language as one list."""
    if len({len(children) for children in each}) == 1:
        for same in zip(*each):
            yield from _one(same, lang)
        return
    for code, children in zip(LANGUAGES, each):
        inside = "".join(child.html() for child in children)
        yield f"<g{_of(code, lang)}>{inside}</g>"


def _one(same: Sequence[_Tree], lang: str) -> Iterator[str]:
    """An element that stands at the same place in each language."""
    first = same[0]
    if len({(one.tag, one.attributes, one.text) for one in same}) == 1:
        inside = escape(first.text) + "".join(_merged([one.children for one in same], lang))
        start = f"<{first.tag}{first.attributes}"
        yield f"{start}>{inside}</{first.tag}>" if inside else f"{start}/>"
        return
    for code, one in zip(LANGUAGES, same):
        yield one.html(_of(code, lang))


def _of(code: str, lang: str) -> str:
    return f' data-lang="{code}"' + ("" if code == lang else ' hidden=""')


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attributes(element: Element, ids: set[str]) -> str:
    """The attributes as HTML has them, a ``style`` taken apart."""
    found: dict[str, str] = {}
    for key, value in element.items():
        name = _name(key)
        if name == "style":
            pairs = (part.partition(":") for part in value.split(";"))
            found |= {key.strip(): value.strip() for key, _, value in pairs if value}
        elif (name != "id" or value in ids) and name != "space" and not name.startswith("data-"):
            found[name] = value
    if "DejaVu" in found.get("font-family", ""):
        del found["font-family"]  # it is that of the whole picture
    if "d" in found:
        found["d"] = short_path(found["d"])
    for name in ("x", "y", "width", "height", "transform"):
        if name in found:
            found[name] = _rounded(found[name], 5 if "scale" in found[name] else 2)
    if found.get("transform", "").startswith("rotate(-0 "):
        del found["transform"]
    return "".join(f' {key}="{escape(value)}"' for key, value in found.items())


def _rounded(text: str, digits: int) -> str:
    return _NUMBER.sub(lambda one: _short(round(float(one[0]), digits), digits), text)


def _short(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else re.sub(r"^(-?)0\.", r"\1.", text)


@lru_cache(maxsize=4096)  # the same path stands in the picture of each language
def short_path(path: str, digits: int = 1) -> str:
    """A path of absolute ``M L Q C Z`` in relative steps, rounded so that no error adds up.

    >>> from autograd.stage.inline_picture import short_path
    >>> short_path("M 10.123456 20.5 L 11.123456 20.5 L 12.0 18.0 z")
    'M10.12 20.5l1 0 .88-2.5z'
    """
    words = re.findall(r"[A-Za-z]|-?[\d.]+(?:e-?\d+)?", path)
    if any(word.isalpha() and word.upper() not in (*_POINTS, "Z") for word in words) or re.search(
        "[a-y]", path
    ):
        return path  # not as matplotlib writes it
    if len(words) < 24:
        digits = 2  # a mark, which is small
    scale, parts, last = 10**digits, list[str](), (0, 0)
    place, command, before = 0, "", ""
    while place < len(words):
        if words[place].isalpha():
            command = words[place].upper()
            place += 1
            if command == "Z":
                parts.append("z")
                before = "z"
                continue
        count = 2 * _POINTS[command]
        numbers = [round(float(word) * scale) for word in words[place : place + count]]
        place += count
        points = list(zip(numbers[::2], numbers[1::2]))
        if command == "L" and points[0] == last and before == "L":
            continue
        moved = [
            value - origin * (command != "M")
            for point in points
            for value, origin in zip(point, last)
        ]
        letter = command if command == "M" else command.lower()
        text = "".join(
            (" " if i and not one.startswith("-") else "") + one
            for i, one in enumerate(_short(value / scale, digits) for value in moved)
        )
        joint = " " if not text.startswith("-") else ""
        parts.append(letter + text if command != before or command == "M" else joint + text)
        before, last = command, points[-1]
    return "".join(parts)
