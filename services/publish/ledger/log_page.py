"""The ledger's page about one document: what is proved, in a sentence, in Chinese and in English. Pure."""

from datetime import datetime
from html import escape

from shared.clock import BEIJING
from shared.proofs import Entry, Proof, Proved

STYLE = """
:root{color-scheme:light dark;--ink:#1c1c1c;--paper:#fff;--soft:#f3f3f1;--line:#767676;--link:#0b4f9e;
--kept:#1a6b3c;--gone:#a3241b}
@media (prefers-color-scheme:dark){
:root{--ink:#e8e8e6;--paper:#161616;--soft:#242423;--line:#8a8a86;--link:#8ec2ff;--kept:#5fbf87;--gone:#ff8f85}
}
body{font:1.0625rem/1.7 "Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",
system-ui,sans-serif;
max-width:44rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;line-height:1.35}h2{font-size:1.2rem;line-height:1.4;margin-top:2rem}
h1 span,h2 span{display:block;font-size:.75em;font-weight:400}
a{color:var(--link)}
.said{border-left:.3rem solid var(--kept);background:var(--soft);padding:.6rem .9rem;font-weight:600}
.said.gone{border-color:var(--gone)}
.said+.said{margin-top:-.5rem}
ol{padding-left:1.4rem}li{margin:.8rem 0}code{font-size:.85em}
pre{margin:1rem 0;padding:.7rem .9rem;background:var(--soft);border:1px solid var(--line);border-radius:.4rem;
white-space:pre-wrap}
a.file{display:inline-block;padding:.6rem 1rem;border:2px solid;border-radius:.4rem;font-weight:600;
text-decoration:none}
a.file:hover{text-decoration:underline}
.more{padding:0;list-style:none}.more li{margin:0}.more a{display:inline-block;padding:.4rem 0}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media print{a.file,.more{display:none}}
"""

WHAT = {
    "published": ("发布", "published"),
    "amended": ("更新", "amended"),
    "withdrawn": ("撤回", "withdrawn"),
}


def page(proof: Proof, size: int, at: datetime) -> str:
    """What the signed ledger says about the document, and the proof to take away."""
    entries = [one.entry for one in proof.entries]
    shown = next((one for one in reversed(entries) if one.index_no), entries[-1])
    document, number = escape(entries[0].document_id), escape(shown.index_no or "—")
    gone = is_withdrawn(entries)
    zh, en = _sentences(entries, at, gone=gone)
    return _whole(
        f"公开证明 {number}",
        f"""
<h1>公开证明 <span lang="en">Proof of publication</span></h1>
<p>索引号 <span lang="en">Index number</span>：{number}<br>
信息编号 <span lang="en">Document</span>：<code>{document}</code></p>
<p class="said{" gone" if gone else ""}">{zh}</p>
<p class="said{" gone" if gone else ""}" lang="en">{en}</p>
<p><a class="file" href="../proof?document={document}" download>下载证明文件
<span lang="en">Download the proof</span></a></p>
<h2>台账记录 <span lang="en">Entries in the ledger</span></h2>
<ol>{"".join(map(_entry, proof.entries))}</ol>
{_how(size, at)}""",
    )


def absent(document: str, *, waits: bool) -> str:
    """That there is nothing to prove, or not yet."""
    zh, en = (
        ("该信息尚待记入公开台账，请一分钟后再查。", "It waits to be entered: please come back in a minute.")
        if waits
        else ("公开台账中没有这条信息。", "The ledger has nothing about this document.")
    )
    return _whole(
        "公开证明",
        f"""
<h1>公开证明 <span lang="en">Proof of publication</span></h1>
<p>信息编号 <span lang="en">Document</span>：<code>{escape(document)}</code></p>
<p class="said gone">{zh}</p><p class="said gone" lang="en">{en}</p>""",
    )


def is_withdrawn(entries: list[Entry]) -> bool:
    """Whether everything that was published was taken back since."""
    upto = max((one.edition for one in entries if one.what == "withdrawn"), default=0)
    return all(one.edition <= upto for one in entries)


def _sentences(entries: list[Entry], at: datetime, *, gone: bool) -> tuple[str, str]:
    """Only what the signed ledger bears out, as of the time of its head."""
    public = [one for one in entries if one.what != "withdrawn"]
    until = moment(at)
    if not public:
        return (
            "该信息在发布之前即被撤回，从未公开。",
            "This document was withdrawn before it was ever published.",
        )
    zh = f"第 {public[0].edition} 版于 {day(public[0].at)} 公开"
    en = f"Edition {public[0].edition} was published on {day(public[0].at)}"
    if len(public) > 1:
        zh += f"，此后更新至第 {public[-1].edition} 版（{day(public[-1].at)}）"
        en += f" and amended up to edition {public[-1].edition} ({day(public[-1].at)})"
    if gone:
        last = [one for one in entries if one.what == "withdrawn"][-1]
        return (
            f"{zh}，已于 {day(last.at)} 撤回（北京时间，截至 {until}）。",
            f"{en}; it was withdrawn on {day(last.at)} (Beijing time, as of {until}).",
        )
    return (
        f"{zh}，截至 {until}（北京时间）台账中没有撤回现行版的记录。",
        f"{en}; as of {until} (Beijing time) the ledger has no withdrawal of the current edition.",
    )


def _entry(one: Proved) -> str:
    zh, en = WHAT[one.entry.what]
    hashed = f"<br>SHA-256 <code>{one.entry.content_sha256}</code>" if one.entry.content_sha256 else ""
    upto = ("及以前各版", " and all before it") if one.entry.what == "withdrawn" else ("", "")
    return (
        f"<li>{zh}第 {one.entry.edition} 版{upto[0]}，{moment(datetime.fromisoformat(one.entry.at))}，"
        f"台账第 {one.position} 位<br>"
        f'<span lang="en">Edition {one.entry.edition}{upto[1]} {en}, position {one.position}</span>'
        f"{hashed}</li>"
    )


def _how(size: int, at: datetime) -> str:
    return f"""
<h2>如何核验 <span lang="en">How to verify</span></h2>
<p>台账共 {size} 条，{moment(at)}（北京时间）签名。证明文件可脱机核验，不必相信本网站：</p>
<p lang="en">The ledger has {size} entries and was signed at {moment(at)} (Beijing time). The proof can be
verified off-line, without believing this site:</p>
<pre><code>gongkai ledger verify proof.json --keys publish-ledger.jwks</code></pre>
<ul class="more"><li><a href="../keys">公钥 <span lang="en">Public keys</span></a></li>
<li><a href="../../ledger">签名的台账头 <span lang="en">Signed head</span></a></li>
<li><a href="../entries">全部记录 <span lang="en">All entries</span></a></li></ul>"""


def _whole(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>
<body><main>{body}
</main></body></html>
"""


def day(at: str) -> str:
    """The date in Beijing."""
    return datetime.fromisoformat(at).astimezone(BEIJING).date().isoformat()


def moment(at: datetime) -> str:
    """Beijing time, to the second."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
