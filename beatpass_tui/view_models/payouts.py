"""Words of payouts: statuses, reasons, next steps, providers and the state of the setup."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.money import Finances
from beatpass_tui.models.payout_details import PayoutDetails
from beatpass_tui.models.text import words
from beatpass_tui.view_models.labels import TRANSACTION_STATUSES, label

MEANINGS: Mapping[str, str] = {
    "waiting": "Waiting for its payout.",
    "sending": "The payout is in progress.",
    "needs_attention": "The payout needs follow-up; the amount is still owed to you.",
    "completed": "The provider has sent the funds; they may not have reached your bank yet.",
    "refunded": "The customer's payment was refunded or reversed.",
}
"""What the statuses mean."""

SENT_NOTE = "Sent may not have reached your bank yet."
SHORT_MEANINGS: Mapping[str, str] = {**MEANINGS, "completed": SENT_NOTE.removeprefix("Sent ")}
"""What the statuses mean, behind the status and in a line of 80 columns."""

LEGEND = tuple((TRANSACTION_STATUSES[code], meaning) for code, meaning in MEANINGS.items())
"""The statuses and their meanings, for the help screen."""

_STATUSES = {
    **{code: code for code in MEANINGS},
    **{label.lower(): code for code, label in TRANSACTION_STATUSES.items()},
    "queued": "waiting", "paid": "completed", "succeeded": "completed", "success": "completed",
}  # fmt: skip
"""Codes of the API, labels of the web dashboard, and the status of sales."""


def status_code(status: str | None) -> str | None:
    """Return the documented code of a status; None if it is not recognized."""
    return None if status is None else _STATUSES.get(_key(status))


def status_label(status: str | None) -> str | None:
    """Return the label of a status, or its words if it is not recognized."""
    code = status_code(status)
    return label(status) if code is None else TRANSACTION_STATUSES[code]


def _key(code: str) -> str:
    """Return a code in snake case: notStarted and NOT-STARTED are not_started."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", code)
    return re.sub(r"\W+", "_", parts).lower().strip("_")


SUPPORT = "support"

_REASONS = (
    (("accumulat", "minimum", "threshold"), "Collected until CA$5 is reached."),
    (("retry", "retries"), "The payout is retried automatically."),
    (("fund",), "Waits for funds of the platform."),
    ((SUPPORT,), "Needs the help of support."),
)
"""Parts of the codes of documented reasons, and their words."""


def _is_code(text: str) -> bool:
    return " " not in text


def reason(text: str | None) -> str | None:
    """Return the words of a reason; text that was written for people stays as it is."""
    if text is None or not _is_code(text):
        return text
    key = _key(text)
    known = (words for parts, words in _REASONS if any(part in key for part in parts))
    return next(known, words(text))


def next_step(details: PayoutDetails) -> str | None:
    """Return what happens or what to do next, if it was sent or follows from the reason."""
    if details.next_step is not None:
        return words(details.next_step)
    return "Contact support." if for_support(details) else None


def for_support(details: PayoutDetails) -> bool:
    """Return whether a transaction waits for the user to contact support."""
    codes = (text for text in (details.reason, details.next_step) if text and _is_code(text))
    return any(SUPPORT in code.lower() for code in codes)


_PROVIDERS = {"beatpay": "BEATPAY", "legacy_stripe": "Legacy Stripe", "stripe": "Stripe"}


def provider(text: str | None) -> str | None:
    """Return the name of a payout provider."""
    return None if text is None else _PROVIDERS.get(_key(text), words(text))


def period(details: PayoutDetails, now: datetime) -> str | None:
    """Return the subscription period: Oct 1–31, Sep 15 – Oct 14, Dec 1–31, 2025."""
    if details.period_start is None or details.period_end is None:
        return None
    start = formatting.local_day(details.period_start, now)
    end = formatting.local_day(details.period_end, now)
    return formatting.day_range(start, end, now)


# Setup


class SetupState(NamedTuple):
    """The state of a payout provider."""

    text: str
    status: str
    """The status of transactions whose color fits; empty for none."""
    is_open: bool = False
    """Whether the user has to continue on the web page."""


ON_THE_WEB = "Open Finances on the web"

_SETUP = (
    (("not_started", "not_set_up", "setup_required", "setup_needed", "missing", "none"),
     SetupState("Set up BEATPAY", "waiting", is_open=True)),
    (("different",), SetupState("Use a different bank account", "needs_attention", is_open=True)),
    (("upgrade",), SetupState("Upgrade to BEATPAY", "waiting", is_open=True)),
    (("review",), SetupState("Under review", "sending")),
    (("not_ready", "inactive"), SetupState(ON_THE_WEB, "", is_open=True)),
    (("ready", "active"), SetupState("BEATPAY is ready", "completed")),
)  # fmt: skip
"""Parts of the codes of documented states, which are not documented themselves."""


def beatpay(finances: Finances) -> SetupState:
    """Return the state of BEATPAY, which is on the web page if it is not recognized."""
    key = _key(finances.beatpay or "")
    known = (state for parts, state in _SETUP if any(part in key for part in parts))
    return next(known, SetupState(ON_THE_WEB, "", is_open=True))


def setup(finances: Finances) -> tuple[tuple[str, SetupState], ...]:
    """Return the name and the state of each provider."""
    legacy = legacy_stripe(finances)
    return (("BEATPAY", beatpay(finances)), *((("Legacy Stripe", legacy),) if legacy else ()))


def legacy_stripe(finances: Finances) -> SetupState | None:
    """Return the state of the legacy account, which is sent only while it is active or draining."""
    if finances.legacy_stripe is None:
        return None
    key = _key(finances.legacy_stripe)
    text = words(finances.legacy_stripe)
    if key == "present":
        text = "Active or draining"
    return SetupState(text, "completed" if key == "active" else "needs_attention")
