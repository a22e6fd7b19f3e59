"""The HTTP client of every source: one place for retries, waits, and errors that carry no secret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

import dlt
from dlt.common.runtime import signals
from dlt.sources.helpers.requests import Session
from dlt.sources.helpers.requests.retry import (
    DEFAULT_RETRY_EXCEPTIONS,
    wait_exponential_retry_after,
)
from requests import Response
from requests.auth import AuthBase
from requests.exceptions import RequestException
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    stop_any,
)
from tenacity.stop import stop_base

from ingestion.kit.refusal import Cause, Reach, Refusal

RetryIn = Callable[[Response], float | None]
"""A vendor's rule: None: the answer stands; 0: send again after Retry-After or the usual back-off;
above 0: send again after exactly so many seconds (the vendor said when)."""

ATTEMPTS = 10
BACKOFF_SECONDS = 1.0
MAX_DELAY_SECONDS = 300.0
LONGEST_WAIT_SECONDS = 7200.0
"""How long one request waits in all, whatever a vendor names: a throttled account regains access in an hour."""
TIMEOUT_SECONDS = 120.0


def server_trouble(response: Response) -> float | None:
    """The rule that holds for every vendor: 429 and 5xx are sent again."""
    return 0.0 if response.status_code == 429 or response.status_code >= 500 else None


def interruptible_sleep(seconds: float) -> None:
    """Sleeps; ends at once where the user or the system asks the process to stop.

    dlt takes Ctrl-C as a request that is heard between batches: a source that waits for a server has none.

    Raises:
        KeyboardInterrupt: the process was asked to stop.
    """
    # Before as well: a request that came while no one slept would be heard at the end of the sleep only.
    signals.raise_if_signalled()
    signals.sleep(seconds)
    signals.raise_if_signalled()


@runtime_checkable
class Renewable(Protocol):
    """An authorisation that may run out."""

    def renew(self) -> None:
        """Has the next request authorised anew."""


class HttpClient:
    """A session that sends a request again for as long as the vendor's rule and the attempts allow.

    dlt's own settings apply: ``runtime.request_max_attempts``, ``request_backoff_factor`` (seconds),
    ``request_max_retry_delay`` (seconds) and ``request_timeout`` (seconds).

    Args:
        source: name for error messages.
        retry_in: the vendor's rule, asked about every answer.
        headers: sent with every request.
        sleep: takes seconds.
        auth: authorises every request; credentials never stand in a URL where the vendor allows it.
    """

    def __init__(
        self,
        source: str,
        retry_in: RetryIn = server_trouble,
        headers: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = interruptible_sleep,
        auth: AuthBase | None = None,
    ) -> None:
        self._source = source
        self._retry_in = retry_in
        self.sleep = sleep
        self._session = Session(timeout=_runtime("request_timeout", TIMEOUT_SECONDS), raise_for_status=False)
        self._session.headers.update(headers or {})
        self._auth = auth
        self._backoff = wait_exponential_retry_after(
            multiplier=_runtime("request_backoff_factor", BACKOFF_SECONDS),
            max=_runtime("request_max_retry_delay", MAX_DELAY_SECONDS),
        )
        self._attempts = int(_runtime("request_max_attempts", ATTEMPTS))

    def request(self, method: str, url: str, retry_in: RetryIn | None = None, **options: Any) -> Response:
        """Sends a request; options are those of ``requests``.

        Args:
            method: of HTTP.
            url: where to.
            retry_in: the rule of this request; None: the client's.
            options: of ``requests``.

        Returns:
            The last answer, whatever its status; the body is read whole, so a cut connection was sent again.

        Raises:
            Refusal: no answer arrived in any attempt.
        """
        rule = retry_in or self._retry_in
        response = self._answered(method, url, rule, options)
        if response.status_code == 401 and isinstance(self._auth, Renewable):
            self._auth.renew()
            response = self._answered(method, url, rule, options)
        return response

    def _answered(self, method: str, url: str, rule: RetryIn, options: Mapping[str, Any]) -> Response:
        retrying = Retrying(
            sleep=self.sleep,
            stop=stop_any(stop_after_attempt(self._attempts), _HasWaitedLong()),
            wait=partial(self._wait, rule),
            retry=retry_if_exception_type(DEFAULT_RETRY_EXCEPTIONS)
            | retry_if_result(lambda response: rule(response) is not None),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        try:
            response: Response = retrying(self._session.request, method, url, auth=self._auth, **options)
        except RequestException as error:
            # Neither the message nor the chained traceback of requests may be shown: both hold the whole URL.
            raise Refusal(
                self._source,
                f"no answer from {urlsplit(url).netloc} in {self._attempts} attempts ({type(error).__name__})",
                "check the network and the source's api_url setting; the next run starts here",
                cause=Cause.NO_ANSWER,
                reach=Reach.SOURCE,
            ) from None
        return response

    def _wait(self, rule: RetryIn, state: RetryCallState) -> float:
        assert state.outcome is not None
        if not state.outcome.failed:
            exact = rule(state.outcome.result())
            if exact:
                return exact
        return self._backoff(state)


class _HasWaitedLong(stop_base):
    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.idle_for + retry_state.upcoming_sleep > LONGEST_WAIT_SECONDS


def _runtime(key: str, default: float) -> float:
    value = dlt.config.get(f"runtime.{key}", float)
    return default if value is None else float(value)
