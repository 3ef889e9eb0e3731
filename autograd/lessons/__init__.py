"""A frozen graph step by step, as text, LaTeX and JSON; demonstrations."""

from autograd.lessons.answers import numbers_of
from autograd.lessons.geometry import (
    ChordTest,
    chord_test,
    difference_quotients,
    rules_of_differentiation,
    steepest_ascent,
)
from autograd.lessons.iterations import descent, update_steps, with_leaves
from autograd.lessons.lesson import Steps
from autograd.lessons.lines import Line
from autograd.lessons.notes import Note, noted
from autograd.lessons.path_sums import explain
from autograd.lessons.products import name_once
from autograd.lessons.program_lines import Program, line_notes, program
from autograd.lessons.questions import Question, quiz
from autograd.lessons.records import BACKWARD, FORWARD, UPDATE, Records, Step
from autograd.lessons.saddles import SaddleCount, count_saddles, saddle_odds
from autograd.lessons.step_json import document, dumps_all, jsonable
from autograd.lessons.step_latex import heading as latex_heading
from autograd.lessons.step_latex import sections, whole
from autograd.lessons.step_text import heading, paragraphs, results, step_text
from autograd.lessons.stepper import steps
from autograd.lessons.symbols import indexed, symbol
from autograd.lessons.updates import Update, Updates
from autograd.lessons.watching import Sweeps, watching_sweeps
from autograd.lessons.wording import Wording

__all__ = [
    "BACKWARD", "chord_test", "ChordTest", "count_saddles", "descent", "difference_quotients",
    "document", "dumps_all", "explain", "FORWARD", "heading", "indexed", "jsonable",
    "latex_heading", "Line", "line_notes", "name_once", "Note", "noted", "numbers_of", "paragraphs",
    "program", "Program", "Question", "quiz", "Records", "results", "rules_of_differentiation",
    "saddle_odds", "SaddleCount", "sections", "steepest_ascent", "Step", "step_text", "steps",
    "Steps", "Sweeps", "symbol", "UPDATE", "Update", "update_steps", "Updates", "watching_sweeps",
    "whole", "with_leaves", "Wording",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
