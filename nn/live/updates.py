"""The update rules of ``optim`` as JavaScript: the calls that an optimizer makes, in one loop.

``optimizer.source()`` has the next update as NumPy calls over whole vectors. Each of them is
elementwise, so that the page runs the same calls for one element after the other.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable

import optim
from autograd import Value
from autograd.typing import Function

_SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Gt: ">",
}  # fmt: skip
#: A NumPy call over vectors, of one element of each.
_CALLS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "negative": "-{}", "copyto": "{}", "square": "{0} * {0}", "sqrt": "Math.sqrt({})",
    "absolute": "Math.abs({})", "sign": "Math.sign({})", "maximum": "Math.max({}, {})",
    "minimum": "Math.min({}, {})", "power": "{} ** {}",
}  # fmt: skip
_FUNCTIONS = {"nonnegative_root": "Math.sqrt(Math.max({}, 0))"}

#: The optimizers of the page, by the names that its settings show.
OPTIMIZERS: dict[str, Callable[[list[Value]], optim.FirstOrder]] = {
    "sgd": lambda params: optim.SGD(params),
    "momentum": lambda params: optim.SGD(params, momentum=0.9),
    "nesterov": lambda params: optim.SGD(params, momentum=0.9, nesterov=True),
    "adagrad": lambda params: optim.Adagrad(params),
    "rmsprop": lambda params: optim.RMSprop(params),
    "adam": lambda params: optim.Adam(params),
    "adamw": lambda params: optim.AdamW(params),
    "nadam": lambda params: optim.NAdam(params),
}


def updates_javascript() -> str:
    """``const UPDATES``: for each optimizer the first values of its states, and its update."""
    rows = [f"  {json.dumps(name)}: {javascript(make)}" for name, make in OPTIMIZERS.items()]
    return "const UPDATES = {\n" + ",\n".join(rows) + "\n};\n"


def javascript(make: Function) -> str:
    """One optimizer as ``{states, numbers, update(lr, clock, theta, g, ...states)}``.

    ``clock`` is the number of updates, and the states that are numbers; ``update`` returns it anew.
    """
    optimizer = make([Value(0.0)])
    (bind,) = ast.parse(optimizer.source()).body
    assert isinstance(bind, ast.FunctionDef)
    names = [argument.arg for argument in bind.args.args]
    vectors = names[: names.index("scratch")]
    (group,) = optimizer.param_groups
    starts = optimizer.starts(group)
    used = {part.id for part in ast.walk(bind) if isinstance(part, ast.Name)}
    constants = [
        f"const {name} = {json.dumps(group[name])};"
        for name in names[names.index("scratch") + 1 :]
        if name in used
    ]
    step = next(line for line in bind.body if isinstance(line, ast.FunctionDef))
    scratch: list[str] = []
    for line in bind.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Tuple):
            scratch = [ast.unparse(name) for name in line.targets[0].elts]
        elif isinstance(line, ast.Assign) and ast.unparse(line.value).startswith("array("):
            assert isinstance(line.value, ast.Call)
            constants.append(f"const {ast.unparse(line.targets[0])} = {_text(line.value.args[0])};")
    clock = [argument.arg for argument in step.args.args][1:]
    before, loop, after = [], [], ""
    for line in step.body:
        if isinstance(line, ast.Expr):
            loop.append(_call(line.value, vectors))
        elif isinstance(line, ast.Return):
            assert isinstance(line.value, ast.Tuple)
            after = f"return [{', '.join(map(_text, line.value.elts))}];"
        elif isinstance(line, ast.Assign):
            (target,) = line.targets
            new = isinstance(target, ast.Subscript)
            name = ast.unparse(target.value if isinstance(target, ast.Subscript) else target)
            before.append(f"{'const ' * new}{name} = {_text(line.value)};")
    numbers = [float(optimizer.numbers[name]) for name in clock[1:]]
    states = [float(starts.get(name, 0.0)) for name in vectors[2:]]
    whole = [
        *constants,
        f"let [{', '.join(clock)}] = clock;",
        *([f"let {', '.join(scratch)};"] if scratch else []),
        *before,
        "for (let i = 0; i < theta.length; i += 1) {",
        *loop,
        "}",
        after,
    ]
    return (
        f"{{states: {json.dumps(states)}, numbers: {json.dumps(numbers)}, "
        f"update(lr, clock, {', '.join(vectors)}) {{\n" + "\n".join(whole) + "\n}}"
    )


def _call(call: ast.expr, vectors: list[str]) -> str:
    """A NumPy call as a statement of one element."""
    assert isinstance(call, ast.Call)
    *operands, target = [
        f"{name}[i]" if (name := ast.unparse(operand)) in vectors else name
        for operand in [*call.args, *(keyword.value for keyword in call.keywords)]
    ]
    name = ast.unparse(call.func)
    if name == "copyto":  # its target comes first
        operands, target = [target], operands[0]
    return f"{target} = {_CALLS[name].format(*operands)};"


def _text(tree: ast.expr) -> str:
    """An expression of hyper-parameters and of the clock."""
    if isinstance(tree, ast.BinOp):
        return f"({_text(tree.left)} {_SIGNS[type(tree.op)]} {_text(tree.right)})"
    if isinstance(tree, ast.UnaryOp):
        return f"(-{_text(tree.operand)})"
    if isinstance(tree, ast.Call):
        return _FUNCTIONS[ast.unparse(tree.func)].format(*map(_text, tree.args))
    return ast.unparse(tree)
