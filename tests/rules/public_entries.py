"""An entry of the catalogue as the public gets it, for the tests of what is made of it."""

from typing import Any

ID = "0190a0a0-0000-7000-8000-000000000001"


def entry(**more: Any) -> dict[str, Any]:
    """An ordinary notice with everything said that can be."""
    return {
        "document_id": ID,
        "href": f"/documents/{ID}",
        "edition": 1,
        "index_no": "12219900MB0A20027E/2026-00001",
        "former_index_no": None,
        "title": "通知 <b> & “公告” ]]>",
        "summary": "",
        "doc_no": "滨开管发〔2026〕15号",
        "department": "archive",
        "joint_with": ["library"],
        "office": None,
        "kind": "notice",
        "theme": "02.01",
        "genre": "notice",
        "audience": ["citizens"],
        "keywords": ["开放", "时间 <script>"],
        "created_on": "2026-11-20",
        "signed_on": "2026-11-20",
        "published_at": "2026-11-20T08:00:00.5+00:00",
        "changed_at": "2026-11-21T08:00:00.5+00:00",
        "effective_on": None,
        "lapses_on": None,
        "notice_ends_on": None,
        "language": "zh-CN",
        "source": None,
        "openness": "open",
        "openness_reason": "",
        "obligations": [],
        "matter": None,
        "stage": None,
        "amendment": "",
        "relations": [],
        "content_sha256": "a" * 64,
        "files": [
            {
                "number": 1,
                "name": "通知 <1>.txt",
                "media_type": "text/plain",
                "size": 6,
                "sha256": "b" * 64,
                "href": f"/documents/{ID}/files/1",
            }
        ],
        "ledger": f"/ledger/documents/{ID}",
        **more,
    }
