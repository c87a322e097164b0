"""python -m services.search api|worker|both"""

if __name__ == "__main__":
    from services.search.app import PARTS
    from services.search.settings import SearchSettings
    from shared.serve import main

    main("search", SearchSettings(), PARTS)
