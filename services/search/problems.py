"""What search objects to."""

from shared.problems import Problem


class NotReady(Problem):
    """The index is being made; please ask again in a moment."""

    status = 503
    code = "index-not-ready"
    zh = "检索索引正在建立，请稍后再试。"


class BackwardPeriod(Problem):
    """The period ends before it begins."""

    status = 422
    code = "backward-period"
    zh = "日期范围的终止日早于起始日。"
