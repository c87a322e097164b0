"""Whether a proof of publication convinces one who believes the ledger's key and nothing else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet, OKPKey
from pydantic import ValidationError
from typer import Typer
from typer.testing import CliRunner

from gongkai import ledger_page
from gongkai.commands import ledger as commands
from gongkai.faults import Fault
from shared import merkle
from shared.checkpoints import Checkpoint, believed, sign
from shared.proofs import Asked, Consistency, Examined, FirstHead, Proof, Proved, Unproved, examine, leaf_hash
from tests.conftest import ROOT

KEY = OKPKey.generate_key("Ed25519")
KEY.ensure_kid()
PINNED = {str(KEY.kid): KEY}
BEGIN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
FILE = b"the notice as it was published"
Changed = dict[str, Any]


def document(number: int) -> str:
    return f"01a00000-0000-7000-8000-{number:012d}"


def entry(number: int, what: str = "published", edition: int = 1, minute: int = 0) -> dict[str, Any]:
    content = None if what == "withdrawn" else sha256(f"{number}:{edition}".encode()).hexdigest()
    return {
        "what": what,
        "document_id": document(number),
        "index_no": f"X/2026-{number:05d}",
        "edition": edition,
        "content_sha256": content,
        "files": [sha256(FILE).hexdigest()] if number == 3 and content else [],
        "at": (BEGIN + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


@dataclass
class Log:
    """A ledger in memory, signed for after every fifth entry and at its end."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    key: OKPKey = field(default_factory=lambda: KEY)

    def head(self, size: int) -> str:
        checkpoint = Checkpoint(ledger="publish", position=size, hash=self.root(size), at=self.time(size))
        return sign(checkpoint, self.key)

    def time(self, size: int) -> datetime:
        return BEGIN + timedelta(minutes=size, seconds=10)

    def nodes(self) -> Mapping[merkle.Node, bytes]:
        leaves = [leaf_hash(one) for one in self.entries]
        return {(0, n): leaf for n, leaf in enumerate(leaves)} | merkle.grown({}, 0, leaves)

    def root(self, size: int) -> str:
        return merkle.root(self.nodes(), 0, size).hex()

    def path(self, position: int, size: int) -> list[str]:
        return [merkle.root(self.nodes(), *span).hex() for span in merkle.inclusion(position - 1, size)]

    def proof(self, number: int, size: int = 0, since: int | None = None) -> Changed:
        size = size or len(self.entries)
        about = [n for n, one in enumerate(self.entries[:size], 1) if one["document_id"] == document(number)]
        grown = [merkle.root(self.nodes(), *span).hex() for span in merkle.consistency(since or 0, size)]
        shown = Proof(
            asked=Asked(document=document(number)),
            head=self.head(size),
            entries=[self.proved(position, size) for position in about],
            consistency=Consistency(first=since, path=grown) if since else None,
        )
        return shown.model_dump(mode="json")

    def proved(self, position: int, size: int) -> Proved:
        first = min(-(-position // 5) * 5, size)
        return Proved.model_validate(
            {
                "position": position,
                "entry": self.entries[position - 1],
                "path": self.path(position, size),
                "first": FirstHead(head=self.head(first), path=self.path(position, first)),
            }
        )


LOG = Log(
    [entry(n, minute=n) for n in range(1, 14)]
    + [entry(3, "withdrawn", 1, 14), entry(3, "amended", 2, 15), entry(7, "withdrawn", 1, 16)]
)


def examined(shown: Changed, **more: Any) -> Examined:
    return examine(Proof.model_validate(shown), PINNED, **more)


def wrongs(shown: Changed, **more: Any) -> list[tuple[str, int | None]]:
    return [(str(flaw.wrong), flaw.position) for flaw in examined(shown, **more).flaws]


def test_every_document_of_every_ledger_is_proved() -> None:
    for size in (1, 5, 11, 16):
        for number in range(1, min(size, 13) + 1):
            found = examined(LOG.proof(number, size), log=LOG.entries, saved=believed(LOG.head(size), PINNED))
            assert found.flaws == []
            assert found.whole


def test_since_when_an_entry_is_there_is_the_time_of_its_first_head() -> None:
    found = examined(LOG.proof(3))
    assert {position: one.position for position, one in found.signed_by.items()} == {3: 5, 14: 15, 15: 15}


# --- tampering with a proof


def entry_altered(shown: Changed) -> None:
    shown["entries"][0]["entry"]["content_sha256"] = "e" * 64


def day_altered(shown: Changed) -> None:
    shown["entries"][0]["entry"]["at"] = "2026-11-19T01:00:00.000000Z"


def position_altered(shown: Changed) -> None:
    shown["entries"][0]["position"] = 4


def path_altered(shown: Changed) -> None:
    shown["entries"][0]["path"][1] = "0" * 64


def of_another_document(shown: Changed) -> None:
    shown["entries"] = LOG.proof(8)["entries"]


def of_another_file(shown: Changed) -> None:
    shown["asked"] = {"sha256": "f" * 64}


def head_altered(shown: Changed) -> None:
    header, _, signature = shown["head"].split(".")
    shown["head"] = f"{header}.{LOG.head(15).split('.')[1]}.{signature}"


def head_of_a_stranger(shown: Changed) -> None:
    stranger = OKPKey.generate_key("Ed25519")
    stranger.ensure_kid()
    shown["head"] = Log(LOG.entries, stranger).head(16)


def head_of_another_ledger(shown: Changed) -> None:
    """Signed by the right key: it is the chain of review that it is for."""
    shown["head"] = sign(Checkpoint(ledger="review", position=16, hash=LOG.root(16), at=BEGIN), KEY)


def backdated_in_the_log(shown: Changed) -> None:
    """The entry was put in later than the head that is said to be its first."""
    shown["entries"][0]["first"]["head"] = LOG.head(2)


def dated_ahead(shown: Changed) -> None:
    other = Log([entry(3, minute=10_000)])
    shown.update(other.proof(3))


def entry_twice(shown: Changed) -> None:
    shown["entries"].insert(0, shown["entries"][0])


def nothing_left(shown: Changed) -> None:
    shown["entries"] = []


TAMPERINGS: dict[Callable[[Changed], None], list[tuple[str, int | None]]] = {
    entry_altered: [("entry-altered", 3), ("first-head-wrong", 3)],
    day_altered: [("entry-altered", 3), ("first-head-wrong", 3)],
    position_altered: [("entry-altered", 4), ("first-head-wrong", 4)],
    path_altered: [("entry-altered", 3)],
    of_another_document: [("other-document", 8)],
    of_another_file: [("other-file", None)],
    head_altered: [("head-forged", None)],
    head_of_a_stranger: [("head-forged", None)],
    head_of_another_ledger: [("head-forged", None)],
    backdated_in_the_log: [("first-head-wrong", 3)],
    dated_ahead: [("after-its-seal", 1)],
    entry_twice: [("out-of-order", None)],
    nothing_left: [("nothing-proved", None)],
}


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.__name__)
def test_a_proof_that_was_tampered_with_convinces_nobody(tampering: Callable[[Changed], None]) -> None:
    shown = LOG.proof(3)
    tampering(shown)
    assert wrongs(shown) == TAMPERINGS[tampering]


def test_a_withdrawal_that_a_proof_hides_is_found_in_all_the_entries() -> None:
    shown = LOG.proof(7)
    del shown["entries"][1]
    assert wrongs(shown) == []
    assert wrongs(shown, log=LOG.entries) == [("entry-hidden", 16)]


def test_entries_that_are_not_the_signed_ones_prove_nothing() -> None:
    for log in (LOG.entries[:-1], [*LOG.entries[:-1], entry(7, "withdrawn", 1, 17)], LOG.entries[::-1]):
        assert [wrong for wrong, _ in wrongs(LOG.proof(7), log=log)] == ["log-differs"]


def test_an_older_head_is_no_answer_to_one_who_has_seen_a_later_one() -> None:
    """The withdrawal at 16 is not in it."""
    saved = believed(LOG.head(16), PINNED)
    assert wrongs(LOG.proof(7, 15), saved=saved) == [("head-older", 15)]


def test_that_the_ledger_only_grew_is_proved_or_missed() -> None:
    saved = believed(LOG.head(11), PINNED)
    assert wrongs(LOG.proof(7, since=11), saved=saved) == []
    assert wrongs(LOG.proof(7), saved=saved) == [("head-not-connected", 11)]
    assert wrongs(LOG.proof(7, since=10), saved=saved) == [("head-not-connected", 11)]


def test_a_ledger_that_was_rewritten_and_signed_again_is_found_by_a_kept_head() -> None:
    other = Log([*LOG.entries[:6], entry(99, minute=7), *LOG.entries[7:]])
    saved = believed(LOG.head(11), PINNED)
    assert wrongs(other.proof(3)) == []
    assert wrongs(other.proof(3, since=11), saved=saved) == [("rewritten", 11)]
    assert wrongs(other.proof(3, 11), saved=saved) == [("rewritten", 11)]


@pytest.mark.parametrize("name", ["content_sha256", "at", "edition", "document_id", "files", "what"])
def test_an_entry_that_is_not_as_it_must_be_is_no_proof(name: str) -> None:
    shown = LOG.proof(3)
    shown["entries"][0]["entry"][name] = 1.5
    with pytest.raises(ValidationError):
        examined(shown)


# --- the command, off-line

COMMANDS = Typer()
commands.register(COMMANDS)
COMMANDS.command("nothing")(lambda: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "keys.jwks").write_text(json.dumps(KeySet([KEY]).as_dict(private=False)))
    (tmp_path / "notice.txt").write_bytes(FILE)
    (tmp_path / "head.json").write_text(json.dumps({"head": LOG.head(11)}))
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in LOG.entries))
    return tmp_path


