"""An index in OpenSearch, for more documents than one machine holds: the same bigrams, asked over HTTP."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson

from .folding import bigrams, characters
from .index import FACETS, Answer, Entry, Held, Mark, SearchIndex
from .kept import FORM, as_entry, as_values, day_of, moment_of
from .questions import Filters, Question, Sort

AT_ONCE = 2_000
TITLE, NUMBER = 3.0, 1000.0
MARK = "mark"
MOST_VALUES = 500

_EXACT: dict[str, Any] = {"type": "keyword"}
_WORDS: dict[str, Any] = {"type": "text", "analyzer": "whitespace"}
SHAPE: dict[str, Any] = {
    "settings": {"refresh_interval": "-1", "max_result_window": 20_000},
    "mappings": {
        "dynamic": False,
        "properties": {
            **dict.fromkeys(("id", "is", "number", "sample", *FACETS), _EXACT),
            **dict.fromkeys(("title", "text", "title_characters", "text_characters"), _WORDS),
            "at": {"type": "long"},
            "day": {"type": "long"},
        },
    },
}


class InOpenSearch:
    """A SearchIndex under `name`. Its mark goes in last, so what was cut off is put in once more."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self._client = client
        self.name = name

    def mark(self) -> Mark | None:
        found = self._client.get(f"/{self.name}/_doc/{MARK}")
        return Mark(**_said(found)["_source"]["kept"]) if found.status_code == 200 else None

    def apply(self, entries: Sequence[Entry], removed: Sequence[UUID], mark: Mark) -> None:
        lines: list[dict[str, Any]] = [{"delete": {"_id": str(one)}} for one in removed]
        for entry in entries:
            lines += ({"index": {"_id": str(entry.document_id)}}, _document(entry))
        self._bulk(lines)
        self._bulk([{"index": {"_id": MARK}}, {"is": MARK, "kept": vars(mark)}])
        _said(self._client.post(f"/{self.name}/_refresh"))

    def search(self, question: Question) -> Answer:
        if question.hopeless:
            return Answer()
        asked = {
            "query": _query(question),
            "from": (question.page - 1) * question.size,
            "size": question.size,
            "track_total_hits": True,
            "sort": ["_score", {"at": "desc"}] if question.sort is Sort.BEST else [{"at": "desc"}],
            "_source": ["kept"],
            "aggs": {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in FACETS},
        }
        found = _said(self._client.post(f"/{self.name}/_search", json=asked))
        hits = [as_entry(one["_source"]["kept"]) for one in found["hits"]["hits"]]
        return Answer(int(found["hits"]["total"]["value"]), hits, _facets(found["aggregations"]))

    def held(self) -> Iterator[Held]:
        after: list[Any] = []
        while True:
            asked = {
                "query": {"term": {"is": "all"}},
                "size": AT_ONCE,
                "sort": [{"id": "asc"}],
                "_source": ["kept"],
            }
            more = {"search_after": after} if after else {}
            found = _said(self._client.post(f"/{self.name}/_search", json={**asked, **more}))["hits"]["hits"]
            for one in found:
                yield Held.of(as_entry(one["_source"]["kept"]))
            if len(found) < AT_ONCE:
                return
            after = found[-1]["sort"]

    def close(self) -> None:
        """Nothing is held open but the place's connections."""

    def _bulk(self, lines: Sequence[Mapping[str, Any]]) -> None:
        body = b"".join(orjson.dumps(one) + b"\n" for one in lines)
        if not body:
            return
        headers = {"Content-Type": "application/x-ndjson"}
        done = _said(self._client.post(f"/{self.name}/_bulk", content=body, headers=headers))
        for one in done["items"]:
            [result] = one.values()
            if result["status"] >= 300 and result["status"] != 404:
                raise NotTaken(str(result.get("error"))[:300])


class NotTaken(Exception):
    """OpenSearch did not take a document."""


class Aliases:
    """A Place in OpenSearch: the alias `name` stands for the index in use."""

    def __init__(self, url: str, name: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60)
        self.name = name

    def current(self) -> InOpenSearch | None:
        found = self._client.get(f"/_alias/{self.name}")
        names = list(_said(found)) if found.status_code == 200 else []
        ours = [one for one in names if one.startswith(f"{self.name}-{FORM}-")]
        return InOpenSearch(self._client, ours[0]) if ours else None

    def beside(self) -> InOpenSearch:
        name = f"{self.name}-{FORM}-{uuid4().hex}"
        _said(self._client.put(f"/{name}", json=SHAPE))
        return InOpenSearch(self._client, name)

    def put_in_use(self, new: SearchIndex) -> None:
        assert isinstance(new, InOpenSearch)
        others = [one for one in _said(self._client.get(f"/{self.name}-*/_alias")) if one != new.name]
        away = [{"remove_index": {"index": one}} for one in others]
        swap = {"actions": [{"add": {"index": new.name, "alias": self.name}}, *away]}
        _said(self._client.post("/_aliases", json=swap))

    def leave(self) -> None:
        self._client.close()


def _said(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    return dict(answer.json())


def _document(entry: Entry) -> dict[str, Any]:
    at, day = moment_of(entry.published_at), day_of(entry.published_at)
    return {**as_values(entry), "at": at, "day": day, "kept": vars(entry)}


# --- a question as OpenSearch asks it


def _query(question: Question) -> dict[str, Any]:
    bearing = [{"term": {"number": question.number}}] if question.number else []
    must = [_either([*bearing, _phrase("text", one)]) for one in question.wanted]
    better: list[dict[str, Any]] = [_phrase("title", one, TITLE) for one in question.wanted]
    better += [{"constant_score": {"filter": one, "boost": NUMBER}} for one in bearing]
    return {
        "bool": {
            "must": must,
            "must_not": [_phrase("text", one) for one in question.unwanted],
            "filter": [{"term": {"is": "all"}}, *_filters(question.filters)],
            "should": better,
        }
    }


def _either(queries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _phrase(field: str, word: str, boost: float = 1.0) -> dict[str, Any]:
    if terms := bigrams(word).strip():
        return {"match_phrase": {field: {"query": terms, "boost": boost}}}
    return {"term": {f"{field}_characters": {"value": characters(word), "boost": boost}}}


def _filters(asked: Filters) -> Iterator[dict[str, Any]]:
    for name, value in asked.exact().items():
        yield {"term": {name: value}}
    since, until = asked.days()
    if since or until:
        yield {"range": {"day": {"gte": since or 0, "lte": until or 99_999_999}}}


def _facets(found: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
    return {name: {one["key"]: one["doc_count"] for one in found[name]["buckets"]} for name in FACETS}
