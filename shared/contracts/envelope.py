"""A fact, and the CloudEvents 1.0 envelope it travels in."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

PREFIX = "cn.gongkai."


class Fact(BaseModel):
    """What happened, in small and public words: codes, numbers, dates, hashes; never text or persons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]

    @property
    @abstractmethod
    def subject(self) -> str:
        """What it happened to: facts with one subject are handled in their order."""


class AboutDocument(Fact):
    """A fact about one document."""

    document_id: UUID

    @property
    def subject(self) -> str:
        return str(self.document_id)


F_co = TypeVar("F_co", bound=Fact, covariant=True)


@dataclass(frozen=True, slots=True)
class Event(Generic[F_co]):
    """One fact as it travels: who says it, when it happened, its place among the facts of its subject."""

    id: UUID
    source: str
    subject: str
    sequence: int
    time: datetime
    data: F_co

    @property
    def type(self) -> str:
        return self.data.type


class MalformedEvent(ValueError):
    """The entry is no event that this platform knows."""


def encode(event: Event[Fact]) -> dict[str, bytes]:
    """The fields of a stream entry, one an attribute, as any client can read them."""
    return {
        "specversion": b"1.0",
        "id": str(event.id).encode(),
        "source": event.source.encode(),
        "type": event.type.encode(),
        "subject": event.subject.encode(),
        "time": event.time.isoformat().encode(),
        "sequence": b"%010d" % event.sequence,
        "datacontenttype": b"application/json",
        "data": event.data.model_dump_json().encode(),
    }


def decode(fields: Mapping[bytes, bytes], facts: Mapping[str, type[Fact]]) -> Event[Fact] | None:
    """The event in a stream entry; None where its type is none of `facts`.

    Fields that a later version added are passed over, so that producers may go ahead of consumers.
    Raises MalformedEvent, which says what is wrong.
    """
    kind = facts.get(_attribute(fields, "type", str))
    if kind is None:
        return None
    event = Event(
        id=_attribute(fields, "id", UUID),
        source=_attribute(fields, "source", str),
        subject=_attribute(fields, "subject", str),
        sequence=_attribute(fields, "sequence", int),
        time=_attribute(fields, "time", datetime.fromisoformat),
        data=_data(fields, kind),
    )
    if event.subject != event.data.subject:  # It would be put in the order of another document's events.
        raise MalformedEvent("attribute subject is not what the data is about")
    return event


T = TypeVar("T")


def _attribute(fields: Mapping[bytes, bytes], name: str, read: Callable[[str], T]) -> T:
    try:
        return read(fields[name.encode()].decode("ascii"))
    except KeyError:
        raise MalformedEvent(f"attribute {name} is missing") from None
    except ValueError:  # Its own words would repeat the value.
        raise MalformedEvent(f"attribute {name} cannot be read") from None


def _data(fields: Mapping[bytes, bytes], kind: type[Fact]) -> Fact:
    try:
        return kind.model_validate_json(fields[b"data"], extra="ignore")
    except KeyError:
        raise MalformedEvent("attribute data is missing") from None
    except ValidationError as wrong:
        raise MalformedEvent(_faults(wrong)) from None


def _faults(wrong: ValidationError) -> str:
    """Where and what, without the values: they may be somebody's data."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'data'}: {fault['msg']}"
        for fault in wrong.errors(include_input=False, include_url=False)
    )
