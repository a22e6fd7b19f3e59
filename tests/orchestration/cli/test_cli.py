"""The command line: help, wrong usage, and what needs no run."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from ingestion.registry import SOURCES
from ingestion.sources.files.templates import TEMPLATES, describe_template
from orchestration.cli import terminal
from orchestration.cli.main import app
from orchestration.publication.publishing import publish
from orchestration.runs.outcome import ExitCode
from shophouse.settings import PROJECT_ROOT, Settings

FILES_README = PROJECT_ROOT / "ingestion" / "sources" / "files" / "README.md"
COMMANDS = sorted(str(command.name) for command in app.registered_commands)
Shophouse = Callable[..., Result]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the commands print through rich, whose consoles hold the streams of the process's start."""
    text = io.StringIO()
    for screen in (terminal.CONSOLE, terminal.ERRORS):
        monkeypatch.setattr(screen, "file", text)
        monkeypatch.setattr(screen, "width", 200)
    return text


@pytest.fixture
def shophouse(settings: Settings, console: io.StringIO) -> Shophouse:
    """Runs a command in the empty state folder."""

    def run(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, arguments, input=stdin)

    return run


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A state folder with a small published file."""
    settings.home.mkdir(parents=True)
    with duckdb.connect(settings.warehouse_db) as connection:
        connection.execute("create schema metrics")
        connection.execute(
            "create table metrics.kpi_summary as select * from (values "
            "(date '2026-11-18', 'aurora-us', 12.50::decimal(18, 4)), (date '2026-11-19', 'aurora-eu', null)"
            ") as t(date, store_id, net_sales)"
        )
    publish(settings, datetime(2026, 11, 20, 12, tzinfo=UTC))
    return settings


def test_there_is_a_command_for_every_job_of_the_day() -> None:
    assert COMMANDS == ["demo", "import", "run", "serve-demo-api", "sql", "status", "sync", "verify"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, shophouse: Shophouse) -> None:
    result = shophouse(command, "--help")
    assert result.exit_code == ExitCode.OK
    assert f"Example: shophouse {command}" in " ".join(result.output.split())


WRONG_USAGE = [
    pytest.param(
        ["sync", "etsy"], f"there is no source 'etsy'; expected one of {', '.join(SOURCES)}", id="unknown source"
    ),
    pytest.param(["sync", "shopify"], "SOURCES__SHOPIFY__", id="source without credentials"),
    pytest.param(
        ["sync", "shopify", "--since", "2026-11-02", "--until", "2026-11-02"],
        "since 2026-11-02 00:00 must be before until 2026-11-02 00:00",
        id="empty range of dates",
    ),
    *(
        pytest.param(["sync", source, "--until", "2026-11-02"], "until needs since", id=f"{source} without since")
        for source in SOURCES
        if SOURCES[source].has_date_range
    ),
    pytest.param(["sync", "census", "--since", "2026-11-02"], "US Census has no range of dates", id="dates of Census"),
    pytest.param(["sync", "files", "--until", "2026-11-02"], "File inbox has no range of dates", id="dates of files"),
    pytest.param(["sync", "files", "--since", "2026-02-30"], "2026-02-30", id="impossible date"),
    pytest.param(
        ["run", "--select", "shopify/orders"], "select all of them: group:raw_shopify", id="a part of a whole"
    ),
    pytest.param(["run", "--select", "fct_orders"], "did you mean marts/fct_orders?", id="no asset's name"),
    pytest.param(["sql", "select 1"], "nothing is published yet in ", id="sql before a publication"),
    pytest.param(["import", "orders.csv"], "expected FILE and --as TEMPLATE", id="import without template"),
    pytest.param(["import", "--as", "orders"], "expected FILE and --as TEMPLATE", id="import without file"),
    pytest.param(["import", "absent.csv", "--as", "orders"], "absent.csv", id="import of an absent file"),
    pytest.param(["import", "--template-csv", "invoices"], "invoices", id="empty file of an unknown template"),
    pytest.param(["demo", "--days", "3"], "60", id="too few days"),
    pytest.param(["demo", "--scale", "0"], "0.001", id="no scale"),
    pytest.param(["sell"], "No such command", id="unknown command"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_USAGE)
def test_wrong_usage_says_what_was_expected(
    arguments: list[str], message: str, shophouse: Shophouse, console: io.StringIO
) -> None:
    result = shophouse(*arguments)
    assert message in console.getvalue() + result.output
    assert result.exit_code == ExitCode.WRONG_USAGE


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo"],
        ["run"],
        ["sync", "files"],
        ["import", "orders.csv", "--as", "orders"],
        ["status"],
        ["sql", "select 1"],
        ["serve-demo-api"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_command_names_an_invalid_setting(
    arguments: list[str], shophouse: Shophouse, console: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPHOUSE_AS_OF", "2026-11-31")
    result = shophouse(*arguments)
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert console.getvalue().splitlines() == [
        "error SHOPHOUSE_AS_OF is '2026-11-31'; expected a UTC date or instant, such as 2026-11-20 or "
        "2026-11-20T12:00Z, or leave it unset"
    ]


def test_a_port_in_use_is_told_before_any_work(shophouse: Shophouse, console: io.StringIO, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = shophouse("serve-demo-api", "--port", str(port))
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert f"port {port} is in use; choose another with --port" in console.getvalue()
    assert "export" not in result.stdout
    assert not settings.home.exists(), "no merchant is made for a server that cannot start"


def test_import_names_the_templates_there_are(shophouse: Shophouse, console: io.StringIO, tmp_path: Path) -> None:
    file = tmp_path / "invoices.csv"
    file.write_text("number\n1\n")
    assert shophouse("import", str(file), "--as", "invoices").exit_code == ExitCode.WRONG_USAGE
    assert "invoices" in console.getvalue() and "stock_counts" in console.getvalue()


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_an_empty_file_of_a_template_has_its_columns(template: str, shophouse: Shophouse) -> None:
    result = shophouse("import", "--template-csv", template)
    assert result.exit_code == ExitCode.OK
    header = next(csv.reader(io.StringIO(result.stdout)))
    assert header and len(set(header)) == len(header)


def test_list_templates_shows_every_template(shophouse: Shophouse, console: io.StringIO) -> None:
    assert shophouse("import", "--list-templates").exit_code == ExitCode.OK
    for template in TEMPLATES:
        assert template in console.getvalue()


def test_every_import_that_the_readmes_show_runs(
    shophouse: Shophouse, console: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files they name lie in the working folder, as they would at the reader's."""
    samples = PROJECT_ROOT / "tests" / "ingestion" / "sources" / "files" / "samples"
    shutil.copy(samples / "shopify_orders_export.csv", tmp_path / "orders_export.csv")
    monkeypatch.chdir(tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "README.md", FILES_README)]
    commands = [
        command for text in texts for command in re.findall(r"^uv run shophouse (import .+)$", text, re.MULTILINE)
    ]
    assert len(commands) >= 4
    for command in commands:
        result = shophouse(*shlex.split(command, comments=True))
        assert result.exit_code == ExitCode.OK, f"{command}: {console.getvalue()}"
    assert "3 documents, 7 lines" in console.getvalue()
    assert "net by entry: sale 80.27, return -10.42, cancellation -10.42" in console.getvalue()


