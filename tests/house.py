"""What breaks the plan of the house: read from the imports of every file.

A room is a folder with the files directly in it; its face is the folder's ``__init__``. A file that
stands directly in a package is a room of its own. Every import counts: at the top of a file, inside
a function, ``import_module`` with a literal name, and those for the type checker alone.
"""

import ast
import importlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.house_plan import BY_VARIABLE, FACES_FOR_NN, FLOORS, LATE, TRAINS, USES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "optim", "tracegrad")


@dataclass(frozen=True)
class Import:
    """One imported name: `from a.b import c` is ("a.b", "c"), `import a.b` is ("a.b", None)."""

    module: str
    name: str | None
    line: int
    at_top: bool  # executed when the file is imported, not inside a function
    checked: bool = False  # for the type checker alone


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def is_import_module(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
    return called in ("import_module", "__import__") or (
        isinstance(called, ast.Name) and called.id in ("import_module", "__import__")
    )


def imports_of(source: str, package: str) -> Iterator[Import]:
    """Every import, also those for the type checker; `package` resolves the relative ones.

    A module named by a variable is reported as "?".
    """

    def visit(node: ast.AST, at_top: bool, checked: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, None, node.lineno, at_top, checked)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            prefix = ".".join(base) if node.level else ""
            module = ".".join(filter(None, [prefix, node.module]))
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, at_top, checked)
        elif isinstance(node, ast.If) and is_type_checking(node.test):
            for statement in node.body:
                yield from visit(statement, at_top, True)
            for statement in node.orelse:
                yield from visit(statement, at_top, checked)
        else:
            if is_import_module(node):
                assert isinstance(node, ast.Call)
                first = node.args[0] if node.args else None
                literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
                named = first.value if literal and isinstance(first, ast.Constant) else "?"
                yield Import(str(named), None, node.lineno, at_top, checked)
            inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for child in ast.iter_child_nodes(node):
                yield from visit(child, at_top and not inner, checked)

    yield from visit(ast.parse(source), True, False)


@dataclass(frozen=True)
class House:
    """The modules by name, what each imports, and which of them are faces."""

    imports: dict[str, list[Import]]
    faces: frozenset[str]

    def target(self, one: Import) -> str | None:
        """The module of the house that an import reaches (`from pkg import mod` reaches mod)."""
        whole = f"{one.module}.{one.name}"
        return next((name for name in (whole, one.module) if name in self.imports), None)

    def edges(self, module: str) -> set[str]:
        """The modules that `module` imports."""
        reached = {self.target(one) for one in self.imports[module]} - {None, module}
        return {name for name in reached if name is not None}

    def room(self, module: str) -> str:
        """The face of the room that `module` stands in."""
        folder = module.rpartition(".")[0]
        return module if module in self.faces or folder in PACKAGES else folder


def read_house(packages: Iterable[str] = PACKAGES) -> House:
    imports: dict[str, list[Import]] = {}
    faces = set()
    for top in packages:
        # A stub imports for the type checker alone, and counts as well.
        for path in sorted([*(ROOT / top).rglob("*.py"), *(ROOT / top).rglob("*.pyi")]):
            name = module_name(path)
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            if path.name == "__init__.py":
                faces.add(name)
            here = imports_of(path.read_text(encoding="utf-8"), package)
            imports.setdefault(name, []).extend(here)
    return House(imports, frozenset(faces))


def circles(house: House) -> list[str]:
    """A circle of files, or of rooms, by any import at all."""
    files = {module: house.edges(module) for module in house.imports}
    rooms: dict[str, set[str]] = {}
    for module in house.imports:
        here = house.room(module)
        rooms.setdefault(here, set()).update(
            house.room(to) for to in house.edges(module) if house.room(to) != here
        )
    faults = []
    for what, graph in (("files", files), ("rooms", rooms)):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            faults.append(f"a circle of {what}: " + " -> ".join(reversed(error.args[1])))
    return faults


