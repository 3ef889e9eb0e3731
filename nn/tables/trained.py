"""Train on a table: what ``tracegrad train`` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.calculus import path_text
from autograd.typing import Array
from autograd.writing import in_every_language, translated, words
from nn.columns import Asked, Encoder, Prepared, prepare
from nn.data import Standardizer
from nn.findings import Findings
from nn.findings import why as nn_why
from nn.layers import MLP
from nn.reports import Report
from nn.reports import report as nn_report
from nn.tables.files import UNFINISHED, check_report, checked_prefix, description, write_files
from nn.tables.options import Options
from nn.tables.parallel import train_at_once
from nn.tables.resuming import Unfinished, fingerprint
from nn.tables.showing import Told, show_columns, show_folds, show_scores, show_seeds
from nn.tables.training import Fitted, Scores, folds, split, train_on
from nn.training import History, speaking

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rich.console import Console


@dataclass(frozen=True, eq=False)
class Trained:
    """A network, how it was trained and tested, and what it needs to predict."""

    found: Prepared
    fitted: Fitted
    options: Options
    folds: list[list[Scores]] = field(default_factory=list)  # of each seed, of each fold
    seeds: list[Scores] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def model(self) -> MLP:
        return self.fitted.model

    @property
    def encoder(self) -> Encoder:
        return self.fitted.encoder

    @property
    def scale(self) -> Standardizer:
        return self.fitted.scale

    @property
    def history(self) -> History:
        return self.fitted.history

    @property
    def scores(self) -> Scores:
        return self.fitted.scores

    @property
    def test_outputs(self) -> Array:
        return self.fitted.test_outputs

    @property
    def test_targets(self) -> Array:
        return self.fitted.test_targets

    @property
    def classes(self) -> list[str] | None:
        return self.found.classes


def train_table(
    source: object,
    target: str | None = None,
    *,
    asked: Asked | None = None,
    separator: str | None = None,
    classification: bool | None = None,
    hidden: Sequence[int] = Options.hidden,
    activation: str = Options.activation,
    optimizer: str = Options.optimizer,
    lr: float | None = None,
    epochs: int = Options.epochs,
    batch_size: int = Options.batch_size,
    test_size: float = Options.test_size,
    seed: int = Options.seed,
    dropout: float = Options.dropout,
    weight_decay: float = Options.weight_decay,
    class_weight: str | None = None,
    patience: int = Options.patience,
    fold_count: int | None = None,
    seeds: int = 1,
    jobs: int = 1,
    executor: Executor | None = None,
    resume: bool = False,
    why: bool = False,
    report: str | Path | None = None,
    output: str | Path | None = None,
    overwrite: bool = True,
    console: Console | None = None,
    progress: bool | None = None,
    lang: str = "en",
) -> Trained:
    """Train a multilayer perceptron to predict a column of a table from the others.

    ``source`` is what ``nn.data.read_table`` takes, and ``asked`` what it is asked of the columns.
    Says on ``console`` (a rich one; by default the terminal) what became of them, splits, trains,
    tests and prints a table. With ``fold_count`` the scores of a cross-validation come first, and
    with ``seeds`` the network is the median of so many trainings: ``jobs`` processes, or the
    ``executor``, train these at once, to the same result. With ``output="NAME"`` it writes
    ``NAME.safetensors`` (weights and all that :func:`predict_table` needs), ``NAME-history.csv``,
    ``NAME-graph.svg`` (the graph of a batch) and, if matplotlib is there, ``NAME-curves.png``;
    with ``overwrite=False`` none of them may be there. ``resume`` continues one that was
    interrupted, to the bit. With ``why`` it says what ``nn.why`` finds, and ``report`` is the file,
    .html, .txt or .json, of what ``nn.report`` says of the test rows. What is printed, and the
    report, are in the language ``lang``. The same seed gives the same weights.
    """
    options = Options(
        tuple(hidden), activation, dropout, optimizer, lr, epochs, batch_size, seed, test_size,
        weight_decay, patience, class_weight,
    )  # fmt: skip
    prefix = None if output is None else checked_prefix(output, overwrite, resume)
    if report is not None:
        check_report(report, overwrite)
    told = Told(console, lang)
    found = prepare(source, target, asked, classification, separator)
    show_columns(told, found)
    unfinished = None
    if prefix is not None:
        whole = asdict(options) | {"folds": fold_count, "seeds": seeds}
        command = fingerprint(found, whole)
        unfinished = Unfinished(Path(f"{prefix}{UNFINISHED}"), command, resume)
    if resume and not (unfinished and unfinished.found):
        told.say(words("there is no interrupted training to resume; it starts at the beginning"))

    every = range(seed, seed + seeds)
    parts = [
        [(rows, s, f"seed {s}, fold {k}") for k, rows in enumerate(folds(found, fold_count, s), 1)]
        for s in every
    ] if fold_count else []  # fmt: skip
    wholes = [(split(found, options, s), s, f"seed {s}") for s in every]
    done: dict[str, Fitted] = {}

    def trained(rows: tuple[Array, Array], seed: int, stage: str) -> Fitted:
        if stage in done:
            return done[stage]
        return train_on(found, rows, options, seed, stage, unfinished, progress)

    try:
        if jobs > 1 or executor is not None:
            stages = [*(stage for part in parts for stage in part), *wholes]
            done = train_at_once(found, options, stages, unfinished, jobs, executor)
        with speaking(lang):
            validated = [[trained(*stage).scores for stage in part] for part in parts]
            runs = [trained(*stage) for stage in wholes]
    except KeyboardInterrupt:
        if unfinished is None or not unfinished.path.exists():
            raise
        raise KeyboardInterrupt(
            f"interrupted; the same command with --resume goes on from {path_text(unfinished.path)}"
        ) from None
    first = next(iter(runs[0].scores))
    middle = sorted(runs, key=lambda run: run.scores[first][1])[(len(runs) - 1) // 2]
    result = Trained(found, middle, options, validated, [run.scores for run in runs])
    if prefix is not None:
        says = description(middle, options, found.target, found.classes)
        files, remarks = write_files(prefix, middle, says)
        result.files.extend(files)
        result.remarks.extend(remarks)
    if unfinished:
        unfinished.remove()
    judged = reported(result)
    if report is not None:
        result.files.append(judged.save(report, lang))
    _show(result, judged, told, lang)
    if why:
        for line in found_why(result).text(lang).splitlines():
            told.say(in_every_language(line))
    return result


def reported(result: Trained) -> Report:
    """What ``nn.report`` says of the test rows."""
    fitted = result.fitted
    return nn_report(
        fitted.model, fitted.test, loss=fitted.loss, history=fitted.history,
        classes=result.classes, target=result.found.target, y_train=fitted.train[1],
        features=[column.name for column in fitted.encoder.columns for _ in column.inputs],
        undo=None if result.classes else fitted.answers,
    )  # fmt: skip


def found_why(result: Trained) -> Findings:
    """What ``nn.why`` finds: of the epochs up to that whose weights were kept."""
    fitted, rows = result.fitted, result.history.rows
    if fitted.early:
        best = min(range(len(rows)), key=lambda i: rows[i]["val_loss"])
        rows = rows[: best + 1]
    return nn_why(
        fitted.model, fitted.train, fitted.loss, fitted.optimizer, History(rows), fitted.test
    )


#: The sections of a report that the terminal shows too, by their titles.
_BRIEF = ("Classes", "What it goes by")


def _show(result: Trained, judged: Report, told: Told, lang: str) -> None:
    found, fitted = result.found, result.fitted
    n = len(found.classes or ())
    sizes = [len(fitted.encoder.inputs), *result.options.sizes(found.classes)]
    told.say(
        words(
            "{rows} rows, target {target} ({kind}); network {sizes}, {optimizer}, {epochs} epochs",
            rows=len(found.sheet), target=repr(found.target),
            kind=words("{n} classes", n=n) if n else words("regression"),
            sizes=" - ".join(map(str, sizes)), optimizer=result.options.optimizer,
            epochs=len(fitted.history),
        )
    )  # fmt: skip
    if fitted.history.stopped:
        told.say(translated(f"stopped: {fitted.history.stopped}"))
    if result.folds:
        show_folds(told, result.folds)
    if len(result.seeds) > 1:
        show_seeds(told, result.seeds)
    show_scores(told, fitted.scores)
    told.say(judged.sections[0].sentences[0])
    brief = [section for section in judged.sections if section.title[0] in _BRIEF]
    told.console.print(Report(replace(judged.content, sections=brief), lang))
    for path in result.files:
        told.say(words("wrote {file}", file=path))
    for remark in result.remarks:
        told.say(translated(remark))
