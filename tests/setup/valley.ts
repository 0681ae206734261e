/** A made-up river valley: four towns in a row, north and south at war, one post of the neighbours in the north. */
export function valley(id: string, change: Record<string, (text: string) => string> = {}): ReadonlyMap<string, string> {
  const square = (x: number, y: number, width: number, height: number) => ({
    type: 'Polygon',
    coordinates: [
      [
        [x, y],
        [x + width, y],
        [x + width, y + height],
        [x, y + height],
        [x, y],
      ],
    ],
  });
  const feature = (properties: object, geometry: object) => ({ type: 'Feature', properties, geometry });
  const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features });
  const rows = (header: string, ...lines: string[]) => [header, ...lines, ''].join('\n');
  const place = (name: string, lat: number) => `${name.toLowerCase()},${name},town,10.5,${lat},200,,press,`;
  const files: Record<string, string> = {
    'theatre.json': JSON.stringify({
      id,
      title: 'The valley',
      projection: '+proj=laea +lat_0=50.5 +lon_0=10.5 +datum=WGS84 +units=m',
      time_zone: 'UTC',
    }),
    'theatre.geojson': collection(
      feature({ role: 'theatre' }, square(10, 50, 1, 1)),
      feature({ role: 'territory', id: 'upland', kind: 'state', name: 'Upland' }, square(10, 51, 1, 0.5)),
    ),
    'routes.geojson': collection(
      feature(
        { id: 'R1', name: 'Valley road', error_m: 500, source: 'press', note: null },
        {
          type: 'LineString',
          coordinates: [
            [10.5, 50.1],
            [10.5, 50.9],
          ],
        },
      ),
    ),
    'series.json': JSON.stringify([
      {
        id,
        title: 'The valley',
        publisher: 'Test',
        licence: 'CC0',
        kind: 'derived',
        method: 'derived from reports',
        accuracy_m: 1000,
        accuracy_note: 'made up',
        first_date: '2021-01-01',
        complete_until: '2021-12-31',
        parties: ['north', 'south'],
        r_max_m: 80000,
        spacing_m: 5000,
        parameters: { perimeter_m: 250, reach_m: 250, narrow_m: 5000 },
      },
    ]),
    'parties.csv': rows(
      'id,name,colour,kind,note',
      'north,North,#112233,ground,',
      'south,South,#aa3322,ground,',
      'uplanders,Uplanders,#0a0a0a,operator,',
    ),
    'relations.csv': rows(
      'side,party,stance,from,to,source,note',
      'uplanders,north,ally,,,press,',
      'uplanders,south,hostile,,,press,',
    ),
    'border_policies.csv': rows('side,territory,policy,from,to,source,note', 'uplanders,upland,open,,,press,'),
    'anchors.csv': rows('side,territory,from,to,source,note', 'uplanders,upland,,,press,'),
    'places.csv': rows(
      'id,name,kind,lon,lat,error_m,aliases,source,note',
      place('Ash', 50.2),
      place('Birch', 50.4),
      place('Cedar', 50.6),
      place('Doe', 50.8),
    ),
    'posts.csv': rows(
      'operator,number,number_source,number_text,name,lon,lat,error_m,established_earliest,established_latest,established_source,withdrawn_earliest,withdrawn_latest,withdrawn_source,chrono_no,note',
      'uplanders,1,documented,1,Birch post,10.5,50.42,250,2020-01-01,2020-01-01,press,,,,1,',
    ),
    'sources.csv': rows(
      'id,publisher,title,url,published_on,published_on_inferred,stance,favours,via,note',
      'press,The Valley News,,,,false,press,,,',
    ),
    'initial.csv': rows(
      'place,party,as_of,basis,source,note',
      'ash,south,2021-01-01,stated,press,',
      'birch,north,2021-01-01,stated,press,',
      'cedar,north,2021-01-01,stated,press,',
      'doe,north,2021-01-01,stated,press,',
    ),
    'claims.csv': rows(
      'id,kind,relation,place,post,location,party,earliest,latest,published_on,sources,facts,withdrawn_on,withdrawn_why,dates_inferred,note',
      'cedar-falls,captured,at,cedar,,,south,2021-03-01,2021-03-01,2021-03-02,press,,,,false,',
      'birch-falls,captured,at,birch,,,south,2021-04-01,2021-04-01,2021-04-02,press,,,,false,',
    ),
    'events.csv': rows(
      'id,kind,earliest,latest,relation,place,location,actor,sources,facts,part_of,withdrawn_on,withdrawn_why,dates_inferred,note',
    ),
    'counts.csv': rows('event,measure,value,qualifier,wording,period_from,period_to,part_of,fact'),
  };
  for (const [name, edit] of Object.entries(change)) files[name] = edit(files[name] ?? '');
  return new Map(Object.entries(files));
}
