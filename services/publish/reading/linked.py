"""The catalogue as linked data: schema.org for a document, DCAT for the whole. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts import DocumentKind
from shared.themes import UnknownTheme, by_code

Entry = Mapping[str, Any]
Bodies = Mapping[str, str]

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
}

TYPES = {
    DocumentKind.REGULATION: "Legislation",
    DocumentKind.GUIDE: "GovernmentService",
    DocumentKind.REPORT: "Report",
    DocumentKind.STATISTICS: "Report",
}
"""What schema.org has for a kind; everything else is a DigitalDocument."""

RELATIONS = {
    "amends": "legislationChanges",
    "repeals": "legislationRepeals",
    "implements": "legislationApplies",
}


def schema_org(base: str, entry: Entry, bodies: Bodies) -> dict[str, Any]:
    """One document for search engines."""
    kind = TYPES.get(DocumentKind(entry["kind"]), "DigitalDocument")
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": base + entry["href"],
        "url": base + entry["href"],
        "name": entry["title"],
        "description": entry["summary"] or entry["title"],
        "identifier": entry["index_no"],
    }
    if kind == "GovernmentService":
        return said | {
            "provider": _organisation(base, entry["department"], bodies),
            "serviceType": "办事指南",
        }
    said |= {
        "inLanguage": entry["language"],
        "dateCreated": entry["created_on"],
        "datePublished": entry["published_at"],
        "dateModified": entry["changed_at"],
        "keywords": entry["keywords"],
        "isAccessibleForFree": True,
        "publisher": _organisation(base, entry["department"], bodies),
        "author": [_organisation(base, code, bodies) for code in (entry["department"], *entry["joint_with"])],
        "encoding": [_media(base, file) for file in entry["files"]],
    }
    return said | (_legislation(base, entry) if kind == "Legislation" else {})


def _organisation(base: str, code: str, bodies: Bodies) -> dict[str, str]:
    return {
        "@type": "GovernmentOrganization",
        "@id": f"{base}/documents?department={code}",
        "name": bodies.get(code, code),
    }


def _media(base: str, file: Entry) -> dict[str, Any]:
    return {
        "@type": "MediaObject",
        "contentUrl": base + file["href"],
        "encodingFormat": file["media_type"],
        "contentSize": str(file["size"]),
        "sha256": file["sha256"],
        "name": file["name"],
    }


def _legislation(base: str, entry: Entry) -> dict[str, Any]:
    said = {
        "legislationIdentifier": entry["doc_no"] or entry["index_no"],
        "legislationDate": entry["signed_on"],
        "legislationDateVersion": entry["effective_on"],
        "temporalCoverage": f"{entry['effective_on'] or '..'}/{entry['lapses_on'] or '..'}",
    }
    for relation in entry["relations"]:
        if (name := RELATIONS.get(relation["kind"])) and relation["document_id"]:
            said.setdefault(name, []).append({"@id": f"{base}/documents/{relation['document_id']}"})
    return {name: value for name, value in said.items() if value}


def dataset(base: str, entry: Entry, bodies: Bodies) -> dict[str, Any]:
    """One document as the catalogue of DCAT has it."""
    said = {
        "@id": base + entry["href"],
        "@type": "dcat:Dataset",
        "dct:identifier": entry["index_no"],
        "dct:title": {"@value": entry["title"], "@language": "zh"},
        "dct:description": {"@value": entry["summary"] or entry["title"], "@language": "zh"},
        "dct:publisher": _agent(base, entry["department"], bodies),
        "dct:creator": [_agent(base, code, bodies) for code in entry["joint_with"]],
        "dct:created": _typed(entry["created_on"], "date"),
        "dct:issued": _typed(entry["published_at"], "dateTime"),
        "dct:modified": _typed(entry["changed_at"], "dateTime"),
        "dct:language": entry["language"],
        "dct:accessRights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
        "dct:type": {"@id": f"urn:gongkai:kind:{entry['kind']}"},
        "dcat:theme": _theme(entry["theme"]),
        "dcat:keyword": [{"@value": word, "@language": "zh"} for word in entry["keywords"]],
        "dcat:landingPage": {"@id": base + entry["href"]},
        "dcat:distribution": [_distribution(base, file) for file in entry["files"]],
    }
    return {name: value for name, value in said.items() if value}


def _agent(base: str, code: str, bodies: Bodies) -> dict[str, Any]:
    name = {"@value": bodies.get(code, code), "@language": "zh"}
    return {"@id": f"{base}/documents?department={code}", "@type": "foaf:Agent", "foaf:name": name}


def _theme(code: str) -> dict[str, Any]:
    concept: dict[str, Any] = {"@id": f"urn:gongkai:theme:{code}", "@type": "skos:Concept"}
    try:
        theme = by_code(code)
    except UnknownTheme:
        return concept
    names = [{"@value": theme.zh, "@language": "zh"}, {"@value": theme.en, "@language": "en"}]
    return {**concept, "skos:notation": code, "skos:prefLabel": names}


def _distribution(base: str, file: Entry) -> dict[str, Any]:
    return {
        "@id": base + file["href"],
        "@type": "dcat:Distribution",
        "dct:title": file["name"],
        "dcat:accessURL": {"@id": base + file["href"]},
        "dcat:downloadURL": {"@id": base + file["href"]},
        "dcat:mediaType": file["media_type"],
        "dcat:byteSize": _typed(str(file["size"]), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": file["sha256"],
        },
    }


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}


def document(base: str, entry: Entry, bodies: Bodies) -> dict[str, Any]:
    """One document by itself, for search engines and for catalogues."""
    return {"@context": CONTEXT, "@graph": [schema_org(base, entry, bodies), dataset(base, entry, bodies)]}


def catalogue(
    title: str, base: str, entries: Sequence[Entry], bodies: Bodies, pages: Mapping[str, str]
) -> dict[str, Any]:
    """One page of the catalogue; `pages` are the addresses of this and its neighbours."""
    view: dict[str, Any] = {"@id": pages["self"], "@type": "hydra:PartialCollectionView"}
    for name, rel in (("first", "hydra:first"), ("next", "hydra:next"), ("previous", "hydra:previous")):
        if name in pages:
            view[rel] = {"@id": pages[name]}
    return {
        "@context": CONTEXT,
        "@id": f"{base}/catalogue.jsonld",
        "@type": ["dcat:Catalog", "hydra:Collection"],
        "dct:title": {"@value": title, "@language": "zh"},
        "dct:description": {"@value": title, "@language": "zh"},
        "dct:language": "zh-CN",
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": {"@value": title, "@language": "zh"}},
        "hydra:view": view,
        "dcat:dataset": [dataset(base, entry, bodies) for entry in entries],
    }
