import { describe, expect, it } from 'vitest';
import { baseOf } from '../../src/http/base.js';

const PUBLIC = { publicHosts: ['maps.example.org', 'maps.example.org:8443'] };
const base = (headers: Record<string, string>, settings = PUBLIC) =>
  baseOf({ headers: { host: '127.0.0.1:8080', ...headers } }, settings);

describe('the address in links', () => {
  it('is the one the client used, without a proxy', () => {
    expect(base({})).toBe('http://127.0.0.1:8080');
    expect(base({ host: '[::1]:8080' })).toBe('http://[::1]:8080');
  });

  it('is what the proxy says of a host that the settings name', () => {
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'maps.example.org' };
    expect(base(proxied)).toBe('https://maps.example.org');
    expect(base({ ...proxied, 'x-forwarded-prefix': '/salient/' })).toBe('https://maps.example.org/salient');
    expect(base({ ...proxied, 'x-forwarded-host': 'Maps.example.org:8443, inner' })).toBe(
      'https://maps.example.org:8443',
    );
    expect(base({ host: 'maps.example.org', 'x-forwarded-proto': 'https' })).toBe('https://maps.example.org');
  });

  it('is the same however the proxy writes scheme and port', () => {
    const proxied = (proto: string, host: string) => base({ 'x-forwarded-proto': proto, 'x-forwarded-host': host });
    expect(proxied('HTTPS', 'maps.example.org')).toBe('https://maps.example.org');
    expect(proxied('https', 'maps.example.org:443')).toBe('https://maps.example.org');
    expect(proxied('Http', 'maps.example.org:80')).toBe('http://maps.example.org');
    expect(proxied('https', 'maps.example.org:8444')).toBe('http://127.0.0.1:8080');
    expect(base({ host: 'maps.example.org:443', 'x-forwarded-proto': 'https' })).toBe('https://maps.example.org');
    const below = { 'x-forwarded-host': 'maps.example.org', 'x-forwarded-prefix': '/a/.b/c..d' };
    expect(base(below)).toBe('http://maps.example.org/a/.b/c..d');
  });

  it('is never made of a host that they do not name', () => {
    for (const host of [
      'evil.example',
      'maps.example.org.evil.example',
      'maps.example.org@evil.example',
      'a"><script>',
      '',
    ]) {
      expect(base({ 'x-forwarded-host': host, 'x-forwarded-proto': 'https' }), host).toBe('http://127.0.0.1:8080');
    }
    expect(base({ 'x-forwarded-host': 'maps.example.org' }, { publicHosts: [] })).toBe('http://127.0.0.1:8080');
  });

  it('has no scheme or prefix that could lead elsewhere', () => {
    const proxied = (more: Record<string, string>) =>
      base({ 'x-forwarded-host': 'maps.example.org', 'x-forwarded-proto': 'https', ...more });
    expect(proxied({ 'x-forwarded-proto': 'javascript' })).toBe('http://maps.example.org');
    for (const prefix of ['//evil.example', '/a b', '/<x>', 'evil', '/a/../b', '/..', '/./a'])
      expect(proxied({ 'x-forwarded-prefix': prefix }), prefix).toBe('https://maps.example.org');
  });
});
