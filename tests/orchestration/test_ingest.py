"""A source's step: what it says of a load that failed, and that the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg
import pytest

from ingestion.source import Batch, ExtractRequest, Source, SourceError
from ingestion.sources.census.source import SOURCE as CENSUS
from ingestion.sources.files.source import SOURCE as FILES
from ingestion.sources.meta_ads.source import SOURCE as META_ADS
from ingestion.sources.shopify.source import SOURCE as SHOPIFY
from orchestration.assets import ingest
from orchestration.runner import _outcome
from orchestration.runs.instance import open_instance
from orchestration.runs.outcome import ExitCode
from orchestration.runs.warehouse import Warehouse
from shophouse.settings import Settings

MODELS = dg.AssetKey("models")


def test_a_fault_that_nobody_thought_of_fails_its_source_and_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: ExtractRequest) -> Iterator[Batch]:
        raise KeyError("data")
        yield

    # The second attempt is the last; the first would be waited for.
    monkeypatch.setattr(ingest, "_RETRIES", 0)
    source = replace(CENSUS, missing_settings=lambda: (), extract=broken)
    built: list[str] = []

    @dg.asset(deps=[ingest.raw_key(source, source.tables[0])])
    def models() -> None:
        built.append("models")

    result = dg.materialize(
        [ingest.ingest_assets(source), models], resources={"warehouse": Warehouse()}, raise_on_error=False
    )
    outcome = _outcome(result, settings.home)
    assert built == ["models"]
    assert outcome.exit_code is ExitCode.STAGE_FAILED
    (message,) = outcome.messages
    assert message.startswith("census: ")
    assert "KeyError: 'data'" in message


def test_tables_that_were_not_loaded_are_not_recorded_as_materialised_and_the_models_follow(settings: Settings) -> None:
    def refused(request: ExtractRequest) -> Iterator[Batch]:
        raise SourceError("census", "the key was refused")

    def configured(source: Source) -> Source:
        return replace(source, missing_settings=lambda: (), extract=lambda request: iter(()))

    loaded, failed, unconfigured = configured(FILES), configured(CENSUS), configured(META_ADS)
    with open_instance(settings) as instance:
        first = _run(instance, loaded, failed, unconfigured)
        then = _run(
            instance,
            loaded,
            replace(failed, extract=refused),
            replace(unconfigured, missing_settings=META_ADS.missing_settings),
        )
        keys = (*_keys(loaded), *_keys(failed), *_keys(unconfigured), MODELS)
        recorded = {key: instance.get_latest_materialization_event(key) for key in keys}
    assert {key for key in keys if _run_id(recorded[key]) == first} == {*_keys(failed), *_keys(unconfigured)}
    assert {key for key in keys if _run_id(recorded[key]) == then} == {*_keys(loaded), MODELS}


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ({"until": "2026-11-02"}, "shopify: until needs since: expected both ends"),
        ({"since": "2026-11-02", "until": "2026-11-02T00:00Z"}, "shopify: since 2026-11-02 00:00 must be before until"),
        ({"since": "yesterday"}, "shopify: Invalid isoformat string: 'yesterday'"),
    ],
)
def test_dates_that_the_command_line_refuses_fail_a_run_of_the_ui_before_it_reads(
    dates: dict[str, str], message: str, settings: Settings
) -> None:
    result = dg.materialize(
        [ingest.ingest_assets(SHOPIFY)],
        resources={"warehouse": Warehouse()},
        run_config={"ops": {"ingest_shopify": {"config": dates}}},
        raise_on_error=False,
    )
    (told,) = _outcome(result, settings.home).messages
    assert told.startswith(message)


def _keys(source: Source) -> list[dg.AssetKey]:
    return [ingest.raw_key(source, table) for table in source.tables]


def _run(instance: dg.DagsterInstance, *sources: Source) -> str:
    """A run of the sources and of models that read every table of them."""

    @dg.asset(key=MODELS, deps=[key for source in sources for key in _keys(source)])
    def models() -> None: ...

    assets = [*map(ingest.ingest_assets, sources), models]
    return dg.materialize(assets, instance=instance, resources={"warehouse": Warehouse()}).run_id


def _run_id(recorded: dg.EventLogEntry | None) -> str | None:
    return recorded.run_id if recorded else None
