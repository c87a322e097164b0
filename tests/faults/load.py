"""What people do all the while: hand in, decide, withdraw, look."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from .clients import Client, Log
from .papers import AUTHORS, HEADS, LEADER, Paper, paper

EDITS = 0.2
"""How many of the papers are new editions."""
WITHDRAWALS = 0.12
RACES = 0.1
"""How many approvals are at once followed by a withdrawal, while the publication is under way."""


@dataclass
class Load:
    client: Client
    chance: Random
    pace: float = 0.15
    """Seconds that a person rests between two deeds."""
    edits: float = EDITS
    races: float = RACES
    stopped: bool = False
    documents: dict[str, list[str]] = field(default_factory=lambda: {code: [] for code in AUTHORS})
    numbers: "count[int]" = field(default_factory=count)

    @property
    def log(self) -> Log:
        return self.client.log

    async def run(self, authors: int) -> None:
        """Until stopped; each person finishes what is in hand."""
        async with asyncio.TaskGroup() as people:
            for number in range(authors):
                people.create_task(self._again(self.hand_in, list(AUTHORS)[number % len(AUTHORS)]))
            for department in HEADS:
                people.create_task(self._again(self.decide, department))
            people.create_task(self._again(self.withdraw_some, LEADER))
            people.create_task(self._again(self.look_again, ""))

    def stop(self) -> None:
        self.stopped = True

    async def _again(self, deed: Callable[[str], object], who: str) -> None:
        while not self.stopped:
            await deed(who)  # type: ignore[misc]
            await asyncio.sleep(self.pace * self.chance.uniform(0.5, 1.5))

    async def hand_in(self, department: str) -> None:
        """A new document or a new edition; now and then said twice."""
        mine = self.documents[department]
        earlier = self.chance.choice(mine[-20:]) if mine and self.chance.random() < self.edits else ""
        handed = paper(self.chance, next(self.numbers), department, earlier)
        key = str(uuid4())
        status, receipt = await self._submit(handed, key)
        if status not in (200, 201):
            self.log.strange.append(f"{status} to a submission: {receipt}")
            return
        self.log.receipts[key] = receipt
        if not earlier:
            mine.append(receipt["document_id"])
        if self.chance.random() < 0.05:
            await self._say_again(handed, key, receipt["receipt_no"])

    async def _submit(self, handed: Paper, key: str) -> tuple[int, dict[str, str]]:
        return await self.client.ask(
            handed.author, "POST", "intake", "/submissions", handed.request(), {"Idempotency-Key": key}
        )

    async def _say_again(self, handed: Paper, key: str, receipt_no: str) -> None:
        status, again = await self._submit(handed, key)
        if status != 200 or again["receipt_no"] != receipt_no:
            self.log.other_receipts.append(f"{receipt_no}: {status} {again}")

    async def decide(self, department: str) -> None:
        """All that waits for this head; the author tries the approval as well."""
        head = HEADS[department]
        _, answer = await self.client.ask(head, "GET", "review", "/cases?state=reviewing&limit=50")
        for case in reversed(answer["cases"]):
            if self.chance.random() < 0.05:
                await self._try_as_author(department, case["id"])
            await self._decide(head, case)

    async def _try_as_author(self, department: str, case: str) -> None:
        status, _ = await self.client.ask(
            AUTHORS[department], "PUT", "review", f"/cases/{case}/approval", {"note": "同意"}
        )
        if status not in (403, 409):
            self.log.approved_by_author.append(case)

    async def _decide(self, head: str, case: dict[str, str]) -> None:
        decision, said = self._opinion(case["outcome"])
        status, answer = await self.client.ask(head, "PUT", "review", f"/cases/{case['id']}/{decision}", said)
        if status == 201:
            self.log.decided[case["id"]] = decision
        elif status != 409:
            self.log.strange.append(f"{status} to {decision}: {answer}")
        if decision == "approval" and self.chance.random() < self.races:
            await asyncio.sleep(self.chance.uniform(0, 0.6))
            await self.withdraw(case["document_id"], int(case["edition"]))

    def _opinion(self, outcome: str) -> tuple[str, Any]:
        if outcome != "clear":
            return "return", {"grounds": ["personal-information"], "note": "请删除个人信息"}
        [decision] = self.chance.choices(("approval", "return", "rejection"), (88, 8, 4))
        return decision, {
            "approval": {"note": ""},
            "return": {"grounds": ["inaccurate"], "note": "数字有误"},
            "rejection": {"ground": "art-16-internal-matter", "note": "内部事务"},
        }[decision]

    async def withdraw_some(self, officer: str) -> None:
        """A few of what is public."""
        _, answer = await self.client.ask("", "GET", "publish", "/documents?limit=20")
        for entry in answer["documents"]:
            if self.chance.random() < WITHDRAWALS * self.pace:
                await self.withdraw(entry["document_id"])

    async def withdraw(self, document: str, edition: int | None = None) -> None:
        """Take it back, and look at once whether it is gone."""
        said = {"reason": "inaccurate", "note": "内容有误"} | ({"edition": edition} if edition else {})
        status, answer = await self.client.ask(
            LEADER, "PUT", "publish", f"/documents/{document}/withdrawal", said
        )
        if status not in (200, 201):
            self.log.strange.append(f"{status} to a withdrawal: {answer}")
            return
        upto = max(answer["edition"], self.log.withdrawn.get(document, 0))
        self.log.withdrawn[document] = upto
        await self.look(document)

    async def look_again(self, _nobody: str) -> None:
        """What was withdrawn stays away: a few, again and again."""
        known = list(self.log.withdrawn)
        for document in self.chance.sample(known, min(5, len(known))):
            await self.look(document)

    async def look(self, document: str) -> None:
        upto = self.log.withdrawn[document]
        status, answer = await self.client.ask("", "GET", "publish", f"/documents/{document}")
        if status == 200 and answer["edition"] <= upto:
            self.log.seen_after_withdrawal.append(f"{document} edition {answer['edition']} of {upto}")
