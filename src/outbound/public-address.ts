import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

// Loopback, link-local, private, carrier, documentation, multicast and reserved ranges: nothing a publisher's desk is at.
const PRIVATE = new BlockList();
const RANGES: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];
for (const [net, prefix, family] of RANGES) PRIVATE.addSubnet(net, prefix, family);

/** Whether an address is one that only this machine or its network can reach. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPrivateAddress(mapped);
  const family = isIP(address);
  return family === 0 || PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Hosts that may be called although their address is private, and the setting that lists them. */
export interface PrivateHosts {
  /** Host names, with or without a port. */
  allowed: readonly string[];
  setting: string;
}

/**
 * The one address that a request to `url` connects to, as the `lookup` of `node:http`. All that the name resolves to must be
 * public, unless the host is allowed by name; the connection goes to the address that was judged, so that a name which
 * resolves differently a moment later gains nothing.
 * @throws Error in words, when the name does not resolve or resolves to a private address
 */
export async function judgedAddress(url: URL, { allowed, setting }: PrivateHosts): Promise<LookupFunction> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(name, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${name} does not resolve (${error.code})`);
  });
  const [first] = found;
  if (!first) throw new Error(`${name} does not resolve`);
  const inside = found.find(({ address }) => isPrivateAddress(address));
  if (inside && !allowed.includes(url.host) && !allowed.includes(name)) {
    throw new Error(`${name} is ${inside.address}, a private address: ${setting} does not list it`);
  }
  return (_name, options, answer) => {
    if (options.all) answer(null, [first]);
    else answer(null, first.address, first.family);
  };
}

/** `https://hooks.example.org/***`, `i***@example.org`: whose it is, and neither what opens it nor who reads there. */
export function masked(target: string): string {
  if (/^https?:/i.test(target) && URL.canParse(target)) {
    const { protocol, host } = new URL(target);
    return `${protocol}//${host}/***`;
  }
  return target.replace(/^(.).*@/su, '$1***@');
}
