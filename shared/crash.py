"""Named places at which a process can be made to die, for the fault programme."""

import os
import signal

_WHERE, _, _WHEN = os.environ.get("GONGKAI_CRASH", "").partition(":")
_passed = 0


def crashpoint(name: str) -> None:
    """Die here by SIGKILL if GONGKAI_CRASH names this place and this is the pass it counts; else nothing."""
    if name != _WHERE:
        return
    global _passed
    _passed += 1
    if _passed == int(_WHEN or 1):
        os.kill(os.getpid(), signal.SIGKILL)
