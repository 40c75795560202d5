-- Since when there is something of a link that nobody has looked at yet: a token, a payment to confirm, its owner's wish. Null once it is
-- taken. While the bank is away, only such links are taken; the others are due all the same, and wait.
ALTER TABLE links ADD COLUMN fresh_at BIGINT;
UPDATE links SET fresh_at = next_try_at WHERE proven_at IS NULL AND attempts = 0;
CREATE INDEX links_fresh ON links (fresh_at) WHERE fresh_at IS NOT NULL AND next_try_at IS NOT NULL;
