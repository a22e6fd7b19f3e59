"""What is told of sources that state something else: which figures, which orders by name, and how a month adds up."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.assets.publication import refuse_unreconciled
from orchestration.cli import audit_report
from orchestration.cli.audit_report import print_bridge, print_findings
from orchestration.publication.reconciled import bridge_of_last_month, open_findings, unreconciled
from shophouse.settings import Settings

_TABLES = (
    "create schema audit",
    "create schema marts",
    """create table audit.unreconciled_days as select * from (values
        ('shop', 'us', date '2026-05-01', 'net', 'USD', 1000.00::decimal(18, 4), 11::decimal(18, 4)),
        ('shop', 'us', date '2026-05-02', 'net', 'USD', 900, -30)
    ) as t(source, store_id, date, figure, currency, stated_amount, unexplained_amount)""",
    """create table audit.findings as select * from (values
        (1, 'us', 'orders.total_amount', 'total of an order', '#1', date '2026-05-01', 59.4, 59.39, -0.01, 'USD',
            'Rounded', null, true),
        (2, 'us', 'refunds.refunded_amount', 'money paid back by a refund', '#2', date '2026-05-02', 33, 55, 22, 'USD',
            'Less was paid back', 'https://shop.example/2', true),
        (3, 'us', 'orders.total_amount', 'total of an order', '#3', date '2026-05-02', 1, 99, 98, 'USD', 'Old', null, false)
    ) as t(finding_key, store_id, check_id, check_name, entity_name, date, expected, actual, difference, currency, cause,
        admin_url, is_open)""",
    """create table audit.source_bridge_monthly as select * from (values
        ('shop', 'us', date '2026-05-01', 'net', 1, 'vendor_total', 'USD', 210.00::decimal(18, 4)),
        ('shop', 'us', date '2026-05-01', 'net', 5, 'gift_cards', 'USD', -30),
        ('shop', 'us', date '2026-05-01', 'net', 22, 'unexplained', 'USD', 5),
        ('shop', 'us', date '2026-05-01', 'net', 23, 'ours', 'USD', 185),
        ('shop', 'us', date '2026-05-01', 'gross', 1, 'vendor_total', 'USD', 250),
        ('shop', 'us', date '2026-05-01', 'gross', 23, 'ours', 'USD', 250),
        ('shop', 'us', date '2026-06-01', 'net', 1, 'vendor_total', 'USD', 7)
    ) as t(source, store_id, month, figure, position, component, currency, amount)""",
    "create table audit.source_bridge as select date '2026-06-01' as month",
    """create table marts.fct_store_days as select * from (values
        (date '2026-05-31', true), (date '2026-06-01', true), (date '2026-06-30', false)
    ) as t(date, is_complete_day)""",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A state folder with a warehouse of which a source states something else."""
    settings = Settings(home=tmp_path)
    with duckdb.connect(settings.warehouse_db) as connection:
        for statement in _TABLES:
            connection.execute(statement)
    return settings


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is printed."""
    text = io.StringIO()
    monkeypatch.setattr(audit_report.CONSOLE, "file", text)
    monkeypatch.setattr(audit_report.CONSOLE, "width", 200)
    return text


def test_a_figure_past_its_limit_is_told_once_with_its_worst_day(settings: Settings) -> None:
    (figure,) = unreconciled(settings.warehouse_db)
    assert (figure.days, figure.worst, figure.unexplained) == (2, date(2026, 5, 2), Decimal(-30))
    assert str(figure) == (
        "us: net of shop stays unexplained on 2 days, most on 2026-05-02: -30.00 of 900.00 USD (audit.source_bridge)"
    )


def test_the_largest_findings_are_named_and_those_that_are_settled_are_not(settings: Settings) -> None:
    found = open_findings(settings.warehouse_db, limit=1)
    assert found.count == 2
    assert [finding.entity for finding in found.largest] == ["#2"]


def test_the_bridge_is_of_the_last_whole_month(settings: Settings) -> None:
    gross, net = bridge_of_last_month(settings.warehouse_db)
    assert (gross.figure, gross.month, gross.steps) == ("gross", date(2026, 5, 1), ())
    assert net.steps == (("gift cards", Decimal(-30)),)
    assert net.stated + sum(amount for _, amount in net.steps) + net.unexplained == net.ours


def test_people_are_told_by_name(settings: Settings, said: io.StringIO) -> None:
    print_findings(settings.warehouse_db)
    print_bridge(settings.warehouse_db)
    for word in ("not reconciled: us: net of shop", "2 open findings", "#2", "Less was paid back", "gift cards -30.00"):
        assert word in said.getvalue()


def test_a_publication_without_an_audit_tells_nothing(tmp_path: Path, said: io.StringIO) -> None:
    older = tmp_path / "older.duckdb"
    duckdb.connect(older).close()
    print_findings(older)
    print_bridge(older)
    assert not said.getvalue()


def test_a_merchant_who_wants_it_gets_a_stop(settings: Settings) -> None:
    refuse_unreconciled(settings)
    with pytest.raises(dg.Failure, match="us: net of shop stays unexplained on 2 days"):
        refuse_unreconciled(settings.model_copy(update={"strict_audit": True}))
