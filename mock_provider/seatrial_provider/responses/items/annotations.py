"""Annotations of a text: what it cites, in the shapes of the Responses API."""

from dataclasses import asdict, dataclass
from typing import ClassVar

from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Something that a text cites.

    Attributes:
        TYPE: The `type` of the annotation.
    """

    TYPE: ClassVar[str]

    def as_json(self) -> JsonObject:
        """Returns the annotation as events and content parts carry it."""
        return {"type": self.TYPE, **asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlCitation(Annotation):
    """A page of the web that a part of the text comes from.

    Attributes:
        url: The address of the page.
        title: Its title.
        start_index: Where the part begins, in characters of the text.
        end_index: Where it ends.
    """

    TYPE = "url_citation"

    url: str
    title: str
    start_index: int
    end_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCitation(Annotation):
    """A file of a vector store that the text comes from.

    Attributes:
        file_id: The id of the file.
        filename: Its name.
        index: Where in the text it is cited, in characters.
    """

    TYPE = "file_citation"

    file_id: str
    filename: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerFileCitation(Annotation):
    """A file in a container that a part of the text speaks of.

    Attributes:
        container_id: The id of the container.
        file_id: The id of the file.
        filename: Its name.
        start_index: Where the part begins, in characters of the text.
        end_index: Where it ends.
    """

    TYPE = "container_file_citation"

    container_id: str
    file_id: str
    filename: str
    start_index: int
    end_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePath(Annotation):
    """A file that was made for the text.

    Attributes:
        file_id: The id of the file.
        index: Where in the text it is named, in characters.
    """

    TYPE = "file_path"

    file_id: str
    index: int
