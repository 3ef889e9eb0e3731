"""Turn generated source into functions that tracebacks and debuggers can show."""

from __future__ import annotations

import linecache

from autograd.calculus.kinds import Function, State


def stamp(source: str, name: str, namespace: State) -> Function:
    """Execute ``source`` in ``namespace`` and return what it bound to ``name``.

    The source is registered with :mod:`linecache`, so that a traceback or a debugger that stops in
    the generated function shows its lines, as it would for a function from a file.
    """
    filename = f"<tracegrad {name} {len(linecache.cache)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), namespace)
    function: Function = namespace[name]
    return function
