import { createTransport } from 'nodemailer';
import type { Letter } from './compose.js';

/** How e-mail leaves. */
export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…`; null: no e-mail is sent. */
  smtpUrl: string | null;
  /** Whom messages come from, such as `Maps <maps@example.org>`. */
  mailFrom: string;
}

const TIMEOUT_MS = 20_000;

/**
 * Sends a message once. A repeated one has the same Message-ID (from `key`), so that clients show it once.
 * @returns the answer of the server
 * @throws Error saying why it did not leave, without the password of the server
 */
export async function sendMail(
  { smtpUrl, mailFrom }: MailSettings,
  to: string,
  key: string,
  letter: Letter,
  unsubscribe: string,
): Promise<string> {
  if (smtpUrl === null) throw new Error('SALIENT_SMTP_URL is not set: no e-mail is sent');
  if (mailFrom === '') throw new Error('SALIENT_MAIL_FROM is not set: no e-mail is sent');
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  const transport = createTransport({ ...optionsOf(smtpUrl), ...timeouts });
  try {
    const sent = await transport.sendMail({
      from: mailFrom,
      to,
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      messageId: `<${key.replaceAll('/', '.')}@salient>`,
      attachments: letter.pictures.map(({ name, cid, png }) => ({
        filename: name,
        cid,
        content: Buffer.from(png),
        contentType: 'image/png',
        contentDisposition: 'inline' as const,
      })),
      headers: {
        'List-Unsubscribe': `<${unsubscribe}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Auto-Submitted': 'auto-generated',
      },
    });
    return sent.response;
  } finally {
    transport.close();
  }
}

function optionsOf(address: string) {
  const { protocol, hostname, port, username, password } = new URL(address);
  const secure = protocol === 'smtps:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  };
}
