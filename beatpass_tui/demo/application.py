"""The application to the Producer Program."""

from __future__ import annotations

from collections.abc import Mapping

from beatpass_tui.demo.messages import Json

MESSAGES: Mapping[str, str] = {
    "pending": "You will get an email with our decision.",
    "revoked": "Several of your uploads infringed copyright. You may appeal this decision.",
}
"""By the reason why the account may not apply, which is also the name of the demo's state."""

_REQUEST_ID = 4127


def submission_status(block_reason: str | None) -> Json:
    """Return the response of `GET /backstage-request/submission-status`."""
    return {
        "status": "success",
        "can_submit": block_reason is None,
        "block_reason": block_reason,
        "message": None if block_reason is None else MESSAGES[block_reason],
        "contact_url": "/contact" if block_reason == "revoked" else None,
        "blocking_request_id": None if block_reason is None else _REQUEST_ID,
    }
