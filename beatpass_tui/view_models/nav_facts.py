"""A fact about each page for its card on Home, from data that is already loaded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from beatpass_tui import formatting
from beatpass_tui.models.career import Standings
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import leaderboards
from beatpass_tui.view_models.cards import Change, NavFact, Phase, Stat
from beatpass_tui.view_models.snapshots import baseline_of

_MAX_AGE = timedelta(days=7)
"""Maximum age of data of other pages, which may be outdated."""

_MAX_CELLS = 14


def fact_queries(session: Session) -> tuple[Query[Any], ...]:
    """Return the queries of other pages that facts come from."""
    board = session.leaderboard(*leaderboards.START)
    return session.finances, board, session.standings, session.albums(1)


def nav_facts(session: Session, cards: Sequence[Stat]) -> Mapping[str, NavFact]:
    """Return the facts by page name; changes are the same as on the stat cards."""
    by_id = {card.id: card for card in cards if card.phase is Phase.KNOWN}
    facts = {
        "finances": _finances(session),
        "activity": _activity(by_id.get("downloads")),
        "progress": _progress(by_id.get("level")),
        "leaderboards": _leaderboards(session),
        "beats": _beats(by_id.get("tracks")),
        "collections": _collections(session, by_id.get("albums")),
    }
    return {
        page: fact
        for page, choices in facts.items()
        if (fact := next(filter(_fits, choices), None)) is not None
    }


def _fits(fact: NavFact) -> bool:
    return len(fact.text + fact.change.text) <= _MAX_CELLS


def _known(session: Session, query: Query[Any]) -> Any:  # noqa: ANN401
    """Return the value of a query; None if it is unknown or too old."""
    if query.fetched_at is None or session.clock.now() - query.fetched_at > _MAX_AGE:
        return None
    return query.value


def _finances(session: Session) -> Iterator[NavFact]:
    finances = _known(session, session.finances)
    if finances is not None and finances.attention:
        yield NavFact(f"{formatting.count(finances.attention)} delayed", is_warning=True)


def _activity(downloads: Stat | None) -> Iterator[NavFact]:
    if downloads is not None and downloads.change.direction > 0:
        plural = "" if downloads.change.text == "+1" else "s"
        yield NavFact(f"{downloads.change.text} download{plural}")
        yield NavFact(f"{downloads.change.text} DL")


def _progress(level: Stat | None) -> Iterator[NavFact]:
    if level is not None and level.remaining:
        yield NavFact(level.remaining)


def _leaderboards(session: Session) -> Iterator[NavFact]:
    """Yield your rank by audience plays, else the one of the season."""
    readers: tuple[tuple[Query[Any], Callable[[Any], int | None]], ...] = (
        (session.leaderboard(*leaderboards.START), lambda board: board.entry and board.entry.rank),
        (session.standings, _overall_rank),
    )
    for query, read in readers:
        known = _known(session, query)
        rank = read(known) if known is not None else None
        if rank is None:
            continue
        previous = baseline_of(session, query)
        before = read(previous.model) if previous is not None else None
        change = leaderboards.rank_change(rank, before)
        if change.direction:
            change = change._replace(text=f" {change.text}")
            yield NavFact(f"#{formatting.count(rank)}", change)
        yield NavFact(f"#{formatting.count(rank)}")
        return


def _overall_rank(standings: Standings) -> int | None:
    """Return the rank in the first category."""
    return standings.rows[0].rank if standings.rows else None


def _beats(tracks: Stat | None) -> Iterator[NavFact]:
    if tracks is None or tracks.number is None:
        return
    if tracks.change.direction:
        plural = "" if tracks.change.text in ("+1", "−1") else "s"
        text = f"{tracks.change.text} beat{plural}"
        is_loss = tracks.change.direction < 0
        yield NavFact("", Change(text, -1)) if is_loss else NavFact(text)
    yield NavFact(formatting.plural(tracks.number, "beat"))


def _collections(session: Session, albums: Stat | None) -> Iterator[NavFact]:
    now, listed = session.clock.now(), _known(session, session.albums(1))
    releases = [album.released for album in listed.rows if album.released] if listed else []
    upcoming = [day for day in releases if formatting.local_day(day, now) > now.date()]
    if upcoming:
        yield NavFact(f"Next {formatting.short_date(min(upcoming), now)}")
    if albums is not None and albums.number is not None:
        yield NavFact(formatting.plural(albums.number, "album"))
