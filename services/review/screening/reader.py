"""Files read and screened in a process of its own, which may be slow, swell or die without harm."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import anyio
from anyio import BrokenWorkerProcess, to_process

from services.review.screening import Lexicon, Piece, Screening, screen, unread
from services.review.screening.concerned import Body, concerned
from services.review.screening.extract import extract
from shared.confined import confine
from shared.files import MAX_SIZE, FileType, UnacceptableFile

TIME_LIMIT = 30.0
MEMORY_LIMIT = 1024 * 1024 * 1024

File = tuple[FileType, bytes]


@dataclass(frozen=True)
class Watch:
    """What to look for besides the rules: keywords, and the names of bodies whom a text may concern."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    bodies: Mapping[str, Body] = field(default_factory=dict)


async def read(files: Sequence[File], watch: Watch | None = None) -> list[Screening]:
    """One screening per file, in their order: together if all goes well, one by one if it does not."""
    watch = watch or Watch()
    fits = len(files) > 1 and sum(len(content) for _, content in files) <= MAX_SIZE
    if fits and (screenings := await _together(files, watch)):
        return screenings
    return [await _alone(file, number, watch) for number, file in enumerate(files)]


async def _together(files: Sequence[File], watch: Watch) -> list[Screening]:
    try:
        return await _in_child(files, 0, watch)
    except (TimeoutError, BrokenWorkerProcess):
        return []


async def _alone(file: File, number: int, watch: Watch) -> Screening:
    try:
        return (await _in_child_or_the_next(file, number, watch))[0]
    except TimeoutError:
        return unread(number, "too-slow")
    except BrokenWorkerProcess:
        return unread(number, "crashed")


async def _in_child_or_the_next(file: File, number: int, watch: Watch) -> list[Screening]:
    """A process that waited idle may have died of something else than this file."""
    try:
        return await _in_child([file], number, watch)
    except BrokenWorkerProcess:
        return await _in_child([file], number, watch)


async def _in_child(files: Sequence[File], first: int, watch: Watch) -> list[Screening]:
    with anyio.fail_after(TIME_LIMIT):
        return await to_process.run_sync(_read, list(files), first, watch, MEMORY_LIMIT, cancellable=True)


def _read(files: list[File], first: int, watch: Watch, memory: int) -> list[Screening]:
    _confine(memory)
    return [_screening(number, *file, watch) for number, file in enumerate(files, first)]


def _screening(number: int, filetype: FileType, content: bytes, watch: Watch) -> Screening:
    try:
        return _screened(extract(filetype, content), number, watch)
    except UnacceptableFile as error:
        return unread(number, error.code)
    except MemoryError:
        os._exit(1)  # Nothing can be trusted in a process without memory; the next call gets a new one.
    except Exception:  # A parser's fault concerns one file; its words may quote the text, so they stay here.
        return unread(number, "failed")


def _screened(pieces: Sequence[Piece], number: int, watch: Watch) -> Screening:
    screening = screen(pieces, number, watch.lexicon)
    return replace(screening, concerned=concerned(pieces, watch.bodies)) if watch.bodies else screening


_confine = cache(confine)
"""Once per process."""
