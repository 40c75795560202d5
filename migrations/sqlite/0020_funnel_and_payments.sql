-- What an attempt to link began with, and how far it came: a bit for each step (app::backend::FunnelStep). It is counted under
-- the day on which it began.
ALTER TABLE link_intents ADD COLUMN browser TEXT NOT NULL DEFAULT 'other';
ALTER TABLE link_intents ADD COLUMN lang TEXT NOT NULL DEFAULT 'fr';
ALTER TABLE link_intents ADD COLUMN reached BIGINT NOT NULL DEFAULT 0;

-- Attempts to link that came to a step, counted with the events themselves. Nothing here leads to anybody.
CREATE TABLE funnel_days (
    -- At the bank: 2017-02-02.
    day TEXT NOT NULL,
    -- Family of the browser, such as Firefox.
    browser TEXT NOT NULL,
    -- fr or en.
    lang TEXT NOT NULL,
    step TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (day, browser, lang, step)
) WITHOUT ROWID;

-- Everybody's payments, for operators: by time, and by the bank's name of one. New rows come to the end of both.
CREATE INDEX payments_of_all ON payments (booked_at, txid, id);
CREATE INDEX payments_by_txid ON payments (txid, id);
