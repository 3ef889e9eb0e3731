"""A compiled function as a page: the rows of single numbers beside the statements they became."""

from __future__ import annotations

import math
from collections import Counter

from autograd.render import DARK, LIGHT, document_page, escape
from autograd.replay import Elementwise, Replay, Statement, Sum, listing_of

#: So many scopes are listed, and so many lines of a source.
SCOPES, LINES = 40, 400

_STYLE = """
.replay { font: clamp(15px, 1.1vw, 24px)/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--background); max-width: 64em; margin: 0 auto; padding: 1em; }
.replay h1 { font-size: 1.5em; margin: 0 0 .3em; } .replay h2 { font-size: 1.1em; }
.replay code, .replay pre { font-family: ui-monospace, monospace; font-size: .9em; }
.replay pre { overflow-x: auto; background: var(--card); padding: .6em; }
.replay table { border-collapse: collapse; }
.replay th, .replay td { padding: .15em .8em .15em 0; text-align: left; }
.replay td:first-child, .replay th:first-child { text-align: right; }
.replay ol { list-style: none; padding: 0; }
.replay li { border: 1px solid var(--border); border-radius: 6px; margin: .5em 0; display: grid;
  padding: .5em .8em; background: var(--card); gap: .3em 1em; break-inside: avoid;
  grid-template-columns: 8em 15em 1fr; align-items: center; }
.replay li > code { grid-column: 1 / -1; color: var(--muted); overflow-wrap: anywhere; }
.replay .muted { color: var(--muted); }
.replay rect { fill: var(--plus2); stroke: var(--data); }
.replay rect.share { fill: var(--data); stroke: none; }
.replay svg text { fill: var(--muted); font-size: 12px; }
.replay svg { max-width: 100%; height: auto; }
@media (max-width: 40rem) { .replay li { grid-template-columns: 1fr; } }
"""


def explained(replay: Replay, *, whole: bool = True) -> str:
    """The page, or with ``whole=False`` the section that a notebook shows."""
    name, program, plan, source = replay.name, replay.program, replay.plan, replay.executor.source
    rows = Counter[str]()
    operations: dict[str, Counter[str]] = {}
    for row, code, _ in program.lists():
        scope = ".".join(program.scope(row)) or "(no scope)"
        rows[scope] += 1
        operations.setdefault(scope, Counter())[program.rules[code].name] += 1
    total = sum(rows.values())
    title = f"{name}: {_counted(total, 'row')}"
    parts = [
        f"<h1>{escape(name)}: {_counted(total, 'row')} of single numbers"
        + (f", {_counted(len(plan.statements), 'statement')}</h1>" if plan else "</h1>"),
        f"<p>{_story(plan is not None)}</p>",
        "<h2>Before: what was traced</h2>",
        "<table><thead><tr><th>rows</th><th>scope</th><th>operations</th></tr></thead><tbody>",
        *(
            f"<tr><td>{count:,}</td><td>{escape(scope)}</td><td class='muted'>"
            + escape(", ".join(f"{n:,} {op}" for op, n in operations[scope].most_common()))
            + "</td></tr>"
            for scope, count in list(rows.items())[:SCOPES]
        ),
        "</tbody></table>",
    ]
    if len(rows) > SCOPES:
        parts.append(f"<p class='muted'>and {len(rows) - SCOPES} more scopes</p>")
    if plan is not None:
        texts = listing_of(plan)
        most = max((statement.operations for statement in plan.statements), default=1)
        parts.append("<h2>After: what runs, in this order</h2><ol>")
        parts += [_item(s, "; ".join(text), most) for s, text in zip(plan.statements, texts)]
        parts.append("</ol>")
    shown = source.splitlines()
    text = "\n".join(shown[:LINES])
    left = f"\n… {len(shown) - LINES:,} more lines" if len(shown) > LINES else ""
    parts.append(
        f"<details{' open' if plan is None else ''}><summary>The source</summary>"
        f"<pre tabindex='0'>{escape(text + left)}</pre></details>"
    )
    return _page(title, parts, whole)


def explained_arrays(
    name: str, operations: dict[str, Counter[str]], source: str, *, whole: bool = True
) -> str:
    """The same of a function of arrays: what was traced by scope, and the lines that run."""
    lines = source.splitlines()
    total = sum(count.total() for count in operations.values())
    parts = [
        f"<h1>{escape(name)}: {_counted(total, 'operation')} of arrays, "
        f"{_counted(len(lines), 'line')} of NumPy</h1>",
        "<p>The function was traced operation by operation: forward, backward, and what the "
        "optimizer does. A replay runs the lines below; results are written into buffers, "
        "gradients into the vector that the optimizer reads.</p>",
        "<h2>Before: what was traced</h2>",
        "<table><thead><tr><th>operations</th><th>scope</th><th>kinds</th></tr></thead><tbody>",
        *(
            f"<tr><td>{count.total():,}</td><td>{escape(scope)}</td><td class='muted'>"
            + escape(", ".join(f"{n:,} {kind}" for kind, n in count.most_common()))
            + "</td></tr>"
            for scope, count in list(operations.items())[:SCOPES]
        ),
        "</tbody></table>",
    ]
    if len(operations) > SCOPES:
        parts.append(f"<p class='muted'>and {len(operations) - SCOPES} more scopes</p>")
    text = "\n".join(lines[:LINES])
    left = f"\n… {len(lines) - LINES:,} more lines" if len(lines) > LINES else ""
    parts.append(f"<h2>After: what runs</h2><pre tabindex='0'>{escape(text + left)}</pre>")
    return _page(f"{name}: {_counted(total, 'operation')}", parts, whole)