def verified(folder: Path, shown: Any, *more: str) -> Any:
    (folder / "proof.json").write_text(shown if isinstance(shown, str) else json.dumps(shown))
    words = ["ledger", "verify", str(folder / "proof.json"), "--keys", str(folder / "keys.jwks"), *more]
    return CliRunner().invoke(COMMANDS, words)


def test_the_command_says_what_is_proved(folder: Path) -> None:
    file, head, log = (str(folder / name) for name in ("notice.txt", "head.json", "log.jsonl"))
    answer = verified(folder, LOG.proof(3, since=11), "--file", file, "--head", head, "--log", log)
    assert answer.exit_code == 0, answer.output
    assert "X/2026-00003 第 2 版于 2026-11-20 公开，台账中没有撤回。" in answer.output
    shown = verified(folder, LOG.proof(7))
    assert "已于 2026-11-20 撤回" in shown.output
    assert "--log" in shown.output


def test_the_command_says_what_is_wrong(folder: Path) -> None:
    (folder / "notice.txt").write_bytes(b"another")
    answer = verified(folder, LOG.proof(3), "--file", str(folder / "notice.txt"))
    assert answer.exit_code == 1
    assert "证明不成立" in answer.output
    found = json.loads(
        verified(folder, LOG.proof(3, 10), "--head", str(folder / "head.json"), "--json").output
    )
    assert [flaw["wrong"] for flaw in found["flaws"]] == ["head-older"]


