"""The documents that are handed in: most of them harmless, some not."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from shared.clock import now

AUTHORS = {"development": "li.na", "labour": "yang.fan", "archive": "feng.xue", "water": "ding.lei"}
HEADS = {"development": "huang.wen", "labour": "deng.hui", "archive": "cao.zhiyuan", "water": "jiang.hai"}
LEADER = "gao.mingyuan"
SEATS: Mapping[str, Mapping[str, float]] = {
    "han.mei": {"check": 1.0, "secrecy": 1.0},
    LEADER: {"department": 0.8, "head": 0.1, "leader": 1.0},
    "xu.jing": {"leader": 0.2},
    **{head: {"department": 0.4, "head": 1.0} for head in HEADS.values()},
}
"""Who takes which steps, and how many of those that are due; the first leader tries twice in one case."""

KINDS = {"notice": 20, "guide": 20, "report": 20, "statistics": 20, "budget": 20}
THEMES = ("02", "02.01", "03", "05")

SCHEDULED = 0.15
"""How many may not be public before a moment that is near."""

HARMLESS = "各有关单位：现将第{number}号事项予以公布，自公布之日起施行。"
PERSONAL = "联系人王某，身份证号码 11010519491231002X，事项编号 {number}。"
SECRET = "机密★20年\n\n第{number}号材料，不得复制。"


@dataclass(frozen=True)
class Paper:
    """What an author hands in."""

    department: str
    author: str
    text: str
    about: dict[str, Any]
    document_id: str = ""

    @property
    def ways(self) -> tuple[str, str]:
        """The least that must be gone through before it may be public: as it is, and redacted."""
        redacted = "important" if self.about["kind"] == "budget" else "ordinary"
        return "important" if self.text.startswith(PERSONAL[:6]) else redacted, redacted

    def request(self) -> dict[str, Any]:
        file = {"name": "正文.txt", "content": b64encode(self.text.encode()).decode()}
        edition = {"document_id": self.document_id} if self.document_id else {}
        return {**self.about, **edition, "department": self.department, "files": [file]}


def paper(chance: Random, number: int, department: str, earlier: str = "") -> Paper:
    """One paper; with `earlier`, a new edition of that document."""
    [text] = chance.choices((HARMLESS, PERSONAL, SECRET), (88, 8, 4))
    about = {
        "title": f"关于第{number}号事项的通知",
        "kind": chance.choices(list(KINDS), list(KINDS.values()))[0],
        "theme": chance.choice(THEMES),
        "created_on": "2026-11-20",
    }
    if chance.random() < SCHEDULED:
        about["publish_at"] = (now() + timedelta(seconds=chance.uniform(1, 8))).isoformat()
    return Paper(department, AUTHORS[department], text.format(number=number), about, earlier)
