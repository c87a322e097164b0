"""The figures that every process counts."""

from prometheus_client import Counter, Gauge

HANDLED = Counter("gongkai_events_handled_total", "Events settled", ["consumer", "stream", "status"])
RELAYED = Counter("gongkai_events_relayed_total", "Events appended to a stream", ["stream"])
LOW_WATER = Gauge("gongkai_low_water", "Every position up to this one is settled", ["consumer", "stream"])
HEAD = Gauge("gongkai_stream_head", "The last position given in a stream", ["stream"])
FENCED = Gauge("gongkai_relay_fenced", "1 while the broker is ahead of the database", ["stream"])
REFUSED = Counter("gongkai_publications_refused_total", "What the gate refused", ["fault"])
