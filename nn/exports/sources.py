"""A network as a file of C, Python or JavaScript that needs nothing else."""

from __future__ import annotations

import math
from dataclasses import replace

from autograd.calculus import comment
from nn.exports.cells import (
    cells_in_c,
    cells_in_javascript,
    cells_in_python,
    inner_name,
    told_cells,
)
from nn.exports.kernels import KERNELS, kernel
from nn.exports.languages import LANGUAGES
from nn.exports.loops import Walk
from nn.exports.networks import Network
from nn.exports.writer import Writer

#: Arrays of a C function above so many numbers are static: a stack is small.
STACK = 8192


def source(network: Network, ending: str) -> str:
    """The text of the file; ``ending`` is one of LANGUAGES."""
    single = network.whole.dtype.itemsize == 4
    w = Writer(
        network.whole, LANGUAGES[ending](single), [network.name, *network.inputs, *network.results]
    )
    _body(w, network)
    rules = [replace(rule, partials=()) for rule in w.rules.values()]
    parts = [
        *(w.language.table(name, numbers) for name, numbers in w.tables.items()),
        w.language.functions(rules, "\n".join(w.lines)),
    ]
    return _WHOLE[ending](network, w, "\n".join(filter(None, parts)))


def _body(w: Writer, network: Network) -> None:
    """The lines of the steps; the results are in the arrays of their names."""
    whole = network.whole
    for place in whole.inputs:
        w.arrays[place] = whole.names[place]
    for place in whole.constants:
        w.constant(place)
    forms = [(step, kernel(whole, step)) for step in whole.steps]
    same = {step.out: form for step, form in forms if isinstance(form, int)}

    def root(place: int) -> int:
        while place in same:
            place = same[place]
        return place

    made = {step.out for step, form in forms if not isinstance(form, int)}
    wanted: dict[int, str] = {}
    for place, name in zip(whole.results, network.results):
        if root(place) in made:
            wanted.setdefault(root(place), name)
    for step, form in forms:
        if isinstance(form, int):
            w.arrays[step.out] = w.name(form)
            continue
        shape = whole.shapes[step.out]
        size = " x ".join(map(str, shape)) or "1"
        w.remark(comment(f"{'.'.join((*step.scope, step.name))}: {size}"))
        to = w.array(math.prod(shape), wanted.get(step.out))
        w.arrays[step.out] = to
        KERNELS[form[0]](w, step, to, form[1])
    for place, name in zip(whole.results, network.results):
        if w.arrays.get(place) == name:
            continue
        w.array(network.count(place), name)
        shape = (network.count(place),)
        operand = w.number(place) or Walk(w.name(place), (1,))
        with w.nest(
            shape, [Walk(name, (1,)), *([operand] if isinstance(operand, Walk) else [])]
        ) as texts:
            w.store(texts[0], texts[-1] if isinstance(operand, Walk) else operand)


def _about(network: Network) -> list[str]:
    """What goes in and what comes out, a line each."""
    kinds = [(name, place) for name, place in zip(network.inputs, network.whole.inputs)]
    kinds += [(name, place) for name, place in zip(network.results, network.whole.results)]
    lines = [comment(network.title)]
    if network.table is not None:
        return [*lines, *told_cells(network.table)]
    for name, place in kinds:
        shape = network.shape(place)
        size = f", {' x '.join(map(str, shape))} row by row" if len(shape) > 1 else ""
        many = network.count(place)
        lines.append(f"{name}: {many} number{'s' * (many != 1)}{size}")
    return lines


