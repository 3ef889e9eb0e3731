"""Pages that everybody can use, and that misuse does not break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd.lessons import quiz
from autograd.lessons.worked_examples import EXAMPLES
from tests.browser import visit
from tests.stage import write_pages
from tests.stage_misuse import mishandle
from tests.stage_states import violations
from tests.worked import lesson_of


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (written,) = write_pages(tmp_path_factory.mktemp("pages"), ["relu-two-layer"])
    return written


def test_no_accessibility_violation_in_any_state(browser: Any, path: Path) -> None:
    assert [found for found in violations(browser, path) if found[1]] == []


def test_misuse_leaves_a_page_that_steps(browser: Any, path: Path) -> None:
    with visit(browser, path, reduced_motion="reduce") as seen:
        mishandle(seen)


def test_each_part_of_a_lesson_asks_before_it_shows() -> None:
    """What is skipped in one part is held back there alone: another part shows no number that it
    has not asked for, because its first question is about its first step."""
    for example in EXAMPLES.values():
        parts = [quiz(scene.steps) for scene in lesson_of(example.name).scenes]
        assert sum(map(len, parts)) >= 5, example.name
        assert all(questions and questions[0].step == 1 for questions in parts), example.name
