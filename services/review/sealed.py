"""What review seals into its ledger: every opinion, whole."""

from shared.ledger import Chain, Kind

OPINION = Kind(
    "opinion",
    (
        "id",
        "case_id",
        "act",
        "step",
        "officer",
        "name",
        "role",
        "department",
        "level",
        "about",
        "grounds",
        "note",
        "policy",
        "content_sha256",
        "approval",
        "author",
        "at",
    ),
)

CHAIN = Chain("review", {"opinion": OPINION})
