"""What the door accepts, the house bears: files are drawn, and what is let in builds through every gate.

One build takes the shops of many files; rates of exchange are there, because what lacks them is asked for by a gate of
its own (``has_exchange_rates``).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingestion.sources.files.importer import import_file
from ingestion.sources.files.templates import TEMPLATES, Template
from orchestration.building.models import BuildError
from shophouse.settings import Settings
from tests.end_to_end.test_files import AS_OF, build, new_home
from tests.support.drawn_shops import RATES, Row, csv_of, draw, number_of
from tests.support.shrinking import smallest

pytestmark = pytest.mark.slow

SHOPS = 100
DRAWN = {name: template for name, template in TEMPLATES.items() if template.source == "files"}
BUILDS = 8
"""Of half a minute each, to find the rows that break a model; and as many to find the fewest of them."""
Files = dict[str, list[Row]]
"""Rows by template."""


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_home(tmp_path_factory.mktemp("drawn") / "empty").home


@pytest.mark.parametrize("seeded", [1, 2])
def test_what_is_let_in_is_published(seeded: int, empty_home: Path, tmp_path: Path) -> None:
    drawn = {name: [row for file in draw(template, SHOPS, seeded) for row in file] for name, template in DRAWN.items()}
    let_in: Files = {}
    made = copied(empty_home, tmp_path / "all")
    for name, rows in drawn.items():
        let_in[name] = taken(made, DRAWN[name], rows)
        assert 0 < len(let_in[name]) < len(rows), name
    broken = first_broken(made)
    assert not broken, told(broken, let_in, empty_home, tmp_path)


def copied(empty_home: Path, folder: Path) -> Settings:
    """A home with empty tables and rates of exchange."""
    shutil.copytree(empty_home, folder)
    made = Settings(home=folder, as_of=AS_OF)
    rates = folder / "rates.csv"
    rates.write_text(RATES)
    import_file(rates, "exchange_rates", settings=made)
    return made


def taken(made: Settings, template: Template, rows: list[Row]) -> list[Row]:
    """The rows that are let in: those that findings name are taken out until there is none."""
    path = made.home / f"{template.name}.csv"
    while rows:
        path.write_text(csv_of(template, rows), encoding="utf-8")
        report = import_file(path, template.name, settings=made)
        if not report.reasons:
            break
        lines = report.reasons.frame["line"]
        assert not lines.null_count(), list(report.lines())
        rows = [row for line, row in enumerate(rows, 2) if line not in set(lines)]
    return rows


def first_broken(made: Settings, model: str = "") -> str:
    """The first model or gate that fails, of all or of what one model is made of; empty: all is well."""
    try:
        build(made, model)
    except BuildError as error:
        return str(error).partition(":")[0]
    return ""


def told(broken: str, let_in: Files, empty_home: Path, folder: Path) -> str:
    """Which rows break it: those of the fewest shops, and of these the fewest."""

    def fails(rows: Sequence[tuple[str, Row]]) -> bool:
        made = copied(empty_home, folder / "some")
        try:
            for name, template in DRAWN.items():
                taken(made, template, [row for its, row in rows if its == name])
            return bool(first_broken(made, broken))
        finally:
            shutil.rmtree(made.home)

    every = [(name, row) for name, rows in let_in.items() for row in rows]
    numbers = sorted({number_of(row) or 0 for _, row in every})
    guilty = smallest(
        numbers, lambda some: fails([(n, row) for n, row in every if (number_of(row) or 0) in some]), BUILDS
    )
    rows = smallest([(n, row) for n, row in every if (number_of(row) or 0) in guilty], fails, BUILDS)
    return f"{broken} does not bear what was let in: {rows}"
