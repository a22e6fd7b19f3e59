"""Starts the local API server in a process of its own and tells the connectors where it is."""

from __future__ import annotations

import argparse
import errno
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from demo.faults import CONTROL_PREFIX, FaultPlan, parse_kinds
from demo.merchant import Merchant
from demo.vendors.registry import VENDORS
from shophouse.settings import Settings

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0


class PortError(Exception):
    """The port cannot be had; the message says which, why, and how to choose another."""


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: base URL, without a trailing slash.
        folder: the merchant's folder at the start.
        process_id: the server's process.
    """

    url: str
    folder: Path
    process_id: int

    def configuration(self) -> dict[str, str]:
        """Environment variables (``SOURCES__...``) that point every connector at this server."""
        return configuration(self.folder, self.url)

    def swap(self, folder: Path, as_of: datetime | None = None) -> None:
        """Serves another merchant's folder from now on.

        Args:
            folder: of the merchant.
            as_of: the server's "now" (UTC) from now on; None: it stays.

        Raises:
            urllib.error.HTTPError: the server has no such folder.
        """
        asked = {"folder": str(folder.absolute())} | ({"as_of": as_of.isoformat()} if as_of else {})
        body = json.dumps(asked).encode()
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.url}{CONTROL_PREFIX}/merchant", body, headers), timeout=_START_SECONDS
        ):
            pass


@contextmanager
def serve(
    folder: Path,
    *,
    port: int = 0,
    faults: FaultPlan | None = None,
    as_of: datetime | None = None,
    log: Path | None = None,
) -> Iterator[Server]:
    """Serves a merchant from a process of its own for as long as the context lasts.

    Args:
        folder: the merchant's folder.
        port: of 127.0.0.1; 0: any free one.
        faults: what goes wrong and how often; None: nothing.
        as_of: the server's "now" (UTC); None: as ``SHOPHOUSE_AS_OF`` says.
        log: file for the server's output; None: it is dropped.

    Yields:
        The server, once it answers.

    Raises:
        FileNotFoundError: there is no such folder.
        RuntimeError: the server ended, or did not answer in 60 seconds.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"merchant folder {folder}: no such folder")
    chosen = port or _free_port()
    command = [sys.executable, "-m", __spec__.name, "--merchant", str(folder.absolute()), "--port", str(chosen)]
    if faults is not None:
        command += ["--fault-rate", str(faults.rate), "--fault-seed", str(faults.seed), "--fault-kinds", *faults.kinds]
    if as_of is not None:
        command += ["--as-of", as_of.isoformat()]
    with open(log or os.devnull, "ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    server = Server(f"http://{HOST}:{chosen}", folder, process.pid)
    try:
        _wait_until_ready(process, server.url, log)
        yield server
    finally:
        _stop(process)


def configuration(folder: Path, url: str) -> dict[str, str]:
    """Environment variables that point every connector at a server of that merchant.

    Args:
        folder: the merchant's folder.
        url: the server's base URL.
    """
    merchant = Merchant(folder)
    return {
        f"sources.{vendor.name}.{name}".replace(".", "__").upper(): value
        for vendor in VENDORS
        for name, value in vendor.settings(merchant, url).items()
    }


@contextmanager
def reserved(port: int) -> Iterator[socket.socket]:
    """Takes a port, so that the work before the server's start is not done for nothing.

    Whoever connects meanwhile is answered once the server is up.

    Args:
        port: of 127.0.0.1; 0: any free one.

    Yields:
        The listening socket, for :func:`serve_here`.

    Raises:
        PortError: the port is in use, or this user may not have it.
    """
    with socket.socket() as held:
        # As every server does: a port that was let go a minute ago is free.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((HOST, port))
            held.listen()
        except OSError as error:
            why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise PortError(f"port {port} {why}; choose another with --port") from None
        yield held


def serve_here(merchant: Path, held: socket.socket, plan: FaultPlan, as_of: datetime) -> None:
    """Serves a merchant from this process until it is interrupted.

    Args:
        merchant: the merchant's folder.
        held: the socket of :func:`reserved`.
        plan: what goes wrong and how often.
        as_of: the server's "now" (UTC).

    Raises:
        RuntimeError: the server ended before it could answer; it has printed why.
    """
    import uvicorn

    from demo.app import create_app

    app = create_app(Merchant(merchant.absolute()), plan, as_of=as_of)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with suppress(KeyboardInterrupt):
        server.run(sockets=[held])
    if not server.started:
        raise RuntimeError("the local API server could not start; what is printed above says why")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path | None) -> None:
    hint = f"; see {log}" if log else "; start it with a log file to see why"
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the local API server ended with code {process.returncode}{hint}")
        try:
            with urllib.request.urlopen(f"{url}{CONTROL_PREFIX}/ready", timeout=5) as answer:
                # On a port that is taken, another server answers until ours gives up.
                if json.load(answer)["process_id"] == process.pid:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.02)
    raise RuntimeError(f"the local API server did not answer in {_START_SECONDS:.0f} s{hint}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves a merchant until it is stopped.

    Args:
        arguments: of the command line; None: the process's own.
    """
    parser = argparse.ArgumentParser(prog="serve-demo-api", description="Serves a merchant until it is stopped.")
    parser.add_argument("--merchant", type=Path, required=True, help="the merchant's folder")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--as-of", default=None, help="the server's now: ISO instant or date (UTC)")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="share of requests that fail, 0-1")
    parser.add_argument("--fault-seed", type=int, default=0)
    parser.add_argument("--fault-kinds", nargs="*", default=[])
    options = parser.parse_args(arguments)
    settings = Settings() if options.as_of is None else Settings(as_of=options.as_of)
    plan = FaultPlan(options.fault_rate, options.fault_seed, parse_kinds(options.fault_kinds))
    try:
        with reserved(options.port) as held:
            serve_here(options.merchant, held, plan, settings.instant())
    except PortError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
