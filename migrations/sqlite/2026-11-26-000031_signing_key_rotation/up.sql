-- From this moment on the key may sign; one that has none signs from its creation on.
ALTER TABLE signing_keys ADD COLUMN signs_from INTEGER;
