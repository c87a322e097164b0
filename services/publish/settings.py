"""What publish must be told besides what every process is."""

from shared.settings import Settings


class PublishSettings(Settings):
    """Read from the environment, each name with GONGKAI_ before it."""

    public_url: str = ""
    """Where the public reaches this service: feeds, sitemap and catalogue need absolute addresses. Set it
    wherever the service can be reached by another name."""
    websub_hub: str = ""
    """The WebSub hub that feeds name, where there is one."""
    site_name: str = "政府信息公开"
    site_name_en: str = "Open Government Information"
    site_domain: str = ""
    site_id_code: str = ""
    """政府网站标识码, ten digits."""
    column_name: str = "政府信息公开目录"
    column_description: str = "主动公开的政府信息"
    column_keywords: str = "政府信息公开,目录"
    column_type: str = "政府信息公开"
    """The site and the column of every page's meta tags (国办发〔2017〕47号)."""
    sealing_idle: float = 0.5
    checkpoint_rows: int = 1000
    checkpoint_every: float = 10.0
    """The ledger's head is signed after so many entries, or so many seconds after the last time: what was
    published can be proved no later."""
    calendar_every: float = 0.5
    """How often is looked what was scheduled for now, or has had its time."""
    remind_every: float = 10.0
    """How often is looked who must be reminded of a recall."""
    overdue_every: float = 60.0
    """How often the obligation register is gone through for what is overdue."""
    channels: str = "default"
    """The register of channels: a shipped one by its name, or the path of a file; the worker and the channels
    must agree."""
    releasing_idle: float = 1.0
    """How often each channel looks for what is due."""
    transfers_every: float = 600.0
    """How often is looked whether a reading room's monthly package is to be made."""
