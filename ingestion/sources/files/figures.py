"""What a file's rows come to, so that a person sees a quantity times a total before it is loaded."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from ingestion.sources.files.templates import Template

_EXACT = pl.Decimal(38, 6)


def figures_of(template: Template, rows: pa.Table) -> tuple[str, ...]:
    """Orders, gross, net, tax, spend, days and currencies of a file, one line a currency.

    Args:
        template: whose rows they are.
        rows: in the contract of its table.
    """
    frame = pl.DataFrame(rows)
    if template.name == "orders":
        return tuple(_orders(frame))
    measures = {"payments": ("paid_at", "amount", "fee_amount"), "ad_spend": ("day", "spend", "value")}
    if template.name in measures:
        when, *amounts = measures[template.name]
        return tuple(_amounts(frame, when, amounts))
    return ()


def _orders(frame: pl.DataFrame) -> list[str]:
    amount = pl.coalesce(
        pl.col("line_total").cast(pl.Float64),
        pl.col("quantity").cast(pl.Float64) * pl.col("unit_price").cast(pl.Float64),
    )
    direction = pl.when(amount < 0).then(-1).otherwise(1)
    discount = direction * pl.col("line_discount_amount").fill_null(0).cast(pl.Float64)
    rate, inside = pl.col("line_tax_rate"), pl.col("prices_include_tax").fill_null(False)
    by_rate = (amount - discount).abs() * pl.when(inside).then(rate / (1 + rate)).otherwise(rate)
    tax = direction * pl.coalesce(pl.col("line_tax_amount").cast(pl.Float64).abs(), by_rate).fill_null(0)
    measured = frame.with_columns(
        amount.alias("_gross"),
        tax.alias("_tax"),
        (amount - discount - pl.when(inside).then(tax).otherwise(0)).alias("_net"),
    )
    summed = measured.group_by("currency").agg(
        pl.struct("store_id", "order_id").n_unique().alias("documents"),
        pl.len().alias("lines"),
        pl.col("quantity").sum(),
        pl.col("_gross", "_net", "_tax").sum(),
        pl.col("ordered_at").min().dt.date().alias("first"),
        pl.col("ordered_at").max().dt.date().alias("last"),
        *(
            pl.col("_net").filter(pl.col("entry_type") == kind).sum().alias(kind)
            for kind in ("sale", "return", "cancellation", "adjustment")
        ),
    )
    lines = []
    for row in summed.sort("currency", nulls_last=True).iter_rows(named=True):
        lines.append(
            f"{row['currency']}: {row['documents']:,} documents, {row['lines']:,} lines, "
            f"{float(row['quantity']):,.10g} units, {row['first']} to {row['last']}; "
            f"as stated {row['_gross']:,.2f}, net {row['_net']:,.2f}, tax {row['_tax']:,.2f}"
        )
        kinds = [f"{kind} {row[kind]:,.2f}" for kind in ("sale", "return", "cancellation", "adjustment") if row[kind]]
        lines.append(f"     net by entry: {', '.join(kinds) or 'nothing'}")
    return lines


def _amounts(frame: pl.DataFrame, when: str, amounts: list[str]) -> list[str]:
    summed = frame.group_by("currency").agg(
        pl.len().alias("rows"),
        pl.col(when).min().cast(pl.Date).alias("first"),
        pl.col(when).max().cast(pl.Date).alias("last"),
        *(pl.col(name).cast(_EXACT).sum() for name in amounts),
    )
    return [
        f"{row['currency']}: {row['rows']:,} rows, {row['first']} to {row['last']}; "
        + ", ".join(f"{name} {row[name]:,.2f}" for name in amounts)
        for row in summed.sort("currency", nulls_last=True).iter_rows(named=True)
    ]
