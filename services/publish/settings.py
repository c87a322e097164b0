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
