"""The four services in this process, on real servers: their HTTP by ASGI, their streams step by step."""

import json
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis

from gongkai.processes import Process, free_ports
from gongkai.servers import Servers
from services.intake import consumers as intake_hears
from services.intake.app import api as intake_api
from services.notify import consumers as notify_hears
from services.notify.app import api as notify_api
from services.notify.mailboxes import Mailboxes
from services.publish import consumers as publish_hears
from services.publish.app import api as publish_api
from services.review import consumers as review_hears
from services.review.app import api as review_api
from services.review.examining import Examiner
from services.review.keyword_lists import Rules
from services.review.quarantine import Quarantine
from services.review.screener import Screener
from services.search import consumers as search_hears
from services.search.copies import Copy
from services.search.folders import Folders
from shared import db, keys, progress
from shared.append import Moved
from shared.bell import Bell
from shared.consumer import Consumer, Hearing
from shared.contracts import Fact
from shared.db import Database
from shared.objects import Objects, open_store
from shared.policy_file import load
from shared.relay import Relay
from shared.retries import retry

APIS = {"intake": intake_api, "review": review_api, "publish": publish_api, "notify": notify_api}
Table = Mapping[str, Mapping[type[Fact], Hearing]]


REVIEWERS = {
    "check": ["han.mei"],
    "department": ["head"],
    "secrecy": ["han.mei", "lu.ning"],
    "vice": ["gao.mingyuan"],
}
HEADS = {"archive": "cao.zhiyuan", "library": "peng.bo", "development": "huang.wen", "water": "jiang.hai"}


@dataclass
class House:
    """The services, and what moves their events on when a test says so."""

    open_: AsyncExitStack
    clients: dict[str, httpx.AsyncClient]
    databases: Mapping[str, Database]
    relays: Mapping[str, Relay]
    consumers: Sequence[Consumer]
    broker: Redis
    objects: Objects
    data: Path
    screener: Screener
    quarantine: Quarantine
    tokens: Mapping[str, str]

    async def ask(self, officer: str, method: str, service: str, path: str, **request: Any) -> httpx.Response:
        """A request by this officer; in English, so that tests may read what is said."""
        headers = {"Accept-Language": "en", **request.pop("headers", {})}
        if officer:
            headers["Authorization"] = f"Bearer {self.tokens[officer]}"
        client = self.clients.get(service) or await self.open_.enter_async_context(
            in_process(APIS[service]())
        )
        self.clients[service] = client
        return await client.request(method, path, headers=headers, **request)

    async def submit(self, officer: str = "feng.xue", **about: Any) -> httpx.Response:
        """Hand in a notice of the archive, or what is said about it."""
        return await self.ask(officer, "POST", "intake", "/submissions", **posted(**about))

    async def settle(self) -> None:
        """Carry, hear and screen until there is nothing left to do."""
        for _ in range(50):
            moved = [await self._carry(relay) for relay in self.relays.values()]
            moved += [await self._hear(consumer) for consumer in self.consumers]
            moved.append(await self.screener.screen())
            if not any(moved):
                await self.quarantine.clear(self.databases["review"])
                return
        raise AssertionError("the house does not come to rest")

    async def _carry(self, relay: Relay) -> int:
        try:
            return await relay.carry()
        except Moved:
            relay.top = None
            return 1

    async def _hear(self, consumer: Consumer) -> int:
        found: Any = await self.broker.xreadgroup(consumer.name, "desk", {consumer.key: ">"}, count=500)
        if found:
            entries = found[0][1]
            await consumer.consume(entries)
            await self.broker.xack(consumer.key, consumer.name, *[entry_id for entry_id, _ in entries])
        return len(found) + await retry(consumer)

    async def facts(self, service: str, fact: type[Fact]) -> list[dict[str, Any]]:
        """The data of every event of this type on the service's stream."""
        entries = await self.broker.xrange(f"gongkai:{service}:t1")
        return [json.loads(fields[b"data"]) for _, fields in entries if fields[b"type"].decode() == fact.type]

    async def rows(self, service: str, statement: str, **parameters: Any) -> Sequence[Any]:
        async with self.databases[service].transaction() as unit:
            return (await unit.run(statement, parameters)).all()

    async def case_of(self, document: str, state: str = "reviewing", officer: str = "liang.guodong") -> str:
        found = await self.ask(officer, "GET", "review", f"/cases?document={document}&state={state}")
        [case] = found.json()["cases"]
        return str(case["id"])

    async def in_review(self, officer: str = "feng.xue", **about: Any) -> tuple[str, str]:
        """A document that waits for a decision, and its case."""
        receipt = await self.submit(officer, **about)
        assert receipt.status_code == 201, receipt.text
        await self.settle()
        document = receipt.json()["document_id"]
        return document, await self.case_of(document)

    async def agree(self, officer: str, case: str, step: str, note: str = "同意") -> httpx.Response:
        """The officer's agreement at this step."""
        return await self.ask(officer, "PUT", "review", f"/cases/{case}/opinions/{step}", json={"note": note})

    async def reviewed(self, case: str) -> None:
        """Every step but the last is taken, by whom the policy wants."""
        shown = (await self.ask("liang.guodong", "GET", "review", f"/cases/{case}")).json()
        for step in shown["steps"][1:-1]:
            for officer in REVIEWERS[step["step"]][: step["people"]]:
                answer = await self.agree(
                    HEADS[shown["department"]] if officer == "head" else officer, case, step["step"]
                )
                assert answer.status_code == 201, answer.text

    async def published(self, approver: str = "cao.zhiyuan", officer: str = "feng.xue", **about: Any) -> str:
        """A document that is public."""
        document, case = await self.in_review(officer, **about)
        await self.reviewed(case)
        approved = await self.ask(
            approver, "PUT", "review", f"/cases/{case}/approval", json={"note": "可以公开"}
        )
        assert approved.status_code == 201, approved.text
        await self.settle()
        assert (await self.ask("", "GET", "publish", f"/documents/{document}")).status_code == 200
        return str(document)

    async def withdraw(self, document: str, officer: str = "cao.zhiyuan", **more: Any) -> httpx.Response:
        asked = {"reason": "inaccurate", "note": "时间有误", **more}
        return await self.ask(officer, "PUT", "publish", f"/documents/{document}/withdrawal", json=asked)


