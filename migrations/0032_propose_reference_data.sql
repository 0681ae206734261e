-- Parties, places, posts and routes are proposed too: their rows are the file of the proposal, GeoJSON or a CSV table.
alter table proposal drop constraint proposal_kind_check, drop constraint proposal_check;
alter table proposal
  add constraint proposal_kind_check check (kind in ('edit', 'map', 'claim', 'event', 'withdrawal', 'restoration',
                                                     'parties', 'places', 'posts', 'routes')),
  add constraint proposal_check check ((kind in ('map', 'parties', 'places', 'posts', 'routes')) = (file is not null));
