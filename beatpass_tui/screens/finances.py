"""Finances: what sales brought in."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui import format
from beatpass_tui.menu import BY_NAME
from beatpass_tui.screens.facts_page import FactsPage, Section, fact
from beatpass_tui.session import Session


class Finances(FactsPage):
    """The totals of `GET /artist/sales`, in the one currency that it names."""

    info = BY_NAME["finances"]

    def sections(self, session: Session) -> Sequence[Section]:
        """Return the sales totals."""
        sales = session.sales.value
        if sales is None:
            return (Section("Track sales", session.sales, ()),)
        money = format.money
        return (
            Section(
                "Track sales",
                session.sales,
                (
                    fact("Sales", sales.total_sales),
                    ("Revenue", money(sales.revenue, sales.currency)),
                    ("Pending payout", money(sales.pending, sales.currency)),
                    ("Paid out", money(sales.paid_out, sales.currency)),
                    fact("Recent purchases", sales.recent),
                ),
                "Sales of tracks alone; subscription earnings and payouts are on the web page.",
            ),
        )
