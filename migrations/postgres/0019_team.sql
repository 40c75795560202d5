-- When an operator was last here, brought up to date at most once a minute. Sessions that are over are removed, and would not tell.
ALTER TABLE users ADD COLUMN seen_at BIGINT;
CREATE INDEX users_by_role ON users (role, email_key) WHERE role <> 'user';
