-- The newest recording instant that was handed out, in microseconds since 1970: instants never go back, though the clock
-- of the machine does (migrations/functions/recording_instant.sql).
create sequence recording_clock as bigint minvalue 0 start 0;
