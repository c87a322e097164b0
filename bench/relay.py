"""python -m bench.relay SERVICE: a service's relay by itself, so that one hop is measured and not two."""

import sys

from shared import db
from shared.serve import serve
from shared.settings import Settings
from shared.worker import Worker

if __name__ == "__main__":
    settings, service = Settings(), sys.argv[1]
    database = db.connect(settings.database_url, service, settings.source(service))
    serve(Worker(settings, service, database, hears={}).app(), settings)
