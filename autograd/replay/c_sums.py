"""Loops in C, and sums that are added up in parts."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.replay.c_source import indented


def nest(axes: str, shape: Iterable[int], body: list[str]) -> list[str]:
    """Loops around lines."""
    lines = body
    for axis, length in reversed(list(zip(axes, shape))):
        # GCC writes out short loops before it looks for vectors, and then takes those of the loop
        # around, whose numbers are no neighbours.
        short = ["#pragma GCC unroll 1"] if lines is body and 1 < length <= UNROLLED else []
        head = f"for (int {axis} = 0; {axis} < {length}; {axis}++) {{"
        lines = [*short, head, *(f"  {line}" for line in lines), "}"]
    return lines


#: So many terms of a sum are written out by the compiler: then it computes several sums at once.
UNROLLED = 16
#: A sum is added up in so many parts, as a processor adds several numbers at once. The compiler is
#: not allowed to choose: it would take a sum of -0.0 for 0.0. What parts begin with is -0.0, which
#: is the number that changes no other.
PARTS = 4


def sums(axis: str, length: int, over: str, terms: int, term: str, use: list[str]) -> list[str]:
    """By place along ``axis`` the lines ``use``, where ``sum`` is ``Σ term`` over ``over``."""
    if terms <= UNROLLED:
        return nest(axis, (length,), [*added(over, 0, terms, term), *use])
    lines = [f"double s[{length}];", *nest(axis, (length,), [f"s[{axis}] = -0.0;"])]
    whole = terms // UNROLLED * UNROLLED
    for start, end in ((0, whole), (whole, terms)):
        if start == end:
            continue
        several = end - start > UNROLLED
        first = f"{over}0" if several else str(start)
        one = [*added(over, first, min(end - start, UNROLLED), term), f"s[{axis}] += sum;"]
        body = nest(axis, (length,), one)
        if several:
            head = f"for (int {over}0 = 0; {over}0 < {whole}; {over}0 += {UNROLLED}) {{"
            body = [head, *(f"  {line}" for line in body), "}"]
        lines += body
    return [*lines, *nest(axis, (length,), [f"double sum = s[{axis}];", *use])]


def added(over: str, first: int | str, terms: int, term: str) -> list[str]:
    """``sum`` of a few terms, from the place ``first`` on."""
    parts = PARTS if terms >= 2 * PARTS else 1
    whole = terms // parts * parts
    names = ["sum", *(f"sum{n}" for n in range(1, parts))]
    lines = [f"double {', '.join(f'{name} = -0.0' for name in names)};"]
    lines += [f"#pragma GCC unroll {UNROLLED}", f"for (int n = 0; n < {whole}; n += {parts}) {{"]
    for n, name in enumerate(names):
        lines.append(f"  {{ const int {over} = {first} + n + {n}; {name} += {term}; }}")
    lines.append("}")
    for n in range(whole, terms):
        lines.append(f"{{ const int {over} = {first} + {n}; sum += {term}; }}")
    if parts > 1:
        lines.append("sum = (sum + sum1) + (sum2 + sum3);")
    return lines


def total(name: str, over: str, terms: int, term: str) -> list[str]:
    """``name``, the sum of terms that may be many and neighbours."""
    width = 2 * PARTS
    whole = terms // width * width if terms >= 2 * width else 0
    lines = [f"double {name} = -0.0;"]
    if whole:
        part = [f"const int {over} = {over}0 + n;", f"part[n] += {term};"]
        head = f"for (int {over}0 = 0; {over}0 < {whole}; {over}0 += {width}) {{"
        lines.append(f"double part[{width}] = {{{', '.join(['-0.0'] * width)}}};")
        lines += [head, *indented(nest("n", (width,), part)), "}"]
    if whole < terms:
        head = f"for (int {over} = {whole}; {over} < {terms}; {over}++) {name} += {term};"
        lines.append(head)
    if whole:
        lines.append(f"for (int n = 0; n < {width}; n++) {name} += part[n];")
    return lines


def block(lines: list[str]) -> list[str]:
    return ["{", *(f"  {line}" for line in lines), "}"]
