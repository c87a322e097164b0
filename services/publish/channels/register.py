"""The register of channels: a YAML file says which there are, every fault in it is named with its line."""

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.vocabulary import BodyCode, DocumentKind, PlaceCode, ThemeCode
from shared.yaml_file import Fault, Written, apart, complaint, written

from . import Around, Channel, Kind, kinds

GROUP = "gongkai.channels"
"""The entry points by which other packages offer kinds of channels."""

SHIPPED = Path(__file__).parent / "registers"
"""The registers that come with the platform, by name."""


class BadRegister(Exception):
    """The register of channels cannot be used."""

    zh = "发布渠道登记文件不能使用"

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join([f"{self.__doc__} ({path.name})", *map(str, self.faults)]))


class Only(BaseModel):
    """What goes out on a channel; where nothing is said, everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    departments: tuple[BodyCode, ...] = ()
    kinds: tuple[DocumentKind, ...] = ()
    themes: tuple[ThemeCode, ...] = ()
    """A theme stands for those below it too."""


class Entry(BaseModel):
    """What every channel's entry may say; the rest is for its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = ""
    """Its name, where nothing is said."""
    only: Only = Only()


class Said(BaseModel):
    """The file as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: dict[PlaceCode, Entry | None]
    rooms: tuple[PlaceCode, ...] = ()


@dataclass(frozen=True)
class Registered:
    """One channel of the register."""

    code: str
    kind: Kind
    options: Any
    only: Only

    def open(self, around: Around) -> Channel:
        return self.kind(self.code, self.options, around)

    def row(self) -> dict[str, Any]:
        """For planning releases."""
        return {
            "code": self.code,
            "replaces": self.kind.replaces,
            "departments": list(self.only.departments),
            "kinds": list(self.only.kinds),
            "themes": list(self.only.themes),
        }


@dataclass(frozen=True)
class Register:
    """The channels by name, and the reading rooms that get a package every month."""

    channels: Mapping[str, Registered]
    rooms: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.channels.values()]


NOTHING = Register({}, ())


@cache
def load(name_or_path: str) -> Register:
    """A shipped register by its name, or any by its path; raises BadRegister with every fault."""
    shipped = SHIPPED / f"{name_or_path}.yaml"
    return read(shipped if shipped.exists() else Path(name_or_path))


def read(path: Path) -> Register:
    """The register in the file; raises BadRegister."""
    try:
        file = written(path.read_bytes(), "a register of channels")
    except OSError as unreadable:
        why = unreadable.strerror
        file = Fault(1, "", f"文件不能读取：{why}", f"cannot be read: {why}")
    if isinstance(file, Fault):
        raise BadRegister(path, [file])
    try:
        said = Said.model_validate(file.said)
    except ValidationError as wrong:
        raise BadRegister(path, [*file.faults, *_faults(file, wrong)]) from None
    found = [_registered(file, code, entry or Entry()) for code, entry in said.channels.items()]
    faults = [fault for one in found if isinstance(one, list) for fault in one]
    if faults or file.faults:
        raise BadRegister(path, [*file.faults, *faults])
    return Register({one.code: one for one in found if isinstance(one, Registered)}, said.rooms)


def _registered(file: Written, code: str, entry: Entry) -> Registered | list[Fault]:
    place, known = ("channels", code), offered()
    kind = known.get(entry.kind or code)
    if kind is None:
        name, names = entry.kind or code, "、".join(known)
        zh, en = (
            f"没有“{name}”这种渠道；现有：{names}",
            f"there is no kind {name}; there are {', '.join(known)}",
        )
        return [file.fault((*place, "kind"), zh, en)]
    try:
        return Registered(code, kind, kind.Options.model_validate(entry.model_extra), entry.only)
    except ValidationError as wrong:
        return _faults(file, wrong, place)


def _faults(file: Written, wrong: ValidationError, place: tuple[str | int, ...] = ()) -> list[Fault]:
    return [file.fault((*place, *error["loc"]), *complaint(error)) for error in apart(wrong.errors())]


@cache
def offered() -> Mapping[str, Kind]:
    """Every kind of channel by its name: ours, one in each file of `kinds`, and other packages'."""
    ours = {
        module.name.replace("_", "-"): import_module(f"{kinds.__name__}.{module.name}").Kind
        for module in pkgutil.iter_modules(kinds.__path__)
    }
    others = {point.name: point.load() for point in entry_points(group=GROUP)}
    return others | ours
