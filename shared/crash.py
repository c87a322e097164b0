"""Named places at which a process can be made to die or to dawdle, for the fault programme."""

import os
import signal
import time

_WHERE, _, _WHEN = os.environ.get("GONGKAI_CRASH", "").partition(":")
_SLOW, _, _SECONDS = os.environ.get("GONGKAI_PAUSE", "").partition(":")
_passed = 0


def crashpoint(name: str) -> None:
    """Die here by SIGKILL if GONGKAI_CRASH names this place and this is the pass it counts; else nothing.

    GONGKAI_PAUSE=place:seconds stops the whole process there at every pass, so that others can overtake it.
    """
    if name == _SLOW:
        time.sleep(float(_SECONDS))
    if name != _WHERE:
        return
    global _passed
    _passed += 1
    if _passed == int(_WHEN or 1):
        os.kill(os.getpid(), signal.SIGKILL)
