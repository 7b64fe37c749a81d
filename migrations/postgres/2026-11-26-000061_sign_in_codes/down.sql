DROP TABLE sign_in_codes;
DELETE FROM outbox_messages WHERE customer_id IS NULL;
ALTER TABLE outbox_messages ALTER COLUMN customer_id SET NOT NULL;
