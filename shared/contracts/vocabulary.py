"""The closed lists and the shapes of codes that events are made of."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

BodyCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$", examples=["development"])]
"""A department or other body of the organisation (机关代码)."""

OfficerId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{1,63}$", examples=["wang.li"])]
"""An officer's account name: never a person's own data."""

ThemeCode = Annotated[str, Field(pattern=r"^[0-9]{2}(\.[0-9]{2})?$", examples=["02.01"])]
"""A place in the State Council's theme tree (主题分类)."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of an object's bytes, in hexadecimal."""

EditionNo = Annotated[int, Field(ge=1, examples=[1])]
"""1 for what was first submitted, raised by every later submission of the same document."""

StepCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$", examples=["department"])]
"""A step of the review policy (审查步骤)."""

ObligationCode = Annotated[
    str, Field(pattern=r"^[0-9a-z][0-9a-z.-]{1,39}$", examples=["20-07", "archive.budget"])
]
"""An entry of the obligation register (公开事项标准目录)."""

MatterCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{1,39}$", examples=["2026-ring-road"])]
"""One matter from its decision to its results (决策、执行、结果)."""

PlaceCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$", examples=["library"])]
"""Where copies are: a channel, a reading room, a department."""

IndexNo = Annotated[
    str, Field(pattern=r"^[0-9A-Z-]{9,18}/[0-9]{4}-[0-9]{5,}$", examples=["11210000MB0000014A/2026-00001"])
]
"""索引号: body, year and serial; allocated once, never reused."""


class DocumentKind(StrEnum):
    """What sort of information a document is; it decides who must approve it."""

    NOTICE = "notice"
    GUIDE = "guide"
    REPORT = "report"
    STATISTICS = "statistics"
    PERSONNEL = "personnel"
    BUDGET = "budget"
    PLAN = "plan"
    REGULATION = "regulation"


class Genre(StrEnum):
    """体裁: the fifteen types of official documents (党政机关公文处理工作条例, art. 8), and others."""

    RESOLUTION = "resolution"
    DECISION = "decision"
    ORDER = "order"
    COMMUNIQUE = "communique"
    ANNOUNCEMENT = "announcement"
    PUBLIC_NOTICE = "public-notice"
    OPINION = "opinion"
    NOTICE = "notice"
    CIRCULAR = "circular"
    REPORT = "report"
    REQUEST = "request"
    REPLY = "reply"
    BILL = "bill"
    LETTER = "letter"
    MINUTES = "minutes"
    PLAN = "plan"
    STATISTICS = "statistics"
    BUDGET = "budget"
    GUIDE = "guide"
    INTERPRETATION = "interpretation"
    PUBLICITY = "publicity"
    ANNUAL_REPORT = "annual-report"
    OTHER = "other"


class Audience(StrEnum):
    """服务对象: whom it is for."""

    CITIZENS = "citizens"
    ENTERPRISES = "enterprises"
    ASSOCIATIONS = "associations"
    GOVERNMENT = "government"
    PARTICULAR_GROUPS = "particular-groups"


class Openness(StrEnum):
    """公开属性, determined where a document is made (国办发〔2016〕80号)."""

    OPEN = "open"
    PARTIAL = "partial"
    ON_REQUEST = "on-request"
    WITHHELD = "withheld"


class RelationKind(StrEnum):
    """What a document is to another."""

    AMENDS = "amends"
    REPEALS = "repeals"
    INTERPRETS = "interprets"
    ANSWERS = "answers"
    IMPLEMENTS = "implements"
    REPLACES = "replaces"
    CITES = "cites"


class Stage(StrEnum):
    """Where a matter stands (决策、执行和结果公开)."""

    DECISION = "decision"
    EXECUTION = "execution"
    RESULT = "result"


class Validity(StrEnum):
    """有效性, on a given day."""

    NOT_YET = "not-yet"
    IN_FORCE = "in-force"
    MODIFIED = "modified"
    LAPSED = "lapsed"
    REPEALED = "repealed"


class PlaceKind(StrEnum):
    """What sort of place has a copy."""

    CHANNEL = "channel"
    ROOM = "room"
    DEPARTMENT = "department"


class Level(StrEnum):
    """Who decides, from the lowest (分级审批)."""

    HEAD = "head"
    LEADER = "leader"
    PRINCIPAL = "principal"


class Sensitivity(StrEnum):
    """How careful review must be, as the submitter sees it; screening may find more."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"


