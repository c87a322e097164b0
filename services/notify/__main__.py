"""python -m services.notify api|worker"""

from shared.serve import main

from .app import PARTS
from .settings import NotifySettings

if __name__ == "__main__":
    main("notify", NotifySettings(), PARTS)
