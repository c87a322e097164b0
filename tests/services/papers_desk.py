"""Review's record with the door to its papers, for tests: cases are put in as review's other parts would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from joserfc.jwk import OctKey

from services.review import api, papers_api
from services.review.keyword_lists import Rules
from services.review.sealed import CHAIN
from shared import keys, problems
from shared.checkpoints import Sealer
from shared.clock import new_id
from shared.contracts import DocumentKind
from shared.db import Database
from shared.manifest import Manifest, ManifestFile
from shared.objects import Objects, open_store
from shared.policy_file import load

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""09:00 in Beijing."""
DAY = timedelta(days=1)


@dataclass
class Papers:
    """Review's record with the door to its papers; cases are put in as review's other parts would."""

    review: Database
    objects: Objects
    client: httpx.AsyncClient
    tokens: dict[str, str]
    data: Path
    url: str

    async def get(self, officer: str, path: str, language: str = "zh", **asked: Any) -> httpx.Response:
        headers = {"Accept-Language": language}
        if officer:
            headers["Authorization"] = f"Bearer {self.tokens[officer]}"
        return await self.client.get(path, params=asked, headers=headers)

    async def insert(self, table: str, **row: Any) -> None:
        names = ", ".join(row)
        async with self.review.transaction() as unit:
            await unit.run(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})", row)

    async def case(self, title: str = "开放时间调整的通知", **more: Any) -> UUID:
        file = ManifestFile(name="a.txt", media_type="text/plain", size=1, sha256="0" * 64)
        manifest = Manifest(
            title=title,
            kind=DocumentKind.NOTICE,
            department="archive",
            author="feng.xue",
            theme="02.01",
            created_on=date(2026, 11, 2),
            doc_no="滨开档〔2026〕12号",
            files=(file,),
        )
        row: dict[str, Any] = {
            "id": new_id(),
            "document_id": new_id(),
            "edition": 1,
            "department": "archive",
            "author": "feng.xue",
            "kind": "notice",
            "theme": "02.01",
            "joint_with": [],
            "content_sha256": await self.objects.put(manifest.to_bytes()),
            "level": "head",
            "state": "reviewing",
            "state_since": MONDAY,
            "opened_at": MONDAY,
            "due_on": date(2026, 11, 9),
            "due_provisional": False,
            "outcome": "clear",
            **more,
        }
        await self.insert("review_case", **row)
        return UUID(str(row["id"]))

    async def say(self, case: UUID, act: str, **more: Any) -> None:
        row: dict[str, Any] = {
            "id": new_id(),
            "case_id": case,
            "act": act,
            "officer": "cao.zhiyuan",
            "name": "曹致远",
            "role": "head",
            "department": "archive",
            "policy": "development-zone/2026.1",
            "content_sha256": "0" * 64,
            "author": "feng.xue",
            "at": MONDAY + DAY,
            **more,
        }
        await self.insert("opinion", **row)

    @property
    def sealer(self) -> Sealer:
        key = keys.of_worker(self.data / "keys", "review", "ledger")
        return Sealer(self.review, CHAIN, key, self.data / "ledger" / "checkpoints.jsonl")


@asynccontextmanager
async def opened(review: Database, url: str, tokens: dict[str, str], data: Path) -> AsyncIterator[Papers]:
    """The door is open, in this process."""
    app = application(review, open_store("", data / "objects"))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongkai.test") as client:
        yield Papers(review, open_store("", data / "objects"), client, tokens, data, url)


def application(review: Database, objects: Objects) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    policy = load("default")
    app.include_router(api.routes(review, objects, policy, Rules(review, OctKey.generate_key(256))))
    app.include_router(papers_api.routes(review, objects, policy))
    return app


async def approved(papers: Papers) -> UUID:
    """A case that was proposed, confirmed, checked, approved and published."""
    case = await papers.case(
        state="published", published_at=MONDAY + 2 * DAY, index_no="12219900MB0A20027E/2026-00001"
    )
    await papers.say(
        case, "proposed", officer="feng.xue", name="冯雪", role="author", step="initial", at=MONDAY
    )
    await papers.say(case, "confirmed", officer="peng.bo", name="彭博", department="library", about="library")
    await papers.say(case, "agreed", officer="han.mei", name="韩梅", role="secrecy", step="secrecy")
    await papers.say(case, "approved", step="head", note="可以公开", grounds=["政府信息公开条例第17条"])
    await papers.insert(
        "confirmation",
        case_id=case,
        department="library",
        why="named",
        state="confirmed",
        asked_at=MONDAY,
        due_on=date(2026, 11, 5),
        answered_at=MONDAY + DAY,
        answered_by="peng.bo",
    )
    return case
