import type sqlite from 'node-sqlite3-wasm';
import type { WrittenLayer } from '../format.js';

const TABLES = `
  create table gpkg_metadata (id integer primary key autoincrement not null, md_scope text not null default 'dataset',
    md_standard_uri text not null, mime_type text not null default 'text/xml', metadata text not null default '');
  create table gpkg_metadata_reference (reference_scope text not null, table_name text, column_name text, row_id_value integer,
    timestamp datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id integer not null, md_parent_id integer,
    foreign key (md_file_id) references gpkg_metadata(id), foreign key (md_parent_id) references gpkg_metadata(id));
  insert into gpkg_extensions values
    ('gpkg_metadata', null, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', null, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write');
`;

/** Writes what the table is, under which licence and where, as a Dataset of schema.org. */
export function writeMetadata(
  db: sqlite.Database,
  { name, title, description, licence, changed, bounds }: WrittenLayer,
): void {
  const [west, south, east, north] = bounds;
  const dataset = {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    name: title,
    description,
    license: licence,
    dateModified: changed,
    spatialCoverage: {
      '@type': 'Place',
      geo: { '@type': 'GeoShape', box: `${south} ${west} ${north} ${east}` },
    },
  };
  db.exec(TABLES);
  db.run(`insert into gpkg_metadata values (1, 'dataset', 'https://schema.org/Dataset', 'application/ld+json', ?)`, [
    JSON.stringify(dataset),
  ]);
  db.run(`insert into gpkg_metadata_reference values ('table', ?, null, null, ?, 1, null)`, [name, changed]);
}
