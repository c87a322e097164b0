"""python -m services.review api|worker|both"""

# Below the guard, because the process that reads files imports this module again and needs none of it.
if __name__ == "__main__":
    from services.review.app import PARTS
    from services.review.settings import ReviewSettings
    from shared.serve import main

    main("review", ReviewSettings(), PARTS)
