"""Finances: earnings by month and beat, balances, the transactions and their details."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.style import Style

from beatpass_tui.auth.access import KnownToken, LoadedToken
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.config.themes import LIGHT
from beatpass_tui.errors import Forbidden, RequestFailed, ServerError, Unreachable
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.money import (
    STATUSES,
    Amount,
    Balance,
    CurrencyTotals,
    Finances,
    Sales,
    Transactions,
)
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens import finances as module
from beatpass_tui.screens.home import Home
from beatpass_tui.session.lists import AUTOMATIC_ROWS
from beatpass_tui.view_models.transactions import TransactionRow
from beatpass_tui.widgets.accessibility import ASCII_CLASS
from beatpass_tui.widgets.earnings import TopBeats
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.table import Table
from beatpass_tui.widgets.transactions import StatusHeading, TransactionDetail
from support.app_harness import NEXT_FILTER, FakeAccess, Stage, idle, lines, press, text_of, until
from support.fakes import NOVA, NOVA_FINANCES, FakeClock, FakeService
from support.snapshots import Compare, keys, sizes
from support.stored_answers import ACCOUNT, StoredHistory

SIZE = (80, 24)
WIDE = (120, 36)
TOTAL = 62
JSON_KEY = Settings(keyboard=Keyboard({"page.export_json": ("E",)}))
HOSTILE = "[red]x[/] [@click=app.quit]夜の海"
FINANCES_URL = "https://open.beatpass.ca/producer-dashboard/finances"

Page = module.Finances


def row(number: int) -> dict[str, Any]:
    """Return a transaction; the status and the type of consecutive ones differ."""
    sale = number % 3 > 0
    status = STATUSES[number % 5]
    title = f"Beat {number}"
    return {
        "id": f"t{number}",
        "type": "sales" if sale else "subscriptions",
        "status": status,
        "amountMinor": (-1 if status == "refunded" else 1) * (1_000 + number * 137),
        "minorUnitFactor": 100 if sale else 1,
        "currency": "CAD" if sale else "JPY",
        "description": title if sale else "Subscription earnings",
        "track": {"id": 900 + number, "name": title} if sale else None,
        "period": None if sale else {"start": "2026-10-01", "end": "2026-10-31"},
        "occurredAt": f"2026-{11 - number // 28:02d}-{28 - number % 28:02d}T13:10:00Z",
        "reference": f"BP-{number:04d}",
        "reason": {"waiting": "accumulating", "needs_attention": "needs_support"}.get(status),
    }


ROWS = [row(number) for number in range(TOTAL)]


def answer(rows: list[dict[str, Any]], status: str, kind: str, page: int) -> Transactions:
    """Answer as the service does: filtered, 20 a page, with counts of each status."""
    matching = [r for r in rows if status in ("all", r["status"]) and kind in ("all", r["type"])]
    first = (page - 1) * 20
    shown = matching[first : first + 20]
    paging = {
        "page": page,
        "total": len(matching),
        "from": first + 1 if shown else None,
        "to": first + len(shown) if shown else None,
        "hasMore": page * 20 < len(matching),
    }
    counts = {each: sum(r["status"] == each for r in rows) for each in STATUSES}
    response = {"transactions": shown, "pagination": paging, "counts": counts}
    return Transactions.decode(response, page)


def transactions(artist: int, status: str, kind: str, page: int) -> Transactions:
    return answer(ROWS, status, kind, page)


def paged_service() -> FakeService:
    service = FakeService()
    service.script("transactions", transactions)
    return service


def ledger(stage: Stage) -> Table[TransactionRow]:
    return stage.app.screen.query_one("#ledger", Table)


def requests(stage: Stage) -> list[tuple[object, ...]]:
    """Return status, type and page of the requests for transactions."""
    return [call.arguments[1:] for call in stage.service.calls if call.name == "transactions"]


def heading(stage: Stage, panel: str) -> str:
    return str(stage.app.screen.query_one(f"#{panel} Heading", Heading).render())


def titles(stage: Stage) -> list[str]:
    return [row.about for row in ledger(stage).rows]


async def loaded(pilot: Pilot[None], stage: Stage) -> None:
    """Wait until all transactions are shown."""
    await until(pilot, lambda: len(ledger(stage).rows) == TOTAL)


# What is shown, and which requests it needs


async def test_everything_is_shown_after_one_request_each() -> None:
    stage = Stage(paged_service())
    async with stage.run(size=WIDE) as pilot:
        before = len(stage.service.calls)
        await press(pilot, "2")
        await loaded(pilot, stage)
        assert stage.app.focused is ledger(stage)
        shown = " ".join(text_of(stage.app).split())
        for text in (
            "Earnings by month CAD JPY",
            "best Oct",
            "● Pending 122.64",
            "2,576.67",
            "● BEATPAY is ready Legacy Stripe ● Draining",
            "All 62 Pending 13 Processing 13 Delayed 12 Sent 12 Reversed 12",
            "● Pending",
            "Oct 1–31",
            "Reference BP-0000",
            "Collected until CA$5 is reached.",
            "Top beats by earnings",
            "62 of 62",
        ):
            assert text in shown
        others = [each for each in stage.service.requested[before:] if each != "transactions"]
        assert sorted(others) == ["balance", "finances", "sales"]
        assert requests(stage) == [("all", "all", page) for page in (1, 2, 3, 4)]
        count = len(stage.service.calls)
        await pilot.press(*["down"] * 70, *["up"] * 30)
        assert ledger(stage).cursor == TOTAL - 1 - 30
        assert f"Reference     BP-{TOTAL - 31:04d}" in text_of(stage.app)
        assert len(stage.service.calls) == count


async def test_amounts_are_exact_and_in_their_own_currency() -> None:
    stage = Stage()
    async with stage.run("2"):
        shown = lines(stage)
        header = next(line for line in shown if line.lstrip().startswith("Balance"))
        assert header.split()[:6] == [
            "Balance",
            "Pending",
            "Processing",
            "Delayed",
            "Sent",
            "Earned",
        ]
        cad = next(line for line in shown if line.lstrip().startswith("CAD"))
        jpy = next(line for line in shown if line.lstrip().startswith("JPY"))
        assert cad.split()[:6] == ["CAD", "122.64", "0.00", "26.99", "2,400.04", "2,576.67"]
        assert jpy.split()[:6] == ["JPY", "—", "—", "—", "5,755", "6,766"]
        refund = next(line for line in shown if "Neon Rain" in line)
        assert refund.split()[-4:] == ["●", "Reversed", "−44.99", "CAD"]


async def test_currency_is_chosen_by_key_and_mouse() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        cad = heading(stage, "earnings")
        assert cad.index(".") > 0
        assert "Top beats by earnings" in text_of(stage.app)
        await pilot.press("v")
        jpy = heading(stage, "earnings")
        # Yen have no decimals, and only subscriptions are in yen.
        assert "." not in jpy
        assert "Top beats by earnings" not in text_of(stage.app)
        await pilot.press("v")
        assert heading(stage, "earnings") == cad
        await pilot.click("#earnings Heading", offset=(cad.index("JPY") + 1, 0))
        assert heading(stage, "earnings") == jpy


# Long lists


LONG = [row(number) | {"occurredAt": "2026-11-20"} for number in range(1_340)]


async def test_long_list_says_what_is_missing_and_the_service_filters_it() -> None:
    service = FakeService()
    service.script("transactions", lambda _, *arguments: answer(LONG, *arguments))
    stage = Stage(service)
    async with stage.run("2", size=(160, 45)) as pilot:
        await until(pilot, lambda: len(ledger(stage).rows) == AUTOMATIC_ROWS)
        await idle(pilot)
        assert "500 of 1,340 rows" in heading(stage, "earnings")
        assert stage.text("#transactions .note") == "500 of 1,340 loaded · L loads the rest"
        assert "500 of 1,340" in heading(stage, "beats")
        statuses = heading(stage, "transactions").split()
        assert statuses[:4] == ["All", "1,340", "Pending", "268"]
        assert statuses[-2:] == ["Reversed", "268"]
        assert stage.app.screen.check_action("load_rest", ())
        assert len(requests(stage)) == AUTOMATIC_ROWS // 20
        await press(pilot, *NEXT_FILTER)
        await until(pilot, lambda: {row.code for row in ledger(stage).rows} == {"waiting"})
        # Also those that were not loaded before.
        await until(pilot, lambda: len(ledger(stage).rows) == 268)
        assert requests(stage)[-1][0] == "waiting"
        assert "500 of 1,340 rows" in heading(stage, "earnings")


# Filters, search, order


async def test_filters_need_no_requests_once_everything_is_loaded() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        table, before = ledger(stage), len(requests(stage))
        await press(pilot, "down", "down", "f", *["down"] * 4, "enter")
        assert {row.status for row in table.rows} == {"Sent"}
        assert table.cursor == 0
        await press(pilot, "f", *["down"] * 3, "enter")
        assert {row.kind for row in table.rows} == {"Track sale"}
        assert "Sales" in heading(stage, "transactions")
        x = heading(stage, "transactions").index("Reversed") + 1
        await pilot.click(StatusHeading, offset=(x, 0))
        assert {row.status for row in table.rows} == {"Reversed"}
        await press(pilot, "f", *["up"] * 5, "enter", "f", *["down"] * 6, "enter")
        assert len(table.rows) == TOTAL
        await pilot.press("slash", *"bEAT 58")
        assert titles(stage) == ["Beat 58"]
        assert stage.text("#transactions .note") == "1 found in 62 transactions"
        await pilot.press(*"x")
        assert "No transactions match." in text_of(stage.app)
        await press(pilot, "escape")
        assert len(table.rows) == TOTAL
        assert len(requests(stage)) == before


async def test_order_of_a_column_and_back() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        sent = titles(stage)
        await press(pilot, "end", *["right"] * 6, "s")
        amounts = [row.money for row in ledger(stage).rows if row.money]
        assert ledger(stage).cursor == 0
        assert amounts == sorted(amounts, key=lambda each: (each.currency, each.value))[::-1]
        await press(pilot, "s")
        assert [row.money for row in ledger(stage).rows] == amounts[::-1]
        await press(pilot, "s")
        assert titles(stage) == sent


# Details


async def test_details_open_in_place_of_the_list_in_a_narrow_window() -> None:
    stage = Stage(paged_service())
    async with stage.run("2") as pilot:
        await loaded(pilot, stage)
        detail = stage.app.screen.query_one(TransactionDetail)
        assert not detail.region
        before = len(stage.service.calls)
        await press(pilot, "down", "y")
        assert stage.notice.startswith("Copied")
        await press(pilot, "enter")
        assert stage.notice.startswith("Beat 1")
        assert detail.region
        assert not ledger(stage).region
        assert "Reference     BP-0001" in text_of(stage.app)
        await press(pilot, "down")
        shown = text_of(stage.app)
        for text in ("Beat 2", "● Delayed", "Needs the help of support.", "Contact support"):
            assert text in shown
        await press(pilot, "y")
        assert stage.copied == ["BP-0001", "BP-0002"]
        await press(pilot, "o")
        assert stage.opened == ["https://open.beatpass.ca/contact"]
        await press(pilot, "escape")
        assert stage.app.focused is ledger(stage)
        assert ledger(stage).cursor == 2
        # Filters and search return to the list.
        await press(pilot, "enter", "f", "down", "enter", "slash", "escape")
        assert stage.app.focused is ledger(stage)
        assert {row.status for row in ledger(stage).rows} == {"Pending"}
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        assert len(stage.service.calls) == before


async def test_web_page_of_the_row_under_the_cursor() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        # The details are beside the list, so that neither Enter nor a click opens them.
        assert not stage.app.screen.query_one("#ledger").check_action("select", ())
        await pilot.click("#ledger", offset=(5, 1))
        await pilot.click("#ledger", offset=(5, 1))
        assert not stage.app.screen.has_class("-transaction")
        await press(pilot, "down")
        assert stage.notice == "Beat 1 · processing · the payout is in progress · Nov 27 13:10"
        await press(pilot, "down")
        assert stage.notice.startswith("Beat 2 · delayed · needs the help of support · contact sup")
        assert stage.notice.endswith("o opens the contact page")
        # A subscription has no beat, and a sale has one.
        await press(pilot, "up", "o", "up", "o")
        insights = "https://open.beatpass.ca/backstage/tracks/901/insights"
        assert stage.opened == [insights, FINANCES_URL]


# Setup and the legacy account


async def test_setup_not_started_says_what_to_do() -> None:
    service = FakeService()
    service.script(
        "finances",
        NOVA_FINANCES._replace(beatpay="not_started", legacy_stripe=None, totals=(), attention=0),
    )
    service.script("transactions", Transactions.decode({"transactions": []}))
    stage = Stage(service)
    async with stage.run("2", size=WIDE) as pilot:
        shown = " ".join(text_of(stage.app).split())
        for text in ("● Set up BEATPAY o", "No earnings yet", "No transactions yet."):
            assert text in shown
        # The meanings of the statuses are in the place of the details.
        legend = " ".join(str(stage.app.screen.query_one(TransactionDetail).render()).split())
        assert "may not have reached your bank yet" in legend
        assert stage.notice == "Set up BEATPAY to be paid · o opens it"
        assert "Legacy" not in shown
        assert "balance" not in service.requested
        await press(pilot, "o")
        assert stage.opened == [FINANCES_URL]


async def test_legacy_balance_disappears_with_the_legacy_account() -> None:
    service, clock = paged_service(), FakeClock()
    service.script("finances", NOVA_FINANCES, NOVA_FINANCES._replace(legacy_stripe=None))
    stage = Stage(service, clock=clock)
    async with stage.run("2", size=(160, 45)) as pilot:
        await loaded(pilot, stage)
        await until(pilot, lambda: "Available" in text_of(stage.app))
        for text in ("Track sales", "Revenue", "1,234.50 CAD", "26.99 CAD", "Sent may not have"):
            assert text in text_of(stage.app)
        assert re.search("Other (sales of this beat|subscriptions)", text_of(stage.app))
        count = service.requested.count("balance")
        clock.advance(60)
        await press(pilot, "r")
        clock.advance(60)
        await press(pilot, "r")
        assert "Legacy" not in text_of(stage.app)
        assert service.requested.count("balance") == count + 1


# Failures


@pytest.mark.parametrize(
    "name, sections",
    [
        ("finances", ["balances"]),
        ("sales", ["sales"]),
        ("transactions", ["beats", "earnings", "transactions"]),
    ],
)
async def test_section_fails_alone_until_retried(name: str, sections: list[str]) -> None:
    service = FakeService()
    service.script(name, Forbidden("You may not see this.", status=403), NOVA[name])
    stage = Stage(service)
    async with stage.run("2", size=(160, 45)) as pilot:
        panels = ("beats", "earnings", "balances", "sales", "transactions")

        def failed() -> list[str]:
            notes = {id: stage.text(f"#{id} > .note") for id in panels}
            return sorted(id for id, note in notes.items() if "Unavailable" in note)

        assert failed() == sections
        assert "You may not see this" in stage.notice
        await press(pilot, "r")
        assert failed() == []
        assert stage.app.focused is ledger(stage)
        shown = text_of(stage.app)
        for text in ("is ready", "2,576.67", "1,150.50 CAD", "Neon Rain"):
            assert text in shown


async def test_failed_refresh_keeps_data() -> None:
    service, clock = paged_service(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        table = ledger(stage)
        await pilot.press("down", "down")
        before, cursor = titles(stage), table.cursor
        clock.advance(60)
        service.fail(Unreachable("No network."), "finances", "sales", "balance", "transactions")
        await press(pilot, "r")
        assert (titles(stage), table.cursor) == (before, cursor)
        for text in ("is ready", "2,576.67", "All 62"):
            assert text in text_of(stage.app)
        assert "offline · retry in" in stage.notice


async def test_failed_page_leaves_the_others() -> None:
    service = FakeService()
    error = ServerError("The list could not be made.", status=500)
    service.script(
        "transactions", transactions(0, "all", "all", 1), transactions(0, "all", "all", 2), error
    )
    stage = Stage(service)
    async with stage.run("2", size=WIDE) as pilot:
        await until(pilot, lambda: "The list could not be made" in stage.notice)
        assert len(ledger(stage).rows) == 40
        assert "40 of 62 rows" in heading(stage, "earnings")
        service.script("transactions", transactions)
        await press(pilot, "r")
        await loaded(pilot, stage)
        assert "of 62 rows" not in heading(stage, "earnings")


async def test_changed_status_on_another_page_is_loaded() -> None:
    service, clock = paged_service(), FakeClock()
    stage = Stage(service, clock=clock)
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        clock.advance(60)
        paid = [row | {"status": "completed"} for row in ROWS]
        changed = [*ROWS[:20], *paid[20:]]
        service.script("transactions", lambda _, *arguments: answer(changed, *arguments))
        await press(pilot, "r")
        await until(pilot, lambda: {row.code for row in ledger(stage).rows[20:]} == {"completed"})
        assert requests(stage)[4:] == [("all", "all", page) for page in (1, 2, 3, 4)]


async def test_cached_pages_are_shown_without_a_connection(tmp_path: Path) -> None:
    service, clock = FakeService(), FakeClock()
    stored = StoredHistory(tmp_path, clock)
    pages = {
        f"transactions:all:all:{page}": transactions(0, "all", "all", page) for page in (1, 2, 3, 4)
    }
    stored.save_visit(clock.now() - timedelta(hours=3), pages=pages, finances=NOVA_FINANCES)
    service.fail(Unreachable("No network."), *NOVA)
    access = FakeAccess(known=KnownToken(ACCOUNT))
    stage = Stage(service, access, clock=clock, repository=stored.repository())
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        assert "of 62 rows" not in heading(stage, "earnings")
        assert "offline" in text_of(stage.app)
    stored.close()


async def test_refresh_keeps_the_cursor_on_its_transaction() -> None:
    service, clock = FakeService(), FakeClock()
    service.script("transactions", answer(ROWS[:10], "all", "all", 1))
    stage = Stage(service, clock=clock)
    async with stage.run("2") as pilot:
        table = ledger(stage)
        await pilot.press("down", "down", "down")
        before = table.current
        clock.advance(60)
        newest = row(70) | {"occurredAt": "2026-12-01"}
        service.script("transactions", answer([newest, *ROWS[:10]], "all", "all", 1))
        await press(pilot, "r")
        assert table.current is not None
        assert before is not None
        assert table.current.id == before.id
        assert table.cursor == 4


async def test_esc_goes_home_while_everything_loads() -> None:
    service, gates = FakeService(), [asyncio.Event() for _ in range(3)]
    for name, gate in zip(("finances", "sales", "transactions"), gates, strict=True):
        service.script(name, gate)
    stage = Stage(service)
    async with stage.run("2", size=WIDE) as pilot:
        assert text_of(stage.app).count("Loading…") == 3
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        for gate in gates:
            gate.set()
        await idle(pilot)
        await press(pilot, "2")
        assert "Midnight Drive" in text_of(stage.app)
        assert service.requested.count("finances") == 1
        assert service.requested.count("balance") == 1


async def test_esc_goes_home_while_the_rest_loads() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("transactions", transactions(0, "all", "all", 1), gate, transactions)
    stage = Stage(service)
    async with stage.run("2") as pilot:
        assert len(ledger(stage).rows) == 20
        assert stage.notice.startswith("Subscription earnings") or "Oct 1–31" in stage.notice
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        gate.set()


async def test_another_account_sees_no_data_of_the_previous_one() -> None:
    service = paged_service()
    stage = Stage(service)
    async with stage.run("2") as pilot:
        await loaded(pilot, stage)
        await press(pilot, *NEXT_FILTER)
        await until(pilot, lambda: {row.status for row in ledger(stage).rows} == {"Pending"})
        gate = asyncio.Event()
        for name in ("finances", "transactions"):
            service.script(name, gate)
        other = SignedIn(Secret("18|another-token"), Account(900000009, "teo"), menu=None)
        await stage.app._start_session(LoadedToken(other.token, None, other.account))
        await idle(pilot)
        assert not ledger(stage).rows
        shown = text_of(stage.app)
        assert "Beat " not in shown
        assert "2,576.67" not in shown
        gate.set()
        await idle(pilot)
        assert requests(stage)[-1] == ("all", "all", 1)


# Missing and hostile data


SOLD = {
    "earnings": {"total_sales": 37, "total_revenue": 1_234.5, "paid_out": 1_150.5,
                 "pending_payout": 84, "currency": "CAD"},
    "recent_purchases": [
        {"id": 7 - month, "track_id": 910, "track_name": "Midnight Drive", "artist_amount": 26.99,
         "total_amount": 29.99, "platform_fee": 3, "status": "completed",
         "purchased_at": f"2026-{11 - month:02d}-20 13:10:00"}
        for month in range(5)
    ],
}  # fmt: skip


def documented_only() -> FakeService:
    service = FakeService()
    service.script(
        "finances", Finances.decode({"setup": {"providers": {"beatpay": {}, "legacyStripe": {}}}})
    )
    service.script("balance", Balance.decode({}))
    service.script("sales", Sales.decode(SOLD))
    paging = {"page": 1, "total": 62, "from": 1, "to": 20, "hasMore": True}
    service.script("transactions", Transactions.decode({"pagination": paging}))
    return service


async def test_page_is_arranged_around_documented_fields(tmp_path: Path) -> None:
    stage = Stage(documented_only(), folder=tmp_path, settings=JSON_KEY)
    async with stage.run("2", size=WIDE) as pilot:
        shown = text_of(stage.app)
        for text in (
            "5 of 37 sales",
            "Revenue",
            "1,234.50",
            "BEATPAY ● Open Finances on the web o",
            "Legacy Stripe ● Active or draining",
            "Totals not sent by BeatPass · o opens them",
            "Transactions not sent by BeatPass · o opens them",
            "Platform fee  −3.00 CAD",
            "Midnight Drive",
        ):
            assert text in shown
        assert shown.count("Transactions not sent") == 1
        # Neither filters nor pages would change what is shown.
        assert "Reversed" not in shown
        assert " Filter" not in shown
        await press(pilot, "f", "L")
        assert requests(stage) == [("all", "all", 1)]
        await press(pilot, "o")
        assert stage.opened == [FINANCES_URL]
        await pilot.press("E")
        await until(pilot, lambda: stage.notice.startswith("Wrote 5 rows of 37 to "))
    content = json.loads(next(tmp_path.glob("*.json")).read_text("utf-8"))
    first = content["rows"][0]
    assert (first["about"], first["amount"], first["platform_fee"]) == (
        "Midnight Drive",
        "26.99",
        "3",
    )


async def test_empty_responses_are_reported() -> None:
    service = FakeService()
    service.script("finances", Finances.decode({}))
    service.script("sales", Sales.decode({}))
    service.script("transactions", Transactions.decode({}))
    stage = Stage(service)
    async with stage.run("2", size=WIDE):
        shown = text_of(stage.app)
        for text in ("Totals not sent", "Transactions not sent", "Open Finances on the web"):
            assert shown.count(text) == 1
        assert not ledger(stage).rows
        assert "balance" not in service.requested


async def test_hostile_text_is_drawn_literally_in_aligned_columns() -> None:
    service = FakeService()
    service.script("finances", NOVA_FINANCES._replace(beatpay=HOSTILE, legacy_stripe=HOSTILE))
    first = {
        **ROWS[1], "description": HOSTILE * 3, "type": HOSTILE, "status": HOSTILE,
        "reference": HOSTILE, "reason": HOSTILE, "nextStep": HOSTILE, "provider": HOSTILE,
        "track": {"id": 7, "name": HOSTILE * 3},
    }  # fmt: skip
    service.script("transactions", Transactions.decode({"transactions": [first, ROWS[2]]}))
    for size in (SIZE, WIDE, (160, 45)):
        stage = Stage(service)
        async with stage.run("2", size=size):
            shown = lines(stage)
            assert "[red]x[/]" in text_of(stage.app)
            ends = [line.rindex(" CAD") for line in shown if line.strip(" ▎").startswith("2026")]
            # Wide characters take two cells.
            assert len(ends) == 2
            assert all(len(line) <= size[0] for line in shown)


async def test_large_amounts_are_never_cut() -> None:
    service = FakeService()
    amount = Amount(-123_456_789_012, 100, "CAD")
    total = CurrencyTotals("CAD", *(Amount(98_765_432_100, 100, "CAD"),) * 5)
    service.script("finances", NOVA_FINANCES._replace(totals=(total,)))
    page = transactions(0, "all", "all", 1)
    assert page.rows is not None
    service.script(
        "transactions", page._replace(rows=(page.rows[0]._replace(amount=amount),), total=1)
    )
    for size in ((50, 24), (80, 24), (100, 30), WIDE):
        stage = Stage(service)
        async with stage.run("2", size=size):
            shown = text_of(stage.app)
            assert "−1,234,567,890.12 CAD" in shown
            assert shown.count("987,654,321.00") == 5


# Export and keys


async def test_export_has_what_filters_show(tmp_path: Path) -> None:
    stage = Stage(paged_service(), folder=tmp_path, settings=JSON_KEY)
    async with stage.run("2") as pilot:
        await loaded(pilot, stage)
        await press(pilot, *NEXT_FILTER)
        await pilot.press("E")
        await until(pilot, lambda: stage.notice.startswith("Wrote 13 rows of 62 to "))
    content = json.loads(next(tmp_path.glob("*.json")).read_text("utf-8"))
    assert not content["complete"]
    assert {each["status"] for each in content["rows"]} == {"Pending"}
    assert content["rows"][0] == {
        "at": "2026-11-28T13:10:00+00:00", "about": "Subscription earnings",
        "type": "Subscription", "status": "Pending", "amount": "1000", "currency": "JPY",
        "amount_minor": 1_000, "minor_unit_factor": 1, "reference": "BP-0000",
        "reason": "Collected until CA$5 is reached.", "next_step": None, "provider": None,
        "period_start": "2026-10-01", "period_end": "2026-10-31", "price": None,
        "platform_fee": None,
    }  # fmt: skip


async def test_every_widget_is_reached_by_keys() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        table = ledger(stage)
        await pilot.press("j", "j", "k", "pagedown", "pageup", "end")
        assert table.cursor == TOTAL - 1
        await press(pilot, "home", "down")
        await press(pilot, "shift+tab")
        # The months of the chart.
        assert stage.app.focused is stage.app.screen.query_one("#earnings-chart")
        await press(pilot, "left")
        assert re.fullmatch(r"October 2026 · [\d.]+ CAD", stage.notice)
        await press(pilot, "tab", "question_mark")
        shown = text_of(stage.app)
        for text in ("next currency", "Export", "Go back"):
            assert text in shown
        await press(pilot, "escape")
        assert stage.app.focused is table
        await press(pilot, "escape")
        assert isinstance(stage.app.screen, Home)
        await press(pilot, "2")
        assert stage.app.focused is table
        assert table.cursor == 1


async def test_top_beats_are_opened_with_enter() -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=(160, 45)) as pilot:
        await loaded(pilot, stage)
        top = stage.app.screen.query_one(TopBeats)
        while stage.app.focused is not top:
            await press(pilot, "tab")
        requests_before = len(requests(stage))
        await press(pilot, "down", "o", "y")
        row = top.totals.rows[1]
        assert row.beat is not None
        assert stage.notice.startswith(f"Copied the name: {row.title}")
        page = f"https://open.beatpass.ca/backstage/tracks/{row.beat}/insights"
        assert stage.opened == [page]
        assert len(requests(stage)) == requests_before
        await press(pilot, "home", "enter")
        assert top.totals.rows[0].title in str(stage.app.screen.query_one("#detail-head").render())
        await press(pilot, "escape")
        assert stage.app.focused is top


async def test_accessible_mode_has_words_for_everything() -> None:
    stage = Stage(
        paged_service(), settings=Settings(accessible=True, keyboard=Keyboard(words=True))
    )
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        shown = text_of(stage.app)
        for text in (
            "Earnings by month in CAD, ",
            "latest first, Nov 2026 ",
            "CAD: Pending 122.64, Processing 0.00,",
            "sorted by Date, descending",
            "[All 62]",
        ):
            assert text in shown
        assert not set("●━─") & set(shown)


async def test_statuses_of_a_frame_keep_their_counts() -> None:
    stage = Stage(paged_service())
    stage.app.add_class(ASCII_CLASS)
    async with stage.run("2", size=WIDE) as pilot:
        await loaded(pilot, stage)
        heading = stage.app.screen.query_one(StatusHeading)
        for width in range(66, 120):
            text = heading.line(width, Style()).plain
            assert re.match(r"\[All 62\] .* Sent \d+ +Reversed \d+ ", text), width
            assert len(text) == width
            assert text.endswith("f") or width < 69


@pytest.mark.parametrize("size", [(60, 14), (50, 24), (60, 24)], ids=str)
async def test_low_and_narrow_windows_reach_everything(size: tuple[int, int]) -> None:
    stage = Stage(paged_service())
    async with stage.run("2", size=size) as pilot:
        await loaded(pilot, stage)
        await idle(pilot)
        await press(pilot, *["down"] * 3, *["up"] * 20)
        shown = text_of(stage.app)
        assert "2,576.67" in shown
        await press(pilot, "down")
        assert ledger(stage).cursor == 1


# Snapshots


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(
        Stage(paged_service()).app, terminal_size=size, run_before=keys("2", "down", "down")
    )


def test_snapshot_at_160_columns(snap_compare: Compare) -> None:
    assert snap_compare(
        Stage(paged_service()).app, terminal_size=(160, 45), run_before=keys("2", "down", "down")
    )


def test_snapshot_of_a_transaction(snap_compare: Compare) -> None:
    assert snap_compare(
        Stage(paged_service()).app, terminal_size=SIZE, run_before=keys("2", "down", "enter")
    )


@pytest.mark.parametrize("size", [SIZE, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_snapshot_of_documented_fields(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(documented_only()).app, terminal_size=size, run_before=keys("2"))


def test_snapshot_before_the_first_payout(snap_compare: Compare) -> None:
    service = FakeService()
    service.script(
        "finances",
        NOVA_FINANCES._replace(beatpay="not_started", legacy_stripe=None, totals=(), attention=0),
    )
    service.script("transactions", Transactions.decode({"transactions": []}))
    assert snap_compare(Stage(service).app, terminal_size=WIDE, run_before=keys("2"))


def test_snapshot_with_failures(snap_compare: Compare) -> None:
    service = paged_service()
    error: RequestFailed = ServerError("Finances are not available right now.", status=503)
    service.fail(error, "finances", "transactions")
    assert snap_compare(Stage(service).app, terminal_size=WIDE, run_before=keys("2"))


def test_snapshot_in_the_light_theme(snap_compare: Compare) -> None:
    stage = Stage(paged_service())

    async def change(pilot: Pilot[None]) -> None:
        await keys("2")(pilot)  # type: ignore[misc]
        stage.app.theme = LIGHT.name
        await idle(pilot)

    assert snap_compare(stage.app, terminal_size=WIDE, run_before=change)
