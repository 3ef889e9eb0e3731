"""What the two writers of C have in common: a translation unit, and its entry points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograd.calculus import Array, C, Rule, comment, functions_in_c


@dataclass(frozen=True)
class CSource:
    """A source with ``begin(V)``, ``forward`` and ``both``; ``size`` is that of the vectors.

    ``optimize`` is the level at which it is compiled, and whether sums may be added up in another
    order.
    """

    text: str
    size: int
    inputs: int
    ends: int
    optimize: tuple[str, ...]


#: Sums in loops may be reordered, so that they use the vector units. Never -ffast-math: it takes
#: nan for impossible and, in a library, rounds denormal numbers of the whole process to zero.
#: Products and sums are rounded each: ``a * b - a * b`` is 0.
LINES = ("-O1", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off")
LOOPS = ("-O3", *LINES[1:])


def number(value: float) -> str:
    return C.number(value)


def indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def table(kind: str, name: str, numbers: Array) -> str:
    written = map(number if kind == "double" else str, numbers.ravel().tolist())
    return f"static const {kind} {name}[] = {{{', '.join(written)}}};"


def unit(
    rules: Iterable[Rule],
    declarations: Sequence[str],
    forward: Sequence[tuple[str, list[str]]],
    backward: Sequence[tuple[str, list[str]]],
    *,
    size: int,
    inputs: Array,
    outputs: Array,
    ends: Array,
    constants: tuple[Array, Array],
    names: Mapping[int, str],
    optimize: tuple[str, ...] = LOOPS,
    zeros: Sequence[tuple[int, int]] | None,
) -> CSource:
    """One function for each part, and the entry points that call them.

    ``zeros`` are the pieces of the gradients that begin as 0 and the seeds, among them those of the
    outputs; the parts of the backward pass add to them. Without it they assign the seeds, too.
    """
    places = [
        table("int", "input_at", inputs) if len(inputs) else "",
        table("int", "end_at", ends),
        table("int", "constant_at", constants[0]) if len(constants[0]) else "",
        table("double", "constant", constants[1]) if len(constants[0]) else "",
    ]
    parts = []
    for name, lines in forward:
        parts += ["", f"static void {name}(double *restrict V) {{", *indented(lines), "}"]
    head = "const double *restrict V, double *restrict G, const double *restrict seeds"
    for name, lines in backward:
        parts += ["", f"static void {name}({head}) {{", *indented(lines), "}"]
    seeds = [f"  G[{row}] += seeds[{place}];" for place, row in enumerate(outputs.tolist())]
    zero = [f"  memset(G + {a}, 0, {b - a} * sizeof(double));" for a, b in zeros or ()]
    zero += seeds if zeros is not None else []
    put = [f"  for (int n = 0; n < {len(inputs)}; n++) V[input_at[n]] = input[n];"]
    fixed = [f"  for (int n = 0; n < {len(constants[0])}; n++) V[constant_at[n]] = constant[n];"]
    take = [f"  for (int n = 0; n < {len(inputs)}; n++) gradient[n] = G[input_at[n]];"]
    listed = comment(", ".join(names[slot] for slot in sorted(names)))
    lines = [
        "#include <math.h>",
        "#include <string.h>",
        "",
        *functions_in_c(sorted(rules, key=lambda rule: rule.name)).splitlines(),
        f"/* Inputs: {listed or 'without names'} */",
        *filter(None, places),
        *declarations,
        *parts,
        "",
        "void begin(double *V) {",
        *(fixed if len(constants[0]) else []),
        "}",
        "",
        "void forward(const double *input, double *V, double *end) {",
        *(put if len(inputs) else []),
        *(f"  {name}(V);" for name, _ in forward),
        f"  for (int n = 0; n < {len(ends)}; n++) end[n] = V[end_at[n]];",
        "}",
        "",
        "void both(const double *input, const double *seeds, double *V, double *G, double *end,",
        "          double *gradient) {",
        "  forward(input, V, end);",
        *zero,
        *(f"  {name}(V, G, seeds);" for name, _ in backward),
        *(take if len(inputs) else []),
        "}",
        "",
    ]
    return CSource("\n".join(lines), size, len(inputs), len(ends), optimize)
