-- How often something was tried, for limits that hold over all nodes. Rows that are over count for nothing and are removed.
CREATE TABLE tallies (
    -- A keyed hash of what is counted: a network, an account, a key of the API.
    name TEXT PRIMARY KEY,
    count BIGINT NOT NULL,
    over_at BIGINT NOT NULL
);
CREATE INDEX tallies_over ON tallies (over_at);

-- Live streams that are open. Each user has so many places; one whose node is gone is free.
CREATE TABLE stream_places (
    user_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    -- The stream: one that was thought gone must not give back what another has taken.
    id TEXT NOT NULL,
    -- nodes.id
    node_id TEXT NOT NULL,
    PRIMARY KEY (user_id, place)
);
CREATE INDEX stream_places_by_node ON stream_places (node_id);
-- A crash of the database may forget them: they are worth no wait for its disk.
ALTER TABLE tallies SET UNLOGGED;
ALTER TABLE stream_places SET UNLOGGED;
