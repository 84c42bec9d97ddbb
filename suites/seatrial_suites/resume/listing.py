"""The list of saved conversations: pages, order, previews, and the archived ones apart."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Page, Saved
from seatrial.rollouts import Exchange
from seatrial_suites.resume.scenes import fixture

__all__ = ["list_archived", "list_pages"]

COUNT = 5
LIMIT = 2
MOST_PAGES = 2 * COUNT
"""A bound: a list that never ends is a failure, and not a wait."""


def _named(trial: Trial, name: str, *, age: int, archived: bool = False) -> Saved:
    exchanges = (Exchange(user=f"about {name}", agent="so be it"),)
    return fixture(trial, name, exchanges=exchanges, age=age, archived=archived)


async def _pages(agent: Agent, *, archived: bool = False) -> list[Page]:
    """Reads the list to its end; a page that is empty is its end as well."""
    pages = [await agent.history.list(limit=LIMIT, archived=archived)]
    while pages[-1].cursor and pages[-1].saved and len(pages) < MOST_PAGES:
        cursor = pages[-1].cursor
        pages.append(await agent.history.list(limit=LIMIT, cursor=cursor, archived=archived))
    return pages


@check("resume.list")
async def list_pages(trial: Trial) -> None:
    """Every conversation once, the newest first, with what it is known by."""
    saved = [_named(trial, f"number {age}", age=age) for age in range(COUNT)]
    _named(trial, "the archived one", age=0, archived=True)
    async with trial.agent() as agent:
        pages = await _pages(agent)
    rows = [row for page in pages for row in page.saved]
    trial.saw.equal(
        "the ids over all pages, newest first",
        expected=[one.id for one in saved],
        arrived=[row.id for row in rows],
        cause="is one lost or told twice between pages, archived, or out of order?",
    )
    trial.saw.equal(
        "the rollouts over all pages",
        expected=[one.path for one in saved],
        arrived=[row.path for row in rows],
    )
    trial.saw.equal(
        "the previews over all pages",
        expected=[one.preview for one in saved],
        arrived=[row.preview for row in rows],
        cause="is the preview another message than the user's first?",
    )
    trial.saw.equal(
        "the size of the first page",
        expected=LIMIT,
        arrived=len(pages[0].saved),
        cause="is the limit not kept to?",
    )
    if trial.claims("conversation.provider"):
        trial.saw.equal(
            "the providers over all pages",
            expected=["seatrial"] * COUNT,
            arrived=[row.provider for row in rows],
        )


@check("resume.list-archived")
async def list_archived(trial: Trial) -> None:
    """The archived ones are listed when they are asked for, and no others are then."""
    _named(trial, "the one that is not archived", age=9)
    saved = [_named(trial, f"archived {age}", age=age, archived=True) for age in range(3)]
    async with trial.agent() as agent:
        pages = await _pages(agent, archived=True)
    trial.saw.equal(
        "the ids of the archived ones, newest first",
        expected=[one.id for one in saved],
        arrived=[row.id for page in pages for row in page.saved],
        cause="is the request for archived ones passed over?",
    )
