-- A backup that was restored is told from the database it was taken of, and what may have been sent since is never sent again.

-- What tells one life of a database from another: a dump that is restored has tables of its own, a copy on another server
-- or beside the first has other numbers, and a server that was restored from its files with its log, or a standby that
-- took over, has a new timeline (none while it only reads). What this role may not ask is '-',
-- and compared with nothing: two roles may share a hub.
CREATE FUNCTION database_print(OUT server text, OUT database text, OUT tables text, OUT timeline text) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT oid::text INTO database FROM pg_database WHERE datname = current_database();
    tables := 'deliveries'::regclass::oid::text;
    BEGIN
        server := '-';
        SELECT system_identifier::text INTO server FROM pg_control_system();
    EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
        NULL;
    END;
    IF pg_is_in_recovery() THEN
        RETURN;
    END IF;
    BEGIN
        timeline := '-';
        timeline := substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8);
    EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
        NULL;
    END;
END $$;

-- The print that was noted last. A database that has another now was restored.
CREATE TABLE database_prints (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    server text NOT NULL,
    database text NOT NULL,
    tables text NOT NULL,
    timeline text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What was restored when. What was asked for before the newest of these and is recorded after it may have been sent.
CREATE TABLE restores (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    seen text NOT NULL,
    marked integer NOT NULL,
    oldest timestamptz
);
CREATE INDEX restores_newest ON restores (at DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON restores FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON restores FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- keep_time forgets the oldest; rows lie in this order by nature.
CREATE INDEX idempotency_keys_used ON idempotency_keys USING brin (at) WITH (pages_per_range = 16);

-- Since when it is not known, for a restore, whether a message was sent.
ALTER TABLE deliveries ADD COLUMN restored_at timestamptz;
CREATE INDEX deliveries_restored ON deliveries (accepted_at) WHERE restored_at IS NOT NULL;
CREATE TRIGGER never_again BEFORE UPDATE ON deliveries FOR EACH ROW
    WHEN (OLD.restored_at IS NOT NULL AND NEW.status IN ('queued', 'sending')) EXECUTE FUNCTION refuse_descent();
