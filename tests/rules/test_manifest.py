"""The manifest: one edition, one hash."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts import (
    Audience,
    DocumentKind,
    Genre,
    Openness,
    Relation,
    RelationKind,
    Sensitivity,
    Stage,
)
from shared.manifest import Manifest, ManifestFile
from shared.objects import digest

FILE = ManifestFile(name="通知.txt", media_type="text/plain", size=6, sha256="a" * 64)


def manifest(**more: Any) -> Manifest:
    about: dict[str, Any] = {
        "title": "通知",
        "kind": DocumentKind.NOTICE,
        "department": "archive",
        "author": "feng.xue",
        "theme": "02.01",
        "created_on": date(2026, 11, 20),
        "files": (FILE,),
        **more,
    }
    return Manifest(**about)


def test_the_same_manifest_always_gives_the_same_bytes() -> None:
    assert manifest().to_bytes() == manifest().to_bytes()
    assert Manifest.from_bytes(manifest().to_bytes()) == manifest()


def test_the_bytes_are_those_that_were_always_hashed() -> None:
    """Approvals sign this hash: another order of fields or another way of writing would void them all."""
    assert digest(manifest().to_bytes()) == "e19efdec4c98d5e1e0e702cbd22293a84b033f794b52581d19b892e8290d0d5e"


CHANGES: list[dict[str, Any]] = [
    {"title": "通知 "},
    {"kind": DocumentKind.GUIDE},
    {"department": "library"},
    {"author": "song.jia"},
    {"theme": "02"},
    {"created_on": date(2026, 11, 21)},
    {"doc_no": "滨档发〔2026〕1号"},
    {"joint_with": ("library",)},
    {"confirm_with": ("library",)},
    {"sensitivity": Sensitivity.SENSITIVE},
    {"summary": "开放时间"},
    {"genre": Genre.NOTICE},
    {"audience": (Audience.CITIZENS,)},
    {"keywords": ("春节",)},
    {"office": "综合科"},
    {"source": "档案馆"},
    {"language": "en"},
    {"signed_on": date(2026, 11, 19)},
    {"effective_on": date(2026, 12, 1)},
    {"lapses_on": date(2027, 12, 1)},
    {"publish_at": datetime(2026, 12, 1, 9, tzinfo=UTC)},
    {"notice_ends_on": date(2026, 12, 7)},
    {"amendment": "更正电话。"},
    {"openness": Openness.PARTIAL, "openness_reason": "含个人信息。"},
    {"openness_reason": "含个人信息。"},
    {"obligations": ("20-07",)},
    {"matter": "2026-ring-road"},
    {"matter": "2026-ring-road", "stage": Stage.RESULT},
    {"relations": (Relation(kind=RelationKind.ANSWERS, doc_no="滨开管发〔2025〕3号"),)},
    {"former_index_no": "003111216/201012-00015"},
    {"files": (FILE, FILE)},
    {"files": (FILE.model_copy(update={"name": "通告.txt"}),)},
    {"files": (FILE.model_copy(update={"sha256": "b" * 64}),)},
    {"files": (FILE.model_copy(update={"size": 7}),)},
    {"files": (FILE.model_copy(update={"media_type": "text/html"}),)},
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_changes_the_hash(change: dict[str, Any]) -> None:
    assert digest(manifest(**change).to_bytes()) != digest(manifest().to_bytes())


def test_every_field_is_among_the_changes() -> None:
    assert {name for change in CHANGES for name in change} == set(Manifest.model_fields)


@pytest.mark.parametrize("wrong", [{"files": ()}, {"title": ""}, {"status": "approved"}, {"theme": "2"}])
def test_what_is_no_manifest_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        manifest(**wrong)
