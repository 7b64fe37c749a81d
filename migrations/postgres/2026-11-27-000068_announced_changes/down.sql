DROP TABLE announced_changes;
