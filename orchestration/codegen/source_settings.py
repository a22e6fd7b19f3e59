"""Writes what people need to connect a source, from the registry: the README's table and a template of secrets.

A test holds the committed files against the registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingestion.registry import SOURCES
from ingestion.source import Setting, Source
from shophouse.settings import PROJECT_ROOT

README = PROJECT_ROOT / "README.md"
SECRETS = PROJECT_ROOT / ".dlt" / "secrets.template.toml"
_BEGIN = "<!-- sources: written by `python -m orchestration.codegen` -->\n"
_END = "<!-- /sources -->\n"
_SECRETS_HEADER = """\
# Written by `python -m orchestration.codegen` from the settings that the sources declare.
# Copy to .dlt/secrets.toml, fill in what you have, and take the `#` away. A source without its settings is left out.
"""


def readme() -> str:
    """The README with its table of sources anew."""
    before, rest = README.read_text(encoding="utf-8").split(_BEGIN)
    after = rest.split(_END)[1]
    return f"{before}{_BEGIN}{''.join(_table())}{_END}{after}"


def secrets() -> str:
    """A template of dlt's secrets file: every setting, commented out, under what it means."""
    return _SECRETS_HEADER + "".join(line for source in SOURCES.values() for line in _sections(source.settings))


def _table() -> Iterator[str]:
    yield "| source | wants | may have | reads | again each run |\n|---|---|---|---|---|\n"
    for source in SOURCES.values():
        wants, may_have = (
            _variables(source, (s for s in source.settings if s.is_required is required)) for required in (True, False)
        )
        cells = (source.title, wants or "nothing", may_have or "nothing", source.reads, source.rereads)
        yield f"| {' | '.join(cells)} |\n"


def _variables(source: Source, settings: Iterable[Setting]) -> str:
    """Environment variables; after the first without what the source's own have in common."""
    names = [setting.environment_variable for setting in settings]
    common = f"SOURCES__{source.name}__".upper()
    return ", ".join(f"`{name if number == 0 else name.replace(common, '..._')}`" for number, name in enumerate(names))


def _sections(settings: Iterable[Setting]) -> Iterator[str]:
    section = ""
    for setting in settings:
        of, name = setting.key.rsplit(".", 1)
        if of != section:
            section = of
            yield f"\n# [{section}]\n"
        needed = "" if setting.is_required else " (may be left out)"
        yield f'# {name} = ""  # {setting.meaning}{needed}\n'
