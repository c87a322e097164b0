"""What may be asked of the catalogue: filters, and the places where pages begin. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self
from urllib.parse import urlencode
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from shared.contracts import Audience, DocumentKind, Genre, Stage
from shared.contracts.description import Line, Word
from shared.contracts.vocabulary import BodyCode, MatterCode, ObligationCode, ThemeCode
from shared.doc_numbers import key_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where a page begins: the moment and the number of its neighbour, which may be gone by then."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}.{self.id.hex}"

    @classmethod
    def of(cls, written: str) -> Self:
        micros, _, number = written.partition(".")
        return cls(EPOCH + timedelta(microseconds=int(micros)), UUID(number))


def _moment(at: datetime) -> datetime:
    """Years that the record cannot hold are no moments."""
    if not 1900 <= at.year <= 9000:
        raise ValueError("out of range")
    return at


Written = Annotated[
    str, Field(pattern=r"^[0-9]{1,16}\.[0-9a-f]{32}$", examples=["1795334400000000." + "0" * 32])
]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Number = Annotated[Line, Field(max_length=100)]


class Filters(BaseModel):
    """Which documents are meant; every address of a feed with these in it is a saved search."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    department: Annotated[BodyCode | None, Field(description="发布机构, of a joint document any of them")] = (
        None
    )
    theme: Annotated[ThemeCode | None, Field(description="主题分类; a top-level one has all below it")] = None
    kind: Annotated[DocumentKind | None, Field(description="信息类别")] = None
    genre: Annotated[Genre | None, Field(description="体裁")] = None
    audience: Annotated[Audience | None, Field(description="服务对象")] = None
    year: Annotated[int | None, Field(ge=1900, le=9000, description="年份 of 生成日期")] = None
    matter: Annotated[MatterCode | None, Field(description="事项")] = None
    stage: Annotated[Stage | None, Field(description="决策、执行或结果")] = None
    obligation: Annotated[ObligationCode | None, Field(description="公开事项")] = None
    keyword: Annotated[Word | None, Field(description="主题词, as it is written")] = None
    doc_no: Annotated[Number | None, Field(description="发文字号, in any way of writing")] = None
    index_no: Annotated[Number | None, Field(description="索引号, the present or the former")] = None
    since: Annotated[Moment | None, Field(description="发布不早于: published at or after")] = None
    until: Annotated[Moment | None, Field(description="发布早于: published before")] = None
    changed_since: Annotated[Moment | None, Field(description="变更不早于: changed at or after")] = None

    @model_validator(mode="before")
    @classmethod
    def _left_open(cls, said: dict[str, Any]) -> dict[str, Any]:
        """A field of a form that nobody filled in asks for nothing."""
        return {name: value for name, value in said.items() if value != ""}

    def tags(self) -> list[str]:
        """The words that a document must all have: see the table document."""
        return sorted(self._tags())

    def _tags(self) -> Iterator[str]:
        for name in self.model_fields_set & TAGGED:
            if value := getattr(self, name):
                yield f"{name}:{key_of(value) if name == 'doc_no' else value}"

    def is_of_few(self, tags: list[str]) -> bool:
        """Whether far fewer documents can be meant than one would meet on the way through all."""
        return any(getattr(self, name) for name in RARE) or len(tags) > 1

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.model_fields_set)

    def parameters(self) -> dict[str, Any]:
        """For the statements."""
        return {"tags": self.tags(), **{name: getattr(self, name) for name in TIMES}}

    def query(self, **more: Any) -> str:
        """The same as an address says it, with its question mark; empty when nothing is asked."""
        said = (
            {**self.model_dump(mode="json", exclude_unset=True, exclude_none=True), **more} if self else more
        )
        return "?" + urlencode(said) if said else ""


USUAL = 20
"""Documents on a page, as on the lists of government sites."""

RARE = ("matter", "obligation", "keyword", "doc_no", "index_no")
TIMES = ("since", "until", "changed_since")
FILTERS = frozenset(Filters.model_fields)
ALL = Filters()
TAGGED = Filters.model_fields.keys() - set(TIMES)


class Paged(Filters):
    """The list: filters, and which page of what they find."""

    after: Annotated[
        Written | None, Field(description="The page after this place: `next` of another page")
    ] = None
    before: Annotated[Written | None, Field(description="The page before it: `previous` of another page")] = (
        None
    )
    limit: Annotated[int, Field(ge=1, le=200)] = USUAL
    lang: Annotated[str | None, Field(description="The language of a page: zh or en")] = None

    def filters(self) -> Filters:
        said = self.model_fields_set & FILTERS
        if not said:
            return ALL
        return Filters.model_construct(said, **{name: getattr(self, name) for name in said})

    def size(self) -> dict[str, int]:
        """For the addresses of other pages: how long they are, where it is not the usual length."""
        return {"limit": self.limit} if self.limit != USUAL else {}

    def place(self) -> Place | None:
        written = self.before or self.after
        return Place.of(written) if written else None