def about(**more: Any) -> dict[str, Any]:
    """What is said about an ordinary notice."""
    notice = {
        "title": "开放时间调整的通知",
        "kind": "notice",
        "department": "archive",
        "theme": "02.01",
        "created_on": "2026-11-20",
        **more,
    }
    return {name: value for name, value in notice.items() if value is not None}


def in_letters(number: UUID) -> str:
    """Unique, and nothing that screening could take for a telephone."""
    return number.hex.translate(str.maketrans("0123456789", "ghijklmnop"))


def posted(
    *, key: str = "", files: Sequence[tuple[str, bytes]] | None = None, text: str = "", **more: Any
) -> dict[str, Any]:
    """A submission over HTTP: multipart, with a key and a text of its own unless others are given."""
    if files == []:
        json_body = {"json": {**about(**more), "files": []}}
        return {**json_body, "headers": {"Idempotency-Key": key or str(uuid4())}}
    content = (text or f"档案馆开放时间调整，自下月起执行。编号 {in_letters(uuid4())}").encode()
    files = [("notice.txt", content)] if files is None else files
    return {
        "data": {"submission": json.dumps(about(**more))},
        "files": [("file", (name, content, "text/plain")) for name, content in files],
        "headers": {"Idempotency-Key": key or str(uuid4())},
    }


@pytest.fixture
async def opened(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What a service's process opens ends with the process; here it ends with the test."""
    databases: list[Database] = []

    def remembered(*args: Any, **more: Any) -> Database:
        databases.append(connect(*args, **more))
        return databases[-1]

    connect = db.connect
    monkeypatch.setattr(db, "connect", remembered)
    yield
    for one in databases:
        await one.close()


@pytest.fixture
async def house(
    opened: None,
    database_url: str,
    database: Callable[[str], Database],
    servers: Servers,
    broker: Redis,
    edge: Redis,
    tokens: dict[str, str],
    made_keys: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[House]:
    data = tmp_path / "data"
    data.mkdir()
    (data / "keys").symlink_to(made_keys)
    environment = {
        "DATABASE_URL": database_url,
        "BROKER_URL": servers.broker_url,
        "EDGE_URL": servers.edge_url,
        "DATA": str(data),
        "ORGANISATION": "test",
    }
    for name, value in environment.items():
        monkeypatch.setenv(f"GONGKAI_{name}", value)
    databases = {service: database(service) for service in APIS}
    objects = open_store("", data / "objects")
    quarantine = Quarantine(data / "quarantine", objects, keys.sealing(made_keys, "quarantine"))
    examiner = Examiner(objects, Rules(databases["review"], keys.secret(made_keys, "review", "keywords")))
    tables: Mapping[str, Table] = {
        "intake": intake_hears.table(objects),
        "review": review_hears.table(load("default"), 5, Bell()),
        "publish": publish_hears.table(objects, keys.pinned(made_keys, "review"), load("default")),
        "notify": notify_hears.table(Bell()),
    }
    consumers = []
    for service, table in tables.items():
        for stream, hears in table.items():
            await progress.register(databases[service], service, stream)
            consumers.append(Consumer(databases[service], service, stream, f"gongkai:{stream}:t1", hears))
    relays = {
        service: Relay(databases[service], broker, service, f"gongkai:{service}:t1", batch=500)
        for service in APIS
    }
    for relay in relays.values():
        await relay.look()
    async with AsyncExitStack() as open_:
        yield House(
            open_,
            {},
            databases,
            relays,
            consumers,
            broker,
            objects,
            data,
            Screener(databases["review"], examiner, quarantine, load("default"), batch=50, lease=60),
            quarantine,
            tokens,
        )


def in_process(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gongkai.test", timeout=30)


@pytest.fixture
def mailboxes(house: House, edge: Redis) -> Mailboxes:
    return Mailboxes(house.databases["notify"], edge, batch=100, keep=1000)


@pytest.fixture
async def search(house: House, database: Callable[[str], Database]) -> Database:
    """The house with search in it: it hears what publish says."""
    mine = database("search")
    hears = search_hears.table(house.objects, 30)["publish"]
    await progress.register(mine, "search", "publish")
    await house.broker.xgroup_create("gongkai:publish:t1", "search", id="0", mkstream=True)
    hearer = Consumer(mine, "search", "publish", "gongkai:publish:t1", hears)
    house.consumers = [*house.consumers, hearer]
    return mine


@pytest.fixture
async def copy(house: House, search: Database) -> AsyncIterator[Copy]:
    """An index that moves when a test says so."""
    made = Copy(search, lambda: Folders(house.data / "search"), 0.1, 100)
    yield made
    await made.close()


@pytest.fixture
def start(house: House, search: Database) -> Iterator[Callable[..., Process]]:
    """Search as a process of its own, which may be made to die at a named place."""
    started: list[Process] = []

    def begin(part: str = "both", **environment: str) -> Process:
        [port] = free_ports(1)
        log = house.data / f"search-{len(started)}.log"
        started.append(Process("search", part, port, log, environment))
        started[-1].start()
        return started[-1]

    house.consumers = house.consumers[:-1]
    yield begin
    for one in started:
        one.signal(signal.SIGTERM)
    for one in started:
        one.wait(10)
