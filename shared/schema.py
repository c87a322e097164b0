"""The tables of delivery, the same in every service's schema."""

DELIVERY_V1 = """
CREATE TABLE subject (
    subject text PRIMARY KEY,
    sequence bigint NOT NULL);
COMMENT ON TABLE subject IS 'The last sequence given to each subject; its lock orders the facts.';

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE,
    source text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    data bytea NOT NULL,
    position bigint UNIQUE,
    UNIQUE (subject, sequence));
CREATE INDEX outbox_unsequenced ON outbox (id) WHERE position IS NULL;
COMMENT ON TABLE outbox IS 'Everything this service ever announced; the stream is a copy of it.';

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
    PRIMARY KEY (consumer, stream, subject));
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
CREATE INDEX inbox_parked ON inbox (consumer, stream, subject, sequence) WHERE status = 'parked';
CREATE INDEX inbox_dead ON inbox (consumer, first_seen) WHERE status = 'dead';
COMMENT ON TABLE inbox IS 'Every event ever seen, once; what failed waits here, not in the broker.';
"""
