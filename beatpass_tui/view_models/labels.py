"""The user interface's words for codes of the service, on the pages and in exports."""

from collections.abc import Mapping

from beatpass_tui.models.text import words

TRANSACTION_STATUSES: Mapping[str, str] = {
    "waiting": "Pending",
    "sending": "Processing",
    "needs_attention": "Delayed",
    "completed": "Sent",
    "refunded": "Reversed",
}
"""Labels of the web page for the statuses of the API."""

TRANSACTION_TYPES: Mapping[str, str] = {
    "sales": "Track sale",
    "sale": "Track sale",
    "subscriptions": "Subscription",
    "subscription": "Subscription",
}

# The payment of a buyer, which is not the payout to you.
SALE_STATUSES: Mapping[str, str] = {
    "succeeded": "Completed",
    "success": "Completed",
    "paid": "Completed",
    "refunded": "Reversed",
}

LICENSES: Mapping[str, str] = {"non_exclusive": "Non-exclusive"}

LICENSING: Mapping[str, str] = {
    "non_exclusive_only": "Standard",
    "both": "Standard and exclusive",
    "exclusive_only": "Exclusive only",
}
"""The licenses that a beat is offered with."""


def label(code: str | None, labels: Mapping[str, str] | None = None) -> str | None:
    """Return the word for a code, or the code as words if it is not in `labels`."""
    if code is None:
        return None
    key = code.lower().replace("-", "_").replace(" ", "_")
    return (labels or {}).get(key) or words(code)
