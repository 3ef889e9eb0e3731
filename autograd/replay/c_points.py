"""A program as C over many points: one loop, which the compiler vectorises.

Each row is a variable of the loop's body. Functions of the C library are declared in a way that
lets the compiler take the library's own forms for several numbers at once, where it has those.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograd.calculus import C, functions_in_c
from autograd.replay.c_source import indented, number
from autograd.replay.program import CONSTANT, Program
from autograd.replay.straight_line import backward
from autograd.replay.texts import texts

#: So many points at once have their inputs copied beside each other.
BLOCK = 64

#: The functions that glibc has for several numbers at once, by the version since which it has them.
_OF_MANY = {
    "2, 22": ("sin cos exp log", "pow"),
    "2, 35": (
        "acos acosh asin asinh atan atanh cbrt cosh erf expm1 log10 log1p log2 sinh tan tanh",
        "atan2 hypot",
    ),
}


def points_in_c(program: Program, derived: int | None, wanted: int) -> str:
    """The source of ``points(count, input, step, result)``; the results are those of Statements.

    ``input`` points to a line for each input, whose numbers are ``step`` apart.
    """
    names = [f"v{row}" for row in range(len(program))]
    for row in np.flatnonzero(program.codes == CONSTANT).tolist():
        names[row] = number(float(program.values[row]))
    body = [f"const double v{row} = x[{n}][n];" for n, row in enumerate(program.inputs.tolist())]
    for row, code, operands in program.lists():
        value = texts(program.rules[code], C).value
        body.append(f"const double v{row} = {value.format(*[names[x] for x in operands])};")
    ends = [*program.outputs.tolist(), *program.compared.ravel().tolist()]
    results = [names[end] for end in ends]
    if derived is not None:
        one = replace(program, outputs=program.outputs[derived : derived + 1])
        slopes = [f"g{row}" for row in range(len(program))]
        declared = set()
        for line in backward(one, names, slopes, C):
            slope = line.partition(" = ")[0]
            body.append(f"{'' if slope in declared else 'double '}{line};")
            declared.add(slope)
        results += [slopes[row] for row in program.inputs[:wanted].tolist()]
    body += [f"y[{n}][n] = {result};" for n, result in enumerate(results)]
    inputs = len(program.inputs)
    return "\n".join(
        [
            "#include <math.h>",
            "#include <stddef.h>",
            "#include <string.h>",
            *_functions_of_many(),
            functions_in_c(sorted(program.rules, key=lambda rule: rule.name)),
            "static const double seeds[] = {1.0};",
            "",
            "void points(ptrdiff_t count, const double *const *input, const ptrdiff_t *step,",
            "            double *const *result) {",
            f"  double x[{max(inputs, 1)}][{BLOCK}] = {{{{0.0}}}}, y[{len(results)}][{BLOCK}];",
            f"  for (ptrdiff_t start = 0; start < count; start += {BLOCK}) {{",
            f"    const ptrdiff_t m = count - start < {BLOCK} ? count - start : {BLOCK};",
            f"    for (int k = 0; k < {inputs}; k++)",
            "      for (ptrdiff_t n = 0; n < m; n++) x[k][n] = input[k][step[k] * (start + n)];",
            f"    for (int n = 0; n < {BLOCK}; n++) {{",
            *indented(indented(indented(body))),
            "    }",
            f"    for (int k = 0; k < {len(results)}; k++)",
            "      memcpy(result[k] + start, y[k], m * sizeof(double));",
            "  }",
            "}",
            "",
        ]
    )


def _functions_of_many() -> list[str]:
    lines = [
        "#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)",
        '#define OF_MANY __attribute__((simd("notinbranch"), const))',
    ]
    for version, (unary, binary) in _OF_MANY.items():
        lines.append(f"#if __GLIBC_PREREQ({version})")
        for name in [*unary.split(), *binary.split()]:
            parameters = "double, double" if name in binary.split() else "double"
            lines.append(f'OF_MANY double many_{name}({parameters}) __asm__("{name}");')
            lines.append(f"#define {name} many_{name}")
        lines.append("#endif")
    return [
        *lines,
        "#endif",
        "/* A whole power is a product, as the compiler writes it for its own function. */",
        "static inline double power(double a, double b) {",
        "  if (__builtin_constant_p(b) && b == 2.0) return a * a;",
        "  if (__builtin_constant_p(b) && b == 3.0) return a * a * a;",
        "  return pow(a, b);",
        "}",
        "#undef pow",
        "#define pow power",
    ]
