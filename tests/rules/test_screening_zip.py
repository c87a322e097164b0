"""What the files in an archive say, and what an archive may not do to whoever opens it."""

import stat
import zipfile
from io import BytesIO
from random import Random

import pytest

from services.review.screening.extract import extract
from services.review.screening.pieces import Piece
from shared import archives, files
from shared.files import FileType
from tests.rules import hostile, hostile_pdf, ofd, workbook
from tests.rules.hostile import zipped

ID = "11010519491231002X"


def read(content: bytes) -> list[Piece]:
    return extract(FileType.ZIP, content)


def places(content: bytes) -> list[str]:
    return [piece.place_at(piece.text.index(ID)) for piece in read(content) if ID in piece.text]


def doubtful(content: bytes) -> list[str]:
    return [piece.place for piece in read(content) if piece.unreadable]


FOLDER = [
    ("附件/公告.txt", ID.encode()),
    ("附件/公告.html", f"<html><p>{ID}".encode()),
    ("附件/公告.docx", hostile.word(ID)),
    ("附件/名单.xlsx", workbook.made([[ID]])),
    ("附件/公告.pdf", hostile_pdf.page(hostile_pdf.PLAIN + hostile_pdf.words(ID))),
    ("附件/公告.ofd", ofd.document([ID])),
    ("附件/内.zip", zipped([("公告.txt", ID.encode())])),
]


def test_every_accepted_file_is_read_under_its_name() -> None:
    assert places(zipped(FOLDER)) == [
        "附件/公告.txt › 正文 text", "附件/公告.html › 正文 text", "附件/公告.docx › 正文 text",
        "附件/名单.xlsx › 工作表 sheet Sheet!A1", "附件/公告.pdf › 第1页 page 1",
        "附件/公告.ofd › 第1页 page 1", "附件/内.zip › 公告.txt › 正文 text",
    ]  # fmt: skip
    assert doubtful(zipped(FOLDER)) == []


@pytest.mark.parametrize(
    ("name", "body", "place"),
    [
        ("照片.jpg", b"\xff\xd8\xff\x00", "照片.jpg（不能读取 unknown-file-type）"),
        ("a.docx", hostile.locked_word(), "a.docx（不能读取 encrypted-file）"),
        ("a.zip", hostile.with_locked_entries(), "a.zip（不能读取 encrypted-file）"),
        ("a.docm", hostile.macro_enabled(), "a.docm（不能读取 macros）"),
        ("a.docx", hostile.bomb_of_overlaps(), "a.docx（不能读取 zip-bomb）"),
        ("a.pdf", b"%PDF-1.7\n%%EOF", "a.pdf（不能读取 damaged-file）"),
        ("a.com", hostile.EICAR, "a.com（不能读取 malware）"),
        ("公告", "正文".encode(), "公告（扩展名不符 extension-disagrees）"),
    ],
)
def test_what_cannot_be_read_is_for_a_person_and_the_rest_is_read(name: str, body: bytes, place: str) -> None:
    content = zipped([(name, body), ("公告.txt", ID.encode())])
    assert doubtful(content) == [place]
    assert places(content) == ["公告.txt › 正文 text"]


def test_an_archive_is_opened_two_deep_and_no_deeper() -> None:
    inner = zipped([("三.zip", zipped([("公告.txt", ID.encode())])), ("公告.txt", ID.encode())])
    content = zipped([("二.zip", inner)])
    assert places(content) == ["二.zip › 公告.txt › 正文 text"]
    assert doubtful(content) == ["二.zip › 三.zip（不再展开 too deep）"]


def test_one_budget_is_shared_by_all_that_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Random(0).randbytes(16_000).hex().encode()
    inner = zipped([(f"{number}.zip", zipped([("a.txt", text)])) for number in range(3)])
    monkeypatch.setattr(archives, "MAX_INFLATED", 200_000)
    assert doubtful(inner) == []
    monkeypatch.setattr(archives, "MAX_INFLATED", 100_000)
    with pytest.raises(files.ZipBomb):
        read(inner)
    monkeypatch.setattr(archives, "MAX_ENTRIES", 8)
    small = [(f"{number}.zip", zipped([("a.txt", b"a")])) for number in range(5)]
    with pytest.raises(files.ZipBomb):
        read(zipped(small))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_name_is_shown_as_it_was_written(encoding: str) -> None:
    """Most Chinese archives name their files in GBK and do not say so."""
    name = "附件/名单.txt".encode(encoding)
    content = zipped([("a" * len(name), ID.encode())]).replace(b"a" * len(name), name)
    assert places(content) == ["附件/名单.txt › 正文 text"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.txt", "/etc/a.txt", "C:\\a.txt", "..\\a.txt", "a/../../b.txt", "长" * 1_500 + ".txt"],
)
def test_a_name_that_leaves_its_folder_does_no_harm_and_is_for_a_person(name: str) -> None:
    content = zipped([(name, ID.encode())])
    [place] = doubtful(content)
    assert place.endswith("（名称可疑 suspicious name）")
    assert len(place) < 120
    assert len(places(content)) == 1


def test_a_link_to_another_file_is_for_a_person() -> None:
    link = zipfile.ZipInfo("公告.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert doubtful(file.getvalue()) == ["公告.txt（名称可疑 suspicious name）"]


def test_a_name_with_an_end_in_its_middle_is_for_a_person() -> None:
    content = zipped([("a.txt0.exe", ID.encode())]).replace(b"a.txt0.exe", b"a.txt\0.exe")
    assert doubtful(content) == ["a.txt（名称可疑 suspicious name）"]


def test_a_name_cannot_break_the_record() -> None:
    [place, *_] = doubtful(zipped([("甲\u202etxt.exe\n\x1b", b"\0")]))
    assert place.isprintable()
