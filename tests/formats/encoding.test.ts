import { describe, expect, it } from 'vitest';
import { encodingNamed } from '../../src/formats/encoding.js';
import { readHere } from '../../src/maps/read.js';
import { parseDate } from '../../src/model/dates.js';
import { box } from '../setup/good-input.js';
import { shapefile, zip } from '../setup/map-files.js';

describe('encodings as files and people name them', () => {
  it.each([
    ['windows-1251', ['1251', 'ANSI 1251', 'CP1251', 'windows-1251', 'Windows 1251', 'cp_1251', 'ms1251']],
    ['ibm866', ['866', 'OEM 866', 'CP866', 'IBM866']],
    ['gbk', ['936', 'ANSI 936', 'CP936', 'OEM 936', 'windows-936', 'MS936', 'GBK', 'GB2312']],
    ['shift_jis', ['932', 'ANSI 932', 'CP932', 'SJIS', 'Shift_JIS', 'shift-jis', 'windows-31j']],
    ['euc-kr', ['949', 'ANSI 949', 'CP949', 'EUC-KR', 'EUC_KR', 'ks_c_5601-1987']],
    ['big5', ['950', 'ANSI 950', 'CP950', 'Big5', 'BIG5']],
    ['gb18030', ['54936', 'GB18030', 'gb 18030']],
    ['windows-874', ['874', 'ANSI 874', 'TIS-620']],
    ['utf-8', ['65001', 'UTF-8', 'utf8', 'UTF_8', 'CP65001', 'ANSI 65001']],
    ['koi8-r', ['20866', 'KOI8-R']],
    ['iso-8859-6', ['88596', '8859-6', 'ISO 8859-6', 'ISO88596', '28596']],
    ['iso-8859-15', ['885915', '28605', 'ISO-8859-15']],
    [null, ['437', 'OEM 850', 'KLINGON', '', '12345']],
  ] as const)('%s', (label, names) => {
    for (const name of names) expect([name, encodingNamed(name)]).toEqual([name, label]);
  });

  it.each(['936', 'ANSI 936'])('a shapefile whose .cpg says %s has its names in Chinese', async (cpg) => {
    const area = { properties: { party: 'XXXX' }, polygons: [[box(36, 35, 37, 36)]] };
    const parts = shapefile([area]);
    const table = Buffer.from(parts['control.dbf'] as Uint8Array);
    // 北京 in GBK
    table.set([0xb1, 0xb1, 0xbe, 0xa9], table.indexOf('XXXX'));
    const { parties } = await readHere({
      source: zip({ ...parts, 'control.dbf': table, 'control.cpg': cpg }),
      options: { date: parseDate('2024-05-01'), knownParties: null },
      reading: { layer: null, limits: { unpackedBytes: 50e6 } },
      lenient: false,
    });
    expect(parties.map(({ name }) => name)).toEqual(['北京']);
  });
});
