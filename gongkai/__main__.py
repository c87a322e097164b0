"""The command line: `gongkai --help` lists what it can do.

Imports are absolute: a process that reads a file loads this module again, by its path, outside its package.
"""

import typer

from gongkai.commands import (
    audit,
    cases,
    catalogue,
    channel,
    deadletters,
    doctor,
    index,
    keys,
    keywords,
    lag,
    ledger,
    obligation,
    organisation,
    papers,
    policy,
    prepare,
    recall,
    replay,
    schedule,
    search,
    submit,
    timeline,
    trace,
    transfer,
    up,
    withdraw,
)
from gongkai.demonstration import command as demo
from gongkai.shell import Shell
from gongkai.words import both

app = typer.Typer(
    cls=Shell,
    name="gongkai",
    help=both(
        "公开：政府信息公开平台。启动、试用、办理、查看、修复。",
        "Gongkai, open government information: run it, try it, work with it, watch it, repair it.",
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for part in (
    up,
    demo,
    submit,
    cases,
    catalogue,
    papers,
    withdraw,
    search,
    index,
    recall,
    schedule,
    channel,
    transfer,
    policy,
    keywords,
    audit,
    ledger,
    obligation,
    trace,
    lag,
    deadletters,
    replay,
    timeline,
    organisation,
    keys,
    prepare,
    doctor,
):
    part.register(app)

if __name__ == "__main__":
    app()
