-- Until when an approver holds the change back: infinity until a person releases it; null: this approval states no embargo. Of several
-- approvals the strictest holds.
alter table proposal_approval add column release_at timestamptz;
-- Who may no longer approve, and then may again (by another token of the same name), approves once more: the earlier word stays.
alter table proposal_approval drop constraint proposal_approval_pkey, add primary key (proposal, principal, decided_at);
alter table held_approval drop constraint held_approval_pkey, add primary key (held, principal, decided_at);
-- The public record that the members' one was last brought up to date with (`publicMark` of desk/members-record.sql.ts). Null: before
-- there was this column; it is brought up to date once more.
alter table ahead_branch add column followed text;
