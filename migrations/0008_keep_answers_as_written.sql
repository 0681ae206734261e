-- jsonb orders the keys of an object anew, so that a kept answer was not the first one to the byte. What was kept in that
-- order goes: all of it is computed again when it is asked for.
truncate kept_answer;
alter table kept_answer alter column answer type json using answer::json;
