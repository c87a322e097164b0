"""Screening: all rules and 5,000 keywords over real text, against two yardsticks of the same run."""

import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick

from services.review.screening import RULES, RULESET, KeywordList, Lexicon, Piece, Screening, Severity, screen
from services.review.screening.extract import extract
from shared.files import FileType, UnacceptableFile, decoded, kind_of

Say = Callable[[str], None]

SAMPLES = Path(__file__).parents[1] / "samples" / "sources"
KEYWORDS = 5_000
LEAST = 300_000
"""Characters to screen; fewer are varied until there are as many."""

EVERY = 500
"""Characters of the texts to a keyword that stands there once."""

ROUNDS = 150
"""Of which the quickest counts, for every contestant alike."""


def measure(folder: Path | None, say: Say) -> dict[str, Any]:
    """Processor time of one core: ours, pure Python's, and that of the automaton alone."""
    random.seed(1)
    texts = _texts(folder or SAMPLES)
    words = _keywords(texts)
    texts = _enough(texts)
    size = sum(len(text.encode()) for text in texts) / 1e6
    found = sum(_count(text, _lexicon(words)) for text in texts)
    hits = sum(len(AhoCorasick(words).find_matches_as_indexes(text)) for text in texts)
    say(f"text:  {size:.1f} MB in {len(texts)} documents from {folder or 'samples/sources, varied'}")
    ours, alone, pure = _raced(texts, words)
    say(f"ours:  {size / ours:6.1f} MB/s with normalisation, {len(RULES)} rules and {KEYWORDS:,} keywords")
    say(f"limit: {size / alone:6.1f} MB/s, ahocorasick_rs alone with the same keywords")
    say(f"pure:  {size / pure:6.2f} MB/s, each rule by `re` over all text, each keyword by str.find")
    return {
        "bench": "screen",
        "mb_per_s": round(size / ours, 2),
        "ratio": round(pure / ours, 2),
        "of_limit": round(alone / ours, 3),
        "limit_mb_per_s": round(size / alone, 2),
        "pure_mb_per_s": round(size / pure, 3),
        "keywords": len(words),
        "keyword_hits": hits,
        "rules": len(RULES),
        "ruleset": RULESET,
        "documents": len(texts),
        "characters": sum(map(len, texts)),
        "findings": found,
        "text": str(folder) if folder else "samples/sources, varied",
    }


def _texts(folder: Path) -> list[str]:
    paths = sorted(path for path in folder.iterdir() if path.suffix in {".txt", ".md"})
    return [decoded(path.read_bytes()) for path in paths]


def _enough(texts: Sequence[str]) -> list[str]:
    """Paragraphs of the documents in another order, document by document, until there is enough."""
    some = list(texts)
    while sum(map(len, some)) < LEAST:
        paragraphs = [line for text in random.sample(texts, min(4, len(texts))) for line in text.splitlines()]
        random.shuffle(paragraphs)
        some.append("\n".join(paragraphs))
    return some


# --- keywords: some stand in the text, the others are words that hardly ever meet


def _keywords(texts: Sequence[str]) -> tuple[str, ...]:
    runs = [run for text in texts for run in re.findall(r"[一-龥]{4,}", text)]
    whole = "\n".join(texts)
    words: set[str] = set()
    while len(words) < len(whole) // EVERY:
        words |= {word for word in (_part(random.choice(runs), 4),) if whole.count(word) == 1}
    while len(words) < KEYWORDS:
        pair = _part(random.choice(runs), 2) + _part(random.choice(runs), random.choice((2, 3)))
        words |= {pair} if pair not in whole else set()
    return tuple(sorted(words))


def _part(run: str, length: int) -> str:
    start = random.randrange(len(run) - length + 1)
    return run[start : start + length]


def _lexicon(words: Sequence[str]) -> Lexicon:
    ground = "保守国家秘密法第35条"
    return Lexicon((KeywordList("bench", "bench", "1", ground, date(2026, 1, 1), tuple(words)),))


# --- the contestants


def _raced(texts: Sequence[str], words: Sequence[str]) -> tuple[float, float, float]:
    """Seconds of processor; ours and the automaton in turn, so that both meet the same weather."""
    lexicon, automaton = _lexicon(words), AhoCorasick(words)
    ours, alone = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda text: _count(text, lexicon), texts))
        alone.append(_seconds(automaton.find_matches_as_indexes, texts))
    return min(ours), min(alone), _seconds(lambda text: _pure(text, words), texts)


def _seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Over texts fresh from their bytes: a string keeps its UTF-8 once it was asked for it."""
    fresh = [text.encode().decode() for text in texts]
    began = time.process_time()
    for text in fresh:
        work(text)
    return time.process_time() - began


def _count(text: str, lexicon: Lexicon) -> int:
    return len(screen((Piece(text, "text"),), 0, lexicon).findings)


def _pure(text: str, words: Sequence[str]) -> int:
    text = unicodedata.normalize("NFKC", text)
    hits = sum(len(list(rule.judge(text, found))) for rule in RULES for found in rule.pattern.finditer(text))
    for word in words:
        at = text.find(word)
        while at >= 0:
            hits += 1
            at = text.find(word, at + 1)
    return hits


# --- what the rules say of a folder of documents


def judge(folder: Path, say: Say) -> dict[str, Any]:
    """Documents, hard stops and what asks for a person, by rule; sub-folders included."""
    screenings = {
        str(path.relative_to(folder)): _screened(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    for name, one in screenings.items():
        for rule in sorted({finding.rule for finding in one.findings}):
            say(f"{name}: {rule}")
    asking = sum(one.severity in (Severity.block, Severity.person) for one in screenings.values())
    rules = Counter(finding.rule for one in screenings.values() for finding in one.findings)
    return {
        "bench": "screen",
        "ruleset": RULESET,
        "documents": len(screenings),
        "stops": sum(one.stopped for one in screenings.values()),
        "asking_a_person": asking,
        "share_asking_a_person": round(asking / max(1, len(screenings)), 4),
        "findings_by_rule": dict(rules.most_common()),
    }


def _screened(path: Path) -> Screening:
    content = path.read_bytes()
    try:
        kind = kind_of(content)
    except UnacceptableFile:
        kind = None
    return screen(extract(kind, content) if kind else extract(FileType.TXT, content))
