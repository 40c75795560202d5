-- Payments of one second stand in the bank's own order, by their txid.
DROP INDEX payments_by_time;
DROP INDEX payments_by_card;
CREATE INDEX payments_by_time ON payments (user_id, booked_at, txid, id);
CREATE INDEX payments_by_card ON payments (user_id, card_ref, booked_at, txid, id);
