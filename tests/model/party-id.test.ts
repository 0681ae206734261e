import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPartyId, partyIdOf } from '../../src/model/party-id.js';

describe('the id of a party by its name', () => {
  it.each([
    ['government', 'government'],
    ['free_army', 'free_army'],
    ['Government', 'government'],
    ['Russian Federation', 'russian-federation'],
    ['  Free   Army ', 'free-army'],
    ['RUS', 'rus'],
    ["People's Militia", 'peoples-militia'],
    ['Українська армія', 'ukrainska-armiya'],
    ['север', 'sever'],
    ['النظام', 'lndhm'],
    ['Türkiye', 'turkiye'],
  ])('%s is %s', (name, id) => expect(partyIdOf(name)).toBe(id));

  it('keeps names apart that would share an id, and never takes the name of a class', () => {
    const holders: Record<string, string> = { 'free-army': 'Free Army' };
    const holderOf = (id: string) => holders[id];
    expect(partyIdOf('Free Army', holderOf)).toBe('free-army');
    expect(partyIdOf('Free-Army', holderOf)).toMatch(/^free-army-[0-9a-f]{8}$/);
    expect(partyIdOf('Contested')).toMatch(/^contested-[0-9a-f]{8}$/);
    expect(partyIdOf('x'.repeat(64))).toMatch(/^x{54}-[0-9a-f]{8}$/);
    expect(partyIdOf(`${'x'.repeat(64)}y`)).not.toBe(partyIdOf('x'.repeat(64)));
    expect(partyIdOf('—')).toMatch(/^party-[0-9a-f]{8}$|^-/);
  });

  it('is an id for every text of people, always the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), (name) => {
        expect(isPartyId(partyIdOf(name))).toBe(true);
        expect(partyIdOf(name)).toBe(partyIdOf(name));
      }),
      { numRuns: 2000 },
    );
  });
});
