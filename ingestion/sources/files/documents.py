"""What holds across the columns of an order's line: signs, prices and totals, tax and its rate."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from ingestion.sources.files.findings import TEXT, Check

CENT = Decimal("0.01")
LARGEST_AMOUNT = Decimal(99_999_999_999)
"""Of money, in any currency: a hundred thousand million is more than a row of a shop is worth, in rials or in dong."""
GOODS = ("product", "gift_card", "sample")
TAKEN_BACK = ("return", "cancellation")


def _amount() -> pl.Expr:
    """What the line costs before discounts."""
    computed = (pl.col("quantity").cast(pl.Float64) * pl.col("unit_price").cast(pl.Float64)).round(4)
    return pl.coalesce(pl.col("line_total").cast(pl.Float64), computed)


def _discounted() -> pl.Expr:
    return _amount().abs() - pl.col("line_discount_amount").fill_null(0).cast(pl.Float64)


def _check(broken: pl.Expr, column: str, expected: str | pl.Expr) -> Check:
    return Check(broken, column, pl.col(TEXT + column), expected)


def _more_than_a_cent(amount: pl.Expr, other: pl.Expr, share: pl.Expr | None = None) -> pl.Expr:
    """Whether two amounts differ by more than cents that rounding makes."""
    room = pl.lit(0.011) if share is None else pl.max_horizontal(pl.lit(0.011), share)
    return (amount - other).abs() > room


def _price_or_total() -> list[Check]:
    price, total = pl.col("unit_price"), pl.col("line_total")
    blank = pl.col(TEXT + "unit_price").is_null() & pl.col(TEXT + "line_total").is_null()
    computed = pl.col("quantity").cast(pl.Float64) * price.cast(pl.Float64)
    # A unit price of two decimals is half a cent off at most, for each unit.
    differs = _more_than_a_cent(computed, total.cast(pl.Float64), pl.col("quantity").cast(pl.Float64).abs() * 0.0051)
    return [
        _check(blank, "unit_price", "a value here or in line_total"),
        _check(
            computed.abs() > float(LARGEST_AMOUNT),
            "quantity",
            pl.format(
                "an amount of no more than " + f"{LARGEST_AMOUNT:,}" + " together with unit_price, not {}", computed
            ),
        ),
        _check(differs, "line_total", pl.format("quantity times unit_price ({}), or one blank", computed.round(4))),
    ]


def _signs() -> list[Check]:
    entry, line, quantity = pl.col("entry_type"), pl.col("line_type"), pl.col("quantity")
    goods, back = line.is_in(GOODS), entry.is_in(TAKEN_BACK)
    sold = entry == "sale"
    taken = "less than 0: units taken back are negative; a mapping turns them: -abs(number(...)) as quantity"
    return [
        _check(back & goods & (quantity > 0), "quantity", taken),
        _check(back & (line == "shipping") & (_amount() > 0), "quantity", taken),
        _check(
            sold & goods & (quantity <= 0),
            "quantity",
            "more than 0 on a sale; what comes back is a return or a cancellation, what is counted anew an adjustment",
        ),
        _check(
            goods & (pl.coalesce("unit_price", pl.lit(0)) < 0),
            "unit_price",
            "no less than 0; a reduction is line_discount_amount, or a line of its own with line_type discount",
        ),
        _check(
            goods & (pl.col("line_total").cast(pl.Float64) * quantity.cast(pl.Float64) < 0),
            "line_total",
            "the sign of quantity: money and units go the same way",
        ),
    ]


def _discount_and_tax() -> list[Check]:
    tax, rate = pl.col("line_tax_amount").cast(pl.Float64), pl.col("line_tax_rate")
    inside = pl.col("prices_include_tax")
    base = pl.when(inside).then(_discounted() * rate / (1 + rate)).otherwise(_discounted() * rate)
    goods = pl.col("line_type").is_in(GOODS)
    too_much = goods & (_discounted() < -0.00001)
    of_tax = pl.format("the rate that makes line_tax_amount ({}), or one blank", pl.col(TEXT + "line_tax_amount"))
    return [
        _check(too_much, "line_discount_amount", pl.format("at most the line's amount ({})", _amount())),
        _check(
            (pl.col("entry_type") == "sale") & goods & (tax < 0),
            "line_tax_amount",
            "no less than 0 on a sale",
        ),
        _check(
            goods & (tax.abs() > _discounted() + 0.00001),
            "line_tax_amount",
            pl.format("at most the line's amount after discount ({})", _discounted()),
        ),
        _check(_more_than_a_cent(tax.abs(), base, _discounted() * 0.005), "line_tax_rate", of_tax),
        _check(
            inside & tax.is_null() & rate.is_null(),
            "line_tax_amount",
            "a value here or in line_tax_rate where prices include tax (0 if there is none in it)",
        ),
    ]


ORDER_CHECKS: tuple[Check, ...] = (*_price_or_total(), *_signs(), *_discount_and_tax())
"""Rules of the template orders."""
