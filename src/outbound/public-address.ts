import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** What a publisher's desk is not at, of what IANA's registries of special-purpose addresses (RFC 6890) list: loopback, private, … */
const SPECIAL = new BlockList();
const RANGES: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
];
for (const [net, prefix, family] of RANGES) SPECIAL.addSubnet(net, prefix, family);

/** The only addresses of IPv6 that IANA gives out to be reached from everywhere: whatever form embeds an IPv4 address lies outside. */
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet('2000::', 3, 'ipv6');
/** `::ffff:127.0.0.1` is that IPv4 address, as the system connects to it. */
const MAPPED = new BlockList();
MAPPED.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Whether an address is one that only this machine or its network can reach, or nobody. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  if (family === 4) return SPECIAL.check(address, 'ipv4');
  // A list judges an IPv4 address that is mapped into IPv6 as itself.
  return SPECIAL.check(address, 'ipv6') || !(GLOBAL_UNICAST.check(address, 'ipv6') || MAPPED.check(address, 'ipv6'));
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
