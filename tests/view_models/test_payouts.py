"""Words of payouts: statuses, reasons, next steps, periods and the state of the setup."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from beatpass_tui import formatting
from beatpass_tui.models.money import STATUSES, Finances
from beatpass_tui.models.payout_details import PayoutDetails
from beatpass_tui.transport import endpoints
from beatpass_tui.view_models import finances, payouts
from beatpass_tui.view_models.labels import TRANSACTION_STATUSES
from beatpass_tui.view_models.payouts import ON_THE_WEB
from support.fakes import NOW


def decoded(beatpay: dict[str, Any] | None, stripe: dict[str, Any] | None = None) -> Finances:
    providers: dict[str, Any] = {}
    if beatpay is not None:
        providers["beatpay"] = beatpay
    if stripe is not None:
        providers["legacyStripe"] = stripe
    return Finances.decode({"setup": {"providers": providers}})


@pytest.mark.parametrize(
    "state, text, is_open",
    [
        ("ready", "BEATPAY is ready", False),
        ("bank_account_ready", "BEATPAY is ready", False),
        ("bankPayoutsActive", "BEATPAY is ready", False),
        ("not_started", "Set up BEATPAY", True),
        ("notStarted", "Set up BEATPAY", True),
        ("NOT-STARTED", "Set up BEATPAY", True),
        ("under_review", "Under review", False),
        ("needs a quick review", "Under review", False),
        ("use_different_bank_account", "Use a different bank account", True),
        ("upgrade_to_beatpay", "Upgrade to BEATPAY", True),
        ("not_ready", ON_THE_WEB, True),
        ("inactive", ON_THE_WEB, True),
        ("resting for a while", ON_THE_WEB, True),
        ("[red]x[/]", ON_THE_WEB, True),
    ],
)
def test_setup_states(state: str, text: str, is_open: bool) -> None:
    setup = payouts.beatpay(decoded({"recipientStatus": state}))
    assert (setup.text, setup.is_open) == (text, is_open)


@pytest.mark.parametrize("beatpay", [None, {}, {"available": True}, {"available": False}])
def test_setup_is_not_guessed(beatpay: dict[str, Any] | None) -> None:
    assert payouts.beatpay(decoded(beatpay)).text == ON_THE_WEB


@pytest.mark.parametrize(
    "stripe, text",
    [
        (None, None),
        ({}, "Active or draining"),
        ({"status": "draining"}, "Draining"),
        ({"state": "odd"}, "Odd"),
    ],
)
def test_legacy_account_is_shown_only_if_sent(
    stripe: dict[str, Any] | None, text: str | None
) -> None:
    setup = payouts.legacy_stripe(decoded({}, stripe))
    assert (None if setup is None else setup.text) == text


def test_every_documented_filter_is_offered_and_explained() -> None:
    assert tuple(key for key, _ in finances.STATUS_OPTIONS) == endpoints.STATUSES
    assert tuple(key for key, _ in finances.KIND_OPTIONS) == endpoints.KINDS
    assert tuple(payouts.MEANINGS) == STATUSES
    assert "may not have reached your bank" in dict(payouts.LEGEND)["Sent"]


@pytest.mark.parametrize(
    "status, code",
    [
        ("needs_attention", "needs_attention"),
        ("needsAttention", "needs_attention"),
        ("Delayed", "needs_attention"),
        ("succeeded", "completed"),
        ("on_hold", None),
        (None, None),
    ],
)
def test_status_code(status: str | None, code: str | None) -> None:
    assert payouts.status_code(status) == code
    label = TRANSACTION_STATUSES[code] if code is not None else status and "On hold"
    assert payouts.status_label(status) == label


@pytest.mark.parametrize(
    "reason, text",
    [
        ("accumulating", "Collected until CA$5 is reached."),
        ("belowMinimum", "Collected until CA$5 is reached."),
        ("AUTOMATIC_RETRY", "The payout is retried automatically."),
        ("platform-funding-wait", "Waits for funds of the platform."),
        ("needs_support", "Needs the help of support."),
        ("bank_said_no", "Bank said no"),
        ("The funding bank said no.", "The funding bank said no."),
        ("[red]x[/]", "[red]x[/]"),
        (None, None),
    ],
)
def test_reason(reason: str | None, text: str | None) -> None:
    assert payouts.reason(reason) == text


def test_next_step_is_sent_or_follows_from_the_reason() -> None:
    assert payouts.next_step(PayoutDetails(next_step="check_bank")) == "Check bank"
    assert payouts.next_step(PayoutDetails(next_step="Check it.")) == "Check it."
    step = payouts.next_step(PayoutDetails(reason="needs_support"))
    assert step is not None
    assert step.startswith("Contact support")
    for reason in ("accumulating", "Ask support about it.", None):
        assert payouts.next_step(PayoutDetails(reason=reason)) is None


@pytest.mark.parametrize(
    "code, name",
    [("beatpay", "BEATPAY"), ("BEATPAY", "BEATPAY"), ("legacyStripe", "Legacy Stripe"),
     ("some_bank", "Some bank"), (None, None)],
)  # fmt: skip
def test_provider(code: str | None, name: str | None) -> None:
    assert payouts.provider(code) == name


@pytest.mark.parametrize(
    "start, end, text",
    [
        (date(2026, 10, 1), date(2026, 10, 31), "Oct 1–31"),
        (date(2025, 12, 1), date(2025, 12, 31), "Dec 1–31, 2025"),
        (date(2026, 9, 15), date(2026, 10, 14), "Sep 15 – Oct 14"),
        (date(2025, 12, 15), date(2026, 1, 14), "Dec 15, 2025 – Jan 14"),
        (date(2026, 10, 1), None, None),
    ],
)
def test_period(start: date, end: date | None, text: str | None) -> None:
    assert payouts.period(PayoutDetails(period_start=start, period_end=end), NOW) == text


def test_period_in_the_european_style(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "_date_style", "eu")
    details = PayoutDetails(period_start=date(2026, 10, 1), period_end=date(2026, 10, 31))
    assert payouts.period(details, NOW) == "1–31 Oct"


def test_period_of_moments_is_local() -> None:
    details = PayoutDetails(
        period_start=datetime(2026, 10, 1, 4, tzinfo=UTC),
        period_end=datetime(2026, 11, 1, 3, 59, tzinfo=UTC),
    )
    toronto = NOW.astimezone(timezone(timedelta(hours=-4)))
    assert payouts.period(details, toronto) == "Oct 1–31"
