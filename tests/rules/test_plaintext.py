"""The words of files, for finding them again: the sample documents of every type, and hostile ones."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from shared.files import FileType, UnacceptableFile, kind_of
from shared.plaintext import plaintext

SAMPLES = Path(__file__).parents[2] / "samples"
DOCUMENTS = sorted((SAMPLES / "documents").iterdir())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_the_source_of_a_document_says_is_found_in_it(path: Path) -> None:
    content = path.read_bytes()
    kind = kind_of(content)
    assert kind is not None
    text = re.sub(r"\s", "", plaintext(kind, content))
    source = (SAMPLES / "sources" / f"{path.stem}.txt").read_text()
    words = re.findall(r"[一-龥]{4,}", source)
    missing = [word for word in words if word not in text]
    assert len(missing) <= len(words) * 0.03, missing


def package(**parts: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return made.getvalue()


def test_the_cells_of_a_workbook_are_found() -> None:
    content = package(
        xl__sharedStrings_xml="<sst><si><t>预算</t></si><si><t xml:space='preserve'>决算 &amp;</t></si></sst>"
    )
    assert plaintext(FileType.XLSX, content) == "预算\n决算 &\n"


def test_the_pages_of_an_ofd_document_follow_their_numbers() -> None:
    page = "<ofd:TextCode X='1' Y='2'>第{}页</ofd:TextCode></ofd:TextObject>"
    pages = {f"Doc_0__Pages__Page_{n}__Content_xml": page.format(n) for n in (10, 9)}
    assert plaintext(FileType.OFD, package(**pages)).split() == ["第9页", "第10页"]


def test_an_entity_is_no_text() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'boom'>]><w:p><w:t>&a;字</w:t></w:p>"
    assert plaintext(FileType.DOCX, package(word__document_xml=bomb)) == "&a;字\n"


def test_what_runs_in_a_page_is_not_its_text() -> None:
    assert plaintext(FileType.HTML, b"<p>a</p><script>b</script><style>c</style>").split() == ["a"]


def test_a_bomb_is_refused() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 50_000_000)
    with pytest.raises(UnacceptableFile):
        plaintext(FileType.DOCX, made.getvalue())
