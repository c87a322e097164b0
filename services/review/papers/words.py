"""The papers' words: each code as an office says it, in Chinese and in English."""

from collections.abc import Mapping

Pair = tuple[str, str]
"""Chinese, English."""
Names = Mapping[str, Pair]

KINDS: Names = {
    "notice": ("通知公告", "notice"),
    "guide": ("办事指南", "guide"),
    "report": ("报告", "report"),
    "statistics": ("统计数据", "statistics"),
    "personnel": ("人事信息", "personnel"),
    "budget": ("预算决算", "budget"),
    "plan": ("规划计划", "plan"),
    "regulation": ("规范性文件", "regulation"),
}

ROLES: Names = {
    "author": ("承办人", "author"),
    "officer": ("信息员", "officer"),
    "head": ("部门负责人", "head"),
    "leader": ("分管领导", "leader"),
    "principal": ("主要领导", "principal"),
    "secrecy": ("保密审查员", "secrecy reviewer"),
    "policy": ("按制度", "by policy"),
}

ACTS: Names = {
    "proposed": ("提请公开", "proposed"),
    "agreed": ("同意", "agreed"),
    "approved": ("批准公开", "approved"),
    "returned": ("退回修改", "returned"),
    "rejected": ("不予公开", "refused"),
    "redacted": ("作区分处理", "redacted"),
    "asked": ("征求意见", "asked"),
    "confirmed": ("确认无误", "confirmed"),
    "objected": ("不同意公开", "objected"),
    "deemed": ("逾期视为同意", "deemed to consent"),
    "escalated": ("报请协调", "escalated"),
    "settled": ("协调一致", "settled"),
    "referred": ("报请确定", "referred"),
    "answered": ("收到答复", "answered"),
    "protected": ("先行封存", "protected"),
    "handed-over": ("已移交", "handed over"),
    "determined": ("收到定密答复", "determined"),
    "upheld": ("复核后维持公开", "upheld"),
    "voided": ("批准作废", "voided"),
}

OCCASIONS: Names = {
    **dict.fromkeys(
        ("asked", "confirmed", "objected", "deemed", "escalated", "settled"), ("信息确认", "Confirmation")
    ),
    **dict.fromkeys(("referred", "answered"), ("报请确定", "Referral")),
    **dict.fromkeys(("protected", "handed-over", "determined"), ("封存移交", "Locking away")),
    "proposed": ("承办人提请", "Proposal"),
    "redacted": ("区分处理", "Redaction"),
    "returned": ("退回", "Return"),
    "rejected": ("不予公开", "Refusal"),
    "upheld": ("复核", "Second look"),
    "voided": ("批准作废", "Voiding"),
}
"""Where an opinion belongs that takes no step of the policy."""

CONFIRMATIONS: Names = {
    "asked": ("待答复", "asked"),
    "confirmed": ("确认无误", "confirmed"),
    "objected": ("不同意公开", "objected"),
    "deemed": ("逾期视为同意", "deemed to consent"),
    "escalated": ("报请协调", "escalated"),
    "resolved": ("已协调一致", "resolved"),
}

GROUNDS: Names = {
    "art-14-state-secret": ("条例第14条：国家秘密", "art. 14: state secret"),
    "art-14-forbidden-by-law": ("条例第14条：法律、行政法规禁止公开", "art. 14: forbidden by law"),
    "art-14-security-and-stability": ("条例第14条：三安全一稳定", "art. 14: security and stability"),
    "art-15-trade-secret": ("条例第15条：商业秘密", "art. 15: trade secret"),
    "art-15-personal-privacy": ("条例第15条：个人隐私", "art. 15: personal privacy"),
    "art-16-internal-matter": ("条例第16条：内部事务信息", "art. 16: internal matter"),
    "art-16-process-information": ("条例第16条：过程性信息", "art. 16: process information"),
    "art-16-enforcement-file": ("条例第16条：行政执法案卷", "art. 16: enforcement file"),
    "personal-information": ("含个人信息", "personal information"),
    "inaccurate": ("内容不准确", "inaccurate"),
    "incomplete": ("内容不完整", "incomplete"),
    "not-confirmed": ("未经有关机关确认", "not confirmed"),
    "wrong-form": ("格式不符合要求", "wrong form"),
}

REFERRALS: Names = {
    "disclosure": ("能否公开（条例第17条）", "whether to disclose (art. 17)"),
    "state-secret": ("是否国家秘密（保密法第25条）", "whether a state secret (art. 25)"),
}

ANSWERS: Names = {
    "disclose": ("可以公开", "disclose"),
    "withhold": ("不予公开", "withhold"),
    "secret": ("属于国家秘密", "a state secret"),
    "not-secret": ("不属于国家秘密", "no state secret"),
}

SECRECY: Names = {
    "top-secret": ("绝密", "top secret"),
    "highly-secret": ("机密", "highly secret"),
    "secret": ("秘密", "secret"),
}

AUTHORITIES: Names = {
    "national": ("国家保密行政管理部门", "national secrecy administration"),
    "provincial": ("省级保密行政管理部门", "provincial secrecy administration"),
    "competent-department": ("有关主管部门", "competent department"),
    "secrecy-administration": ("同级保密行政管理部门", "secrecy administration"),
}

ABOUT: Mapping[str, Names] = {
    "referred": AUTHORITIES,
    "answered": ANSWERS,
    "determined": ANSWERS,
    "protected": SECRECY,
}
"""By act, what the opinion's `about` is a code of; with the others it is a name."""

CHECKS: Names = {
    "state-secret": ("国家秘密", "State secret"),
    "internal": ("内部敏感信息、工作秘密", "Internal or work secret"),
    "classified-project": ("涉密项目", "Classified project"),
    "foreign-affairs": ("涉外事项", "Foreign affairs"),
    "trade-secret": ("商业秘密", "Trade secret"),
    "personal": ("个人隐私、个人信息", "Privacy, personal information"),
    "security-and-stability": ("三安全一稳定", "Security and stability"),
    "other": ("其他不宜公开事项", "Otherwise unfit to disclose"),
}

WAYS: Names = {
    "website": ("政府网站", "Website"),
    "press": ("报刊", "Press"),
    "radio": ("广播", "Radio"),
    "television": ("电视", "Television"),
    "board": ("政府公开栏", "Notice board"),
    "other": ("其他", "Other"),
}

ATTRIBUTES: Names = {
    "disclose": ("主动公开", "Disclosed"),
    "partly": ("部分公开", "Partly disclosed"),
    "withhold": ("不予公开", "Not disclosed"),
}

RESULTS: Names = {
    "disclose": ("公开", "Disclose"),
    "withhold": ("不予公开", "Withhold"),
    "refer": ("需报审", "Refer"),
    "return": ("退回修改", "Return"),
}


def say(names: Names, code: str | None, english: bool = False) -> str:
    """A code as the reader's language has it; what is no code is said as it is."""
    return names.get(code or "", (code or "", code or ""))[english]
