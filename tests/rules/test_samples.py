"""The sample documents and their organisation are what samples.yaml and organisation.yaml say they are."""

import importlib.util
import re
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import docx
import pypdfium2
import pytest
import yaml
from docx.oxml.ns import qn

SAMPLES = Path(__file__).parents[2] / "samples"
KINDS = {"notice", "guide", "report", "statistics", "personnel", "budget", "plan", "regulation"}
BODIES = {"committee", "bureau", "institution", "enterprise"}
ROLES = {"officer", "head", "leader", "principal", "secrecy", "operator", "portal"}
CODES = {"office", "audit", "development", "labour", "service", "archive", "library", "water", "secrecy"}
SECOND_LEVEL = (10, 9, 7, 9, 8, 4, 12, 6, 6, 6, 4, 5, 4, 3, 7, 4, 7, 2, 3, 3, 2, 0)
USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
MARK = re.compile(r"(绝\s*密|机\s*密|秘\s*密)\s*[★☆✭⭐*＊]")
HANDLING = re.compile(
    r"内部(资料|文件|使用)|不得(外传|上网|公开)|阅后(收回|销毁)|传阅范围|涉密|密件|工作秘密"
)


@cache
def the(name: str) -> Any:
    return yaml.safe_load((SAMPLES / f"{name}.yaml").read_text("utf-8"))


