"""``python -m orchestration.codegen`` writes every file that follows from a declaration, and names it."""

from __future__ import annotations

from pathlib import Path

from ingestion.registry import SOURCES
from orchestration.codegen.source_settings import README, SECRETS, readme, secrets
from orchestration.codegen.source_yaml import FORECAST_YAML, forecast_yaml, source_yaml, source_yaml_path
from orchestration.codegen.staging_yaml import staging_yaml
from shophouse.settings import PROJECT_ROOT


def generated() -> dict[Path, str]:
    """The generated files.

    Returns:
        path to text.
    """
    files = {source_yaml_path(source.name): source_yaml(source) for source in SOURCES.values()}
    files |= staging_yaml()
    return files | {FORECAST_YAML: forecast_yaml(), README: readme(), SECRETS: secrets()}


def main() -> None:
    """Writes the files and names them."""
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(PROJECT_ROOT))


if __name__ == "__main__":
    main()
