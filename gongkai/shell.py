"""The command line as a whole: how it meets errors and Ctrl-C, and its help in the reader's language."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from typer import Abort, Exit
from typer._click.exceptions import ClickException, MissingParameter, NoArgsIsHelpError, NoSuchOption
from typer.core import TyperGroup

from .faults import sentence, wants_details
from .words import LANGUAGE, both

FAILED = 1
INTERRUPTED = 130

PANELS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "REQUIRED_LONG_STRING": "[必填]",
    "DEFAULT_STRING": "[默认: {}]",
}


class Shell(TyperGroup):
    """Errors are one sentence on stderr and exit code 1; Ctrl-C is quiet."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        _survive_narrow_encodings()
        _speak(sys.argv[1:] if args is None else args)
        sys.exit(self._code(args, *rest, **{**extra, "standalone_mode": False}))

    def _code(self, *arguments: Any, **options: Any) -> int:
        try:
            return super().main(*arguments, **options) or 0
        except Exit as end:
            return end.exit_code
        except (KeyboardInterrupt, Abort):
            return INTERRUPTED
        except BrokenPipeError:
            with suppress(OSError):
                sys.stderr.close()
            return FAILED
        except NoArgsIsHelpError as bare:
            print(bare.format_message(), end="")
            return 0
        except ClickException as misuse:
            return _fail(_usage(misuse), misuse)
        except Exception as trouble:
            return _fail(sentence(trouble), trouble)


def _fail(words: str, trouble: Exception) -> int:
    if wants_details():
        raise trouble
    print(f"gongkai: {words}", file=sys.stderr)
    return FAILED


def _usage(misuse: ClickException) -> str:
    """What is wrong with the command, and where to read how it goes."""
    said = misuse.format_message()
    if isinstance(misuse, MissingParameter) and misuse.param is not None:
        said = both(f"缺少 {misuse.param.get_error_hint()}。", said)
    elif isinstance(misuse, NoSuchOption):
        said = both(f"没有选项 {misuse.option_name}。", said)
    else:
        said = both(f"用法有误：{said}", said)
    command = getattr(getattr(misuse, "ctx", None), "command_path", "gongkai")
    return f"{said} ({command} --help)"


def _speak(arguments: Sequence[str]) -> None:
    """The frames of the help pages, only when there is one to show: rich takes its time."""
    if LANGUAGE == "zh" and (not arguments or {"--help", "-h"} & set(arguments) or len(arguments) == 1):
        from typer import rich_utils

        for name, words in PANELS.items():
            setattr(rich_utils, name, words)


def _survive_narrow_encodings() -> None:
    """A terminal that lacks a character gets another one instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
