"""python -m services.intake api|worker|both"""

if __name__ == "__main__":
    from services.intake.app import PARTS
    from services.intake.settings import IntakeSettings
    from shared.serve import main

    main("intake", IntakeSettings(), PARTS)
