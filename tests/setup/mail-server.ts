import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  url: string;
  received: ParsedMail[];
  /** How many of the next messages are refused for now (451), after they were sent whole. */
  refuse: number;
  close(): Promise<void>;
}

/** A real SMTP server with a user and a password, that keeps what it accepts. */
export async function openMailServer(): Promise<MailServer> {
  const state: Omit<MailServer, 'url' | 'close'> = { received: [], refuse: 0 };
  const server = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'desk' && password === 'p/ss' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        if (state.refuse-- > 0) return done(Object.assign(new Error('try again later'), { responseCode: 451 }));
        state.received.push(mail);
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(state, {
    url: `smtp://desk:p%2Fss@127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