@pytest.mark.parametrize("shown", ["", "{}", "[]", '{"head": 1}', "\0"])
def test_what_is_no_proof_is_said_to_be_none(folder: Path, shown: str) -> None:
    assert isinstance(verified(folder, shown).exception, Fault)


def test_every_flaw_and_every_fault_has_its_sentence() -> None:
    assert set(ledger_page.FLAWS) == {str(one) for one in Unproved}


# --- the verifier without anything of ours


def alone(folder: Path, shown: Changed) -> Any:
    import subprocess
    import sys

    (folder / "proof.json").write_text(json.dumps(shown))
    words = [sys.executable, "-I", str(ROOT / "kit/examples/verify_proof.py")]
    words += [str(folder / "proof.json"), str(folder / "keys.jwks"), str(folder / "notice.txt")]
    return subprocess.run(words, capture_output=True, text=True, timeout=30)


def test_the_verifier_that_stands_alone_comes_to_the_same(folder: Path) -> None:
    good = alone(folder, LOG.proof(3))
    assert (good.returncode, good.stderr) == (0, "")
    assert "published edition 1" in good.stdout
    for tampering in (entry_altered, head_altered, head_of_a_stranger, head_of_another_ledger, nothing_left):
        shown = LOG.proof(3)
        tampering(shown)
        assert alone(folder, shown).returncode == 1, tampering.__name__
    assert alone(folder, LOG.proof(4)).returncode == 1, "another document's: the file is none of its files"
