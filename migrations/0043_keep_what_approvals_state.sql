-- Until when an approver holds the change back: infinity until a person releases it; null: this approval states no embargo. Of several
-- approvals the strictest holds.
alter table proposal_approval add column release_at timestamptz;
