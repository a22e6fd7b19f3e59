"""The few of many that a failure needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def smallest(items: Sequence[T], fails: Callable[[Sequence[T]], bool], most: int = 1000) -> list[T]:
    """Some of the items that fail together and of which none can be left out (delta debugging, Zeller 2002).

    Args:
        items: fail together.
        fails: whether some of them do; asked about two times the logarithm of their number, where one is to blame.
        most: how often it may be asked; what is left then may be more than the fewest.

    Returns:
        in their order.
    """
    questions = iter(range(most))

    def fail(some: Sequence[T]) -> bool:
        return next(questions, None) is not None and fails(some)

    left, parts = list(items), 2
    while len(left) > 1:
        size = -(-len(left) // parts)
        chunks = [left[start : start + size] for start in range(0, len(left), size)]
        without = [[item for other in chunks if other is not chunk for item in other] for chunk in chunks]
        tried = chunks + (without if parts > 2 else [])
        smaller = next((some for some in tried if fail(some)), None)
        if smaller is not None:
            parts = 2 if smaller in chunks else max(parts - 1, 2)
            left = smaller
        elif parts >= len(left):
            break
        else:
            parts = min(2 * parts, len(left))
    return left
