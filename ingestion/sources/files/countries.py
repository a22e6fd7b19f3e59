"""Names of countries that a file states and that the mapping seeds do not know."""

from __future__ import annotations

from functools import cache

import polars as pl
import pyarrow as pa

from shophouse.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"


def unmatched_countries(rows: pa.Table) -> tuple[str, ...]:
    """What to say of countries that will count as unmapped; nothing where all are known.

    Args:
        rows: of a template with or without a country.
    """
    if "country_code" not in rows.schema.names:
        return ()
    stated = pl.DataFrame(rows.select(["country_code"])).get_column("country_code").drop_nulls()
    unknown = stated.filter(~stated.str.to_lowercase().is_in(known_countries())).value_counts(sort=True)
    if unknown.is_empty():
        return ()
    named = ", ".join(f"{name} ({count:,} rows)" for name, count in unknown.head(10).iter_rows())
    return (f"countries that seeds/mappings/country_names.csv does not know, unmapped: {named}",)


@cache
def known_countries() -> frozenset[str]:
    """Codes and names of countries, in lower case."""
    countries = pl.read_csv(SEEDS / "reference" / "countries.csv", infer_schema=False)
    names = pl.read_csv(SEEDS / "mappings" / "country_names.csv", infer_schema=False)
    found = [countries["country_code"], countries["country_name"], names["country_name"]]
    return frozenset(pl.concat([column.str.to_lowercase() for column in found]))
