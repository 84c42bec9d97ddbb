"""Searches that the server of the API does itself: of the web and of files."""

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import StagedItem


def search_action(*queries: str, sources: tuple[str, ...] = ()) -> JsonObject:
    """Makes the action of a web search that looks for something.

    Args:
        *queries: What is looked for.
        sources: The addresses of the pages that were found.
    """
    found = [{"type": "url", "url": url} for url in sources]
    return {"type": "search", "query": queries[0], "queries": list(queries), "sources": found}


def open_page_action(url: str) -> JsonObject:
    """Makes the action of a web search that opens a page.

    Args:
        url: The address of the page.
    """
    return {"type": "open_page", "url": url}


def find_in_page_action(url: str, pattern: str) -> JsonObject:
    """Makes the action of a web search that looks for a text in a page.

    Args:
        url: The address of the page.
        pattern: The text.
    """
    return {"type": "find_in_page", "url": url, "pattern": pattern}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSearchCallItem(StagedItem):
    """A search of the web, done by the server of the API.

    Attributes:
        id: The item's id.
        action: What is done; `search_action` and its neighbours make one.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.web_search_call.in_progress",
        "response.web_search_call.searching",
        "response.web_search_call.completed",
    )

    id: str
    action: JsonObject

    def added(self) -> JsonObject:
        """Returns the search before it is done."""
        return self._call(status="in_progress")

    def done(self) -> JsonObject:
        """Returns the search when it is done."""
        return self._call(status="completed")

    def _call(self, *, status: str) -> JsonObject:
        return {"id": self.id, "type": "web_search_call", "status": status, "action": self.action}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSearchCallItem(StagedItem):
    """A search of files, done by the server of the API.

    Attributes:
        id: The item's id.
        queries: What is looked for.
        results: What was found, each with `file_id`, `filename`, `score`, `text` and
            `attributes`; None as long as the request does not include them.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.file_search_call.in_progress",
        "response.file_search_call.searching",
        "response.file_search_call.completed",
    )

    id: str
    queries: tuple[str, ...]
    results: tuple[JsonObject, ...] | None = None

    def added(self) -> JsonObject:
        """Returns the search before anything was found."""
        return self._call(status="in_progress", results=None)

    def done(self) -> JsonObject:
        """Returns the search with what was found."""
        results = None if self.results is None else list(self.results)
        return self._call(status="completed", results=results)

    def _call(self, *, status: str, results: list[JsonObject] | None) -> JsonObject:
        return {
            "id": self.id,
            "type": "file_search_call",
            "status": status,
            "queries": list(self.queries),
            "results": results,
        }
