"""Station four: Dagster definitions, the command line and publication. Nothing here computes a business number."""

import os
import warnings

# Set before Dagster, dbt or dlt is imported: each reads its switch once.
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")

# Backfill policies are what makes a range of days one run; that the parameter may move is for the upgrade to see.
warnings.filterwarnings("ignore", message=".*is currently in beta.*")

# A container's habit that saves files there costs here: every process of a run would compile every package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
