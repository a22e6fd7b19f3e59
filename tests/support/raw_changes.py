"""What loads do to raw tables, at random: rows that come late, change, come again, go, move to other days."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

_ORDER_CHILDREN = """
    select table_name from duckdb_columns()
    where schema_name = 'shopify' and column_name = 'order_id' order by 1
"""


@dataclass
class RawChanges:
    """Changes of one load, each stamped with it as a load stamps its rows.

    Attributes:
        raw: the raw database.
        at: when the load was (UTC).
        rng: what chooses rows.
        made: names of the changes made so far, for the message of a test that fails.
    """

    raw: Path
    at: datetime
    rng: random.Random
    made: list[str] = field(default_factory=list)

    @property
    def all(self) -> dict[str, Callable[[], None]]:
        """Every kind of change, by name."""
        return {
            "an order comes late": self.late_order,
            "orders change": self.changed_orders,
            "orders come again as they were": self.repeated_orders,
            "an order is deleted": self.deleted_order,
            "orders move to other days": self.redated_orders,
            "a refund is withdrawn": self.withdrawn_refund,
            "a rate is new": self.new_rate,
            "costs are new": self.new_costs,
            "a customer has another address": self.changed_customer,
            "a file of orders comes": self.file_of_orders,
        }

    def make(self, *names: str) -> None:
        """Makes changes by name."""
        for name in names:
            self.all[name]()
            self.made.append(name)

    def late_order(self) -> None:
        """An order of weeks ago is read now: a copy of another one, with all that hangs on it."""
        (order,) = self._orders(1)
        with self._connection() as raw:
            for table, *_ in [("orders",), *raw.execute(_ORDER_CHILDREN).fetchall()]:
                own = {row[0] for row in raw.execute(f"describe shopify.{table}").fetchall()}
                ids = ("id", "order_id", "order_line_id", "agreement_id", "refund_id", "return_id", "parent_id")
                renamed = ", ".join(f"{name} || '9' as {name}" for name in ids if name in own)
                replaced = f"{renamed}, {self._load} as _dlt_load_id"
                key = "id" if table == "orders" else "order_id"
                raw.execute(
                    f"insert into shopify.{table} select * replace ({replaced}) from shopify.{table} where {key} = ?",
                    [order],
                )

    def changed_orders(self) -> None:
        """Lines are dearer, and so is what was sold."""
        for order in self._orders(5):
            self._stamp(order)
            self._execute(
                "update shopify.order_lines set original_total = original_total + 1 where order_id = ?", order
            )
            self._execute("update shopify.sales set total_amount = total_amount + 1 where order_id = ?", order)

    def repeated_orders(self) -> None:
        """A window that overlaps the last one brings what is there."""
        for order in self._orders(20):
            self._stamp(order)

    def deleted_order(self) -> None:
        """Nothing of an order is left, and no row tells of it."""
        (order,) = self._orders(1)
        with self._connection() as raw:
            raw.execute("delete from shopify.orders where id = ?", [order])
            for (table,) in raw.execute(_ORDER_CHILDREN).fetchall():
                raw.execute(f"delete from shopify.{table} where order_id = ?", [order])

    def redated_orders(self) -> None:
        """Orders turn out to be of three days before, and so does their sale."""
        for order in self._orders(3):
            self._stamp(order)
            self._execute("update shopify.orders set processed_at = processed_at - interval 3 day where id = ?", order)
            self._execute(
                "update shopify.sales_agreements set happened_at = happened_at - interval 3 day where order_id = ?",
                order,
            )

    def withdrawn_refund(self) -> None:
        """A refund is no longer stated: its rows go while the order's stay, with the loads that they had."""
        with self._connection() as raw:
            found = raw.execute("select order_id, id from shopify.refunds order by id").fetchall()
            if not found:
                return
            order, refund = self.rng.choice(found)
            raw.execute("delete from shopify.refund_lines where refund_id = ?", [refund])
            raw.execute("delete from shopify.refunds where order_id = ? and id = ?", [order, refund])

    def new_rate(self) -> None:
        """The newest file of rates corrects one."""
        self._execute(
            f"""
            update files.exchange_rates set rate = rate * 1.01, _dlt_load_id = {self._load}
            where valid_from = (select max(valid_from) from files.exchange_rates)
            """
        )

    def new_costs(self) -> None:
        """The shop states other costs for a tenth of its goods."""
        self._execute(
            f"""
            update shopify.inventory_items set unit_cost = unit_cost * 1.1, _dlt_load_id = {self._load}
            where hash(id) % 10 = {self.rng.randrange(10)}
            """
        )

    def changed_customer(self) -> None:
        """An account takes the address of a guest, whose orders are then its own."""
        with self._connection() as raw:
            (account,) = self.rng.choice(raw.execute("select id from shopify.customers order by id").fetchall())
            raw.execute(
                f"""
                update shopify.customers set _dlt_load_id = {self._load}, email = coalesce(
                    (select min(email) from shopify.orders where customer_id is null and email is not null), 'a@b.example'
                ) where id = ?
                """,
                [account],
            )

    def file_of_orders(self) -> None:
        """A shop that is known from files alone sends an order, or one more."""
        self._execute(
            f"""
            insert into files.orders by name select
                'kiosk' as store_id, 'K' || count(*) as order_id, 1 as line_number,
                timestamp '2026-11-10 10:00:00' + count(*) * interval 1 hour as ordered_at, 'Europe/Vienna' as timezone,
                'sale' as entry_type, 'product' as line_type, 'A-1' as sku, 'Tea' as product_name, 2 as quantity,
                10 as unit_price, 0 as line_discount_amount, 2 as line_tax_amount, false as prices_include_tax,
                'EUR' as currency, 'f' as _file_id, count(*) as _row_number, {self._load} as _dlt_load_id
            from files.orders
            """
        )

    def _stamp(self, order: str) -> None:
        with self._connection() as raw:
            raw.execute(
                f"update shopify.orders set updated_at = ?, _dlt_load_id = {self._load} where id = ?", [self.at, order]
            )
            for (table,) in raw.execute(_ORDER_CHILDREN).fetchall():
                raw.execute(f"update shopify.{table} set _dlt_load_id = {self._load} where order_id = ?", [order])

    def _orders(self, number: int) -> list[str]:
        with self._connection() as raw:
            return self.rng.sample(
                [row[0] for row in raw.execute("select id from shopify.orders order by id").fetchall()], number
            )

    def _execute(self, statement: str, *parameters: object) -> None:
        with self._connection() as raw:
            raw.execute(statement, list(parameters))

    @property
    def _load(self) -> str:
        return f"'{self.at.timestamp()}'"

    def _connection(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(self.raw)
