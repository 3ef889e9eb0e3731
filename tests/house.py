"""The plan of the house, and what breaks it: read from the imports of every file.

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

import autograd.typing

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "optim", "tracegrad")

# The plan, from the ground up. An import goes to a lower floor, or stays in its room.
FLOORS = {
    "autograd.calculus": -1,
    "autograd.calculus.array_rules": 0,
    "autograd.calculus.composed": 1,
    "autograd.engine": 1,
    "autograd.writing": 1,
    "autograd.functions": 2,
    "autograd.graph": 2,
    "autograd.lectures": 2,
    "autograd.derivatives": 3,
    "autograd.formulas": 3,
    "autograd.checks": 4,
    # Models of other libraries, as graphs of this one.
    "autograd.imports": 3,
    "autograd.lessons": 4,
    # Graphs that run again, compiled: it may use all below, and the pages use it.
    "autograd.replay.arrays": 3,
    "autograd.replay": 5,
    "autograd.lessons.worked_examples": 5,
    "autograd.render": 5,
    "autograd.stage": 6,
    # Scripts written for HIPS autograd find their names here.
    "autograd.numpy": 3,
    "autograd.misc": 5,
    "autograd.scipy": 6,
    "autograd.scipy.stats": 7,
    "autograd.exports": 7,
    "autograd.sheets": 7,
    "autograd.play": 7,
    "autograd": 7,
    "autograd.cli": 8,
    # Files that stand directly in the package.
    "autograd.builtins": 2,
    "autograd.extend": 4,
    "autograd.test_util": 4,
    "autograd.typing": 2,
    "autograd.former_paths": 0,
    "autograd.shipped": -2,
    "autograd.starting": 0,
    "autograd.stubs": 3,
    "autograd.__main__": 9,
}
# Which of the packages may use which; the command line trains networks. A listed late import may go
# further. tracegrad is one name for the three.
USES = {
    "autograd": set[str](),
    "optim": set[str](),
    "nn": {"autograd", "optim"},
    "tracegrad": {"autograd", "nn", "optim"},
}
TRAINS = "autograd.cli"

# Imports inside a function that have a reason, by importing module. Third-party packages, and what
# a command of the command line needs, are imported where they are used, and are not listed.
LATE = {
    # matplotlib is loaded only where something is drawn.
    "nn.tables.files": {"nn.plots", "autograd.render"},
    "nn.tables.predicting": {"autograd.writing"},
    "nn.pictures.landscape": {"autograd.writing"},
    "nn.pictures.movie": {"nn.plots", "autograd.writing"},
    # What each operation of PyTorch and of JAX is here: for models of theirs alone.
    "autograd.imports.libraries": {"autograd.imports.jaxpr", "autograd.imports.torch_export"},
    # Training does not load what writes sources, which reads the page's kernels.
    "nn.exports.exporting": {
        "autograd.writing",
        "nn.exports.cells",
        "nn.exports.languages",
        "nn.exports.networks",
        "nn.exports.onnx_file",
        "nn.exports.page",
        "nn.exports.sources",
        "nn.exports.tabular",
    },
    # There is one writer of files. A training that writes none does not load the notation that is
    # beside it, and optimizers are imported without the engine.
    "nn.checkpoints.formats": {"autograd.writing"},
    "nn.training.history": {"autograd.writing"},
    "nn.training.logs": {"autograd.writing"},
    # A report's forms: of a terminal, a page, a notebook, a file.
    "nn.reports.result": {
        "nn.reports.notebook",
        "nn.reports.page",
        "nn.reports.terminal",
    },
    # A search that writes no file does not load the notation.
    "nn.hyperparameters.journal": {"autograd.writing"},
    "nn.hyperparameters.table": {"autograd.writing"},
    "optim.figures.saving": {"autograd.writing"},
    "optim.examples.descending": {"autograd.writing"},
    "optim.figures.reliefs": {"autograd.shipped", "autograd.stage", "autograd.writing"},
    # The page of a race is one of the library's pages, and its rules are translated as lessons are.
    "optim.races.page": {"autograd.shipped", "autograd.stage", "autograd.writing"},
    "optim.races.programs": {"autograd", "autograd.calculus", "autograd.lessons"},
    # A race is written in every format by the table that lessons are written by.
    "optim.races.shown": {
        "autograd.exports",
        "autograd.lessons.worked_examples",
        "autograd.writing",
    },
    "optim.races.trajectories": {"autograd.exports", "optim.races.shown"},
    # The diagnosis is loaded only when a training has failed, the rules only when one asks why.
    "nn.training.not_finite": {"autograd"},
    "nn.findings.asking": {"nn.findings.examination", "nn.findings.rules"},
}
# What nn may take from a face of autograd, beside the names that autograd itself exports: files are
# written, and text from data is made safe, in one way, and signatures are in the same names.
FACES_FOR_NN = {
    # A demonstration of what a gradient is measures slopes and chords.
    "autograd.lessons": {"ChordTest", "chord_test", "steepest_ascent"},
    # An exported network is written from the rows of the tables, in the languages that they have.
    "autograd.calculus": set(
        "C comment COMPARISONS constant Function Dialect FLOAT functions_in_c JAVASCRIPT "
        "one_line path_text PRIMITIVES Quantity Rule RULES rules_javascript short translate".split()
    ),
    "autograd.calculus.array_rules": {"ARRAY_RULES"},
    "autograd.replay": {"python_functions"},
    "autograd.replay.arrays": {"Apply", "Call", "CompiledArrays", "Guard", "Program", "Ref"},
    "autograd.render": {"escape", "LayoutError"},
    "autograd.shipped": {"expanded", "read_text"},
    # A report is a page in the style of the others, in the same languages.
    # The page of a training has the stage in it.
    "autograd.stage": set(
        "controls formulas json_inside kernel_of lesson_page quiz_setting reading_page script "
        "sheet spoken written_forms".split()
    ),
    "autograd.writing": set(
        "column csv_text extension in_every_language is_formula joined LANGUAGES sentences "
        "sentences_in_each translated words Words write_file".split()
    ),
    "autograd.typing": set(autograd.typing.__all__),
}
# Where a module is named by a variable, and why.
BY_VARIABLE = {
    "autograd": "the names of upper floors are loaded when first asked for",
    "autograd.former_paths": "a former path leads to the module it names",
    "autograd.cli": "a command's module is loaded when the command runs",
    "autograd.numpy": "linalg, fft and random are loaded when first asked for",
    "autograd.scipy": "a module of SciPy is loaded when first asked for",
    "autograd.scipy.stats": "a distribution is loaded when first asked for",
    "nn": "what few trainings need is loaded when first asked for",
    "tracegrad": "nn and optim are loaded when first asked for",
    "tracegrad.same_modules": "a second name leads to the module it names",
}


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
