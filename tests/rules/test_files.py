"""Which files are taken in, told from their bytes, and what is said about those that are not."""

import pytest

from shared import archives, files
from shared.files import FileType, UnacceptableFile
from tests.rules import hostile, ofd, workbook

HTML = "<!DOCTYPE html><title>公告</title><p>正文</p>".encode()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("公告.txt", "公告".encode(), FileType.TXT),
        ("公告.TXT", b"\xef\xbb\xbf" + "公告".encode(), FileType.TXT),
        ("公告.txt", "公告".encode("utf-16"), FileType.TXT),
        ("公告.txt", "关于水价调整的公告：镕".encode("gb18030"), FileType.TXT),
        ("公告.txt", b"PKU notice", FileType.TXT),
        ("公告.html", HTML, FileType.HTML),
        ("公告.htm", "<!-- 甲 --><html>水价".encode("gb18030"), FileType.HTML),
        ("公告.docx", hostile.word("公告"), FileType.DOCX),
        ("公告.pdf", hostile.pdf("公告"), FileType.PDF),
        ("公告.zip", hostile.zipped([("公告.txt", b"a")]), FileType.ZIP),
        ("公告.xlsx", workbook.made([["公告"]]), FileType.XLSX),
        ("公告.ofd", ofd.document(["公告"]), FileType.OFD),
    ],
)
def test_an_accepted_type_is_recognised_by_its_content(name: str, content: bytes, expected: FileType) -> None:
    assert files.recognise(name, content) is expected


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.txt", b"", files.EmptyFile),
        ("a.txt", b" \r\n\t", files.EmptyFile),
        ("a.txt", bytes(range(256)), files.UnknownFileType),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", files.UnknownFileType),
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), files.UnknownFileType),
        ("a.zip", hostile.zipped([("a/", b"")]), files.EmptyFile),
        (
            "a.pptx",
            hostile.package("", types=hostile.CONTENT_TYPES.replace("word", "slide")),
            files.UnknownFileType,
        ),
        ("a.xlsx", hostile.package("", ("xl/macrosheets/sheet1.xml", b"<a/>")), files.MacrosInside),
        ("a.docx", hostile.package("", ("OFD.xml", b"<a/>")), files.TwoFilesInOne),
        ("a.ofd", hostile.zipped([("OFD.xml", b"<a/>"), ("Encryptions.xml", b"<a/>")]), files.EncryptedFile),
        ("a.txt", hostile.EICAR, files.KnownMalware),
        ("a.docx", hostile.locked_word(), files.EncryptedFile),
        ("a.docx", hostile.with_locked_entries(), files.EncryptedFile),
        ("a.pdf", hostile.pdf("a", encrypted=True), files.EncryptedFile),
        ("a.docx", hostile.with_macros(), files.MacrosInside),
        ("a.docm", hostile.macro_enabled(), files.MacrosInside),
        ("a.docx", hostile.word("a")[:-40], files.DamagedFile),
        ("a.pdf", hostile.pdf("a")[:-40], files.DamagedFile),
        ("a.docx", hostile.with_equal_names(), files.DamagedFile),
        ("a.txt", "公告".encode() * 50 + b"\xff" + "公告".encode() * 50, files.DamagedFile),
        ("a.docx", hostile.bomb_of_zeros(), files.ZipBomb),
        ("a.docx", hostile.bomb_of_entries(), files.ZipBomb),
        ("a.docx", hostile.bomb_of_overlaps(), files.ZipBomb),
        ("a.docx", hostile.deep_word(), files.ZipBomb),
        ("a.docx", hostile.bomb_that_lies(), files.DamagedFile),
    ],
)
def test_a_bad_file_is_refused_for_its_reason(
    name: str, content: bytes, error: type[UnacceptableFile]
) -> None:
    with pytest.raises(error) as refusal:
        files.recognise(name, content)
    assert type(refusal.value) is error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.jpg", HTML),
        ("公告.html.jpg", HTML),
        ("公告.pdf.exe", hostile.pdf("公告")),
        ("公告.txt", HTML),
        ("公告.html", "公告".encode()),
        ("公告.pdf", hostile.word("公告")),
        ("公告", "公告".encode()),
    ],
)
def test_the_extension_has_to_agree_with_the_content(name: str, content: bytes) -> None:
    with pytest.raises(files.ExtensionDisagrees):
        files.recognise(name, content)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "a\0.txt",
        "../a.txt",
        "..\\a.txt",
        "a\r\nb.txt",
        "公告\u202etxt.exe",
        "a\u200b.txt",
        "\ud800.txt",
        "公" * 90,
    ],
)
def test_a_name_that_deceives_or_leaves_its_folder_is_refused(name: str) -> None:
    with pytest.raises(files.BadFileName):
        files.recognise(name, b"text")


def test_a_file_over_the_limit_is_told_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_SIZE", 10)
    files.recognise("a.txt", b"x" * 10)
    with pytest.raises(files.FileTooLarge) as refusal:
        files.recognise("a.txt", b"x" * 11)
    assert refusal.value.facts == {"size": 11, "limit": 10}


def test_inflating_stops_at_the_budget_whatever_the_directory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with archives.opened(hostile.package("", ("word/a.xml", bytes(3_000)))) as archive:
        monkeypatch.setattr(archives, "MAX_INFLATED", 2_000)
        with pytest.raises(files.ZipBomb):
            list(archives.entries(archive))


def test_an_archive_in_an_archive_is_not_opened() -> None:
    nested = hostile.package("", ("word/embeddings/a.zip", hostile.bomb_of_zeros(10)))
    assert files.recognise("a.docx", nested) is FileType.DOCX


@pytest.mark.parametrize("kind", UnacceptableFile.__subclasses__())
def test_every_refusal_speaks_both_languages(kind: type[UnacceptableFile]) -> None:
    assert str(kind()) == kind.__doc__
    assert kind.zh.endswith("。")
    assert kind.zh != UnacceptableFile.zh
    assert [other.code for other in UnacceptableFile.__subclasses__()].count(kind.code) == 1


@pytest.mark.parametrize("filetype", FileType)
def test_every_type_has_its_extension_and_media_type(filetype: FileType) -> None:
    assert filetype.extension == f".{filetype.value}"
    assert "/" in filetype.media_type
