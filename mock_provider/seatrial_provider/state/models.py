"""The list of models: what is offered, in the shapes that different clients read."""

import hashlib
from collections.abc import Iterable

import orjson

from seatrial_provider.errors import ScriptError
from seatrial_provider.ids import CREATED_AT
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.state.errors import model_not_found

_OWNER = "seatrial"


class Models:
    """The models that a provider lists.

    Args:
        models: Each as its id, as a model object (with `id`), or as Codex reads it (with `slug`).

    Raises:
        ScriptError: One is none of these.
    """

    def __init__(self, models: Iterable[str | JsonObject] = ()) -> None:
        self.replace(models)

    def replace(self, models: Iterable[str | JsonObject]) -> None:
        """Takes another list in place of this one.

        Args:
            models: Each as its id, as a model object, or as Codex reads it.

        Raises:
            ScriptError: One is none of these.
        """
        if isinstance(models, str | dict):
            raise _no_models(models)
        self.given = list(models)
        self._objects = [_object(one) for one in self.given]
        self._slugs = [one for one in self.given if isinstance(one, dict) and "slug" in one]

    def as_json(self) -> JsonObject:
        """Returns the list: `data` as the API has it, `models` as Codex reads it."""
        return {"object": "list", "data": self._objects, "models": self._slugs}

    def etag(self) -> str:
        """Returns the entity tag of the list; it changes if and only if the list does."""
        return f'"{hashlib.sha256(orjson.dumps(self.as_json())).hexdigest()[:16]}"'

    def find(self, id_: str) -> JsonObject:
        """Returns the object of one model.

        Args:
            id_: Its id.

        Raises:
            RefusedError: It is not in the list.
        """
        for one in self._objects:
            if one["id"] == id_:
                return one
        raise model_not_found(id_)


def _object(model: object) -> JsonObject:
    if isinstance(model, str):
        return {"id": model, "object": "model", "created": CREATED_AT, "owned_by": _OWNER}
    if isinstance(model, dict) and isinstance(id_ := model.get("id", model.get("slug")), str):
        return {**_object(id_), **({} if "slug" in model else model)}
    raise _no_models(model)


def _no_models(given: object) -> ScriptError:
    return ScriptError(
        "the list of models has something else than models",
        expected="ids, or objects with an 'id' or a 'slug' that is a text",
        arrived=repr(given)[:120],
        cause="Was one text given where a list of texts is meant, or a whole answer?",
        remedy='Give a list, such as Provider(models=["mock-model"]).',
    )
