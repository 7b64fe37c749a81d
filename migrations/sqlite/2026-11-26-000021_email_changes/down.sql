DROP INDEX email_verifications_cancel;
ALTER TABLE email_verifications DROP COLUMN cancel_token_hash;
ALTER TABLE email_verifications DROP COLUMN new_email;
