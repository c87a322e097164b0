"""Every hostile file takes the way of a real one: recognised at the door, then read in a process of its own.

None may hang, none may exceed the limits, none may be taken for clean.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import pytest

from services.review.screening import reader
from shared import files
from shared.files import FileType, UnacceptableFile
from tests.rules import hostile, hostile_pdf, ofd, workbook
from tests.rules.hostile_pdf import NOTED, PLAIN, box, note, page, words

ID, MARK = "11010519491231002X", "机密★20年"
SECRET = f"<w:p><w:r><w:t>{MARK}</w:t></w:r></w:p>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


class Hostile(NamedTuple):
    name: str
    content: Callable[[], bytes]
    outcome: str
    """The code of the refusal, or the rule of a finding."""


def nested(depth: int, inner: bytes, width: int = 1, name: str = "a.zip") -> bytes:
    for _ in range(depth):
        inner = hostile.zipped((f"{number}{name}", inner) for number in range(width))
    return inner


def noise(size: int) -> str:
    """Attributes that do not compress, so that depth alone is tried and not the ratio."""
    return random.Random(size).randbytes(size // 2).hex()


def deep(open_tag: str, close_tag: str, levels: int) -> str:
    marks = noise(8 * levels)
    opened = "".join(open_tag.format(marks[8 * n : 8 * n + 8]) for n in range(levels))
    return opened + close_tag * levels


def slip(name: str) -> bytes:
    return hostile.zipped([(name, "平常的文字".encode())])


def link() -> bytes:
    content = bytearray(hostile.zipped([("a.txt", b"/etc/passwd")]))
    at = content.find(b"PK\x01\x02")
    content[at + 38 : at + 42] = (0o120777 << 16).to_bytes(4, "little")
    return bytes(content)


def office(part: tuple[str, bytes], body: str = "<w:p><w:r><w:t>正文</w:t></w:r></w:p>") -> bytes:
    return hostile.package(body, part)


OLE = ("word/embeddings/oleObject1.bin", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
DDE = ("word/footer1.xml", hostile.field("DDEAUTO c:\\\\windows\\\\cmd.exe"))
EXTERNAL = hostile.relation("attachedTemplate", "http://example.org/a.dotm")
EXCEL_DDE = ("xl/externalLinks/a.xml", b'<e><ddeLink ddeService="cmd" ddeTopic="/c calc"/></e>')

FILES = [
    # --- archives
    Hostile("a.zip", lambda: nested(2, hostile.bomb_of_zeros(200), 3), "unreadable.no-text"),
    Hostile("a.zip", lambda: nested(6, b"0" * 1_000_000, 4, ".zip"), "unreadable.no-text"),
    Hostile("a.zip", lambda: hostile.bomb_of_zeros(1_000), "zip-bomb"),
    Hostile("a.docx", hostile.bomb_of_zeros, "zip-bomb"),
    Hostile("a.docx", hostile.bomb_of_entries, "zip-bomb"),
    Hostile("a.docx", hostile.bomb_of_overlaps, "zip-bomb"),
    Hostile("a.docx", hostile.bomb_that_lies, "damaged-file"),
    Hostile("a.docx", hostile.with_equal_names, "damaged-file"),
    Hostile("a.zip", lambda: slip("../../etc/passwd"), "unreadable.no-text"),
    Hostile("a.zip", lambda: slip("/etc/a.txt"), "unreadable.no-text"),
    Hostile("a.zip", lambda: slip("C:\\a.txt"), "unreadable.no-text"),
    Hostile("a.zip", lambda: slip("a.txt0.exe").replace(b"txt0", b"txt\0"), "unreadable.no-text"),
    Hostile("a.zip", lambda: slip("长" * 4_000 + ".txt"), "unreadable.no-text"),
    Hostile("a.zip", lambda: slip("甲\u202etxt.exe"), "unreadable.no-text"),
    Hostile("a.zip", link, "unreadable.no-text"),
    Hostile("a.zip", hostile.with_locked_archive, "encrypted-file"),
    Hostile("a.zip", lambda: nested(1, hostile.with_locked_archive()), "unreadable.no-text"),
    Hostile("a.zip", lambda: nested(1, b"MZ\0\0", name=".exe"), "unreadable.no-text"),
    # --- Word and Excel
    Hostile("a.docm", hostile.macro_enabled, "macros"),
    Hostile("a.docx", hostile.with_macros, "macros"),
    Hostile("a.xlsm", lambda: workbook.by_hand("", ("xl/vbaProject.bin", b"a")), "macros"),
    Hostile("a.xlsx", lambda: workbook.by_hand("", ("xl/macrosheets/a.xml", b"<a/>")), "macros"),
    Hostile("a.doc", lambda: OLE[1], "unknown-file-type"),
    Hostile("a.docx", hostile.locked_word, "encrypted-file"),
    Hostile("a.docx", lambda: office(EXTERNAL), "unreadable.no-text"),
    Hostile("a.docx", lambda: office(OLE), "unreadable.no-text"),
    Hostile("a.docx", lambda: office(DDE), "unreadable.no-text"),
    Hostile("a.xlsx", lambda: workbook.by_hand("", EXCEL_DDE), "unreadable.no-text"),
    Hostile("a.docx", hostile.with_external_entity, "unreadable.no-text"),
    Hostile("a.docx", hostile.with_billion_laughs, "unreadable.no-text"),
    Hostile("a.xlsx", lambda: workbook.by_hand("&secret;", doctype=OUTSIDE), "unreadable.no-text"),
    Hostile("a.xlsx", lambda: workbook.by_hand("&l9;", doctype=BILLION), "unreadable.no-text"),
    Hostile("a.docx", lambda: hostile.package(deep("<p a='{}'>", "</p>", 100_000) + SECRET), "mark.secret"),
    Hostile("a.xlsx", lambda: workbook.with_hidden_sheet(ID), "personal.id18"),
    Hostile("a.xlsx", workbook.with_shared_formulas, "unreadable.no-text"),
    Hostile("a.docx", lambda: hostile.package(SECRET).replace(b"word/d", b"w\xffrd/d"), "mark.secret"),
    # --- PDF
    Hostile("a.pdf", lambda: hostile.pdf("a", encrypted=True), "encrypted-file"),
    Hostile("a.pdf", lambda: hostile_pdf.with_action("/S /JavaScript /JS (app)"), "unreadable.no-text"),
    Hostile("a.pdf", lambda: hostile_pdf.with_action("/S /Launch /F (cmd.exe)"), "unreadable.no-text"),
    Hostile("a.pdf", lambda: hostile_pdf.with_attachment("a.exe", b"MZ\0"), "unreadable.no-text"),
    Hostile("a.pdf", lambda: hostile_pdf.with_attachment("a.zip", nested(2, PLAIN)), "unreadable.no-text"),
    Hostile("a.pdf", hostile_pdf.with_many_objects, "unreadable.no-text"),
    Hostile("a.pdf", hostile_pdf.with_many_drawings, "unreadable.no-text"),
    Hostile("a.pdf", lambda: hostile_pdf.with_bomb(words(ID)), "personal.id18"),
    Hostile("a.pdf", lambda: page(PLAIN + words("甲某") + box(45, 690, 99, 30)), "unreadable.no-text"),
    Hostile("a.pdf", lambda: page(PLAIN, note("Redact", "0 0 9 9"), entries=NOTED), "unreadable.no-text"),
    Hostile("a.pdf", lambda: page(PLAIN + words("甲某", before="3 Tr")), "unreadable.no-text"),
    Hostile("a.pdf", lambda: hostile_pdf.revised(PLAIN + words("甲某"), PLAIN), "unreadable.no-text"),
    Hostile("a.pdf", hostile_pdf.and_an_archive, "two-files-in-one"),
    Hostile("a.pdf", hostile_pdf.in_a_circle, "unreadable.no-text"),
    Hostile("a.pdf", hostile_pdf.without_pages, "unreadable.damaged-file"),
    # --- OFD
    Hostile("a.ofd", lambda: ofd.document(["正文"])[:-30], "damaged-file"),
    Hostile("a.ofd", lambda: hostile.zipped([("OFD.xml", ofd.entry().encode()[:-9])]), "unreadable.no-text"),
    Hostile("a.ofd", lambda: hostile.zipped([("OFD.xml", ofd.entry(root="../../etc/passwd").encode())]),
            "unreadable.damaged-file"),
    Hostile("a.ofd", lambda: ofd.document(["正文"], doctype=OUTSIDE), "unreadable.no-text"),
    Hostile("a.ofd", lambda: ofd.document(["正文"], doctype=BILLION), "unreadable.no-text"),
    # --- names and types that do not agree
    Hostile("a.pdf", lambda: b"<html><p>a", "extension-disagrees"),
    Hostile("a.pdf.exe", lambda: page(PLAIN), "extension-disagrees"),
    Hostile("公告\u202efdp.exe", lambda: page(PLAIN), "bad-file-name"),
    Hostile("a.jpg", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + nested(1, b"a"), "unknown-file-type"),
    Hostile("a.txt", lambda: b"", "empty-file"),
    Hostile("eicar.txt", lambda: hostile.EICAR, "malware"),
    Hostile("a.zip", lambda: hostile.zipped([("a.com", hostile.EICAR)]), "unreadable.no-text"),
    # --- text and pages
    Hostile("a.html", lambda: hostile.deep_html(20_000), "mark.secret"),
    Hostile("a.txt", lambda: hostile.endless_line(5) + MARK.encode(), "mark.secret"),
    Hostile("a.txt", lambda: MARK.encode("utf-16-le"), "unknown-file-type"),
    Hostile("a.txt", lambda: MARK.encode("utf-16-be") + b"\0", "unknown-file-type"),
    Hostile("a.txt", lambda: MARK.encode("utf-16"), "mark.secret"),
    Hostile("a.txt", lambda: "公告".encode() * 60 + b"\xff" + MARK.encode(), "damaged-file"),
    Hostile("a.html", lambda: f"<html><meta charset=utf-8><p>{MARK}".encode("gb18030"), "mark.secret"),
    Hostile("a.html", lambda: b"<html><meta charset=gbk>" + "膼榨".encode("gbk"), "unreadable.no-text"),
]  # fmt: skip


def at_the_door(file: Hostile, content: bytes) -> FileType | str:
    try:
        return files.recognise(file.name, content)
    except UnacceptableFile as error:
        return error.code


async def behind_it(kind: FileType, content: bytes) -> set[str]:
    [screening] = await reader.read([(kind, content)])
    assert screening.findings, "taken for clean"
    return {finding.rule for finding in screening.findings}


TRIED: Counter[str] = Counter()


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{FILES.index(file)}-{file.name}-{file.outcome}")
async def test_a_hostile_file_is_refused_or_for_a_person(file: Hostile) -> None:
    content = file.content()
    began = time.monotonic()
    kind = at_the_door(file, content)
    outcome = await behind_it(kind, content) if isinstance(kind, FileType) else {kind}
    assert time.monotonic() - began < reader.TIME_LIMIT
    assert file.outcome in outcome
    TRIED["for a person" if isinstance(kind, FileType) else "refused"] += 1


def test_enough_of_them_were_tried() -> None:
    print(f"\n{len(FILES)} hostile files tried: {dict(TRIED)}")
    assert len(FILES) >= 40
    assert TRIED.total() in (0, len(FILES))  # None if this test runs alone.