def upward_imports(house: House) -> list[str]:
    """One sentence for each import of autograd that does not go down or stay in its room."""
    faults = []
    for module in house.imports:
        if module.partition(".")[0] != "autograd":
            continue
        here = house.room(module)
        for to in sorted(house.edges(module)):
            there = house.room(to)
            if there == here or not to.startswith("autograd"):
                continue
            if here not in FLOORS or there not in FLOORS:
                faults.append(f"{here} or {there} has no floor in the plan")
            elif FLOORS[there] >= FLOORS[here]:
                faults.append(
                    f"{module} (floor {FLOORS[here]}) imports {to} (floor {FLOORS[there]})"
                )
    return faults


def behind_the_face(house: House, exported: dict[str, set[str]]) -> list[str]:
    """Imports that reach a file of another room, or a name that its face does not export.

    A package's root opens its own rooms: it alone may name their files.
    """
    faults = []
    for module, imports in house.imports.items():
        here = house.room(module)
        for one in imports:
            to = house.target(one)
            if to is None or house.room(to) == here or module in PACKAGES:
                continue
            face = house.room(to)
            exports = face in house.faces and face not in PACKAGES
            through = one.module == face and one.name in exported.get(face, set())
            if exports and not through and not (to == face and one.name is None):
                faults.append(f"{module}:{one.line} imports {one.module} {one.name or ''}")
    return faults


def wrong_packages(house: House) -> list[str]:
    """Uses of one package by another that the plan of the house does not have."""
    faults = []
    for module, imports in house.imports.items():
        top = module.partition(".")[0]
        allowed = set(PACKAGES) if module.startswith(TRAINS) else USES[top] | {top}
        for one in imports:
            other = one.module.partition(".")[0]
            late = not one.at_top and house.target(one) in LATE.get(module, set())
            if other in PACKAGES and other not in allowed and not late:
                faults.append(f"{module}:{one.line} imports {other}")
    return faults


def private_uses_by_nn(house: House, exported: set[str]) -> list[str]:
    """Imports of nn that reach past the names autograd exports."""
    return [
        f"{module}:{one.line} imports {one.module}.{one.name or ''}"
        for module, imports in house.imports.items()
        for one in imports
        if module.partition(".")[0] == "nn"
        and one.module.partition(".")[0] == "autograd"
        and one.name not in FACES_FOR_NN.get(one.module, set())
        and (one.module != "autograd" or (one.name is not None and one.name not in exported))
    ]


def unlisted_late_imports(house: House) -> list[str]:
    """Imports of the house inside a function that LATE and BY_VARIABLE do not name."""
    return [
        f"{module}:{one.line} imports {one.module} inside a function"
        for module, imports in house.imports.items()
        if not module.startswith(TRAINS)
        for one in imports
        if (
            (one.module == "?" and module not in BY_VARIABLE)
            or (
                not one.at_top
                and one.module.partition(".")[0] in PACKAGES
                and house.target(one) not in LATE.get(module, set())
                and module not in BY_VARIABLE
            )
        )
    ]


def heavy_at_top(house: House) -> list[str]:
    """Third-party imports, NumPy apart, that run when a file is imported.

    Who imports autograd.scipy asks for SciPy.
    """
    ours = {*PACKAGES, "numpy", "__future__", "?", *sys.stdlib_module_names}
    return [
        f"{module}:{one.line} imports {one.module}"
        for module, imports in house.imports.items()
        for one in imports
        if one.at_top and not one.checked and one.module.partition(".")[0] not in ours
        if not (module.startswith("autograd.scipy") and one.module.startswith("scipy"))
    ]


@cache
def the_house() -> House:
    return read_house()


@cache
def exports() -> dict[str, set[str]]:
    """What each face exports."""
    modules = {face: importlib.import_module(face) for face in the_house().faces}
    return {face: set(getattr(module, "__all__", ())) for face, module in modules.items()}
