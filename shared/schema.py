"""The tables of delivery, the same in every service's schema."""

DELIVERY_V1 = """
CREATE TABLE subject (
    subject text PRIMARY KEY,
    sequence bigint NOT NULL);
COMMENT ON TABLE subject IS 'The last sequence given to each subject; its lock orders the facts.';

CREATE TABLE announcement (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    event_id uuid NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    data bytea NOT NULL)
    WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
COMMENT ON TABLE announcement IS 'What was announced and has no position yet; the sequencer moves it on.';

CREATE TABLE outbox (
    position bigint PRIMARY KEY,
    event_id uuid NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    data bytea NOT NULL,
    UNIQUE (subject, sequence));
COMMENT ON TABLE outbox IS 'Everything this service ever announced, in order; the stream is a copy of it.';

CREATE TABLE head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL);
INSERT INTO head (position) VALUES (0);
COMMENT ON TABLE head IS 'The last position given in the outbox.';

CREATE TABLE lane (
    consumer text NOT NULL,
    stream text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    troubled boolean NOT NULL DEFAULT false,
    PRIMARY KEY (consumer, stream, subject));
COMMENT ON COLUMN lane.troubled IS 'Something of it waits in the inbox, so it must be handled with care.';
COMMENT ON TABLE lane IS 'How far each subject''s facts have been handled, one after the other.';

CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    stream text NOT NULL,
    position bigint NOT NULL,
    type text NOT NULL,
    subject text,
    sequence bigint,
    status text NOT NULL CHECK (status IN ('done', 'skipped', 'parked', 'retry', 'dead', 'dropped')),
    early boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz,
    error text,
    raw bytea,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    PRIMARY KEY (consumer, event_id));
CREATE INDEX inbox_position ON inbox (consumer, stream, position);
CREATE INDEX inbox_due ON inbox (consumer, next_at) WHERE status = 'retry';
CREATE INDEX inbox_waiting ON inbox (consumer, stream, subject, sequence)
    WHERE status IN ('parked', 'retry', 'dead');
CREATE INDEX inbox_dead ON inbox (consumer, first_seen) WHERE status = 'dead';
COMMENT ON TABLE inbox IS 'Every event ever seen, once; what failed waits here, not in the broker.';
"""
