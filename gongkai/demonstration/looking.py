"""The public looks: what is found, on which channels it is; what was withdrawn is nowhere any more."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..words import both
from .played import Played
from .stage import Stage

CHANNELS = {"bulletin": "公告栏", "screen": "电子屏", "press": "新闻单位"}


def look(stage: Stage, played: Sequence[Played]) -> dict[str, int]:
    """How many documents are found, how many releases are out, how many places gave a withdrawn one back."""
    stage.narrator.act(both("公众查询，各渠道发布", "The public finds it, the channels show it"))
    public = [one for one in played if one.part.becomes_public and not one.part.withdrawal]
    taken_back = [one for one in played if one.part.withdrawal]
    words = both("检索到全部信息，撤回的检索不到", "all of it is found, and nothing that was withdrawn")
    stage.wait(words, partial(_as_it_should_be, stage, public, taken_back))
    released = stage.wait(both("各渠道发布", "the channels"), partial(_released, stage, public))
    for channel, number in sorted(released.items()):
        words = both(f"{number} 份，凭证已存", f"{number} documents, each with its proof")
        stage.narrator.did(both(CHANNELS.get(channel, channel), channel), words)
    places = [_recalled(stage, one) for one in taken_back]
    return {"found": len(public), "released": sum(released.values()), "recall_places": sum(places)}


def out_everywhere(stage: Stage, one: Played) -> bool | None:
    """Whether every channel has had its turn with it."""
    rows = _releases(stage, one)
    return True if rows and all(row["state"] != "due" for row in rows) else None


def _as_it_should_be(stage: Stage, public: Sequence[Played], taken_back: Sequence[Played]) -> bool | None:
    found = all(_finds(stage, one) for one in public)
    return True if found and not any(_finds(stage, one) for one in taken_back) else None


def _finds(stage: Stage, one: Played) -> bool:
    answer = stage.chair.ask("GET", "search", "/search", params={"q": one.part.title})
    return any(hit["document_id"] == one.document for hit in answer["hits"])


def _released(stage: Stage, public: Sequence[Played]) -> Counter[str] | None:
    """By channel, how many are out; nothing until all are."""
    rows = [row for one in public for row in _releases(stage, one) if row["edition"] == one.edition]
    out = Counter(row["channel"] for row in rows if row["state"] == "delivered")
    return out if rows and sum(out.values()) == len(rows) else None


def _releases(stage: Stage, one: Played) -> list[dict[str, Any]]:
    return list(stage.chair.ask("GET", "publish", f"/documents/{one.document}/releases")["releases"])


def _recalled(stage: Stage, one: Played) -> int:
    """Every place that had it has said that it is gone; how many those were."""
    found = stage.wait(both("召回完成", "the recall is complete"), partial(_complete, stage, one))
    places = len(found["places"])
    words = both(f"召回完成：{places} 处副本均已清除", f"recalled from all {places} places")
    stage.narrator.did(one.part.title, words, style="yellow")
    return places


def _complete(stage: Stage, one: Played) -> dict[str, Any] | None:
    found = dict(stage.chair.ask("GET", "publish", f"/documents/{one.document}/recall"))
    return found if found["complete"] else None
