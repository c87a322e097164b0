"""python -m services.intake api|worker"""

from shared.serve import main

from .app import PARTS
from .settings import IntakeSettings

if __name__ == "__main__":
    main("intake", IntakeSettings(), PARTS)
