"""Keyword lists at rest: sealed in the record, open only in the memory of the process that screens.

What an office looks for tells what it keeps secret, so the words are never shown again once they are loaded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import OctKey

from shared.clock import BEIJING, now
from shared.db import Database, Transaction
from shared.problems import NotFound

from .screening import RULESET, KeywordList, Lexicon
from .screening.concerned import Body
from .screening.sealed_lists import seal, unseal

PUT = """
    INSERT INTO keyword_list (name, owner, version, legal_basis, effective_on, words, sealed, loaded_by,
                              loaded_at)
    VALUES (:name, :owner, :version, :legal_basis, :effective_on, :words, :sealed, :officer, :now)
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, version = excluded.version,
        legal_basis = excluded.legal_basis, effective_on = excluded.effective_on, words = excluded.words,
        sealed = excluded.sealed, loaded_by = excluded.loaded_by, loaded_at = excluded.loaded_at
"""

LIST = """
    SELECT name, owner, version, legal_basis, effective_on, words, loaded_by, loaded_at
    FROM keyword_list ORDER BY name
"""

STAMPS = "SELECT name, loaded_at FROM keyword_list WHERE effective_on <= :today ORDER BY name"

SEALED = "SELECT sealed FROM keyword_list WHERE effective_on <= :today ORDER BY name"


BODIES = "SELECT code, name, prefixes FROM shared.department"


async def put(unit: Transaction, key: OctKey, keywords: KeywordList, officer: str) -> None:
    """Keep the list, in place of an earlier one of the same name."""
    about = {
        "name": keywords.name,
        "owner": keywords.owner,
        "version": keywords.version,
        "legal_basis": keywords.legal_basis,
        "effective_on": keywords.effective_on,
        "words": len(set(keywords.words)),
        "sealed": seal(keywords, key),
        "officer": officer,
        "now": now(),
    }
    await unit.run(PUT, about)


async def listed(unit: Transaction) -> list[dict[str, Any]]:
    """What lists there are: whose, of which version, on what ground, how many words; never the words."""
    return [dict(row._mapping) for row in await unit.run(LIST)]


async def remove(unit: Transaction, name: str) -> None:
    """From now on nothing is looked for by this list."""
    if not (await unit.run("DELETE FROM keyword_list WHERE name = :name RETURNING 1", {"name": name})).all():
        raise NotFound(name)


@dataclass
class Rules:
    """The rules in force: the platform's own, and the lists that have come into effect."""

    database: Database
    key: OctKey
    lexicon: Lexicon = field(default_factory=Lexicon)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    """Whom a text may concern, by their codes."""
    _stamps: Sequence[Any] = ()

    @property
    def version(self) -> str:
        """What a case is marked with: when it changes, what is public is screened again."""
        return f"{RULESET}+{self.lexicon.version}" if self.lexicon.version else RULESET

    async def refresh(self) -> None:
        """Take in what was loaded, changed, removed or has come into effect since."""
        today = {"today": now().astimezone(BEIJING).date()}
        self.bodies = {
            row.code: Body(row.name, prefixes=tuple(row.prefixes)) for row in await self.database.look(BODIES)
        }
        stamps = await self.database.look(STAMPS, today)
        if stamps != self._stamps:
            sealed = await self.database.look(SEALED, today)
            self.lexicon = Lexicon(tuple(unseal(row.sealed, self.key) for row in sealed))
            self._stamps = stamps
