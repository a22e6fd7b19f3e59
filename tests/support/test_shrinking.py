"""Shrinking keeps what a failure needs and nothing else."""

from __future__ import annotations

import pytest

from tests.support.shrinking import smallest


@pytest.mark.parametrize("guilty", [{0}, {7}, {99}, {3, 80}, {1, 50, 98}])
def test_what_fails_together_is_left(guilty: set[int]) -> None:
    assert set(smallest(range(100), lambda some: guilty <= set(some))) == guilty


def test_a_single_item_is_not_asked_about() -> None:
    assert smallest(["only"], lambda some: pytest.fail(f"asked about {some}")) == ["only"]
