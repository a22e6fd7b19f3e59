"""The dbt project as Dagster sees it: parsed, and its columns traced."""
