"""What compiled SQL leaves open, because each run says it anew: its instant and the reporting currency."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

_INSTANT = datetime(1900, 1, 1, 1, 1, 1, 123457, tzinfo=UTC)
"""An instant that no shop's data has."""

_CURRENCY = "<reporting currency>"

ENVIRONMENT = {"SHOPHOUSE_AS_OF": _INSTANT.isoformat(), "SHOPHOUSE_REPORTING_CURRENCY": _CURRENCY}
"""With what dbt compiles."""

_DATE_ONLY = " /* its date */"
"""What macro ``as_of_date`` says of an instant that is asked for its date alone."""


@dataclass(frozen=True)
class RunSays:
    """What a run says.

    Attributes:
        as_of: its instant.
        reporting_currency: ISO 4217; empty: what the models find to be the stores'.
        dates: the run's date in every time zone that has a business day; empty: not known.
    """

    as_of: datetime
    reporting_currency: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)

    def in_sql(self, sql: str) -> str:
        """The SQL of this run."""
        currency = self.reporting_currency.replace("'", "''")
        return sql.replace(_literal(_INSTANT), _literal(self.as_of)).replace(_CURRENCY, currency)

    def in_code(self, sql: str) -> str:
        """The SQL as far as it tells one run's rows from another's: where it asks for a date alone, the date counts."""
        if self.dates:
            sql = sql.replace(_literal(_INSTANT) + _DATE_ONLY, json.dumps(dict(self.dates), sort_keys=True))
        return self.in_sql(sql)


def _literal(instant: datetime) -> str:
    """As macro ``as_of_timestamp`` writes it."""
    return f"cast('{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}' as timestamp)"
