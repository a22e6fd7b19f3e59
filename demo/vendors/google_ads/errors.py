"""Google's error answers: bare, or wrapped in an array where the endpoint streams."""

from __future__ import annotations

from starlette.responses import JSONResponse

_FAILURE = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
}


class GoogleAdsError(Exception):
    """An error with one detailed code.

    Args:
        status: HTTP status.
        kind: member of ErrorCode, e.g. queryError.
        code: its value, e.g. UNRECOGNIZED_FIELD.
        message: Google's words.
    """

    def __init__(self, status: int, kind: str, code: str, message: str) -> None:
        self.status = status
        self.body = {
            "error": {
                "code": status,
                "message": "Request contains an invalid argument." if status == 400 else message,
                "status": _STATUS_NAMES[status],
                "details": [
                    {
                        "@type": _FAILURE,
                        "errors": [{"errorCode": {kind: code}, "message": message}],
                        "requestId": "shophouse",
                    }
                ],
            }
        }
        super().__init__(message)

    def response(self, *, streaming: bool) -> JSONResponse:
        """The answer, in an array where the endpoint streams."""
        return JSONResponse([self.body] if streaming else self.body, status_code=self.status)
