"""Government papers by the hundred thousand: their forms, offices, matters and figures, put together anew."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from services.search.index import Entry
from shared.contracts.vocabulary import Genre, Stage
from shared.files import UnacceptableFile, kind_of
from shared.objects import digest
from shared.plaintext import plaintext

WORDS = yaml.safe_load((Path(__file__).parent / "papers.yaml").read_text(encoding="utf-8"))
FIRST_DAY = datetime(2018, 1, 2, 1, tzinfo=UTC)
DAYS = 3_000


def papers(count: int, seed: int = 1) -> Iterator[Entry]:
    """So many, always the same for the same seed; each 350 to 700 characters, as short notices are."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        yield _paper(chance, number)


def _paper(chance: random.Random, number: int) -> Entry:
    body, prefix, office = chance.choice(WORDS["offices"])
    kind, form = chance.choice(WORDS["forms"])
    published = FIRST_DAY + timedelta(seconds=chance.randrange(DAYS * 86_400), microseconds=number)
    words = _words(chance, office, published.year)
    text = "\n".join(
        chance.choice(WORDS["sentences"]).format(**_words(chance, office, published.year)) for _ in range(9)
    )
    return Entry(
        document_id=UUID(int=chance.getrandbits(128), version=4),
        edition=1,
        content_sha256=digest(text.encode()),
        index_no=f"11210000MB{number % 89_999_999:07d}A/{published.year}-{number:05d}",
        title=form.format(**words),
        doc_no=f"{prefix}发〔{published.year}〕{chance.randrange(1, 900)}号"
        if chance.random() < 0.6
        else None,
        department=body,
        joint_with=(),
        kind=kind,
        theme=f"{chance.randrange(1, 23):02d}.{chance.randrange(1, 9):02d}",
        created_on=published.date(),
        published_at=published,
        text=text,
        **_described(chance),
    )


def _described(chance: random.Random) -> dict[str, Any]:
    """What a catalogue says besides; most say little."""
    [validity] = chance.choices(("in-force", "lapsed", "repealed", "modified"), (80, 10, 5, 5))
    matter = f"matter-{chance.randrange(2_000)}" if chance.random() < 0.3 else None
    return {
        "keywords": tuple(chance.sample(WORDS["matters"], chance.randrange(4))),
        "genre": chance.choice(list(Genre)).value,
        "matter": matter,
        "stage": chance.choice(list(Stage)).value if matter else None,
        "validity": validity,
    }


def _words(chance: random.Random, office: str, year: int) -> dict[str, object]:
    deeds, places = chance.sample(WORDS["deeds"], 3), chance.sample(WORDS["places"], 2)
    matters = chance.sample(WORDS["matters"], 2)
    cited = f"{chance.choice(WORDS['offices'])[1]}发〔{year - 1}〕{chance.randrange(1, 900)}号"
    named = {"office": office, "law": chance.choice(WORDS["laws"]), "cited": cited}
    named |= {"place": places[0], "place2": places[1], "matter": matters[0], "matter2": matters[1]}
    named |= {
        "deed": deeds[0],
        "deed2": deeds[1],
        "deed3": deeds[2],
        "object": chance.choice(WORDS["objects"]),
    }
    named |= {"surname": chance.choice(WORDS["surnames"]), "given": "".join(chance.sample(WORDS["given"], 2))}
    return {**named, **_figures(chance, year)}


def _figures(chance: random.Random, year: int) -> dict[str, object]:
    return {
        "year": year,
        "later": year + 3,
        "month": chance.randrange(1, 13),
        "day": chance.randrange(1, 29),
        "quarter": chance.choice("一二三四"),
        "number": chance.randrange(1, 400),
        "number2": chance.randrange(400, 4000),
        "amount": f"{chance.randrange(10, 99_999) / 10:.1f}",
        "percent": f"{chance.randrange(1, 300) / 10:.1f}",
        "point": f"{chance.randrange(1, 50) / 10:.1f}",
    }


def real(folder: Path) -> Iterator[Entry]:
    """The readable files of a folder and of those within, as they are."""
    day = datetime(2026, 11, 20, tzinfo=UTC)
    for number, path in enumerate(sorted(one for one in folder.rglob("*") if one.is_file()), 1):
        if text := _text(path.read_bytes()):
            yield Entry(
                document_id=UUID(int=number),
                edition=1,
                content_sha256=digest(text.encode()),
                index_no=f"11210000MB0000014A/2026-{number:05d}",
                title=next((line.strip() for line in text.splitlines() if line.strip()), path.stem)[:300],
                doc_no=None,
                department="archive",
                joint_with=(),
                kind="notice",
                theme="02.01",
                created_on=day.date(),
                published_at=day + timedelta(microseconds=number),
                text=text,
            )


def _text(content: bytes) -> str:
    try:
        kind = kind_of(content)
        return plaintext(kind, content) if kind else ""
    except UnacceptableFile:
        return ""
