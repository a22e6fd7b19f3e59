"""Whatever a file holds is refused with a reason or is rows of the contract; nothing breaks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.sources.files.templates import TEMPLATES, template
from tests.support.file_rows import cells
from tests.support.files import check


@pytest.mark.parametrize("name", list(TEMPLATES))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_drawn_rows_are_refused_with_a_reason_or_are_of_the_contract(name: str, data: st.DataObject) -> None:
    chosen = template(name)
    rows = data.draw(st.lists(cells(chosen), min_size=1, max_size=4))
    text = io.StringIO()
    writer = csv.DictWriter(text, chosen.column_names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    validated = check(text.getvalue(), name)
    if validated.reasons:
        assert all(line for line in validated.reasons.lines())
        assert validated.rows.num_rows == 0
    else:
        assert validated.rows.schema == chosen.table.schema
        assert validated.rows.num_rows == len(rows)
