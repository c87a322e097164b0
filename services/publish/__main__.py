"""python -m services.publish api|worker"""

from shared.serve import main

from .app import PARTS
from .settings import PublishSettings

if __name__ == "__main__":
    main("publish", PublishSettings(), PARTS)
