"""What a simulation is asked for, and the random streams and clocks that follow from it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from demo.world.stores import STORES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DAY = 86_400
NEVER = 2**62
"""The instant of an event that does not happen."""

CUSTOMERS_AT_SCALE_1 = 100_000
ORDER_LINES_AT_SCALE_1 = 1_000_000
LINES_PER_ORDER = 2.25
LAG_DAYS = 160
"""Days after the last simulated day in which consequences (deliveries, returns, refunds) may still fall."""


@dataclass(frozen=True)
class Clock:
    """Wall-clock time of one store as UTC instants."""

    first_day: date
    offsets: Ints
    """Seconds east of UTC at noon of each day."""
    changes: Flags
    """Days on which the offset changes (between midnight and 03:00)."""

    @classmethod
    def of(cls, first_day: date, days: int, timezone: str) -> Clock:
        """The clock of a time zone for ``days`` days from ``first_day``."""
        zone = ZoneInfo(timezone)
        noons = [datetime.combine(first_day + timedelta(d), time(12), zone) for d in range(-1, days)]
        offsets = np.array([int((n.utcoffset() or timedelta()).total_seconds()) for n in noons], dtype=np.int64)
        return cls(first_day, offsets[1:], np.diff(offsets) != 0)

    def utc(self, day: Ints, second: Ints) -> Ints:
        """Seconds since the epoch of a local second of a day.

        Times before 03:00 on a day of clock change are moved three hours on: they may not exist, or exist twice.
        """
        index = np.clip(day, 0, len(self.offsets) - 1)
        moved = np.where(self.changes[index] & (second < 3 * 3600), second + 3 * 3600, second)
        return self.naive(day, moved) - self.offsets[index]

    def naive(self, day: Ints, second: Ints) -> Ints:
        """The same local time as seconds since the epoch without zone, as spreadsheets hold it."""
        epoch_day = (self.first_day - date(1970, 1, 1)).days
        return (day + epoch_day) * DAY + second


@dataclass(frozen=True)
class Scenario:
    """A simulated world and the instant at which it is looked at.

    Attributes:
        scale: 1 is 100,000 customers and about 1,000,000 order lines, whatever the number of days.
        days: simulated days, the last one being that of ``world_end``.
        seed: the world; the same seed, scale, days and ``world_end`` is the same world.
        as_of: nothing later than this instant is visible; the day it falls in is partial.
        world_end: end of the world, at or after ``as_of``. Two views of one world at different ``as_of`` agree
            on everything that had happened by the earlier one.
    """

    scale: float
    days: int
    seed: int
    as_of: datetime
    world_end: datetime

    def __post_init__(self) -> None:
        if self.scale <= 0:
            raise ValueError(f"scale must be positive, not {self.scale}")
        if self.days < 60:
            raise ValueError(f"days must be at least 60 (a lead time and a return window), not {self.days}")
        if self.as_of > self.world_end:
            raise ValueError(f"as_of {self.as_of} lies after the end of the world {self.world_end}")

    @cached_property
    def first_day(self) -> date:
        """The first simulated date."""
        return self.world_end.astimezone(UTC).date() - timedelta(self.days - 1)

    @cached_property
    def now(self) -> int:
        """``as_of`` in seconds since the epoch."""
        return int(self.as_of.timestamp())

    @cached_property
    def horizon(self) -> int:
        """Days that have a clock: the simulated ones and those of late consequences."""
        return self.days + LAG_DAYS

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        """A clock per store."""
        return tuple(Clock.of(self.first_day, self.horizon, s.timezone) for s in STORES)

    @cached_property
    def dates(self) -> list[date]:
        """Every simulated date."""
        return [self.first_day + timedelta(d) for d in range(self.days)]

    @property
    def customers(self) -> int:
        """How many customers there are in the world."""
        return max(40, round(CUSTOMERS_AT_SCALE_1 * self.scale))

    @property
    def orders(self) -> float:
        """About how many orders there are."""
        return ORDER_LINES_AT_SCALE_1 * self.scale / LINES_PER_ORDER

    def rng(self, purpose: str) -> np.random.Generator:
        """A random stream of its own for each purpose: adding draws to one leaves the others as they were."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])

    def utc(self, store: Ints, day: Ints, second: Ints) -> Ints:
        """UTC instants of local times of several stores."""
        result = np.empty(len(day), dtype=np.int64)
        for index, clock in enumerate(self.clocks):
            here = store == index
            result[here] = clock.utc(day[here], second[here])
        return result

    def naive(self, store: Ints, day: Ints, second: Ints) -> Ints:
        """Wall-clock times of several stores (moved on days of clock change as in :meth:`utc`)."""
        utc = self.utc(store, day, second)
        offsets = np.stack([c.offsets for c in self.clocks])
        return utc + offsets[store, np.clip(day, 0, self.horizon - 1)]
