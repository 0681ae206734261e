import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A certificate authority and a certificate of `localhost` made by it, in a folder. */
export function certificates(folder: string): { authority: string; cert: string; key: string } {
  const file = (name: string) => join(folder, name);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  const subject = ['-subj', '/CN=authority', '-days', '2', '-nodes'];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-keyout', file('ca.key'), '-out', file('ca.pem'), ...subject);
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('server.key'), '-out', file('server.csr')],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
  );
  openssl(
    ...['x509', '-req', '-in', file('server.csr'), '-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'],
    ...['-copy_extensions', 'copy', '-days', '2', '-out', file('server.pem')],
  );
  return { authority: file('ca.pem'), cert: file('server.pem'), key: file('server.key') };
}