def test_several_files_are_one_import_where_their_mapping_reads_them_together(
    shophouse: Shophouse, console: io.StringIO, tmp_path: Path
) -> None:
    orders, lines = tmp_path / "orders.csv", tmp_path / "order_lines.csv"
    orders.write_text("order_id,ordered_at\n1,2025-10-07 10:00\n")
    lines.write_text("order_id,sku,quantity,unit_price\n1,MUG,2,10\n")
    told = ("--set", "store_id=web", "--set", "timezone=Europe/London", "--set", "currency=GBP")
    mapped = ("import", str(lines), str(orders), "--map", "generic_orders_and_lines")
    assert shophouse(*mapped, *told).exit_code == ExitCode.OK
    assert "order_lines.csv + orders.csv: loaded 1 rows of orders" in console.getvalue()
    assert shophouse(*mapped).exit_code == ExitCode.WRONG_USAGE
    assert "say --set store_id=..." in console.getvalue()
    assert shophouse(*mapped, "--set", "store_id").exit_code == ExitCode.WRONG_USAGE


def test_a_dry_run_reports_the_bad_row_and_loads_nothing(
    shophouse: Shophouse, console: io.StringIO, settings: Settings, tmp_path: Path
) -> None:
    template = shophouse("import", "--template-csv", "exchange_rates").stdout.splitlines()[0].split(",")
    row = {"valid_from": "2026-02-30", "from_currency": "EUR", "to_currency": "USD", "rate": "1.1"}
    file = tmp_path / "rates.csv"
    file.write_text(",".join(template) + "\n" + ",".join(row.get(name, "") for name in template) + "\n")
    result = shophouse("import", str(file), "--as", "exchange_rates", "--dry-run")
    assert result.exit_code == ExitCode.STAGE_FAILED
    assert "line 2, valid_from" in console.getvalue() and "2026-02-30" in console.getvalue()
    assert not settings.raw_db.exists()


