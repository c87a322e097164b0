"""Anybody does anything in any order: nothing is published without the policy's complete set of opinions.

What is complete is judged here, by a table of its own and by what was answered with 201; neither the policy's
code nor review's record is asked.
"""

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.review import lateness
from shared.policy_file import load
from tests.conftest import ROOT, owner

from .conftest import House

PEOPLE = {
    one["id"]: (one["department"], set(one["roles"]))
    for one in yaml.safe_load((ROOT / "samples" / "organisation.yaml").read_text(encoding="utf-8"))[
        "officers"
    ]
}

# The policy once more, as a reader of the Chinese text would write it down: the step, how many people, who.
# "+" stands for the department's own; the second set may act when the step is late.
TIERS: dict[str, list[tuple[str, int, set[str], set[str]]]] = {
    "ordinary": [
        ("check", 1, {"+officer", "secrecy"}, {"+head"}),
        ("head", 1, {"+head", "leader", "principal"}, set()),
    ],
    "important": [
        ("department", 1, {"+head", "leader"}, {"principal"}),
        ("secrecy", 1, {"secrecy"}, {"leader"}),
        ("leader", 1, {"leader", "principal"}, set()),
    ],
    "major": [
        ("department", 1, {"+head", "leader"}, {"principal"}),
        ("secrecy", 2, {"secrecy"}, {"leader"}),
        ("vice", 1, {"leader"}, {"principal"}),
        ("principal", 1, {"principal"}, set()),
    ],
}
RANKS = list(TIERS)
KINDS = {"notice": "ordinary", "report": "ordinary", "budget": "important", "regulation": "major"}
HEADS = {"library": "peng.bo", "water": "jiang.hai"}
TEXTS = ("关于调整服务时间的通知。", "联系人张三，身份证号11010519491231002X。")
FINDINGS = TEXTS[1]


@dataclass
class Edition:
    """What was handed in, and what was answered with 201 since."""

    department: str
    authors: set[str]
    tier: str
    asked: set[str]
    late: set[str] = field(default_factory=set)
    taken: list[tuple[str, str]] = field(default_factory=list)
    cleared: set[str] = field(default_factory=set)
    withheld: bool = False
    approved: bool = False

    def faults(self) -> list[str]:
        """Why it may not be public."""
        people = [officer for _, officer in self.taken]
        faults = [f"{officer} took two steps" for officer, times in Counter(people).items() if times > 1]
        faults += [f"{officer} is an author" for officer in people if officer in self.authors]
        faults += [f"{one} has not confirmed" for one in self.asked - self.cleared]
        faults += ["an authority forbade it"] if self.withheld else []
        expected = [step for step, times, *_ in TIERS[self.tier] for _ in range(times)]
        if [step for step, _ in self.taken] != expected:
            faults.append(f"{self.tier} needs {expected}, taken were {self.taken}")
        return faults + [
            f"{officer} may not {step}" for step, officer in self.taken if not self._may(step, officer)
        ]

    def _may(self, step: str, officer: str) -> bool:
        department, roles = PEOPLE[officer]
        held = roles | ({f"+{role}" for role in roles} if department == self.department else set())
        [(allowed, late)] = [(who, then) for name, _, who, then in TIERS[self.tier] if name == step]
        return bool(held & (allowed | (late if step in self.late else set())))


