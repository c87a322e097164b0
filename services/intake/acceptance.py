"""Why a submission is not accepted."""

from shared.problems import Problem


class KeyReused(Problem):
    """This Idempotency-Key was used for another submission; the first one stands."""

    status = 422
    code = "key-reused"
    zh = "该幂等键已用于另一份内容不同的提交，原提交不受影响。"


class AlreadySubmitted(Problem):
    """The same content is already under way; its receipt is named here."""

    status = 409
    code = "already-submitted"
    zh = "相同内容已经提交，回执号见下。"


class UnknownBody(Problem):
    """A body that is named is not of this organisation."""

    status = 422
    code = "unknown-body"
    zh = "所列机关不在本组织名录中。"


class UnknownDocument(Problem):
    """There is no such document to make a new edition of."""

    status = 404
    code = "unknown-document"
    zh = "没有这份文件，无法提交新版本。"


class NotYourDocument(Problem):
    """The document belongs to another body."""

    status = 403
    code = "not-your-document"
    zh = "该文件属于其他机关。"


class MissingKey(Problem):
    """The request needs an Idempotency-Key, so that repeating it cannot submit twice."""

    status = 400
    code = "missing-idempotency-key"
    zh = "请求缺少 Idempotency-Key，无法保证重复请求只受理一次。"
