"""What a department may rely on, on a real edge broker."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from gongkai_kit import (
    DocumentPublished,
    DocumentWithdrawn,
    HeardTwice,
    Mailbox,
    NoAddress,
    NotAsync,
    WithdrawalsUnheard,
)
from gongkai_kit.contracts import encode

from gongkai.servers import Valkey

from .conftest import Department, admin, desk, open_desk, published, until, withdrawn


async def test_what_came_before_the_first_start_is_read_too(department: Department) -> None:
    documents = [uuid4() for _ in range(250)]
    department.post(*(published(document, 1) for document in documents))
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 250)
        await until(lambda: department.unconfirmed() == [])
    assert [subject for subject, *_ in opened.told] == [str(document) for document in documents]


async def test_an_event_that_comes_again_is_handled_once_and_confirmed(department: Department) -> None:
    event = published(uuid4(), 1)
    department.post(event, event)
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 1)
        department.post(event, published(uuid4(), 1))
        await until(lambda: len(opened.told) == 2)
        await until(lambda: department.unconfirmed() == [])
    assert opened.attempts.count(event.id) == 1


async def test_a_document_keeps_its_order_between_others(department: Department) -> None:
    one, other = uuid4(), uuid4()
    department.post(published(one, 1, 1), published(other, 7), published(one, 2, 2), published(one, 3, 3))
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 4)
    assert [edition for subject, _, edition in opened.told if subject == str(one)] == [1, 2, 3]


async def test_what_is_older_than_the_last_is_passed_over_and_confirmed(department: Department) -> None:
    document = uuid4()
    department.post(published(document, 2, 2), published(document, 1, 1), published(document, 3, 3))
    async with open_desk(desk(department)) as opened:
        await until(lambda: department.unconfirmed() == [] and len(opened.told) == 2)
    assert opened.sequences == [2, 3]


async def test_two_sources_number_for_themselves(department: Department) -> None:
    document = uuid4()
    review = published(document, 1)
    department.post(
        published(document, 5),
        type(review)(uuid4(), "urn:gongkai:demo:review", review.subject, 1, review.time, review.data),
    )
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 2)
    assert opened.sequences == [5, 1]


async def test_after_a_restore_of_the_platform_numbers_begin_again(department: Department) -> None:
    document = uuid4()
    department.post(published(document, 9, 9))
    department.post(published(document, 2, 2), timeline=2)
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 2)
    assert opened.sequences == [9, 2]


async def test_a_type_that_nobody_hears_is_confirmed(department: Department) -> None:
    department.post_fields({**encode(published(uuid4(), 1)), "type": b"cn.gongkai.document.translated.v1"})
    department.post(published(uuid4(), 1))
    async with open_desk(desk(department)) as opened:
        await until(lambda: len(opened.told) == 1)
        await until(lambda: department.unconfirmed() == [])


async def test_a_handler_that_fails_twice_is_called_a_third_time(department: Department) -> None:
    stubborn, other = published(uuid4(), 1), published(uuid4(), 1)
    later = published(stubborn.data.document_id, 2, 2)
    department.post(stubborn, later, other)
    at = desk(department)
    at.fails = lambda event: event.id == stubborn.id and at.attempts.count(stubborn.id) < 3
    async with open_desk(at):
        await until(lambda: department.unconfirmed() == [] and len(at.told) == 3)
    assert at.attempts == [stubborn.id, other.id, stubborn.id, stubborn.id, later.id]
    assert at.mailbox.failed() == []


async def test_what_always_fails_holds_only_itself(department: Department) -> None:
    hopeless = published(uuid4(), 1)
    later = published(hopeless.data.document_id, 2, 2)
    others = [published(uuid4(), 1) for _ in range(3)]
    at = desk(department)
    at.fails = lambda event: event.id == hopeless.id
    async with open_desk(at):
        department.post(hopeless, *others, later)
        await until(lambda: len(at.told) == 4)
        department.post(published(uuid4(), 1))
        await until(lambda: len(at.told) == 5)
        await until(lambda: department.unconfirmed() == ["1-1"])
    (failure,) = at.mailbox.failed()
    assert (failure.entry, failure.id, failure.type) == ("1-1", str(hopeless.id), DocumentPublished.type)
    assert (failure.attempts, failure.error) == (3, "RuntimeError: The department's own system is away.")


async def test_what_failed_is_tried_again_later_and_then_confirmed(department: Department) -> None:
    event = published(uuid4(), 1)
    department.post(event)
    at = desk(department, reclaim_idle=0.3)
    at.fails = lambda event: len(at.attempts) < 6
    async with open_desk(at):
        await until(lambda: len(at.attempts) >= 4)
        assert department.unconfirmed() == ["1-1"]
        await until(lambda: department.unconfirmed() == [])
    assert at.sequences == [1]
    assert at.mailbox.failed() == []


async def test_what_failed_is_passed_over_once_a_later_edition_came(department: Department) -> None:
    first = published(uuid4(), 1)
    at = desk(department, reclaim_idle=0.3)
    at.fails = lambda event: event.id == first.id
    department.post(first, published(first.data.document_id, 2, 2))
    async with open_desk(at):
        await until(lambda: department.unconfirmed() == [] and len(at.told) == 1)
    assert at.sequences == [2]
    assert at.mailbox.failed() == []


async def test_a_handler_that_hangs_is_a_handler_that_fails(department: Department) -> None:
    mailbox = Mailbox(department.url, waits=(), handler_timeout=0.1)
    at = desk(department)
    at.mailbox = mailbox

    @mailbox.on(DocumentWithdrawn)
    async def hangs(event: object) -> None:
        await asyncio.sleep(60)

    department.post(withdrawn(uuid4(), 1))
    async with open_desk(at):
        await until(lambda: len(mailbox.failed()) == 1)
    assert department.unconfirmed() == ["1-1"]


async def test_a_withdrawal_is_handled_whatever_came_before(department: Department) -> None:
    document = uuid4()
    department.post(published(document, 5, 2), withdrawn(document, 3, 1), published(document, 4, 1))
    async with open_desk(desk(department)) as opened:
        await until(lambda: department.unconfirmed() == [] and len(opened.told) == 2)
    assert opened.sequences == [5, 3]


async def test_a_withdrawal_does_not_wait_for_what_fails_before_it(department: Department) -> None:
    document = uuid4()
    department.post(published(document, 1), withdrawn(document, 2))
    at = desk(department, waits=(0.5, 0.5), reclaim_idle=0.3)
    at.fails = lambda event: event.sequence == 1
    async with open_desk(at):
        await until(lambda: at.sequences == [2])
        assert len(at.attempts) == 2
        await until(lambda: department.unconfirmed() == [])
    assert len(at.attempts) == 2, "What was withdrawn may not be published afterwards."


async def test_a_withdrawal_is_confirmed_only_when_it_was_carried_out(department: Department) -> None:
    department.post(withdrawn(uuid4(), 1))
    at = desk(department, reclaim_idle=0.3)
    away = [True]
    at.fails = lambda event: away[0]
    async with open_desk(at):
        await until(lambda: len(at.attempts) >= 3)
        assert department.unconfirmed() == ["1-1"]
        away[0] = False
        await until(lambda: department.unconfirmed() == [])
    assert at.sequences == [1]


async def test_a_withdrawal_that_the_kit_cannot_read_is_not_confirmed(department: Department) -> None:
    fields = encode(withdrawn(uuid4(), 1))
    department.post_fields({**fields, "type": b"cn.gongkai.document.withdrawn.v2"})
    department.post(published(uuid4(), 1))
    at = desk(department)
    async with open_desk(at):
        await until(lambda: len(at.told) == 1)
        await until(lambda: department.unconfirmed() == ["1-1"])
    (failure,) = at.mailbox.failed()
    assert "too old" in failure.error


async def test_what_cannot_be_read_is_not_confirmed_and_named_without_its_value(
    department: Department,
) -> None:
    fields = encode(published(uuid4(), 1))
    department.post_fields({**fields, "data": b'{"edition": "ji-mi-20-nian"}'})
    department.post_fields({"nonsense": b"\xff"})
    department.post(published(uuid4(), 1))
    at = desk(department)
    async with open_desk(at):
        await until(lambda: len(at.told) == 1)
        await until(lambda: department.unconfirmed() == ["1-1", "1-2"])
    wrong, nonsense = at.mailbox.failed()
    assert "edition" in wrong.error
    assert "ji-mi" not in wrong.error
    assert nonsense.error == "attribute type is missing"


async def test_a_lasting_store_remembers_over_a_restart(department: Department, tmp_path: Path) -> None:
    event = published(uuid4(), 4)
    department.post(event)
    async with open_desk(desk(department, tmp_path / "store")) as first:
        await until(lambda: department.unconfirmed() == [] and len(first.told) == 1)
    department.post(event, published(event.data.document_id, 3), published(uuid4(), 1))
    async with open_desk(desk(department, tmp_path / "store")) as second:
        await until(lambda: department.unconfirmed() == [] and len(second.told) == 1)
    assert second.sequences == [1]


async def test_a_second_process_over_the_same_store_stands_by(department: Department, tmp_path: Path) -> None:
    async with open_desk(desk(department, tmp_path / "store")) as first:
        department.post(published(uuid4(), 1))
        await until(lambda: len(first.told) == 1)
        standby = desk(department, tmp_path / "store")
        opened = open_desk(standby)
        await opened.__aenter__()
        department.post(published(uuid4(), 2))
        await until(lambda: len(first.told) == 2)
        assert standby.told == []
    department.post(published(uuid4(), 3))
    await until(lambda: standby.sequences == [3])
    await opened.__aexit__(None, None, None)


async def test_a_mailbox_must_hear_withdrawals(department: Department) -> None:
    with pytest.raises(WithdrawalsUnheard, match="must hear DocumentWithdrawn"):
        await Mailbox(department.url).serve()


def test_one_handler_an_event_and_that_asynchronous() -> None:
    mailbox = Mailbox("redis://dept-archive:secret@localhost/0")

    @mailbox.on(DocumentWithdrawn)
    async def first(event: object) -> None: ...

    with pytest.raises(HeardTwice):
        mailbox.on(DocumentWithdrawn)(first)
    with pytest.raises(NotAsync):
        mailbox.on(DocumentPublished)(lambda event: None)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("url", ["", "redis://localhost/0", "redis://archive:pw@localhost/0"])
def test_an_address_without_a_department_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(NoAddress, match="GONGKAI_MAILBOX_URL") as refusal:
        Mailbox.from_env({"GONGKAI_MAILBOX_URL": url})
    assert "pw" not in str(refusal.value)


async def test_rights_that_are_missing_do_not_make_a_hot_loop(edge: Valkey, department: Department) -> None:
    at = desk(department)
    async with open_desk(at):
        department.post(published(uuid4(), 1))
        await until(lambda: len(at.told) == 1)
        with admin(edge) as client:
            client.execute_command("ACL", "SETUSER", f"dept-{department.code}", "-xreadgroup")
            client.config_resetstat()
            await asyncio.sleep(2)
            stats = client.info("commandstats")
            client.execute_command("ACL", "SETUSER", f"dept-{department.code}", "+xreadgroup")
            client.execute_command("ACL", "LOG", "RESET")
        assert stats["cmdstat_xreadgroup"]["rejected_calls"] <= 3
        department.post(published(uuid4(), 2))
        await until(lambda: len(at.told) == 2)
