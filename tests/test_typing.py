"""Types that say something: what a checker infers, and how much of the packages is ``Any``."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_checker_infers_what_programs_get(monkeypatch: pytest.MonkeyPatch) -> None:
    api = pytest.importorskip("mypy.api")
    monkeypatch.chdir(ROOT)
    report, errors, status = api.run(["tests/typing_cases.py"])
    assert status == 0, report + errors
