"""Objects under the hash of their bytes: what is read is what was written, or an error."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import anyio
import anyio.lowlevel
import anyio.to_thread
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url


class ObjectMissing(LookupError):
    """No object with this hash is in the store."""


class ObjectChanged(Exception):
    """The object's bytes do not have the hash under which they lie: somebody changed them."""


class StoreAway(ConnectionError):
    """The store has nothing at all: its folder is not mounted, or its address is wrong."""


MARK = "gongkai-store"
"""An object that every store has once anything was put into it."""


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


class Objects:
    """A store of immutable objects; writing one twice is writing it once."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._marked = False

    async def put(self, content: bytes) -> str:
        """Keep the bytes; their hash is their address."""
        address = digest(content)
        if not self._marked:
            await self._store.put_async(MARK, b"")
            self._marked = True
        await self._store.put_async(_path(address), content)
        return address

    async def get(self, address: str) -> bytes:
        """The bytes with this hash; raises ObjectMissing, ObjectChanged, or StoreAway."""
        try:
            content = bytes(await (await self._store.get_async(_path(address))).bytes_async())
        except (NotFoundError, FileNotFoundError):
            await self._must_be_there()
            raise ObjectMissing(address) from None
        if digest(content) != address:
            raise ObjectChanged(address)
        return content

    async def get_all(self, addresses: Sequence[str]) -> list[bytes | ObjectMissing | ObjectChanged]:
        """Each object's bytes, or what is wrong with it, in order; raises StoreAway.

        A folder is read in one thread: handing over each object by itself costs three times the reading.
        """
        if not isinstance(self._store, LocalStore):
            return await asyncio.gather(*(self._get_or_fault(address) for address in addresses))
        found = await anyio.to_thread.run_sync(self._read_all, addresses)
        if any(isinstance(one, ObjectMissing) for one in found):
            await self._must_be_there()
        return found

    async def _get_or_fault(self, address: str) -> bytes | ObjectMissing | ObjectChanged:
        try:
            return await self.get(address)
        except (ObjectMissing, ObjectChanged) as fault:
            return fault

    def _read_all(self, addresses: Sequence[str]) -> list[bytes | ObjectMissing | ObjectChanged]:
        return [self._read(address) for address in addresses]

    def _read(self, address: str) -> bytes | ObjectMissing | ObjectChanged:
        try:
            content = bytes(self._store.get(_path(address)).bytes())
        except (NotFoundError, FileNotFoundError):
            return ObjectMissing(address)
        return content if digest(content) == address else ObjectChanged(address)

    async def _must_be_there(self) -> None:
        """One object that is missing is somebody's doing; a store without its mark is not there at all."""
        try:
            await self._store.head_async(MARK)
        except (NotFoundError, FileNotFoundError):
            raise StoreAway from None

    async def remove(self, addresses: Sequence[str]) -> None:
        """Forget these objects; what is not there is no error."""
        for address in addresses:
            try:
                await self._store.delete_async(_path(address))
            except (NotFoundError, FileNotFoundError):
                await anyio.lowlevel.checkpoint()


def open_store(url: str, folder: Path) -> Objects:
    """The store at the URL (s3://bucket/prefix), or in the folder where no URL is given."""
    if url:
        return Objects(from_url(url))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Objects(LocalStore(folder, mkdir=True))


def _path(address: str) -> str:
    """One level of folders: a second would nearly always have to be made, at three times the cost."""
    return f"{address[:2]}/{address}"
