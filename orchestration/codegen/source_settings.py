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
        elsewhere = _stand_ins(source.settings)
        wants = [setting for setting in source.settings if setting.is_required]
        may_have = [s for s in source.settings if not s.is_required and s.key not in elsewhere]
        cells = (source.title, _variables(source, wants), _variables(source, may_have), source.reads, source.rereads)
        yield f"| {' | '.join(cells)} |\n"


def _stand_ins(settings: Iterable[Setting]) -> dict[str, Setting]:
    """By key, the settings that stand in another one's place, and whose."""
    return {key: setting for setting in settings for key in setting.instead}


def _variables(source: Source, settings: list[Setting]) -> str:
    """Environment variables, each with those that may stand in its place."""
    names = _short_names(source, [key for setting in settings for key in (setting.key, *setting.instead)])
    wanted = (
        names[s.key] + (f" (or {' and '.join(names[key] for key in s.instead)})" if s.instead else "") for s in settings
    )
    return ", ".join(wanted) or "nothing"


def _short_names(source: Source, keys: Iterable[str]) -> dict[str, str]:
    """Environment variables by key; after the first without what the source's own have in common."""
    common = f"SOURCES__{source.name}__".upper()
    names = {key: key.replace(".", "__").upper() for key in keys}
    return {k: f"`{name if n == 0 else name.replace(common, '..._')}`" for n, (k, name) in enumerate(names.items())}


def _sections(settings: tuple[Setting, ...]) -> Iterator[str]:
    section = ""
    elsewhere = _stand_ins(settings)
    for setting in settings:
        of, name = setting.key.rsplit(".", 1)
        if of != section:
            section = of
            yield f"\n# [{section}]\n"
        needed = "" if setting.is_required else " (may be left out)"
        if setting.key in elsewhere:
            needed = f" (in place of {elsewhere[setting.key].key.rsplit('.', 1)[1]})"
        yield f'# {name} = ""  # {setting.meaning}{needed}\n'