def _c(network: Network, w: Writer, head: str) -> str:
    real, name = w.language.real, network.name
    arguments = ", ".join(
        [
            *(f"const {real} *{x}" for x in network.inputs),
            *(f"{real} *{y}" for y in network.results),
        ]
    )
    own = {array: n for array, n in w.sizes.items() if array not in network.results}
    kept = "static " if sum(own.values()) > STACK else ""
    remarks = _about(network)
    if kept:
        remarks.append("the arrays inside are static: one call at a time")
    arrays = "".join(f"  {kept}{w.language.array(array, n)}\n" for array, n in own.items())
    body = "".join(f"{line}\n" for line in w.lines)
    ins = [(x, network.count(p)) for x, p in zip(network.inputs, network.whole.inputs)]
    outs = [(y, network.count(p)) for y, p in zip(network.results, network.whole.results)]
    form = "%f" if real == "float" else "%lf"
    digits = "%.9g" if real == "float" else "%.17g"
    main = [
        "", "#ifdef PREDICT_MAIN", "// Reads the numbers of each row, and prints what comes out.",
        "#ifdef _MSC_VER", "#pragma warning(disable : 4996)", "#endif", "#include <stdio.h>", "",
        "int main(void) {",
        *(f"  static {real} {v}[{n}];" for v, n in [*ins, *outs]),
        "  for (;;) {",
        *(
            f'    for (int i = 0; i < {n}; ++i) if (scanf("{form}", &{x}[i]) != 1) return 0;'
            for x, n in ins
        ),
        f"    {name}({', '.join(v for v, _ in [*ins, *outs])});",
        *(f'    for (int i = 0; i < {n}; ++i) printf("{digits} ", {y}[i]);' for y, n in outs),
        '    printf("\\n");', "  }", "}", "#endif", "",
    ]  # fmt: skip
    return (
        "".join(f"// {line}\n" for line in remarks)
        + f"#include <math.h>\n\n{head}\n{cells_in_c(network.table, name)}"
        + f"void {name}({arguments}) {{\n{arrays}{body}}}\n"
        + "\n".join(main)
    )


_PY_HELPERS = '''\

def flat(x):
    """The numbers of nested lists, row by row."""
    x = x.tolist() if hasattr(x, "tolist") else x
    if isinstance(x, (list, tuple)):
        return [number for part in x for number in flat(part)]
    return [float(x)]


def shaped(numbers, shape):
    """Numbers as nested lists."""
    if not shape:
        return numbers[0]
    n = len(numbers) // shape[0]
    return [shaped(numbers[i * n : (i + 1) * n], shape[1:]) for i in range(shape[0])]

'''


def _python(network: Network, w: Writer, head: str) -> str:
    about, name = _about(network), inner_name(network)
    checks = []
    for x, place in zip(network.inputs, network.whole.inputs):
        n = network.count(place)
        checks += [
            f"    {x} = flat({x})",
            f"    if len({x}) != {n}:",
            f'        raise ValueError(f"{name}: {x} has {n} numbers, not {{len({x})}}")',
        ]
    arrays = [f"    {w.language.array(name, n)}" for name, n in w.sizes.items()]
    results = [
        f"shaped({y}, {network.shape(place)!r})"
        for y, place in zip(network.results, network.whole.results)
    ]
    body = "\n".join([*checks, *arrays, *w.lines, f"    return {', '.join(results)}"])
    told = "\n".join([about[0], "", *about[1:]]).replace("\\", "\\\\").replace('"', '\\"')
    names = ", ".join(network.inputs)
    return (
        f'"""{told}\n"""\n\nimport math\n\n{head}\n{_PY_HELPERS}\n'
        f"def {name}({names}):\n{body}\n"
        f"{cells_in_python(network.table, network.name)}"
    )


def _javascript(network: Network, w: Writer, head: str) -> str:
    checks, name = [], inner_name(network)
    for x, place in zip(network.inputs, network.whole.inputs):
        n = network.count(place)
        checks.append(f"  {x} = flat({x});")
        checks.append(
            f"  if ({x}.length !== {n}) throw new RangeError(`{name}: {x} has {n} numbers, "
            f"not ${{{x}.length}}`);"
        )
    arrays = [f"  {w.language.array(name, n)}" for name, n in w.sizes.items()]
    results = [
        f"shaped({y}, {list(network.shape(place))})"
        for y, place in zip(network.results, network.whole.results)
    ]
    end = results[0] if len(results) == 1 else f"[{', '.join(results)}]"
    body = "\n".join([*checks, *arrays, *w.lines, f"  return {end};"])
    about = "".join(f"// {line}\n" for line in _about(network))
    return (
        f'{about}"use strict";\n\n{head}\n{_JS_HELPERS}\n'
        f"function {name}({', '.join(network.inputs)}) {{\n{body}\n}}\n"
        f"{cells_in_javascript(network.table, network.name)}\n"
        f'if (typeof module !== "undefined") module.exports = {{ {network.name} }};\n'
    )


_JS_HELPERS = """\
// The numbers of nested arrays, row by row.
const flat = (x) => (typeof x === "object" ? Array.from(x, flat).flat() : [Number(x)]);

// Numbers as nested arrays.
const shaped = (numbers, shape) => {
  if (!shape.length) return numbers[0];
  const n = numbers.length / shape[0];
  const part = (_, i) => shaped(numbers.slice(i * n, (i + 1) * n), shape.slice(1));
  return Array.from({ length: shape[0] }, part);
};
"""

_WHOLE = {"c": _c, "py": _python, "js": _javascript}