def test_sql_as_csv(shophouse: Shophouse, published: Settings) -> None:
    result = shophouse("sql", "from metrics.kpi_summary order by date", "--format", "csv")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "date,store_id,net_sales\n2026-11-18,aurora-us,12.5000\n2026-11-19,aurora-eu,\n"


def test_sql_as_json(shophouse: Shophouse, published: Settings) -> None:
    result = shophouse("sql", "select date, store_id from metrics.kpi_summary order by date", "--format", "json")
    assert json.loads(result.stdout) == [
        {"date": "2026-11-18", "store_id": "aurora-us"},
        {"date": "2026-11-19", "store_id": "aurora-eu"},
    ]


def test_sql_as_parquet_on_the_output_and_in_a_file(shophouse: Shophouse, published: Settings, tmp_path: Path) -> None:
    file = tmp_path / "answer.parquet"
    query = "from metrics.kpi_summary order by date"
    streamed = shophouse("sql", query, "--format", "parquet")
    assert shophouse("sql", query, "--format", "parquet", "--output", str(file)).exit_code == ExitCode.OK
    expected = pl.read_parquet(file)
    assert expected["store_id"].to_list() == ["aurora-us", "aurora-eu"]
    assert pl.read_parquet(io.BytesIO(streamed.stdout_bytes)).equals(expected)


def test_sql_as_a_table(shophouse: Shophouse, published: Settings, console: io.StringIO) -> None:
    assert shophouse("sql", "from metrics.kpi_summary").exit_code == ExitCode.OK
    assert "aurora-us" in console.getvalue() and "2 rows" in console.getvalue()


def test_sql_reads_statements_from_the_standard_input(shophouse: Shophouse, published: Settings) -> None:
    result = shophouse("sql", "--format", "csv", stdin="select 1 as one;\nselect 2 as two;\n")
    assert result.stdout == "one\n1\ntwo\n2\n"


def test_sql_splits_statements_as_the_database_does(shophouse: Shophouse, published: Settings) -> None:
    result = shophouse("sql", "--format", "csv", stdin="select 'a;b' as one; -- no; more\nselect 2 as two")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == "one\na;b\ntwo\n2\n"


def test_sql_statements_share_a_session(shophouse: Shophouse, published: Settings) -> None:
    result = shophouse("sql", "set variable n = 3; select getvariable('n') as n", "--format", "csv")
    assert result.stdout == "n\n3\n"


def test_sql_writes_nested_types_and_intervals_as_csv(shophouse: Shophouse, published: Settings) -> None:
    query = "select [1, 2] as list, {'a': 1} as struct, interval 1 month as month, null as nothing"
    result = shophouse("sql", query, "--format", "csv")
    assert result.exit_code == ExitCode.OK
    assert next(csv.DictReader(io.StringIO(result.stdout))) == {
        "list": "[1, 2]",
        "struct": "{'a': 1}",
        "month": "1 month",
        "nothing": "",
    }


