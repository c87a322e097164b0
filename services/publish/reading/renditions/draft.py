"""What a reader of one kind of file hands on: HTML that nobody trusts yet."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Draft:
    html: str
    title: str = ""
    lang: str = "zh-CN"
    notes: Counter[str] = field(default_factory=Counter)
