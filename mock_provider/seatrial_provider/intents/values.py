"""Values that scripts are made of: frozen, and checked against their annotations when made."""

import typing
from dataclasses import MISSING, Field, dataclass, fields
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, MinLen

from seatrial_provider.intents.conforming import conform, shown

Filled = Annotated[str, MinLen(1)]
"""A text that is not empty."""

Milliseconds = Annotated[int, Ge(0)]
"""A length of time."""

_KNOWN: dict[type, dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Value:
    """Base of intents and of their parts.

    Raises:
        ScriptError: A field has a value that its annotation does not allow, or the fields do not
            go together.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        for name, hint in _hints(type(self)).items():
            held = conform(getattr(self, name), hint, f"{name} of {self.spelled()}(...)")
            object.__setattr__(self, name, held)
        self.check()

    @classmethod
    def spelled(cls) -> str:
        """Returns the name by which a script makes such a value."""
        return cls.__name__

    def check(self) -> None:
        """Looks at whether the fields go together.

        Raises:
            ScriptError: They do not.
        """

    def describe(self) -> str:
        """Returns the value in a few words for messages."""
        said = []
        for field in fields(self):
            held = getattr(self, field.name)
            if not _is_default(field, held):
                said.append(f"{field.name}={shown(held)}" if field.kw_only else shown(held))
        return f"{self.spelled()}({', '.join(said)})"


def _hints(cls: type[Value]) -> dict[str, Any]:
    if cls not in _KNOWN:
        hints = typing.get_type_hints(cls, include_extras=True)
        _KNOWN[cls] = {field.name: hints[field.name] for field in fields(cls)}
    return _KNOWN[cls]


def _is_default(field: Field[Any], held: object) -> bool:
    made = field.default_factory
    return held == (field.default if made is MISSING else made())
