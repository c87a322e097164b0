"""Small facts and entries for tests: what is said here is what the test is about, the rest is filled in."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from shared.approval import SignedOpinion
from shared.clock import new_id, now
from shared.contracts import Event, Fact, encode
from shared.contracts.envelope import AboutDocument

SOURCE = "urn:gongkai:test:intake"


class Noted(AboutDocument):
    """An ordinary fact."""

    type: ClassVar[str] = "cn.gongkai.test.noted.v1"
    word: str = ""


class Recalled(AboutDocument):
    """An urgent fact, as a withdrawal is."""

    type: ClassVar[str] = "cn.gongkai.test.recalled.v1"
    word: str = "recalled"


class Unheard(AboutDocument):
    """A fact that the consumer has no use for."""

    type: ClassVar[str] = "cn.gongkai.test.unheard.v1"


def noted(document: UUID, word: str = "") -> Noted:
    return Noted(document_id=document, word=word)


def event(fact: Fact, sequence: int) -> Event[Fact]:
    return Event(new_id(), SOURCE, fact.subject, sequence, now(), fact)


def entry(position: int, fact: Fact, sequence: int) -> tuple[bytes, dict[bytes, bytes]]:
    """An entry of a stream as a consumer is given it."""
    return b"%d-0" % position, fields(event(fact, sequence))


def fields(one: Event[Fact]) -> dict[bytes, bytes]:
    return {name.encode(): value for name, value in encode(one).items()}


def changed(of: Mapping[bytes, bytes], **attributes: bytes | None) -> dict[bytes, bytes]:
    """The same fields with some of them changed, or taken away where None."""
    new = {name.encode(): value for name, value in attributes.items()}
    return {name: value for name, value in {**of, **new}.items() if value is not None}


def opinions(*taken: tuple[str, str, str, str]) -> tuple[SignedOpinion, ...]:
    """Signed opinions: step, officer, department, role; by default an ordinary notice of the archive."""
    taken = taken or (
        ("check", "han.mei", "secrecy", "secrecy"),
        ("head", "cao.zhiyuan", "archive", "head"),
    )
    return tuple(
        SignedOpinion(step=step, officer=officer, department=department, role=role)
        for step, officer, department, role in taken
    )


AS_THE_POLICY_SAYS: dict[str, Any] = {
    "policy": "development-zone/2026.1",
    "tier": "ordinary",
    "opinions": opinions(),
    "authors": ("feng.xue",),
}
