"""The press (新闻媒体): a package of text, metadata, files and checksums; a note when it is taken back."""

from collections.abc import Mapping
from typing import Any

import anyio.to_thread
import orjson

from shared.objects import digest

from ...papers.archive import apart, plain, zipped
from ...papers.printing import day
from ...papers.taken_down import note
from ...papers.text import paragraphs
from .. import Around, ChannelOptions, Outgoing, Proof


class Kind:
    """Handed to newspapers, radio and television by people, who must ask for it back."""

    Options = ChannelOptions
    by_person = True
    replaces = False

    def __init__(self, code: str, options: ChannelOptions, around: Around) -> None:  # noqa: ARG002 the protocol's.
        self.code = code

    async def release(self, edition: Outgoing) -> Proof:
        files = [await edition.read(file) for file in edition.files]
        package = await anyio.to_thread.run_sync(packed, edition, files)
        return Proof({"package_sha256": digest(package), "size": len(package)}, {"press.zip": package})

    async def recall(self, edition: Outgoing, proof: Mapping[str, Any]) -> Proof:  # noqa: ARG002 the protocol's.
        paper = await anyio.to_thread.run_sync(note, edition, "新闻媒体")
        return Proof({"note_sha256": digest(paper)}, {"撤稿说明.pdf": paper})


def packed(edition: Outgoing, files: list[bytes]) -> bytes:
    """The package; the same edition always gives the same bytes."""
    names = apart([plain(file.name) for file in edition.files])
    members = {f"files/{name}": content for name, content in zip(names, files, strict=True)}
    members["metadata.json"] = orjson.dumps(
        edition.metadata(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2
    )
    members["说明.txt"] = readable(edition).encode()
    for file, content in zip(edition.files, files, strict=True):
        if text := paragraphs(content, file.media_type):
            members["text.txt"] = "\n".join([*text, ""]).encode()
            break
    sums = "".join(f"{digest(members[name])}  {name}\n" for name in sorted(members))
    return zipped({**members, "SHA256SUMS": sums.encode()})


def readable(edition: Outgoing) -> str:
    """What a newsroom wants to know, in plain words."""
    lines = [
        ("标题", edition.title),
        ("发布机构", edition.body),
        ("发文字号", edition.doc_no),
        ("索引号", edition.index_no),
        ("成文日期", day(edition.created_on)),
        ("公开日期", day(edition.published_at)),
        ("版次", str(edition.edition)),
        ("内容概述", edition.about.get("summary")),
        ("更正说明", edition.about.get("amendment")),
        ("网址", edition.url),
        ("信息公开电话", edition.phone),
        ("内容校验值", edition.content_sha256),
    ]
    said = "".join(f"{name}：{value}\n" for name, value in lines if value)
    return f"{said}\n使用前请以网址上的现行版本为准；信息撤回后请停止使用。校验：sha256sum -c SHA256SUMS\n"
