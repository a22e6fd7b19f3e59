"""Reads the messy merchant's situations into a merchant's folder.

``merchant.yml`` holds the stores and what they sell, row by row of the contract's tables. ``situations/<name>.yml`` holds
the orders of one situation as people would tell them: what lies in an order stands in it, numbers stand for ids
(``line: 2`` is the order's second line), and what is left out is what an ordinary order has. ``expected`` are
hand-worked tables of these orders, and ``findings`` what the audit is to say of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from demo.merchant import Merchant
from ingestion.sources.shopify.tables import TABLES
from tests.support.shopify_rows import typed, with_defaults, with_ids

FOLDER = Path(__file__).parent
_TABLES = {table.name: table for table in TABLES}
_NO_FINDINGS = "*check_id,*entity_id"
_PLACED_AT = "2026-11-02T15:00:00Z"
_TAKEN_BACK_AT = "2026-11-04T15:00:00Z"
_AGREEMENTS = {
    "order": ("OrderAgreement", "ORDER"),
    "edit": ("OrderEditAgreement", "ORDER_EDIT"),
    "refund": ("RefundAgreement", "REFUND"),
    "return": ("ReturnAgreement", "RETURN"),
}

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Situation:
    """A situation of one store.

    Attributes:
        name: of its file.
        store_id: whose orders these are.
        orders: ids of its orders.
        expected: hand-worked tables of these orders, CSV by schema and name.
        findings: all that the audit is to say of these orders, CSV.
    """

    name: str
    store_id: str
    orders: tuple[str, ...]
    expected: Mapping[str, str]
    findings: str


def situations() -> Iterator[Situation]:
    """Every situation, by name."""
    for name, told in _told():
        orders = tuple(str(order["id"]) for order in told["orders"])
        yield Situation(name, told["store"], orders, told["expected"], told.get("findings", _NO_FINDINGS))


def write_merchant(folder: Path) -> Merchant:
    """Writes what the stores hold.

    Args:
        folder: where to.

    Returns:
        The merchant.

    Raises:
        ValueError: a column is not in its table's contract, or a value does not fit its type.
    """
    rows: Rows = defaultdict(list, yaml.safe_load((FOLDER / "merchant.yml").read_text(encoding="utf-8")))
    currencies = {shop["store_id"]: shop["currency_code"] for shop in rows["shop"]}
    for _, told in _told():
        for order in told["orders"]:
            placed = {"currency_code": currencies[told["store"]]} | order
            for table, row in _OrderRows(told["store"], placed).rows():
                rows[table].append(row)
    merchant = Merchant(folder)
    for name, listed in rows.items():
        merchant.write("shopify", name, _frame(name, listed))
    return merchant


def _told() -> Iterator[tuple[str, Row]]:
    for path in sorted((FOLDER / "situations").glob("*.yml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    table = _TABLES[name]
    if unknown := {column for row in rows for column in row} - set(table.schema.names):
        raise ValueError(f"messy merchant: columns not in the contract of {name}: {sorted(unknown)}")
    texts = [{column: _text(row.get(column)) for column in table.schema.names} for row in rows]
    frame = pl.DataFrame(texts, schema=dict.fromkeys(table.schema.names, pl.String))
    return typed(table, with_ids(table, with_defaults(table, frame)))


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


class _OrderRows:
    """The rows of one order as it is told."""

    def __init__(self, store_id: str, told: Row) -> None:
        self._told = told
        self._store_id = store_id
        self._id = int(told["id"])

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Rows, each with its table."""
        for table, row in self._all():
            order = {} if table == "orders" else {"order_id": self._id}
            yield table, {"store_id": self._store_id} | order | row

    def _all(self) -> Iterator[tuple[str, Row]]:
        yield "orders", self._order()
        for number, line in enumerate(self._listed("lines"), 1):
            yield from self._line(number, line)
        for number, discount in enumerate(self._listed("discounts")):
            code = {"type": "DiscountCodeApplication", "allocation_method": "ACROSS", "target_selection": "ALL"}
            yield "discount_applications", code | {"target_type": "LINE_ITEM", "index": number} | discount
        for number, line in enumerate(self._listed("shipping")):
            yield from self._shipping(number, line)
        for number, payment in enumerate(self._listed("payments"), 1):
            paid = {"kind": "SALE", "status": "SUCCESS", "gateway": "shopify_payments", "test": False}
            yield "transactions", {"id": self._named(number), "processed_at": self._placed_at} | paid | payment
        for number, movement in enumerate(self._listed("movements"), 1):
            yield "balance_transactions", self._movement(number, movement)
        yield from self._returns()
        yield from self._refunds()
        agreements = self._listed("agreements") if "agreements" in self._told else [self._as_ordered()]
        for number, agreement in enumerate(agreements, 1):
            yield from self._agreement(number, agreement)

    def _order(self) -> Row:
        own = {key: value for key, value in self._told.items() if not isinstance(value, list)}
        lines, shipping = self._listed("lines"), self._listed("shipping")
        tax = sum(Decimal(str(charge.get("tax", 0))) for charge in [*lines, *shipping])
        goods = sum(self._gross(line) - self._discount(line) for line in lines)
        postage = sum(Decimal(str(line["price"])) - Decimal(str(line.get("discount", 0))) for line in shipping)
        total = goods + postage + (0 if own.get("taxes_included") else tax)
        paid = [p for p in self._listed("payments") if p.get("status", "SUCCESS") == "SUCCESS"]
        kinds = {name: [p for p in paid if p.get("kind", "SALE") in of] for name, of in _FLOWS.items()}
        received, changed, refunded = (sum(Decimal(str(p["amount"])) for p in found) for found in kinds.values())
        stated = {
            "name": f"#{self._id}",
            "source_name": "web",
            "test": False,
            "edited": False,
            "taxes_included": False,
            "display_financial_status": "PAID",
            "discount_codes": "[]",
            "subtotal_price": goods,
            "total_discounts": sum(self._discount(line) for line in lines),
            "total_shipping_price": postage,
            "total_tax": tax,
            "total_price": total,
            "total_received": received - changed,
            "total_refunded": refunded,
            "net_payment": received - changed - refunded,
            "processed_at": self._placed_at,
            "updated_at": _TAKEN_BACK_AT,
        }
        return stated | own

    def _line(self, number: int, told: Row) -> Iterator[tuple[str, Row]]:
        line_id = self._named(number)
        quantity = told.get("quantity", 1)
        product = {"product_id": 1, "variant_id": 11, "sku": "MUG", "title": "Mug"}
        stated = {
            "id": line_id,
            "position": number - 1,
            "current_quantity": quantity,
            "quantity": quantity,
            "is_gift_card": False,
            "requires_shipping": True,
            "original_unit_price": told["price"],
            "original_total": self._gross(told),
            "discounted_total": self._gross(told),
        }
        own = {key: value for key, value in told.items() if key not in ("price", "tax", "rate", "allocated")}
        yield "order_lines", product | stated | own
        if "tax" in told:
            yield "tax_lines", self._tax("order_line", line_id, told)
        for index, amount in enumerate(told.get("allocated", ())):
            allocated = {"discount_application_index": index, "allocated_amount": amount}
            yield "discount_allocations", {"order_line_id": line_id} | allocated

    def _shipping(self, number: int, told: Row) -> Iterator[tuple[str, Row]]:
        price, discount = Decimal(str(told["price"])), Decimal(str(told.get("discount", 0)))
        stated = {"original_price": price, "discounted_price": price - discount, "title": "Post", "is_removed": False}
        own = {key: value for key, value in told.items() if key not in ("price", "discount", "tax", "rate")}
        yield "shipping_lines", {"id": self._named(number + 1), "position": number} | stated | own
        if "tax" in told:
            yield "tax_lines", self._tax("shipping_line", number, told)

    def _tax(self, parent_type: str, parent_id: int, told: Row) -> Row:
        of = {"parent_type": parent_type, "parent_id": parent_id, "position": 0}
        return of | {"rate": told.get("rate", "0.1"), "price": told["tax"]}

    def _shipped(self) -> Iterator[tuple[str, Row]]:
        """What comes back was sent: the one shipment of an order with returns."""
        sent = {"id": self._named(1), "location_id": 1, "status": "SUCCESS", "created_at": self._placed_at}
        lines = self._listed("lines")
        yield "fulfillments", sent | {"total_quantity": sum(line.get("quantity", 1) for line in lines)}
        for number, line in enumerate(lines, 1):
            of = {"fulfillment_id": self._named(1), "order_line_id": self._named(number)}
            yield "fulfillment_lines", {"id": self._named(number), "quantity": line.get("quantity", 1)} | of

    def _movement(self, number: int, told: Row) -> Row:
        """What a payment moved on the balance of Shopify Payments."""
        own = {key: value for key, value in told.items() if key != "payment"}
        stated = {"type": "CHARGE", "test": False, "transaction_date": self._placed_at}
        settled = {"source_order_transaction_id": self._named(told["payment"])}
        net = Decimal(str(told["amount"])) - Decimal(str(told["fee"]))
        return (
            {"id": self._named(number), "currency_code": self._told["currency_code"], "net": net}
            | stated
            | settled
            | own
        )

    def _returns(self) -> Iterator[tuple[str, Row]]:
        if self._listed("returns"):
            yield from self._shipped()
        for number, told in enumerate(self._listed("returns"), 1):
            return_id = self._named(number)
            stated = {
                "id": return_id,
                "name": f"#{self._id}-R{number}",
                "status": "CLOSED",
                "created_at": _TAKEN_BACK_AT,
            }
            units = sum(line.get("quantity", 1) for line in told["lines"])
            own = {key: value for key, value in told.items() if key not in ("lines", "exchanged")}
            yield "returns", stated | {"total_quantity": units} | own
            for place, line in enumerate(told["lines"], 1):
                yield "return_lines", self._return_line(return_id, int(f"{return_id}{place}"), line)
            for place, line in enumerate(told.get("exchanged", ()), 1):
                sent = {"id": int(f"{return_id}{place}"), "return_id": return_id, "quantity": line.get("quantity", 1)}
                yield "exchange_lines", sent | {"order_line_id": self._named(line["line"])}

    def _return_line(self, return_id: int, line_id: int, told: Row) -> Row:
        quantity = told.get("quantity", 1)
        stated = {"id": line_id, "return_id": return_id, "quantity": quantity, "return_reason": "unwanted"}
        stated |= {"return_reason_name": "Unwanted"}
        own = {key: value for key, value in told.items() if key != "line"}
        if told.get("line") is not None:
            own |= {"order_line_id": self._named(told["line"]), "fulfillment_line_id": self._named(told["line"])}
        return stated | {"processed_quantity": quantity, "refunded_quantity": quantity} | own

    def _refunds(self) -> Iterator[tuple[str, Row]]:
        for number, told in enumerate(self._listed("refunds"), 1):
            refund_id = self._named(number)
            own = {"return_id": self._named(told["return"])} if "return" in told else {}
            at = told.get("processed_at", _TAKEN_BACK_AT)
            yield "refunds", {"id": refund_id, "processed_at": at, "total_refunded": told["total"]} | own
            for place, line in enumerate(told.get("lines", ()), 1):
                stated = {"quantity": 1, "restock_type": "RETURN", "restocked": False, "tax": 0} | line
                row = {"id": int(f"{refund_id}{place}"), "order_line_id": self._named(stated.pop("line"))}
                yield "refund_lines", {"refund_id": refund_id, "total_tax": stated.pop("tax")} | row | stated
            for place, line in enumerate(told.get("shipping", ())):
                row = {"refund_id": refund_id, "position": place, "id": self._named(place + 1)}
                yield "refund_shipping_lines", row | line
            for place, adjustment in enumerate(told.get("adjustments", ()), 1):
                row = {"id": int(f"{refund_id}{place}"), "refund_id": refund_id, "tax_amount": 0}
                yield "order_adjustments", row | {"reason": "REFUND_DISCREPANCY"} | adjustment

    def _as_ordered(self) -> Row:
        """The agreement that an order's lines make where nothing else is told."""
        sales = []
        for number, line in enumerate(self._listed("lines"), 1):
            tax = Decimal(str(line.get("tax", 0)))
            total = self._gross(line) - self._discount(line) + (0 if self._told.get("taxes_included") else tax)
            sale = {"line": number, "quantity": line.get("quantity", 1), "total": total, "tax": tax}
            sales.append(sale | {"discount": self._discount(line)})
        for number, line in enumerate(self._listed("shipping"), 1):
            tax, discount = (Decimal(str(line.get(key, 0))) for key in ("tax", "discount"))
            total = Decimal(str(line["price"])) - discount + (0 if self._told.get("taxes_included") else tax)
            sales.append({"type": "SHIPPING", "shipping": number, "total": total, "tax": tax, "discount": discount})
        return {"sales": sales}

    def _agreement(self, number: int, told: Row) -> Iterator[tuple[str, Row]]:
        kind = told.get("of", "order")
        agreement_id = self._named(number)
        at = told.get("at", self._placed_at if kind == "order" else _TAKEN_BACK_AT)
        named = dict(zip(("type", "reason"), _AGREEMENTS[kind], strict=True))
        part = {f"{kind}_id": self._named(told["number"])} if "number" in told else {}
        yield "sales_agreements", {"id": agreement_id, "happened_at": at} | named | part
        for place, sale in enumerate(told["sales"], 1):
            yield "sales", {"id": int(f"{agreement_id}{place}"), "agreement_id": agreement_id} | self._sale(sale)

    def _sale(self, told: Row) -> Row:
        discount = told.get("discount", 0)
        return {
            "action_type": told.get("action", "ORDER"),
            "line_type": told.get("type", "PRODUCT"),
            "order_line_id": self._named(told["line"]) if "line" in told else None,
            "shipping_line_id": self._named(told["shipping"]) if "shipping" in told else None,
            "quantity": told.get("quantity", 1),
            "total_amount": told["total"],
            "total_discount_before_taxes": discount,
            "total_discount_after_taxes": discount,
            "total_tax": told.get("tax", 0),
        }

    @property
    def _placed_at(self) -> str:
        return str(self._told.get("processed_at", _PLACED_AT))

    def _listed(self, name: str) -> list[Row]:
        return list(self._told.get(name) or ())

    def _named(self, number: int) -> int:
        return self._id * 100 + number

    @staticmethod
    def _gross(line: Row) -> Decimal:
        return Decimal(str(line["price"])) * int(line.get("quantity", 1))

    @staticmethod
    def _discount(line: Row) -> Decimal:
        return sum((Decimal(str(amount)) for amount in line.get("allocated", ())), Decimal(0))


_FLOWS = {"received": ("SALE", "CAPTURE"), "changed": ("CHANGE",), "refunded": ("REFUND",)}
