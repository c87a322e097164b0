"""What people do all the while: hand in, agree step by step, send back, withdraw, look."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from .clients import Client, Log
from .papers import AUTHORS, LEADER, SEATS, Paper, paper

EDITS = 0.2
"""How many of the papers are new editions."""
WITHDRAWALS = 0.12
RACES = 0.1
"""How many approvals are at once followed by a withdrawal, while the publication is under way."""

REDACTIONS = 0.4
"""How many of those in which something was found are redacted; the others go back."""
LISTS = 0.015
"""How often, when somebody looks, a keyword list is replaced: then all that is public is screened again."""

ACTS = {"return": "returned", "rejection": "rejected", "redaction": "redacted"}
"""How the record calls them."""
LATE_EDITS = 0.1
"""The same, followed by the next edition."""


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
            for officer in SEATS:
                people.create_task(self._again(self.decide, officer))
            people.create_task(self._again(self.withdraw_some, LEADER))
            people.create_task(self._again(self.look_again, ""))
            people.create_task(self._again(self.replace_list, "han.mei"))

    def stop(self) -> None:
        self.stopped = True

    async def _again(self, deed: Callable[[str], object], who: str) -> None:
        while not self.stopped:
            await deed(who)  # type: ignore[misc]
            await asyncio.sleep(self.pace * self.chance.uniform(0.5, 1.5))

    async def hand_in(self, department: str) -> None:
        """A new document or a new edition."""
        mine = self.documents[department]
        edits = mine and self.chance.random() < self.edits
        await self._hand_in(department, self.chance.choice(mine[-20:]) if edits else "")

    async def _hand_in(self, department: str, earlier: str) -> None:
        """Now and then said twice."""
        handed = paper(self.chance, next(self.numbers), department, earlier)
        key = str(uuid4())
        status, receipt = await self._submit(handed, key)
        if status not in (200, 201):
            self.log.strange.append(f"{status} to a submission: {receipt}")
            return
        self.log.receipts[key] = receipt
        self.log.ways[receipt["document_id"], receipt["edition"]] = handed.ways
        if not earlier:
            self.documents[department].append(receipt["document_id"])
        if self.chance.random() < 0.05:
            await self._say_again(handed, key, receipt["receipt_no"])

    async def _submit(self, handed: Paper, key: str) -> tuple[int, dict[str, Any]]:
        return await self.client.ask(
            handed.author, "POST", "intake", "/submissions", handed.request(), {"Idempotency-Key": key}
        )

    async def _say_again(self, handed: Paper, key: str, receipt_no: str) -> None:
        status, again = await self._submit(handed, key)
        if status != 200 or again["receipt_no"] != receipt_no:
            self.log.other_receipts.append(f"{receipt_no}: {status} {again}")

    async def decide(self, officer: str) -> None:
        """All that waits for this person; its author tries the approval as well."""
        _, answer = await self.client.ask(officer, "GET", "review", "/cases?state=reviewing&limit=200")
        for case in reversed(answer["cases"]):
            if self.chance.random() < SEATS[officer].get(case["step"], 0.0):
                if self.chance.random() < 0.03:
                    await self._try_as_author(case)
                await self._decide(officer, case)

    async def _try_as_author(self, case: dict[str, Any]) -> None:
        author = AUTHORS[case["department"]]
        path = f"/cases/{case['id']}/approval"
        status, _ = await self.client.ask(author, "PUT", "review", path, {"note": "同意"})
        if status not in (403, 409):
            self.log.approved_by_author.append(case["id"])

    async def _decide(self, officer: str, case: dict[str, Any]) -> None:
        act, said = self._opinion(case)
        status, answer = await self.client.ask(officer, "PUT", "review", f"/cases/{case['id']}/{act}", said)
        if status == 201:
            approved = "approval_id" in answer
            self.log.said.add((case["id"], officer, "approved" if approved else ACTS.get(act, "agreed")))
            if approved:
                await self._race(case)
        elif answer["code"] in ("took-a-step", "self-approval"):
            self.log.second_steps += 1
        elif status != 409:
            self.log.strange.append(f"{status} to {act}: {answer}")

    async def _race(self, case: dict[str, Any]) -> None:
        """While the publication is under way, it is withdrawn, or its author hands in the next edition."""
        if self.chance.random() < self.races:
            await asyncio.sleep(self.chance.uniform(0, 0.6))
            await self.withdraw(case["document_id"], int(case["edition"]))
        elif self.chance.random() < LATE_EDITS:
            await self._hand_in(case["department"], case["document_id"])

    def _opinion(self, case: dict[str, Any]) -> tuple[str, Any]:
        if case["outcome"] != "clear" and self.chance.random() < REDACTIONS:
            found = [{"no": 1, "ground": "art-15-personal-privacy"}]
            return "redaction", {"files": [{"file": 0, "findings": found}]}
        if case["outcome"] != "clear":
            return "return", {"grounds": ["personal-information"], "note": "请删除个人信息"}
        [act] = self.chance.choices(("agree", "return", "rejection"), (94, 4, 2))
        return {
            "agree": (f"opinions/{case['step']}", {"note": ""}),
            "return": ("return", {"grounds": ["inaccurate"], "note": "数字有误"}),
            "rejection": ("rejection", {"ground": "art-16-internal-matter", "note": "内部事务"}),
        }[act]

    async def replace_list(self, officer: str) -> None:
        """It finds nothing: what matters here is that everything is looked through."""
        if self.chance.random() < LISTS:
            number = next(self.numbers)
            said = {"owner": "保密工作部门", "legal_basis": "保密工作部门通知", "effective_on": "2026-01-01"}
            said |= {"version": str(number), "words": [f"无此词语{number}"]}  # type: ignore[dict-item]
            status, answer = await self.client.ask(officer, "PUT", "review", "/keyword-lists/drill", said)
            if status != 201:
                self.log.strange.append(f"{status} to a keyword list: {answer}")

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
