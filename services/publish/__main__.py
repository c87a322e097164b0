"""python -m services.publish api|worker|channels|both"""

if __name__ == "__main__":
    from services.publish.app import PARTS
    from services.publish.settings import PublishSettings
    from shared.serve import main

    main("publish", PublishSettings(), PARTS)
