"""Meta's error answers."""

from __future__ import annotations

from starlette.responses import JSONResponse


class GraphError(Exception):
    """An error that Meta answers with HTTP 400.

    Args:
        code: Meta's error code.
        message: without the "(#code)" that Meta puts in front.
        subcode: Meta's error_subcode; 0: none.
        kind: Meta's error type.
        is_transient: whether the same request may succeed later.
    """

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int = 0,
        kind: str = "OAuthException",
        is_transient: bool = False,
    ) -> None:
        self.body = {
            "error": {
                "message": f"(#{code}) {message}",
                "type": kind,
                "is_transient": is_transient,
                "code": code,
                "fbtrace_id": "A1shophouse",
            }
            | ({"error_subcode": subcode} if subcode else {})
        }
        super().__init__(message)

    def response(self) -> JSONResponse:
        """The answer."""
        return JSONResponse(self.body, status_code=400)


def unknown_object(node: str) -> GraphError:
    """There is no such object, or the token may not see it: Meta does not tell which."""
    return GraphError(
        100,
        f"Unsupported get request. Object with ID '{node}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation",
        subcode=33,
        kind="GraphMethodException",
    )


def too_much_data() -> GraphError:
    """The answer would be too large."""
    return GraphError(1, "Please reduce the amount of data you're asking for, then retry your request")
