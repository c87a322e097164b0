"""An index in a folder of its own, made with tantivy: phrases of bigrams, so that nothing is cut into words.

One process writes into a folder at a time, and it is also the one that reads it.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from tantivy import Document, FieldType, Index, Occur, Query, Schema, SchemaBuilder, Searcher

from .folding import bigrams
from .index import FACETS, Answer, Entry, Held, Mark
from .kept import STEPS, as_entry, as_values, day_of, moment_of
from .questions import Filters, Question, Sort

MEMORY = 64_000_000
AT_ONCE = 2_000
TITLE, NUMBER = 3.0, 1000.0
"""What a word in the title weighs beside one in the text, and what bearing the number asked for does."""

MOST_VALUES = 500
COUNTED = 10_000
"""More hits than these are not counted by facet: a part of them is, chosen by chance."""

_ALL = "all"
_MARK = "mark"


class InTantivy:
    """A SearchIndex in `folder`, which is made if it is not there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._schema = _schema()
        self._index = Index(self._schema, path=str(folder))
        self._index.config_reader("manual")
        self._index.reload()
        self._writer = self._index.writer(MEMORY, num_threads=1)

    def mark(self) -> Mark | None:
        searcher = self._index.searcher()
        found = searcher.search(self._term("is", _MARK), 1, count=False).hits
        return Mark(**_kept(searcher, found[0][1])) if found else None

    def apply(self, entries: Sequence[Entry], removed: Sequence[UUID], mark: Mark) -> None:
        try:
            for gone in (*removed, *(entry.document_id for entry in entries)):
                self._writer.delete_documents_by_term("id", str(gone))
            for entry in entries:
                self._writer.add_document(_document(entry))
            self._writer.delete_documents_by_term("is", _MARK)
            self._writer.add_document(_marking(mark))
            self._writer.commit()
        except BaseException:
            self._writer.rollback()
            raise
        self._index.reload()

    def search(self, question: Question) -> Answer:
        if question.hopeless:
            return Answer()
        searcher = self._index.searcher()
        narrowing = self._narrowing(question)
        ranked = question.sort is Sort.BEST
        found = searcher.search(
            self._ranking(question, narrowing) if ranked else narrowing,
            question.size,
            count=True,
            order_by_field=None if ranked else "at",
            offset=(question.page - 1) * question.size,
        )
        hits = [as_entry(_kept(searcher, at)) for _, at in found.hits]
        total = found.count  # type: ignore[attr-defined]  # It is there, and not in the stub.
        step = next((one for one in (1, *STEPS) if total / one <= COUNTED), STEPS[-1])
        return Answer(total, hits, self._facets(searcher, narrowing, step), step > 1)

    def held(self) -> Iterator[Held]:
        searcher = self._index.searcher()
        everything = self._term("is", _ALL)
        for offset in range(0, searcher.num_docs + 1, AT_ONCE):
            for _, at in searcher.search(everything, AT_ONCE, count=False, offset=offset).hits:
                yield Held.of(as_entry(_kept(searcher, at)))

    def close(self) -> None:
        self._writer.wait_merging_threads()

    # --- a question as tantivy asks it

    def _narrowing(self, question: Question) -> Query:
        """What a hit must be; no matter how well it is."""
        bearing = self._term("number", question.number) if question.number else None
        clauses = [(Occur.Must, self._either(bearing, self._phrase("text", one))) for one in question.wanted]
        clauses += [(Occur.Must, one) for one in self._filters(question.filters)]
        clauses += [(Occur.MustNot, self._phrase("text", one)) for one in question.unwanted]
        if not any(occur is Occur.Must for occur, _ in clauses):
            clauses.append((Occur.Must, self._term("is", _ALL)))
        return Query.boolean_query(clauses)

    def _ranking(self, question: Question, narrowing: Query) -> Query:
        """The same hits, those first that have the words in their title, or bear the number."""
        better = [Query.boost_query(self._phrase("title", one), TITLE) for one in question.wanted]
        if question.number:
            better.append(Query.const_score_query(self._term("number", question.number), NUMBER))
        return Query.boolean_query([(Occur.Must, narrowing), *((Occur.Should, one) for one in better)])

    def _facets(self, searcher: Searcher, query: Query, step: int) -> Mapping[str, Mapping[str, int]]:
        """Of every `step`th document, times so many: the words are looked for in those alone."""
        if step > 1:
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, self._term("sample", str(step)))])
        asked = {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in FACETS}
        found = searcher.aggregate(query, asked)
        return {
            name: {str(one["key"]): one["doc_count"] * step for one in found[name]["buckets"]}
            for name in FACETS
        }

    def _filters(self, asked: Filters) -> Iterator[Query]:
        for name, value in asked.exact().items():
            yield self._term(name, value)
        since, until = asked.days()
        if since or until:
            yield Query.range_query(self._schema, "day", FieldType.Unsigned, since, until)

    def _phrase(self, field: str, word: str) -> Query:
        """The word wherever it stands, also within longer ones."""
        terms = bigrams(word).split()
        if not terms:
            return self._term(f"{field}_characters", word)
        if len(terms) == 1:
            return self._term(field, terms[0], "freq")
        return Query.phrase_query(self._schema, field, _every_other(terms))

    def _term(self, field: str, value: str, option: str = "basic") -> Query:
        return Query.term_query(self._schema, field, value, option)

    def _either(self, one: Query | None, other: Query) -> Query:
        return Query.boolean_query([(Occur.Should, one), (Occur.Should, other)]) if one else other


def _every_other(terms: Sequence[str]) -> list[str | tuple[int, str]]:
    """Two neighbours hold what stands between them, so every other bigram and the last say it all."""
    last = len(terms) - 1
    if any(len(term) == 1 for term in terms):
        return list(enumerate(terms))
    return [(at, terms[at]) for at in sorted({*range(0, last, 2), last})]


# --- documents as tantivy keeps them


def _schema() -> Schema:
    schema = SchemaBuilder()
    for name in ("id", "is", "number", "sample"):
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("title", "text"):
        schema.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        schema.add_text_field(f"{name}_characters", tokenizer_name="whitespace", index_option="basic")
    schema.add_unsigned_field("at", fast=True)
    schema.add_unsigned_field("day", indexed=True, fast=True)
    schema.add_bytes_field("kept", stored=True)
    return schema.build()


def _document(entry: Entry) -> Document:
    document = Document()
    for name, values in as_values(entry).items():
        for value in values:
            document.add_text(name, value)
    document.add_unsigned("at", moment_of(entry.published_at))
    document.add_unsigned("day", day_of(entry.published_at))
    document.add_bytes("kept", orjson.dumps(vars(entry)))
    return document


def _marking(mark: Mark) -> Document:
    document = Document()
    document.add_text("is", _MARK)
    document.add_bytes("kept", orjson.dumps(vars(mark)))
    return document


def _kept(searcher: Searcher, at: Any) -> dict[str, Any]:
    return dict(orjson.loads(bytes(searcher.doc(at).get_first("kept") or b"")))
