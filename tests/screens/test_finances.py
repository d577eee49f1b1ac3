"""Finances: setup, earnings, sales, the legacy balance and the transactions."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.pilot import Pilot

from beatpass_tui.auth.access import LoadedToken
from beatpass_tui.config.themes import LIGHT
from beatpass_tui.errors import Forbidden, RequestFailed, ServerError, Unreachable
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.money import Amount, Balance, CurrencyTotals, Finances, Sales, Transactions
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens import finances as module
from beatpass_tui.screens.home import Home
from beatpass_tui.view_models.finances import TransactionRow
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.table import Table
from support.app_harness import Stage, idle, press, text_of, until
from support.fakes import NOVA, NOVA_FINANCES, FakeClock, FakeService
from support.snapshots import Compare, keys, sizes

SIZE = (80, 24)
TOTAL = 62
HOSTILE = "[red]x[/] [@click=app.quit]夜の海"
STATUSES = ("waiting", "sending", "needs_attention", "completed", "refunded")

Page = module.Finances


def row(number: int) -> dict[str, Any]:
    sale = number % 3 > 0
    refunded = STATUSES[number % 5] == "refunded"
    return {
        "type": "sales" if sale else "subscriptions",
        "status": STATUSES[number % 5],
        "amountMinor": (-1 if refunded else 1) * (1_000 + number * 137),
        "minorUnitFactor": 100 if sale else 1,
        "currency": "CAD" if sale else "JPY",
        "description": f"Beat {number}" if sale else "Subscription earnings",
        "occurredAt": f"2026-{11 - number // 28:02d}-{28 - number % 28:02d}T13:10:00Z",
    }


ROWS = [row(number) for number in range(TOTAL)]


def transactions(artist: int, status: str, kind: str, page: int) -> Transactions:
    """Answer as the service does: filtered, 20 a page."""
    matching = [r for r in ROWS if status in ("all", r["status"]) and kind in ("all", r["type"])]
    first = (page - 1) * 20
    shown = matching[first : first + 20]
    paging = {
        "page": page,
        "total": len(matching),
        "from": first + 1 if shown else None,
        "to": first + len(shown) if shown else None,
        "hasMore": page * 20 < len(matching),
    }
    return Transactions.decode({"transactions": shown, "pagination": paging}, page)


def paged_service() -> FakeService:
    service = FakeService()
    service.script("transactions", transactions)
    return service


def ledger(stage: Stage) -> Table[TransactionRow]:
    return stage.app.screen.query_one("#ledger", Table)


def requests(stage: Stage, name: str) -> list[tuple[object, ...]]:
    return [call.arguments[1:] for call in stage.service.calls if call.name == name]


async def test_everything_is_shown_after_one_request_each() -> None:
    stage = Stage(paged_service())
    async with stage.run() as pilot:
        before = len(stage.service.calls)
        await press(pilot, "2")
        table = ledger(stage)
        assert stage.app.focused is table
        shown = text_of(stage.app)
        for text in (
            "BEATPAY        Ready",
            "Legacy Stripe  Draining",
            "Available  26.99 CAD",
            "Pending    0.00 CAD",
            "37 sales · 1,234.50 CAD revenue · 84.00 CAD pending · 1,150.50 CAD paid out",
            "Earnings · 2 need attention",
            "Sent may not have reached your bank yet",
            "2,576.67",
            "6,766",
            "1–20 of 62 · page 1 of 4",
        ):
            assert text in shown
        assert shown.count("not have reached your bank") == 1
        assert sorted(stage.service.requested[before:]) == [
            "balance",
            "finances",
            "sales",
            "transactions",
        ]
        assert requests(stage, "transactions") == [("all", "all", 1)]


async def test_amounts_are_exact_and_in_their_own_currency() -> None:
    stage = Stage()
    async with stage.run("2"):
        lines = text_of(stage.app).split("\n")
        cad = next(line for line in lines if line.strip().startswith("CAD"))
        jpy = next(line for line in lines if line.strip().startswith("JPY"))
        assert cad.split() == ["CAD", "2,576.67", "122.64", "0.00", "26.99", "2,400.04"]
        assert jpy.split() == ["JPY", "6,766", "—", "—", "—", "5,755"]
        refund = next(line for line in lines if "Neon Rain" in line)
        assert refund.split()[-3:] == ["Reversed", "−44.99", "CAD"]
        sale = next(line for line in lines if "Midnight Drive" in line)
        assert len(refund) == len(sale)


async def test_no_legacy_balance_without_a_legacy_account() -> None:
    service = paged_service()
    service.script("finances", NOVA_FINANCES._replace(legacy_stripe=None))
    stage = Stage(service)
    async with stage.run("2") as pilot:
        await press(pilot, "r")
        assert "balance" not in service.requested
        assert "Legacy" not in text_of(stage.app)


async def test_balance_disappears_with_the_legacy_account() -> None:
    service, clock = paged_service(), FakeClock()
    service.script("finances", NOVA_FINANCES, NOVA_FINANCES._replace(legacy_stripe=None))
    stage = Stage(service, clock=clock)
    async with stage.run("2") as pilot:
        assert service.requested.count("balance") == 1
        clock.advance(60)
        await press(pilot, "r")
        assert "Legacy" not in text_of(stage.app)
        count = service.requested.count("balance")
        clock.advance(60)
        await press(pilot, "r")
        assert service.requested.count("balance") == count


async def test_setup_not_started_says_what_to_do() -> None:
    service = FakeService()
    service.script(
        "finances",
        NOVA_FINANCES._replace(beatpay="not_started", legacy_stripe=None, totals=(), attention=0),
    )
    service.script("transactions", Transactions.decode({"transactions": []}))
    stage = Stage(service)
    async with stage.run("2") as pilot:
        shown = text_of(stage.app)
        assert "Not started" in shown
        assert "To be paid, set up BEATPAY on the web page; o opens it." in shown
        assert "No earnings yet." in shown
        assert "No transactions yet." in shown
        assert "attention" not in shown
        await press(pilot, "o")
        assert stage.opened == ["https://open.beatpass.ca/producer-dashboard/finances"]


# Pages of transactions


async def test_all_pages_are_reached_and_back() -> None:
    stage = Stage(paged_service())
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await pilot.press("left_square_bracket")
        assert "page 1 of 4" in text_of(stage.app)
        descriptions = [row.about for row in table.rows]
        for page in (2, 3, 4):
            await press(pilot, "end", "right_square_bracket")
            assert f"page {page} of 4" in text_of(stage.app)
            assert table.cursor == 0
            assert stage.app.focused is table
            descriptions += [row.about for row in table.rows]
        assert descriptions == [row["description"] for row in ROWS]
        assert "61–62 of 62" in text_of(stage.app)
        await press(pilot, "right_square_bracket")
        assert "page 4 of 4" in text_of(stage.app)
        for page in (3, 2, 1):
            await press(pilot, "left_square_bracket")
            assert f"page {page} of 4" in text_of(stage.app)
        assert requests(stage, "transactions") == [("all", "all", page) for page in (1, 2, 3, 4)]


async def test_rows_stay_while_the_next_page_loads() -> None:
    service, gate = paged_service(), asyncio.Event()
    service.script("transactions", transactions(0, "all", "all", 1), gate, transactions)
    stage = Stage(service)
    async with stage.run("2") as pilot:
        table = ledger(stage)
        first = table.rows
        await press(pilot, "down", "right_square_bracket")
        assert table.rows is first
        assert table.cursor == 1
        assert "Loading…" in text_of(stage.app)
        # No further page is requested while one loads.
        await pilot.press("right_square_bracket")
        gate.set()
        await idle(pilot)
        assert "page 2 of 4" in text_of(stage.app)
        assert table.cursor == 0
        assert requests(stage, "transactions") == [("all", "all", 1), ("all", "all", 2)]


async def test_failed_page_is_reported_until_retried() -> None:
    service = paged_service()
    service.script(
        "transactions",
        transactions(0, "all", "all", 1),
        ServerError("The list could not be made.", status=500),
        transactions,
    )
    stage = Stage(service)
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await press(pilot, "right_square_bracket")
        assert "Unavailable" in text_of(stage.app)
        assert "r to retry" in stage.notice
        assert "The list could not be made" in stage.notice
        assert not table.rows
        assert stage.app.focused is table
        await press(pilot, "r")
        assert "21–40 of 62 · page 2 of 4" in text_of(stage.app)
        assert table.current is not None
        await press(pilot, "left_square_bracket")
        assert "page 1 of 4" in text_of(stage.app)


# Filters


async def test_filters_request_the_selected_status_and_type() -> None:
    stage = Stage(paged_service())
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await press(pilot, "right_square_bracket")
        # The filters passed on the way request nothing.
        await pilot.press("f", "f", "f", "f")
        await until(pilot, lambda: "of 12 · page 1 of 1" in text_of(stage.app))
        assert {row.status for row in table.rows} == {"Sent"}
        await pilot.press("t")
        await until(pilot, lambda: {row.kind for row in table.rows} == {"Track sale"})
        await pilot.press("f", "f", "t", "t")
        await until(pilot, lambda: "1–20 of 62 · page 1 of 4" in text_of(stage.app))
        assert requests(stage, "transactions") == [
            ("all", "all", 1),
            ("all", "all", 2),
            ("completed", "all", 1),
            ("completed", "sales", 1),
        ]


async def test_click_selects_a_filter() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=(120, 36)) as pilot:
        table = ledger(stage)
        status = stage.app.screen.query_one("#ledger-status", OptionRow)
        x = str(status.render()).index("Reversed") + 1
        await pilot.click(status, offset=(x + 1, 0))
        await until(pilot, lambda: {row.status for row in table.rows} == {"Reversed"})
        assert all(row.amount.startswith("−") for row in table.rows)


async def test_filters_without_matches_are_reported() -> None:
    service = FakeService()
    service.script(
        "transactions",
        lambda artist, status, kind, page: Transactions.decode(
            {"transactions": [] if status == "waiting" else ROWS[:3]}
        ),
    )
    stage = Stage(service)
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await pilot.press("f")
        await until(pilot, lambda: "No transactions match." in text_of(stage.app))
        await pilot.press("f")
        await until(pilot, lambda: len(table.rows) == 3)


# Failures


@pytest.mark.parametrize(
    "name, sections",
    [
        ("finances", ["setup", "earnings"]),
        ("sales", ["sales"]),
        ("balance", ["balance"]),
        ("transactions", ["transactions"]),
    ],
)
async def test_section_fails_alone_until_retried(name: str, sections: list[str]) -> None:
    service = FakeService()
    service.script(name, Forbidden("You may not see this.", status=403), NOVA[name])
    stage = Stage(service)
    async with stage.run("2", size=(120, 36)) as pilot:
        table = ledger(stage)

        def failed() -> list[str]:
            visible = stage.app.screen.query(Section)
            notes = [(each.id, str(each.query_one(".note").render())) for each in visible]
            return sorted(str(id) for id, note in notes if "Unavailable" in note)

        assert failed() == sorted(sections)
        assert stage.app.focused is table
        await press(pilot, "r")
        assert failed() == []
        assert stage.app.focused is table
        shown = text_of(stage.app)
        for text in ("Ready", "2,576.67", "37 sales", "Available  26.99 CAD", "Neon Rain"):
            assert text in shown


async def test_failed_refresh_keeps_data() -> None:
    service, clock = paged_service(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run("2", size=(120, 36)) as pilot:
        table = ledger(stage)
        await pilot.press("down", "down")
        rows, cursor = table.rows, table.cursor
        clock.advance(60)
        service.fail(Unreachable("No network."), "finances", "sales", "balance", "transactions")
        await press(pilot, "r")
        shown = text_of(stage.app)
        assert (table.rows, table.cursor) == (rows, cursor)
        for text in ("Ready", "2,576.67", "37 sales", "26.99 CAD", "1–20 of 62"):
            assert text in shown
        assert "offline · updated 20:04" in shown
        assert "Earnings and setup +3: offline · retry in" in stage.notice


async def test_refresh_keeps_the_cursor_on_its_transaction() -> None:
    service, clock = paged_service(), FakeClock()
    newer = Transactions.decode(
        {
            "transactions": [row(70), *ROWS[:19]],
            "pagination": {"page": 1, "total": 63, "from": 1, "to": 20, "hasMore": True},
        }
    )
    service.script("transactions", transactions(0, "all", "all", 1), newer)
    stage = Stage(service, clock=clock)
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await pilot.press("down", "down", "down")
        before = table.current
        clock.advance(60)
        await press(pilot, "r")
        assert table.current == before
        assert table.cursor == 4


async def test_esc_goes_home_while_everything_loads() -> None:
    service, gates = FakeService(), [asyncio.Event() for _ in range(3)]
    for name, gate in zip(("finances", "sales", "transactions"), gates, strict=True):
        service.script(name, gate)
    stage = Stage(service)
    async with stage.run("2") as pilot:
        assert text_of(stage.app).count("Loading…") == 4
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        for gate in gates:
            gate.set()
        await idle(pilot)
        await press(pilot, "2")
        assert "Midnight Drive" in text_of(stage.app)
        assert service.requested.count("finances") == 1
        assert service.requested.count("balance") == 1


async def test_another_account_sees_no_data_of_the_previous_one() -> None:
    service = paged_service()
    stage = Stage(service)
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await pilot.press("f")
        await until(pilot, lambda: {row.status for row in table.rows} == {"Pending"})
        gate = asyncio.Event()
        for name in ("finances", "transactions"):
            service.script(name, gate)
        other = SignedIn(Secret("18|another-token"), Account(900000009, "teo"), menu=None)
        await stage.app._start_session(LoadedToken(other.token, None, other.account))
        await idle(pilot)
        assert not table.rows
        shown = text_of(stage.app)
        assert "Beat " not in shown
        assert "[All]" in shown
        gate.set()
        await idle(pilot)
        assert requests(stage, "transactions")[-1] == ("all", "all", 1)


# Missing and hostile data


def documented_only() -> FakeService:
    service = FakeService()
    service.script(
        "finances", Finances.decode({"setup": {"providers": {"beatpay": {}, "legacyStripe": {}}}})
    )
    service.script("balance", Balance.decode({}))
    service.script(
        "transactions",
        Transactions.decode(
            {"pagination": {"page": 1, "total": 62, "from": 1, "to": 20, "hasMore": True}}
        ),
    )
    return service


async def test_unreadable_response_is_reported() -> None:
    stage = Stage(documented_only())
    async with stage.run("2") as pilot:
        table = ledger(stage)
        shown = text_of(stage.app)
        assert "Legacy Stripe  Active/draining" in shown
        assert "BEATPAY        —" in shown
        assert "in a known format" in shown
        assert "These are the" in shown
        assert [row.about for row in table.rows] == ["Midnight Drive"]
        assert "37 sales" in shown
        # Neither filters nor pages would change what is shown.
        assert "Reversed" not in shown
        assert " Filter" not in shown
        assert "Next page" not in shown
        await press(pilot, "f", "t", "right_square_bracket")
        assert requests(stage, "transactions") == [("all", "all", 1)]


async def test_empty_responses_are_reported() -> None:
    service = FakeService()
    service.script("finances", Finances.decode({}))
    service.script("sales", Sales.decode({}))
    service.script("transactions", Transactions.decode({}))
    stage = Stage(service)
    async with stage.run("2"):
        table = ledger(stage)
        shown = text_of(stage.app)
        # Earnings have the same reason as the setup, and only one of them says so.
        assert (shown.count("in a known format"), shown.count("Unavailable")) == (2, 2)
        assert not table.rows
        assert "balance" not in service.requested


async def test_hostile_text_is_drawn_literally_in_aligned_columns() -> None:
    service = FakeService()
    service.script("finances", NOVA_FINANCES._replace(beatpay=HOSTILE, legacy_stripe=HOSTILE))
    rows = [ROWS[0] | {"description": HOSTILE * 3, "type": HOSTILE, "status": HOSTILE}, ROWS[1]]
    service.script("transactions", Transactions.decode({"transactions": rows}))
    stage = Stage(service)
    async with stage.run("2"):
        shown = text_of(stage.app)
        assert "[red]x[/]" in shown
        lines = shown.split("\n")
        ends = [line for line in lines if line.endswith((" JPY", " CAD")) and "2026" in line]
        assert len(ends) == 2
        assert "1,000 JPY" in ends[0]


async def test_large_amounts_are_never_cut() -> None:
    service = FakeService()
    amount = Amount(-123_456_789_012, 100, "CAD")
    total = CurrencyTotals("CAD", *(Amount(98_765_432_100, 100, "CAD"),) * 5)
    service.script("finances", NOVA_FINANCES._replace(totals=(total,)))
    page = transactions(0, "all", "all", 1)
    assert page.rows is not None
    service.script("transactions", page._replace(rows=(page.rows[0]._replace(amount=amount),)))
    for size in ((50, 24), (80, 24)):
        stage = Stage(service)
        async with stage.run("2", size=size):
            shown = text_of(stage.app)
            assert "−1,234,567,890.12 CAD" in shown
            assert shown.count("987,654,321.00") == 5


# Keys


async def test_every_widget_is_reached_by_keys() -> None:
    stage = Stage(paged_service())
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await pilot.press("j", "j", "k", "pagedown", "pageup", "end")
        assert table.cursor == 19
        await press(pilot, "home", "down", "y")
        assert stage.copied[-1] == "2026-11-27\tBeat 1\tTrack sale\tProcessing\t11.37 CAD"
        await press(pilot, "question_mark")
        shown = text_of(stage.app)
        for text in ("another status", "next or previous page", "Copy", "go back"):
            assert text in shown
        await press(pilot, *"type")
        assert "by type" in text_of(stage.app)
        await pilot.press(*["backspace"] * len("type"))
        await press(pilot, "escape", "escape")
        assert isinstance(stage.app.screen, Home)
        await press(pilot, "2")
        assert stage.app.focused is table
        assert table.cursor == 1
        assert requests(stage, "transactions") == [("all", "all", 1)]


async def test_status_line_has_the_whole_transaction() -> None:
    stage = Stage(paged_service())
    async with stage.run("2") as pilot:
        await press(pilot, "down")
        assert stage.notice == ("Track sale · Nov 27 13:10 · Beat 1 · Processing · 11.37 CAD")


async def test_up_scrolls_to_the_sections_above_in_a_low_window() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=(60, 14)) as pilot:
        table = ledger(stage)
        await idle(pilot)
        assert "Payout setup" not in text_of(stage.app)
        for _ in range(20):
            await press(pilot, "up")
        assert "Payout setup" in text_of(stage.app)
        await press(pilot, "down")
        assert table.cursor == 1
        assert "▎2026-11-27" in text_of(stage.app)


@pytest.mark.parametrize("width", [50, 60, 80, 120, 200])
async def test_first_transactions_and_all_sections_are_visible(width: int) -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=(width, 24)):
        shown = text_of(stage.app)
        for text in ("Payout setup", "Legacy balance", "Track sales", "Earnings", "2026-11-26"):
            assert text in shown


# Snapshots


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(
        Stage(paged_service()).app, terminal_size=size, run_before=keys("2", "down")
    )


@pytest.mark.parametrize("size", [(50, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_snapshot_at_extreme_sizes(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(paged_service()).app, terminal_size=size, run_before=keys("2"))


def test_snapshot_of_documented_fields(snap_compare: Compare) -> None:
    assert snap_compare(Stage(documented_only()).app, terminal_size=SIZE, run_before=keys("2"))


def test_snapshot_before_the_first_payout(snap_compare: Compare) -> None:
    service = FakeService()
    service.script(
        "finances",
        NOVA_FINANCES._replace(beatpay="not_started", legacy_stripe=None, totals=(), attention=0),
    )
    service.script("transactions", Transactions.decode({"transactions": []}))
    assert snap_compare(Stage(service).app, terminal_size=SIZE, run_before=keys("2"))


def test_snapshot_with_failures(snap_compare: Compare) -> None:
    service = paged_service()
    error: RequestFailed = ServerError("Finances are not available right now.", status=503)
    service.fail(error, "finances", "transactions")
    assert snap_compare(Stage(service).app, terminal_size=SIZE, run_before=keys("2"))


def test_snapshot_in_the_light_theme(snap_compare: Compare) -> None:
    stage = Stage(paged_service())

    async def change(pilot: Pilot[None]) -> None:
        await keys("2")(pilot)  # type: ignore[misc]
        stage.app.theme = LIGHT.name
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=SIZE, run_before=change)
