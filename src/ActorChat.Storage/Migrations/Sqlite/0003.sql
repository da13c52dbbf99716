-- For the query that runs twice a second: which tokens were revoked just now.
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
