"""What the server of the API does itself besides searching: code, images, compaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import StagedItem, streamed


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeInterpreterCallItem:
    """Code that the server of the API runs in a container.

    Attributes:
        id: The item's id.
        code: The code.
        container_id: The id of the container.
        outputs: What came out: `{"type": "logs", "logs": ...}` or
            `{"type": "image", "url": ...}`; None as long as the request does not include them.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.code_interpreter_call.in_progress",
        "response.code_interpreter_call_code.delta",
        "response.code_interpreter_call_code.done",
        "response.code_interpreter_call.interpreting",
        "response.code_interpreter_call.completed",
    )

    id: str
    code: str
    container_id: str
    outputs: tuple[JsonObject, ...] | None = None

    def added(self) -> JsonObject:
        """Returns the call before its code."""
        return self._call(status="in_progress", code="", outputs=None)

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the code piece by piece, then whole, and that it is run."""
        place: JsonObject = {"output_index": output_index, "item_id": self.id}
        yield {"type": "response.code_interpreter_call.in_progress", **place}
        yield from streamed(
            "response.code_interpreter_call_code", self.code, place, as_member="code"
        )
        yield {"type": "response.code_interpreter_call.interpreting", **place}
        yield {"type": "response.code_interpreter_call.completed", **place}

    def done(self) -> JsonObject:
        """Returns the call with what came out."""
        outputs = None if self.outputs is None else list(self.outputs)
        return self._call(status="completed", code=self.code, outputs=outputs)

    def _call(self, *, status: str, code: str, outputs: list[JsonObject] | None) -> JsonObject:
        return {
            "id": self.id,
            "type": "code_interpreter_call",
            "status": status,
            "code": code,
            "container_id": self.container_id,
            "outputs": outputs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageGenerationCallItem:
    """An image that the server of the API makes.

    Attributes:
        id: The item's id.
        result: The image in base64.
        revised_prompt: What the image was made from in the end; None leaves it unsaid.
        partial_images: Images on the way to it, in base64.
        output_format: The format of the image.
        size: Its width and height.
        quality: Its quality.
        background: Its background.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.image_generation_call.in_progress",
        "response.image_generation_call.generating",
        "response.image_generation_call.partial_image",
        "response.image_generation_call.completed",
    )

    id: str
    result: str
    revised_prompt: str | None = None
    partial_images: tuple[str, ...] = ()
    output_format: str = "png"
    size: str = "1024x1024"
    quality: str = "high"
    background: str = "opaque"

    def added(self) -> JsonObject:
        """Returns the call before there is an image."""
        return {
            "id": self.id,
            "type": "image_generation_call",
            "status": "in_progress",
            "result": None,
        }

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the stages and the images on the way."""
        in_progress, generating, partial, completed = self.EVENTS
        place: JsonObject = {"output_index": output_index, "item_id": self.id}
        yield {"type": in_progress, **place}
        yield {"type": generating, **place}
        for index, image in enumerate(self.partial_images):
            yield {
                "type": partial,
                **place,
                "partial_image_index": index,
                "partial_image_b64": image,
                **self._looks(),
            }
        yield {"type": completed, **place}

    def done(self) -> JsonObject:
        """Returns the call with the image."""
        return {
            **self.added(),
            "status": "completed",
            "result": self.result,
            "revised_prompt": self.revised_prompt,
            **self._looks(),
        }

    def _looks(self) -> JsonObject:
        return {
            "background": self.background,
            "output_format": self.output_format,
            "quality": self.quality,
            "size": self.size,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactionItem(StagedItem):
    """The conversation so far, made smaller by the server of the API.

    Attributes:
        id: The item's id.
        encrypted_content: The conversation as only the API can read it.
    """

    EVENTS: ClassVar[tuple[str, ...]] = ("response.compaction.compacting",)

    id: str
    encrypted_content: str

    def added(self) -> JsonObject:
        """Returns the item before its content."""
        return {"id": self.id, "type": "compaction", "encrypted_content": ""}

    def done(self) -> JsonObject:
        """Returns the whole item."""
        return {**self.added(), "encrypted_content": self.encrypted_content}
