"""What every asset shares: its owner, the pool of the one writer, and how a declared table shows in the catalogue."""

import dagster as dg

from shophouse.tables import Table

OWNER = "warehouse@shophouse.invalid"

POOL = "warehouse"
"""Every asset that writes is in this pool, whose limit is one run."""


def column_schema(table: Table) -> dg.TableSchema:
    """The columns of a declared table, as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=str(column.type),
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=field.nullable),
                tags={"pii": "true"} if column.pii else None,
            )
            for column, field in zip(table.columns, table.schema, strict=True)
        ]
    )