class Office(RuleBasedStateMachine):
    """One office full of people who all try whatever comes to their minds."""

    house: House
    loop: asyncio.AbstractEventLoop
    database_url: str
    tried: ClassVar[Counter[str]] = Counter()
    seen_public: ClassVar[set[tuple[str, int]]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.editions: dict[str, list[Edition]] = defaultdict(list)
        self.cases: dict[str, tuple[str, int]] = {}
        self.departments: dict[str, str] = {}

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def ask(self, officer: str, method: str, path: str, **asked: Any) -> Any:
        said = {"json": asked} if method == "PUT" else {}
        answer = self.wait(self.house.ask(officer, method, "review", path, **said))
        assert answer.status_code < 500, answer.text
        self.tried[f"{method} {answer.status_code}"] += 1
        return answer

    def edition(self, case: str) -> Edition:
        document, number = self.cases[case]
        return self.editions[document][number - 1]

    @initialize()
    def begin(self) -> None:
        self.hand_in("feng.xue", "notice", "ordinary", TEXTS[0], joint=False, asked=False)

    @rule(
        author=some.sampled_from(["feng.xue", "cao.zhiyuan"]),
        kind=some.sampled_from(list(KINDS)),
        sensitivity=some.sampled_from(["ordinary", "ordinary", "sensitive"]),
        text=some.sampled_from(TEXTS),
        joint=some.booleans(),
        asked=some.booleans(),
    )
    def hand_in(
        self,
        author: str,
        kind: str,
        sensitivity: str,
        text: str,
        joint: bool,
        asked: bool,
        document: str = "",
    ) -> None:
        said: dict[str, Any] = {"kind": kind, "sensitivity": sensitivity, "document_id": document or None}
        said |= {"joint_with": ["library"]} if joint else {}
        said |= {"confirm_with": ["water"]} if asked else {}
        files = [
            (
                "a.txt",
                f"{text} {os.urandom(8).hex().translate(str.maketrans('0123456789', 'ghijklmnop'))}".encode(),
            )
        ]
        receipt = self.wait(self.house.submit(author, files=files, **said))
        assert receipt.status_code == 201, receipt.text
        document = receipt.json()["document_id"]
        self.wait(self.house.settle())
        cases = self.ask("liang.guodong", "GET", f"/cases?document={document}").json()["cases"]
        earlier = self.editions[document]
        authors = {author}.union(*(one.authors for one in earlier))
        concerned = ({"library"} if joint else set()) | ({"water"} if asked else set())
        earlier.append(Edition("archive", authors, _tier(kind, sensitivity, text, joint), concerned))
        self.cases[cases[0]["id"]] = (document, len(earlier))

    @rule(
        data=some.data(), author=some.sampled_from(["feng.xue", "cao.zhiyuan"]), text=some.sampled_from(TEXTS)
    )
    def hand_in_again(self, data: some.DataObject, author: str, text: str) -> None:
        document = data.draw(some.sampled_from(sorted(self.editions)))
        self.hand_in(author, "notice", "ordinary", text, joint=False, asked=False, document=document)

    @rule(data=some.data(), officer=some.sampled_from(sorted(PEOPLE)), note=some.sampled_from(["", "已核实"]))
    def agree_at_any_step(self, data: some.DataObject, officer: str, note: str) -> None:
        case = data.draw(some.sampled_from(sorted(self.cases)))
        step = data.draw(
            some.sampled_from(["check", "head", "department", "secrecy", "leader", "vice", "principal"])
        )
        self._agree(case, officer, step, note)

    @rule(data=some.data(), times=some.integers(2, 6))
    def go_on_as_it_should(self, data: some.DataObject, times: int) -> None:
        """Whoever seems right confirms and agrees; who took a step before may be among them."""
        case = data.draw(some.sampled_from(sorted(self.cases)))
        edition = self.edition(case)
        for department in sorted(edition.asked - edition.cleared):
            self._confirm(case, HEADS[department], department)
        for _ in range(times):
            step = self.ask("liang.guodong", "GET", f"/cases/{case}").json()["step"]
            if not step:
                return
            likely = [one for one in sorted(PEOPLE) if edition._may(step, one)]
            self._agree(case, data.draw(some.sampled_from(likely or sorted(PEOPLE))), step, "已核实")

    def _confirm(self, case: str, officer: str, department: str) -> None:
        path = f"/cases/{case}/confirmations/{department}/answer"
        if self.ask(officer, "PUT", path, answer="confirmed", note="").status_code == 201:
            self.edition(case).cleared.add(department)

    def _agree(self, case: str, officer: str, step: str, note: str) -> None:
        answer = self.ask(officer, "PUT", f"/cases/{case}/opinions/{step}", note=note)
        if answer.status_code == 201:
            edition = self.edition(case)
            edition.taken.append((step, officer))
            if "approval_id" in answer.json():
                edition.approved = True
                assert edition.faults() == [], "approved"

    @rule(data=some.data(), officer=some.sampled_from(sorted(PEOPLE)))
    def approve(self, data: some.DataObject, officer: str) -> None:
        case = data.draw(some.sampled_from(sorted(self.cases)))
        answer = self.ask(officer, "PUT", f"/cases/{case}/approval", note="同意")
        if answer.status_code == 201:
            edition = self.edition(case)
            edition.taken.append((TIERS[edition.tier][-1][0], officer))
            edition.approved = True
            assert edition.faults() == [], "approved"

    @rule(
        data=some.data(),
        officer=some.sampled_from(
            ["peng.bo", "jiang.hai", "cao.zhiyuan", "gao.mingyuan", "sun.wei", "feng.xue"]
        ),
        department=some.sampled_from(["library", "water"]),
        what=some.sampled_from(["confirmed", "confirmed", "objected", "resolution", "ask"]),
    )
    def confirm(self, data: some.DataObject, officer: str, department: str, what: str) -> None:
        case = data.draw(some.sampled_from(sorted(self.cases)))
        path, edition = f"/cases/{case}/confirmations/{department}", self.edition(case)
        if what == "ask":
            done = self.ask(officer, "PUT", path).status_code == 201
            edition.asked |= {department} if done else set()
        elif what == "resolution":
            done = self.ask(officer, "PUT", f"{path}/resolution", note="已协商").status_code == 201
            edition.cleared |= {department} if done else set()
        else:
            done = self.ask(officer, "PUT", f"{path}/answer", answer=what, note="理由").status_code == 201
            edition.cleared |= {department} if done and what == "confirmed" else set()

    @rule(
        data=some.data(),
        officer=some.sampled_from(["cao.zhiyuan", "lu.ning", "liang.guodong", "feng.xue", "peng.bo"]),
        what=some.sampled_from(["referral", "disclose", "withhold", "return", "rejection", "protection"]),
    )
    def send_elsewhere(self, data: some.DataObject, officer: str, what: str) -> None:
        case = data.draw(some.sampled_from(sorted(self.cases)))
        said: dict[str, Any] = {
            "referral": {"authority": "competent-department"},
            "return": {"grounds": ["inaccurate"], "note": "x"},
            "rejection": {"ground": "art-16-internal-matter", "note": "x"},
            "protection": {"level": "secret"},
        }.get(what, {"answer": what, "answer_no": "1"})
        path = "referral/answer" if what in ("disclose", "withhold") else what
        if self.ask(officer, "PUT", f"/cases/{case}/{path}", **said).status_code == 201:
            self.edition(case).withheld |= what == "withhold"

    @rule(data=some.data())
    def time_passes(self, data: some.DataObject) -> None:
        case = data.draw(some.sampled_from(sorted(self.cases)))
        late = (
            "UPDATE review.review_case SET step_due_on = '2026-11-01'"
            f" WHERE id = '{case}' AND step <> '' RETURNING step"
        )
        rows = owner(self.database_url, late)
        self.wait(lateness.sweep(self.house.databases["review"], load("default")))
        self.edition(case).late |= {str(step) for (step,) in rows}

    @precondition(lambda self: any(one.approved for editions in self.editions.values() for one in editions))
    @rule()
    def what_was_approved_is_published(self) -> None:
        self.wait(self.house.settle())

    @invariant()
    def nothing_is_public_that_may_not_be(self) -> None:
        rows = owner(self.database_url, "SELECT document_id::text, edition FROM publish.edition")
        for document, number in rows:
            if document in self.editions:
                assert self.editions[str(document)][int(str(number)) - 1].faults() == []
                self.seen_public.add((str(document), int(str(number))))


def _tier(kind: str, sensitivity: str, text: str, joint: bool) -> str:
    rank = RANKS.index(KINDS[kind]) + (sensitivity == "sensitive")
    rank = max(rank, 1 if text == FINDINGS else 0, 2 if joint else 0)
    return RANKS[min(rank, 2)]


async def test_nothing_is_published_without_the_complete_set_of_opinions(
    house: House, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Office.house, Office.loop, Office.database_url = house, asyncio.get_running_loop(), database_url
    Office.tried, Office.seen_public = Counter(), set()
    often = settings(
        max_examples=int(os.environ.get("GONGKAI_EXAMPLES", "14")),
        stateful_step_count=30,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if "GONGKAI_EXAMPLES" in os.environ else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Office, settings=often)
    refused = sum(
        times for what, times in Office.tried.items() if what.endswith(("403", "404", "409", "422"))
    )
    done = sum(times for what, times in Office.tried.items() if what.endswith("201"))
    with capsys.disabled():
        print(f"\nacts={refused + done} refused={refused} published={len(Office.seen_public)} unapproved=0")
    assert len(Office.seen_public) >= 3, "something must come through, or nothing was tried"
