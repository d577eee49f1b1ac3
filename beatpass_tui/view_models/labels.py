"""Labels for codes of the service, used on pages and in exports."""

from collections.abc import Mapping

from beatpass_tui.models.text import words

TRANSACTION_STATUSES: Mapping[str, str] = {
    "waiting": "Pending",
    "sending": "Processing",
    "needs_attention": "Delayed",
    "completed": "Sent",
    "refunded": "Reversed",
}
"""The web dashboard's labels for the statuses of the API."""

TRANSACTION_TYPES: Mapping[str, str] = {
    "sales": "Track sale",
    "sale": "Track sale",
    "subscriptions": "Subscription",
    "subscription": "Subscription",
}

# The status of the buyer's payment, not of the payout to the artist.
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
"""The licenses offered for a beat."""


def label(code: str | None, labels: Mapping[str, str] | None = None) -> str | None:
    """Return the label of a code, or the code as words if it is not in `labels`."""
    if code is None:
        return None
    key = code.lower().replace("-", "_").replace(" ", "_")
    return (labels or {}).get(key) or words(code)