class ConfirmationAnswer(StrEnum):
    """What came of asking a department (信息确认)."""

    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    DEEMED = "deemed"
    """It was silent, and by the policy that is consent."""
    ESCALATED = "escalated"
    """It was silent, and the disclosure office has to settle it."""


class ReferralKind(StrEnum):
    """Two questions for others that are never mixed."""

    DISCLOSURE = "disclosure"
    """May it be disclosed? (Regulations, art. 17)"""
    STATE_SECRET = "state-secret"  # noqa: S105 the question's name.
    """Is it a state secret, and of which level? (Secrecy Law, art. 25)"""


class ReferralAnswer(StrEnum):
    """What the authority answered."""

    DISCLOSE = "disclose"
    WITHHOLD = "withhold"
    SECRET = "secret"  # noqa: S105 the answer's name.
    NOT_SECRET = "not-secret"  # noqa: S105 the same.


class LateAction(StrEnum):
    """What is done when a step's time has passed."""

    REMIND = "remind"
    ESCALATE = "escalate"


class ScreeningOutcome(StrEnum):
    """What the machine's examination came to; it proposes, people decide."""

    CLEAR = "clear"
    FINDINGS = "findings"
    UNREADABLE = "unreadable"
    STOP = "stop"


class ReturnGround(StrEnum):
    """Why a document goes back for correction (退回)."""

    PERSONAL_INFORMATION = "personal-information"
    INACCURATE = "inaccurate"
    INCOMPLETE = "incomplete"
    NOT_CONFIRMED = "not-confirmed"
    WRONG_FORM = "wrong-form"


class RefusalGround(StrEnum):
    """Why a document may not be disclosed, by article of the Regulations (政府信息公开条例)."""

    STATE_SECRET = "art-14-state-secret"  # noqa: S105 the ground's name, no password.
    FORBIDDEN_BY_LAW = "art-14-forbidden-by-law"
    SECURITY_AND_STABILITY = "art-14-security-and-stability"
    TRADE_SECRET = "art-15-trade-secret"  # noqa: S105 the same.
    PERSONAL_PRIVACY = "art-15-personal-privacy"
    INTERNAL_MATTER = "art-16-internal-matter"
    PROCESS_INFORMATION = "art-16-process-information"
    ENFORCEMENT_FILE = "art-16-enforcement-file"


class WithdrawalKind(StrEnum):
    """What stays visible of a withdrawn document."""

    WITHDRAWN = "withdrawn"
    GONE = "gone"
    REPLACED = "replaced"
    EXPIRED = "expired"


class WithdrawalReason(StrEnum):
    """Why a published document was taken back."""

    SECRECY = "secrecy"
    PERSONAL_INFORMATION = "personal-information"
    INACCURATE = "inaccurate"
    REPLACED = "replaced"
    REPEALED = "repealed"
    EXPIRED = "expired"
    COURT_OR_RECONSIDERATION = "court-or-reconsideration"


class GateFault(StrEnum):
    """Why the gate refused to publish."""

    NOT_SIGNED = "not-signed"
    UNKNOWN_KEY = "unknown-key"
    BAD_SIGNATURE = "bad-signature"
    WRONG_ALGORITHM = "wrong-algorithm"
    WRONG_TYPE = "wrong-type"
    MALFORMED = "malformed"
    OTHER_DOCUMENT = "other-document"
    OTHER_EDITION = "other-edition"
    OTHER_CONTENT = "other-content"
    CONTENT_CHANGED = "content-changed"
    CONTENT_MISSING = "content-missing"
    NOT_APPROVED = "not-approved"
    LEVEL_TOO_LOW = "level-too-low"
    SELF_APPROVED = "self-approved"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    USED_BEFORE = "used-before"
    WITHDRAWN = "withdrawn"
    OUTDATED = "outdated"


class RejectionFault(StrEnum):
    """What was wrong with something handed in."""

    NOT_JSON = "not-json"
    UNKNOWN_TYPE = "unknown-type"
    INVALID = "invalid"
    UNKNOWN_BODY = "unknown-body"
    NOT_ALLOWED = "not-allowed"
    UNACCEPTABLE_FILE = "unacceptable-file"
    KEY_REUSED = "key-reused"
    ALREADY_SUBMITTED = "already-submitted"
    UNKNOWN_DOCUMENT = "unknown-document"
