"""Shrinking keeps what a failure needs and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.shrinking import smallest


@pytest.mark.parametrize("guilty", [{0}, {7}, {99}, {3, 80}, {1, 50, 98}])
def test_what_fails_together_is_left(guilty: set[int]) -> None:
    assert set(smallest(range(100), lambda some: guilty <= set(some))) == guilty


def test_a_single_item_is_not_asked_about() -> None:
    assert smallest(["only"], lambda some: pytest.fail(f"asked about {some}")) == ["only"]


def test_what_is_left_when_no_question_is_left_still_fails() -> None:
    asked: list[int] = []

    def fails(some: Sequence[int]) -> bool:
        asked.append(len(some))
        return 7 in some

    assert 7 in smallest(range(100), fails, 3)
    assert len(asked) == 3