def _page(title: str, parts: list[str], whole: bool) -> str:
    style = _colours() + _STYLE
    tag = "main" if whole else "div"
    body = f"<{tag} class='replay'>{''.join(parts)}</{tag}>"
    if not whole:
        return f"<style>{style}</style>{body}"
    return document_page(
        title, "en", body, styles=(style + "body { margin: 0; background: var(--background); }",)
    )


def _story(grouped: bool) -> str:
    if grouped:
        return (
            "The function was traced number by number. Rows of one kind that do not depend on each "
            "other are computed together: where every row of one table of numbers meets every "
            "row of another, that is a product of matrices. Boxes are drawn on a logarithmic scale."
        )
    return (
        "The function was traced number by number. It is deep and narrow: few of its rows are "
        "alike, so each stays a line of its own."
    )


def _item(statement: Statement, text: str, most: int) -> str:
    scope = ".".join(statement.scope)
    share = max(2, round(120 * statement.operations / most))
    bar = (
        f"<svg width='10em' height='.93em' viewBox='0 0 150 14' role='img' "
        f"aria-label='{statement.operations:,} operations'>"
        f"<rect class='share' y='3' width='{share}' height='8'/></svg>"
    )
    return (
        f"<li><span><b>{statement.covers:,}</b> row{'' if statement.covers == 1 else 's'}<br>"
        f"<span class='muted'>{escape(scope)}</span></span>"
        f"<span>{_boxes(statement)}</span><span>{escape(_kind(statement))}<br>{bar}"
        f"<span class='muted'>{_counted(statement.operations, 'operation')}</span></span>"
        f"<code>{escape(text)}</code></li>"
    )


def _kind(statement: Statement) -> str:
    """In words: what each number of the result is, and what all of them are together."""
    count = math.prod(statement.shape)
    if isinstance(statement, Elementwise):
        return f"{statement.rule.name} of {_counted(count, 'number')}"
    assert isinstance(statement, Sum)
    terms = [_counted(len(statement.signs), "product")] if len(statement.signs) else []
    alone = len(statement.singles) + len(statement.signs_of_many)
    terms += [_counted(alone, "term")] if alone else []
    words = f"{_counted(count, 'sum')} of {' and '.join(terms)}"
    return f"{words}: one product of matrices" if statement.product else words


def _boxes(statement: Statement) -> str:
    """The result, and for a product of matrices both factors."""
    *stack, height, width = (1, 1, *statement.shape)
    many = "".join(f"{n}×" for n in stack[2:])  # products of a stack of matrices
    shapes = [(height, width)]
    signs = [""]
    if isinstance(statement, Sum) and statement.product:
        terms = len(statement.signs)
        shapes += [(height, terms), (terms, width)]
        signs += ["=", "@"]
    x, parts = 2.0, []
    for sign, (rows, columns) in zip(signs, shapes):
        if sign:
            parts.append(f"<text x='{x:.0f}' y='30'>{sign}</text>")
            x += 17
        w, h = _side(columns), _side(rows)
        parts.append(f"<rect x='{x:.0f}' y='{26 - h / 2:.0f}' width='{w:.0f}' height='{h:.0f}'/>")
        words = f"{many}{rows}×{columns}"
        parts.append(f"<text x='{x:.0f}' y='64'>{words}</text>")
        x += max(w, 7.8 * len(words)) + 6
    label = " ".join(f"{sign} {r} by {c}".strip() for sign, (r, c) in zip(signs, shapes))
    label += "".join(f", {n} times" for n in stack[2:])
    # In units of the text, which is larger where one presents.
    return (
        f"<svg width='{x / 15:.2f}em' height='4.53em' viewBox='0 0 {x:.0f} 68' role='img' "
        f"aria-label='{label}'>{''.join(parts)}</svg>"
    )


def _side(n: int) -> float:
    return min(6 + 5 * math.log2(n), 50.0)


def _colours() -> str:
    def of(theme: dict[str, str]) -> str:
        return " ".join(f"--{name}: {colour};" for name, colour in theme.items())

    return (
        f".replay, body {{ {of(LIGHT)} color-scheme: light dark; }}\n"
        f"@media (prefers-color-scheme: dark) {{ .replay, body {{ {of(DARK)} }} }}\n"
    )


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