@cache
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("samples_build", SAMPLES / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SUBMISSIONS: list[dict[str, Any]] = the("samples")["submissions"]
OFFICERS: list[dict[str, Any]] = the("organisation")["officers"]
DEPARTMENTS: list[dict[str, Any]] = the("organisation")["departments"]
FILES: dict[str, dict[str, Any]] = {
    file: submission
    for submission in SUBMISSIONS
    for file in [*submission["files"], *filter(None, [submission.get("corrected_by")])]
}
of_every_file = pytest.mark.parametrize("file", FILES)
of_every_submission = pytest.mark.parametrize(
    "submission", SUBMISSIONS, ids=lambda s: Path(s["files"][0]).stem
)


@cache
def text_of(file: str) -> str:
    readers = {".txt": text_of_txt, ".html": text_of_html, ".docx": text_of_docx, ".pdf": text_of_pdf}
    return readers[Path(file).suffix](file)


def text_of_txt(file: str) -> str:
    return (SAMPLES / file).read_bytes().decode(FILES[file].get("encoding", "utf-8"))


def text_of_html(file: str) -> str:
    body = ElementTree.fromstring((SAMPLES / file).read_bytes()).find("body")
    assert body is not None
    return "\n".join(body.itertext())


def text_of_docx(file: str) -> str:
    document = docx.Document(str(SAMPLES / file))
    return "\n".join(run.text or "" for run in document.element.body.iter(qn("w:t")))


def text_of_pdf(file: str) -> str:
    with pypdfium2.PdfDocument(SAMPLES / file) as document:
        pages: str = "\n".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"— \d+ —", "", pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def identity_numbers(text: str) -> list[str]:
    return [number for number in ID_NUMBER.findall(text) if id_check_digit(number) == number[17].upper()]


def id_check_digit(number: str) -> str:
    return "10X98765432"[sum(int(a) * w for a, w in zip(number[:17], ID_WEIGHTS, strict=True)) % 11]


def uscc_check_digit(code: str) -> str:
    total = sum(USCC_DIGITS.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return USCC_DIGITS[(31 - total % 31) % 31]


def organisation_check_digit(code: str) -> str:
    rest = 11 - sum(int(c, 36) * w for c, w in zip(code[:8], ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def with_role(role: str, department: str) -> list[str]:
    return [o["id"] for o in OFFICERS if role in o["roles"] and o["department"] == department]


@of_every_file
def test_a_file_says_exactly_what_its_source_says(file: str) -> None:
    blocks = build().read(Path(file).stem)
    source = "".join(block.text + "".join(chain(*block.rows)) for block in blocks)
    assert squeezed(text_of(file)) == squeezed(source)


@of_every_file
def test_a_document_is_between_three_hundred_and_two_and_a_half_thousand_characters(file: str) -> None:
    assert 300 <= len(squeezed(text_of(file))) <= 2500


@of_every_file
def test_a_file_is_small(file: str) -> None:
    assert (SAMPLES / file).stat().st_size < 150_000


def test_every_document_lies_in_the_folder_because_it_is_submitted() -> None:
    assert {SAMPLES / file for file in FILES} == set((SAMPLES / "documents").iterdir())


def test_each_format_has_two_documents_or_more() -> None:
    formats = [Path(submission["files"][0]).suffix for submission in SUBMISSIONS]
    assert set(formats) == {".txt", ".docx", ".pdf", ".html"}
    assert all(formats.count(suffix) >= 2 for suffix in formats)


def test_a_text_in_gb18030_is_not_utf_8() -> None:
    others = [file for file, submission in FILES.items() if submission.get("encoding") == "gb18030"]
    assert others
    for file in others:
        with pytest.raises(UnicodeDecodeError):
            (SAMPLES / file).read_bytes().decode("utf-8")


@of_every_submission
def test_a_submission_bears_the_title_number_and_year_of_its_document(submission: dict[str, Any]) -> None:
    text = squeezed(text_of(submission["files"][0]))
    date = submission["created_on"]
    assert submission["title"] in text
    assert submission.get("doc_no", "") in text
    assert f"{date.year}年{date.month}月{date.day}日" in text
    assert date.year == 2026


@of_every_submission
def test_a_submission_names_known_codes(submission: dict[str, Any]) -> None:
    top, second = map(int, re.fullmatch(r"(\d\d)\.(\d\d)", submission["theme"]).groups())  # type: ignore[union-attr]
    assert 1 <= second <= SECOND_LEVEL[top - 1]
    assert submission["kind"] in KINDS
    assert {submission["department"], *submission["joint_with"]} <= CODES
    assert submission["department"] not in submission["joint_with"]


@of_every_submission
def test_the_author_is_an_officer_of_the_issuing_body(submission: dict[str, Any]) -> None:
    assert submission["author"] in with_role("officer", submission["department"])


@of_every_submission
def test_an_outcome_is_complete(submission: dict[str, Any]) -> None:
    assert submission["expect"] in {"published", "returned", "quarantined"}
    assert ("corrected_by" in submission) == (submission["expect"] == "returned")
    assert "withdraw" not in submission or submission["expect"] == "published"


def test_every_outcome_kind_and_a_joint_document_are_shown() -> None:
    assert {s["expect"] for s in SUBMISSIONS} == {"published", "returned", "quarantined"}
    assert {s["kind"] for s in SUBMISSIONS} == KINDS
    assert [s["withdraw"]["kind"] for s in SUBMISSIONS if "withdraw" in s] == ["withdrawn"]
    assert ["development", "labour"] in [s["joint_with"] for s in SUBMISSIONS]


@of_every_file
def test_only_the_returned_edition_shows_an_identity_number(file: str) -> None:
    returned = FILES[file]["expect"] == "returned" and file in FILES[file]["files"]
    assert len(identity_numbers(text_of(file))) == (1 if returned else 0)


@of_every_file
def test_only_the_quarantined_document_bears_a_mark_and_on_its_first_lines(file: str) -> None:
    marked = FILES[file]["expect"] == "quarantined"
    assert bool(MARK.search("\n".join(text_of(file).splitlines()[:2]))) == marked
    assert len(MARK.findall(text_of(file))) == (1 if marked else 0)


@of_every_file
def test_no_document_shows_a_mobile_number_or_a_handling_remark(file: str) -> None:
    assert not MOBILE.search(text_of(file))
    assert not HANDLING.search(squeezed(text_of(file)))


def test_the_departments_are_the_nine_bodies() -> None:
    assert [d["code"] for d in DEPARTMENTS] == list(dict.fromkeys(d["code"] for d in DEPARTMENTS))
    assert {d["code"] for d in DEPARTMENTS} == CODES
    assert {d["kind"] for d in DEPARTMENTS} == BODIES
    assert all(d["name"] and d["name_en"] for d in DEPARTMENTS)


@pytest.mark.parametrize("department", DEPARTMENTS, ids=lambda d: d["code"])
def test_a_department_has_a_valid_credit_code_and_a_telephone(department: dict[str, Any]) -> None:
    code = department["uscc"]
    assert re.fullmatch(rf"[{USCC_DIGITS}]{{18}}", code)
    assert code[2:8] == the("organisation")["zone"]["code"]
    assert organisation_check_digit(code[8:17]) == code[16]
    assert uscc_check_digit(code) == code[17]
    assert re.fullmatch(r"0\d{3}-\d{8}", department["phone"])


def test_the_check_digits_agree_with_published_examples() -> None:
    assert uscc_check_digit("91350100M000100Y43") == "3"
    assert organisation_check_digit("000014349") == "9"
    assert id_check_digit("11010519491231002X") == "X"


@pytest.mark.parametrize("key", ["uscc", "phone", "name"])
def test_no_two_departments_share_a_code_a_telephone_or_a_name(key: str) -> None:
    assert len({d[key] for d in DEPARTMENTS}) == len(DEPARTMENTS)


def test_officers_are_known_by_one_ascii_id_and_serve_a_department() -> None:
    assert 20 <= len(OFFICERS) <= 26
    assert len({o["id"] for o in OFFICERS}) == len({o["name"] for o in OFFICERS}) == len(OFFICERS)
    for officer in OFFICERS:
        assert re.fullmatch(r"[a-z]+\.[a-z]+", officer["id"])
        assert officer["department"] in CODES
        assert set(officer["roles"]) <= ROLES
        assert officer["roles"]


@pytest.mark.parametrize("department", sorted(CODES))
def test_a_department_has_an_officer_and_a_head_who_are_not_the_same(department: str) -> None:
    assert with_role("officer", department)
    assert with_role("head", department)
    assert not set(with_role("officer", department)) & set(with_role("head", department))


@pytest.mark.parametrize(
    ("role", "department", "count"),
    [
        ("leader", "office", 2),
        ("principal", "office", 1),
        ("operator", "service", 1),
        ("secrecy", "secrecy", 2),
    ],
)
def test_a_special_role_is_filled_where_it_belongs(role: str, department: str, count: int) -> None:
    assert len(with_role(role, department)) == count
