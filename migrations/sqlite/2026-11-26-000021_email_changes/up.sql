-- The address that the customer takes by it; NULL where they prove the one they have.
ALTER TABLE email_verifications ADD COLUMN new_email TEXT;
-- Who has the old mailbox ends it by this one.
ALTER TABLE email_verifications ADD COLUMN cancel_token_hash BLOB;
CREATE UNIQUE INDEX email_verifications_cancel ON email_verifications (cancel_token_hash);
