"""What a proof of publication shows, and what is wrong with a ledger, in the reader's language."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from shared.clock import BEIJING
from shared.proofs import Entry, Examined, Flaw, Proof, has
from shared.tampering import Fault, Verified

from . import screen
from .commands import audit
from .words import both, columns

SHOWN = 50
"""Faults told one by one; --json has them all."""

WHAT = {
    "published": ("发布", "published"),
    "amended": ("更新", "amended"),
    "withdrawn": ("撤回", "withdrawn"),
}

FLAWS = {
    "head-forged": (
        "台账头不是用所信的公钥签名的：这份证明什么也不证明。",
        "The head is not signed with a key that you believe: this proves nothing.",
    ),
    "entry-altered": (
        "第 {position} 位的记录不在签名的台账中：内容被改动、调换，或从未记入。",
        "Position {position}: what it says is not in the signed ledger: altered, moved, or never entered.",
    ),
    "nothing-proved": ("证明中没有记录。", "There is no entry in the proof."),
    "out-of-order": ("证明中的记录次序有误或重复。", "The entries are out of order, or twice there."),
    "other-document": (
        "第 {position} 位的记录是另一条信息的（{found}）。",
        "Position {position}: this is about another document ({found}).",
    ),
    "other-file": (
        "公开过的内容和文件中没有这个 SHA-256：{expected}",
        "Nothing that was published has this SHA-256: {expected}",
    ),
    "first-head-wrong": (
        "第 {position} 位：最早的签名不成立，记入时间得不到证明。",
        "Position {position}: its first signed head is wrong; since when it is there is not proved.",
    ),
    "after-its-seal": (
        "第 {position} 位：所称时间 {found} 晚于签名时间 {expected}。",
        "Position {position}: it says {found}, after it had been signed for at {expected}.",
    ),
    "head-older": (
        "台账头比您保存的旧（{found} 条，您的有 {expected} 条）：可能隐去了后来的撤回。",
        "The head is older than yours ({found} entries, yours has {expected}): a withdrawal may be left out.",
    ),
    "head-not-connected": (
        "证明没有接上您保存的台账头（{position} 条）：请用 prove --head 重新取得。",
        "The proof does not go on from the head that you kept ({position} entries): ask again, prove --head.",
    ),
    "rewritten": (
        "台账被改写：前 {position} 条已不是您保存的台账头所签的。",
        "The ledger was rewritten: its first {position} entries are not those of the head that you kept.",
    ),
    "log-differs": (
        "全部记录（{position} 条）与签名的台账头不符。",
        "All the entries ({position}) are not what the head is signed for.",
    ),
    "entry-hidden": (
        "第 {position} 位还有一条关于该信息的记录（{found}），证明中被隐去。",
        "Position {position}: the ledger says more about it ({found}); the proof hides that.",
    ),
}

# As the audit of opinions says it, with what is in this ledger instead.
FAULTS = audit.SENTENCES | {
    "row-altered": (
        "第 {position} 位：信息 {record} 在目录中被改动（{where}）。",
        "Position {position}: document {record} was altered in the catalogue ({where}).",
    ),
    "row-removed": (
        "第 {position} 位：信息 {record} 的这次发布或撤回已不在目录中。",
        "Position {position}: this publication or withdrawal of document {record} was removed.",
    ),
    "row-unsealed": (
        "信息 {record} 第 {found} 版（{where}）未经台账写入：既未记入也不在待记入之列。",
        "Document {record}, edition {found} ({where}), was written past the ledger.",
    ),
    "seal-broken": (
        "第 {position} 位：记录与其哈希不符（应为 {expected}，实为 {found}）。",
        "Position {position}: the entry is not what its hash is over ({expected}, and not {found}).",
    ),
    "checkpoint-forged": (
        "台账头（位置 {position}，{where}）不是发布服务签名的。",
        "A head (position {position}, {where}) was not signed by publish.",
    ),
    "sealing-stopped": (
        "{found} 条久未记入台账：发布的工作进程没有运行。",
        "{found} entries have waited long: publish's worker is not running.",
    ),
}


def show(proof: Proof, found: Examined) -> None:
    """Each entry, and in a sentence what of it is proved."""
    out = screen.out()
    heads = columns("位置|内容|版|称于|证明不晚于", "Position|What|Edition|Says|Signed for at")
    rows = [
        (
            one.position,
            both(*WHAT[one.entry.what]),
            one.entry.edition,
            moment(datetime.fromisoformat(one.entry.at)),
            moment(found.signed_by[one.position].at) if one.position in found.signed_by else "—",
        )
        for one in proof.entries
    ]
    screen.table("", heads, rows, right=(0, 2))
    for flaw in found.flaws:
        out.print(f"✗ {sentence(flaw)}", style="red")
    if found.convinces:
        for line in verdict(proof, found):
            out.print(line, style="green")
    else:
        out.print(both("证明不成立。", "The proof does not convince."), style="bold red")


def verdict(proof: Proof, found: Examined) -> Iterator[str]:
    """What is proved, document by document."""
    assert found.head is not None
    entries = [one.entry for one in proof.entries]
    for document in dict.fromkeys(one.document_id for one in entries):
        yield _story([one for one in entries if one.document_id == document], proof.asked.sha256)
    at, size = moment(found.head.at), found.head.position
    yield both(
        f"台账头：{size} 条，{at}（北京时间）签名。",
        f"Head: {size} entries, signed at {at} (Beijing time).",
    )
    if not found.whole:
        yield both(
            "此后有无撤回，以签名时发布服务的答复为准；用 --log 对照全部记录可以确证。",
            "That nothing was left out is the service's word; --log proves it from all entries.",
        )


def _story(entries: list[Entry], sha256: str | None) -> str:
    """Of the editions with this hash, or of the last one: when it was published, whether it was withdrawn."""
    public = [one for one in entries if one.what != "withdrawn"]
    meant = [one for one in public if sha256 and has(one, sha256)] or public
    if not meant:
        return both("该信息从未公开，发布前即被撤回。", "It was withdrawn before it was ever published.")
    one = meant[-1]
    name, day = one.index_no or one.document_id, moment(datetime.fromisoformat(one.at))[:10]
    gone = [other for other in entries if other.what == "withdrawn" and other.edition >= one.edition]
    zh = f"{name} 第 {one.edition} 版于 {day} 公开"
    en = f"{name}, edition {one.edition}, was published on {day}"
    if gone:
        day = moment(datetime.fromisoformat(gone[0].at))[:10]
        return both(f"{zh}，已于 {day} 撤回。", f"{en} and withdrawn on {day}.")
    return both(f"{zh}，台账中没有撤回。", f"{en}; it was not withdrawn since.")


def sentence(flaw: Flaw) -> str:
    """What is wrong with a proof."""
    said = both(*FLAWS[flaw.wrong])
    return said.format(position=flaw.position, expected=flaw.expected, found=flaw.found)


def as_json(proof: Proof, found: Examined) -> dict[str, Any]:
    """For programmes."""
    head = found.head.model_dump(mode="json") if found.head else None
    entries = [{"position": one.position, **one.entry.model_dump()} for one in proof.entries]
    flaws = [asdict(flaw) for flaw in found.flaws]
    return {
        "convinces": found.convinces,
        "whole": found.whole,
        "head": head,
        "entries": entries,
        "flaws": flaws,
    }


def show_checked(found: Verified) -> None:
    """What was changed in the ledger, and where."""
    out = screen.out()
    for fault in found.faults[:SHOWN]:
        out.print(f"✗ {fault_sentence(fault)}", style="red")
    if (more := len(found.faults) - SHOWN) > 0:
        out.print(both(f"…… 另有 {more} 处。", f"… and {more} more."))
    zh = f"{found.rows} 条，至第 {found.position} 位，树根 {found.head[:16]}…；待记入 {found.waiting}"
    en = f"{found.rows} entries up to position {found.position}, root {found.head[:16]}…"
    out.print(both(zh, f"{en}; waiting {found.waiting}"), style="dim")
    if found.whole:
        out.print(both("公开台账完好，与目录一致。", "The ledger is whole and agrees with the catalogue."))
    else:
        out.print(
            both(f"发现 {len(found.faults)} 处问题。", f"{len(found.faults)} faults."), style="bold red"
        )


def fault_sentence(fault: Fault) -> str:
    """What is wrong with the ledger, and where."""
    return both(*FAULTS[fault.wrong]).format(
        position="?" if fault.position is None else fault.position,
        until=fault.until,
        record=fault.record,
        expected=_short(fault.expected),
        found=_short(fault.found),
        where=fault.where,
    )


def _short(value: str) -> str:
    return f"{value[:16]}…" if len(value) == 64 else value


def moment(at: datetime) -> str:
    """Beijing time: statutory days are Beijing's."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