@pytest.mark.parametrize("format", ["table", "csv", "json", "parquet"])
@pytest.mark.parametrize(
    "query",
    [
        "select [1, 2] as list, interval 1 month as month",
        "select 1 as a, 2 as a",
        "explain select 1",
        "describe metrics.kpi_summary",
        "pivot metrics.kpi_summary on store_id using sum(net_sales)",
    ],
)
def test_sql_writes_every_answer_in_every_format(
    query: str, format: str, shophouse: Shophouse, published: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "answer"
    assert shophouse("sql", query, "--format", format).exit_code == ExitCode.OK
    assert shophouse("sql", query, "--format", format, "--output", str(file)).exit_code == ExitCode.OK
    assert file.stat().st_size


def test_sql_shows_instants_in_utc(shophouse: Shophouse, published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    result = shophouse("sql", "select timestamptz '2026-11-18 12:00:00+00' as at", "--format", "csv")
    assert result.stdout == "at\n2026-11-18 12:00:00+00\n"


def test_sql_counts_the_rows_that_a_table_leaves_out(
    shophouse: Shophouse, published: Settings, console: io.StringIO
) -> None:
    assert shophouse("sql", "from range(1234)").exit_code == ExitCode.OK
    assert "1,234 rows, the first 200 shown" in console.getvalue()
    assert "199" in console.getvalue() and "200 │" not in console.getvalue()


def test_sql_does_not_write_an_answer_over_another(
    shophouse: Shophouse, published: Settings, console: io.StringIO, tmp_path: Path
) -> None:
    file = tmp_path / "answer.csv"
    result = shophouse("sql", "select 1; select 2", "--output", str(file))
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert f"2 statements cannot share the file {file}" in console.getvalue()
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["select 1", "--output", "absent/x.csv"], 'Cannot open file "absent/x.csv": No such file or directory'),
        (["select 1", "--output", "."], "Is a directory"),
        (["set variable n = 3", "--output", "x.csv"], "the statement gives no rows; x.csv was not written"),
        (["select 1; select 2", "--format", "parquet"], "2 answers cannot share one Parquet output"),
        ([" -- nothing"], "there is no statement"),
        (["select error('found no rate')", "--format", "csv"], "found no rate"),
    ],
)
def test_sql_says_in_a_sentence_why_there_is_no_answer(
    arguments: list[str], message: str, shophouse: Shophouse, published: Settings, console: io.StringIO
) -> None:
    result = shophouse("sql", *arguments)
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert message in console.getvalue() and result.stdout == ""


def _piped(*arguments: str) -> str:
    """What a command writes where there is no terminal."""
    start = "from orchestration.cli.main import app; app()"
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"} | {"COLUMNS": "80"}
    command = [sys.executable, "-c", start, *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_nothing_is_cut_where_there_is_no_terminal(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_ROOT))
    templates = _piped("import", "--list-templates")
    for template in TEMPLATES:
        for column in describe_template(template):
            assert f"│ {column.column} " in templates and column.description in templates
    assert f"│ {'x' * 300} │" in _piped("sql", "select repeat('x', 300) as long")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select * from metrics.profit", "profit does not exist"),
        ("delete from metrics.kpi_summary", "read-only"),
        ("selec 1", "syntax error"),
    ],
)
def test_sql_refuses_with_the_databases_words(
    query: str, message: str, shophouse: Shophouse, published: Settings, console: io.StringIO
) -> None:
    assert shophouse("sql", query).exit_code == ExitCode.WRONG_USAGE
    assert message in console.getvalue()


def test_run_without_a_source_names_every_setting(shophouse: Shophouse, console: io.StringIO) -> None:
    result = shophouse("run")
    assert result.exit_code == ExitCode.WRONG_USAGE
    said = console.getvalue()
    assert "no source is configured and the inbox is empty" in said
    for source in SOURCES.values():
        for setting in source.missing_settings():
            assert setting.environment_variable in said


def test_status_of_an_empty_home(shophouse: Shophouse, console: io.StringIO, settings: Settings) -> None:
    assert shophouse("status").exit_code == ExitCode.OK
    said = console.getvalue()
    for source in SOURCES.values():
        assert source.title in said
    assert "not configured" in said and "nothing is published yet" in said
    assert not settings.home.exists(), "looking must not make a state folder"


def test_status_names_the_publication(shophouse: Shophouse, console: io.StringIO, published: Settings) -> None:
    assert shophouse("status").exit_code == ExitCode.OK
    assert f"published: {published.published_db}, as of 2026-11-20T12:00:00+00:00, 1 tables" in console.getvalue()
