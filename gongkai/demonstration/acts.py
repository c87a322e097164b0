"""The story, act by act: handed in, screened, corrected, published, received, withdrawn, recalled."""

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.files import decoded

from ..auditing import checkpoints, verified
from ..faults import Fault
from ..submitting import key_of, read, submit
from ..words import KINDS, both, word
from .approving import approve
from .looking import out_everywhere
from .nowhere import Search, fragments, search
from .played import Played, board, cases, receptions
from .stage import Stage

if TYPE_CHECKING:
    from shared.tampering import Verified

REASON = "inaccurate"
"""What a cancelled stop of the water supply makes of its announcement."""


def hand_in(stage: Stage) -> list[Played]:
    """Every document by its author; what was handed in before is answered with its old receipt."""
    stage.narrator.act(both("各机关提交信息", "The bodies hand in their documents"))
    began = datetime.now().astimezone()
    played = [Played(part) for part in stage.script.parts]
    for one in played:
        _hand_in(stage, one, one.part.files, one.part.said)
    if all(datetime.fromisoformat(one.receipts[0]["received_at"]) < began for one in played):
        stage.narrator.noted(
            both(
                "这些都提交过：答复的是原来的回执，下面仍逐项核对。",
                "All handed in before: the old receipts; all is still checked.",
            )
        )
    return played


def screened(stage: Stage, played: list[Played]) -> None:
    """The machine has read everything; what bears a secrecy mark is locked away."""
    stage.narrator.act(both("机器筛查", "The machine screens them"))
    found = stage.wait(both("筛查", "screening"), lambda: _all_screened(stage, played))
    for one in played:
        case = found[one.document, 1]
        if case["outcome"] != "clear":
            style = "red" if case["state"] == "quarantined" else "yellow"
            stage.narrator.did(_outcome(case), one.part.title, mark="!", style=style)


def correct(stage: Stage, played: list[Played]) -> None:
    """What was returned comes again as its next edition, and is approved."""
    stage.narrator.act(both("修改后重新提交", "Corrected and handed in again"))
    for one in played:
        if one.part.corrected is None:
            continue
        _hand_in(stage, one, (one.part.corrected,), {**one.part.said, "document_id": one.document})
        words = both("筛查新版", "screening the new edition")
        case = stage.wait(words, partial(_screened_case, stage, one.document, 2))
        if case["state"] == "reviewing":
            approve(stage, one)


def nowhere(stage: Stage, played: list[Played]) -> list[Search]:
    """What was locked away is searched for everywhere; it takes a moment until the last copy is gone."""
    stage.narrator.act(both("封存：涉密标志的文件不留任何正文", "Quarantine: nothing of the text is left"))
    searches = []
    for one in played:
        if one.part.expect == "quarantined":
            texts = fragments(decoded(one.part.files[0].read_bytes()), but=one.part.title)
            found = stage.wait(both("查找正文", "looking for its text"), partial(_gone, stage, texts))
            searches.append(found)
            stage.narrator.did(
                one.part.title,
                both(
                    f"{found.tables} 张表、{found.entries} 条事件、{found.files} 个文件中都没有它的正文",
                    f"in none of {found.tables} tables, {found.entries} entries, {found.files} files",
                ),
            )
    return searches


def publish(stage: Stage, played: list[Played]) -> None:
    """Nobody does anything: the gate checks each approval, and the departments' programmes receive."""
    stage.narrator.act(both("发布，各部门接收", "Published, and received by the departments"))
    waited = [one for one in played if one.part.becomes_public]
    words = both(
        f"{len(waited)} 份信息发布并由各部门确认", f"{len(waited)} documents published and confirmed"
    )
    stage.wait(words, lambda: all(_confirmed(stage, one) for one in waited) or None)


def take_back(stage: Stage, played: list[Played]) -> None:
    """The head withdraws; it is over when every department that had it has confirmed that."""
    stage.narrator.act(both("撤回", "Withdrawal"))
    for one in played:
        if not one.part.withdrawal:
            continue
        head = stage.script.with_role("head", one.part.department)
        stage.wait(both("已在各渠道发布", "it is on every channel"), partial(out_everywhere, stage, one))
        asked = {"reason": REASON, "note": one.part.withdrawal}
        stage.desk(head).ask("PUT", "publish", f"/documents/{one.document}/withdrawal", json=asked)
        stage.narrator.did(
            stage.script.person(head), f"{one.part.title}  {one.part.withdrawal}", style="yellow"
        )
        words = both("收到过它的部门都已确认撤回", "all who had it confirm")
        stage.wait(words, partial(_recalled, stage, one))


def _hand_in(stage: Stage, one: Played, paths: tuple[Path, ...], said: dict[str, Any]) -> None:
    files = read(paths)
    receipt = submit(stage.desk(one.part.author), said, files, key_of(one.part.author, said, files))
    one.receipts.append(receipt)
    stage.narrator.titles[one.document] = one.part.title
    who = f"{stage.script.name_of(one.part.department)} {stage.script.person(one.part.author)}"
    kind = word(KINDS, one.part.said["kind"])
    stage.narrator.did(receipt["receipt_no"], f"{who}  {kind}  {one.part.title}")


def _all_screened(stage: Stage, played: list[Played]) -> dict[tuple[str, int], dict[str, Any]] | None:
    found = cases(stage)
    done = all(found.get((one.document, 1), {}).get("state", "screening") != "screening" for one in played)
    return found if done else None


def _screened_case(stage: Stage, document: str, edition: int) -> dict[str, Any] | None:
    case = cases(stage).get((document, edition))
    return case if case and case["state"] != "screening" else None


def _outcome(case: dict[str, Any]) -> str:
    if case["state"] == "quarantined":
        return both("有密级标志，已封存", "bears a secrecy mark: locked away")
    return both("有发现，须人工判断", "findings for a person")


def _confirmed(stage: Stage, one: Played) -> bool:
    """Every department that wants it has confirmed that it has it."""
    wanted = {each.code for each in stage.departments if each.wants(one.part.said["theme"])}
    return wanted <= set(receptions(board(stage, one.document), "published"))


def _recalled(stage: Stage, one: Played) -> bool | None:
    return board(stage, one.document)["recalled"] or None


def _gone(stage: Stage, texts: list[str]) -> Search | None:
    if not texts:
        raise Fault("样本文件没有正文可查。", "The sample has no text to look for.")
    found = search(stage.platform.data, stage.platform.running, texts)
    return None if found.found else found


def audit(stage: Stage) -> int:
    """Every opinion is sealed, and nobody changed one since; how many. Raises Fault where somebody did."""
    stage.narrator.act(both("核验审查记录", "The record of opinions is verified"))
    found = stage.wait(both("记入台账", "sealing"), lambda: _sealed(stage))
    if not found.whole:
        raise Fault("审查记录被改动过。", "The record of opinions was changed.")
    words = f"{found.rows} 条意见逐条相链，{found.head[:16]}…", f"{found.rows} opinions, {found.head[:16]}…"
    stage.narrator.did(both("记录完好", "The record is whole"), both(*words))
    return found.rows


def _sealed(stage: Stage) -> "Verified | None":
    """What was found, once nothing waits to be sealed."""
    found = asyncio.run(verified(stage.platform.data, [checkpoints(stage.platform.data)]))
    return found if found.waiting == 0 else None
