"""python -m services.review api|worker"""

from shared.serve import main

from .app import PARTS
from .settings import ReviewSettings

if __name__ == "__main__":
    main("review", ReviewSettings(), PARTS)
