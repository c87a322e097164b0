"""python -m services.notify api|worker|both"""

if __name__ == "__main__":
    from services.notify.app import PARTS
    from services.notify.settings import NotifySettings
    from shared.serve import main

    main("notify", NotifySettings(), PARTS)
