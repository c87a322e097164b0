"""Which subscriptions want a fact. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.contracts import DocumentPublished


@dataclass(frozen=True)
class Subscription:
    """What a department wants to hear; an empty list asks for nothing in particular and takes all."""

    department: str
    types: Collection[str]
    themes: Collection[str]
    bodies: Collection[str]

    def wants(self, fact: DocumentPublished) -> bool:
        """A theme takes what is below it; a body takes what it issues alone or with others."""
        return (
            (not self.types or fact.type in self.types)
            and (not self.themes or any(_within(fact.theme, theme) for theme in self.themes))
            and (not self.bodies or not {fact.department, *fact.joint_with}.isdisjoint(self.bodies))
        )


def recipients(subscriptions: Collection[Subscription], fact: DocumentPublished) -> set[str]:
    """The departments that want it."""
    return {subscription.department for subscription in subscriptions if subscription.wants(fact)}


def _within(theme: str, above: str) -> bool:
    return theme == above or theme.startswith(f"{above}.")
