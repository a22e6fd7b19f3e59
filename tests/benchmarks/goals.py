"""What the figures should come to at scale 1 on two quiet cores."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A bound of one figure.

    Attributes:
        value: the bound, in the figure's unit.
        is_minimum: more is better; else less is better.
    """

    value: float
    is_minimum: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.is_minimum else '<='} {self.value:,g}"


GOALS = {
    ("demo_server", "start s"): Goal(2),
    ("shopify_bulk", "rows/s"): Goal(80_000, is_minimum=True),
    ("shopify_bulk", "times faster"): Goal(20, is_minimum=True),
    ("demo", "wall s"): Goal(90),
    ("demo_scale_1", "wall s"): Goal(360),
    ("demo_scale_1", "peak RSS GiB"): Goal(4),
    ("sync", "wall s"): Goal(60),
    ("empty_sync", "wall s"): Goal(10),
    ("sync", "peak RSS GiB"): Goal(3),
    ("demo", "peak RSS GiB"): Goal(1.5),
    ("demo", "published MB"): Goal(40),
    ("queries", "p95 ms"): Goal(100),
    ("metric_table", "wall s a table"): Goal(0.15),
    ("forecasts", "series-origins"): Goal(200, is_minimum=True),
    ("forecasts", "sums in 80 %"): Goal(0.76, is_minimum=True),
    ("forecasts", "demo's totals in 80 %"): Goal(1, is_minimum=True),
    ("forecasts", "CPU s a run"): Goal(25),
}
