"""Shopify's real schema, from the npm package that Shopify publishes; tests ask others' work, not ours."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from graphql import GraphQLSchema, build_client_schema

from ingestion.sources.shopify.settings import API_VERSION

_PACKAGE = "@shopify/dev-mcp@1.16.0"
_ARCHIVE = "shopify-dev-mcp-1.16.0.tgz"
_SHA256 = "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474"
_MEMBER = f"package/dist/data/admin_{API_VERSION}.json.gz"
_DOWNLOAD_SECONDS = 120


def real_schema(config: pytest.Config) -> GraphQLSchema:
    """Shopify's Admin schema in our version; the test is skipped, with a reason, where it cannot be had.

    The package is kept in ``SHOPHOUSE_CACHE``, or else in pytest's own cache folder.
    """
    introspection = json.loads(gzip.decompress(_introspection(_cache(config))))
    return build_client_schema(introspection["data"], assume_valid=True)


def _cache(config: pytest.Config) -> Path:
    chosen = os.environ.get("SHOPHOUSE_CACHE")
    folder = Path(chosen) if chosen else Path(config.cache.mkdir("shopify-schema"))  # type: ignore[union-attr]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _introspection(cache: Path) -> bytes:
    kept = cache / Path(_MEMBER).name
    if not kept.exists():
        archive = _archive(cache)
        with tarfile.open(archive) as package:
            member = package.extractfile(_MEMBER)
            assert member is not None
            partial = kept.with_suffix(f".{os.getpid()}")
            partial.write_bytes(member.read())
        partial.replace(kept)
    return kept.read_bytes()


def _archive(cache: Path) -> Path:
    archive = cache / _ARCHIVE
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed, so Shopify's schema cannot be fetched")
        # In a folder of its own first: another test process may look for the archive meanwhile.
        with TemporaryDirectory(dir=cache) as folder:
            command = [npm, "pack", _PACKAGE, "--pack-destination", folder, "--silent"]
            done = subprocess.run(command, capture_output=True, timeout=_DOWNLOAD_SECONDS, check=False)
            packed = Path(folder) / _ARCHIVE
            if done.returncode != 0 or not packed.exists():
                pytest.skip(f"npm pack {_PACKAGE} failed: {done.stderr.decode(errors='replace')[-300:]}")
            packed.replace(archive)
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert found == _SHA256, f"{archive}: SHA-256 {found}, expected {_SHA256}"
    return archive
