"""The plan of the house: its floors, what one package may ask of another, and late imports."""

import autograd.typing

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
    # And what is said in English needs no other language.
    **{
        module: {"autograd.writing"}
        for module in (
            "nn.checkpoints.formats nn.findings.finding nn.hyperparameters.journal "
            "nn.hyperparameters.table nn.training.history nn.training.logs nn.training.screens "
            "optim.examples.descending optim.figures.saving optim.races.results"
        ).split()
    },
    # A report's forms: of a terminal, a page, a notebook, a file.
    "nn.reports.result": {"nn.reports.notebook", "nn.reports.page", "nn.reports.terminal"},
    "optim.figures.reliefs": {"autograd.shipped", "autograd.stage", "autograd.writing"},
    # The page of a race is one of the library's pages, and its rules are translated as lessons are.
    "optim.races.page": {"autograd.shipped", "autograd.stage", "autograd.writing"},
    "optim.programs.rows": {"autograd.calculus"},
    "optim.programs.grounds": {"autograd"},
    "optim.programs.updates": {"autograd.lessons"},
    # A race is written in every format by the table that lessons are written by.
    "optim.races.shown": {
        *("autograd.exports", "autograd.lessons.worked_examples", "autograd.writing"),
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
