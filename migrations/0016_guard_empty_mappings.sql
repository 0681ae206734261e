-- As every other table that is kept for ever: guarded by statement, against TRUNCATE and where it is empty too.
drop trigger kept on mapping;
drop trigger kept on reading;
create trigger kept before update or delete or truncate on mapping for each statement execute function refuse_change();
create trigger kept before update or delete or truncate on reading for each statement execute function refuse_change();
