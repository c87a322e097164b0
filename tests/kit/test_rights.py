"""A department's account is enough for the kit, and for nothing else."""

from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from gongkai.servers import Valkey
from shared.edge import mailbox

from .conftest import admin, desk, new_department, open_desk, published, refusals, until

FORBIDDEN = [
    "XADD {own} * type forged",
    "XDEL {own} 1-1",
    "XTRIM {own} MAXLEN 0",
    "DEL {own}",
    "RENAME {own} elsewhere",
    "XGROUP DESTROY {own} main",
    "XGROUP SETID {own} main $",
    "XGROUP DELCONSUMER {own} main somebody",
    "XSETID {own} 9-9",
    "XRANGE {other} - +",
    "XREADGROUP GROUP main me STREAMS {other} >",
    "XREAD STREAMS {own} {other} 0 0",
    "XACK {other} main 1-1",
    "XGROUP CREATE {other} mine 0",
    "KEYS *",
    "SCAN 0",
    "EVAL 'return1' 0",
    "FUNCTION LIST",
    "CONFIG GET *",
    "ACL WHOAMI",
    "CLIENT LIST",
    "FLUSHALL",
    "SUBSCRIBE anything",
    "GET anything",
]


@pytest.mark.parametrize("command", FORBIDDEN)
async def test_everything_else_is_forbidden(edge: Valkey, command: str) -> None:
    department = await new_department(edge)
    other = mailbox("audit")
    with admin(edge) as platform:
        platform.xadd(other, {"type": "x"})
        platform.xgroup_create(department.key, "main", id="0", mkstream=True)
    words = command.format(own=department.key, other=other).split()
    with Redis.from_url(department.url) as client, pytest.raises(NoPermissionError):
        client.execute_command(*words)


async def test_the_kit_asks_for_nothing_that_it_may_not(edge: Valkey) -> None:
    department = await new_department(edge)
    department.post(published(uuid4(), 1), published(uuid4(), 1))
    at = desk(department, reclaim_idle=0.2)
    at.fails = lambda event: len(at.attempts) < 5
    async with open_desk(at):
        await until(lambda: at.mailbox.failed() != [])
        at.mailbox._desk.store.ask_again()
        await until(lambda: department.unconfirmed() == [])
    assert refusals(edge, department) == []


async def test_a_refusal_would_have_been_seen(edge: Valkey) -> None:
    department = await new_department(edge)
    with Redis.from_url(department.url) as client, pytest.raises(NoPermissionError):
        client.execute_command("GET", "anything")
    assert len(refusals(edge, department)) == 1
