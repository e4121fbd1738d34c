// How things that others named, and times, are written.

// Controls, and marks that change the direction of what follows: a name must not rearrange our own words.
const disturbing = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFF9-\uFFFB]/gu;

/** A name from outside as it can be shown: one line, nothing invisible that moves other text, not endless. */
export function plainName(name: string | null | undefined, fallback: string): string {
  const plain = (name ?? '').replace(/\s+/gu, ' ').replace(disturbing, '').trim();
  if (!plain) return fallback;
  const letters = Array.from(plain);
  return letters.length > 120 ? `${letters.slice(0, 119).join('')}…` : plain;
}

/** The address if it may become a link: only of the web. */
export function webAddress(address: string | null | undefined): string | null {
  if (!address) return null;
  const parsed = URL.parse(address);
  return parsed && (parsed.protocol === 'https:' || parsed.protocol === 'http:') ? parsed.href : null;
}

// What runs or reads something here, or makes the system sign in somewhere, is no app to go back to.
const forbidden = new Set([
  'about:', 'blob:', 'chrome:', 'data:', 'dav:', 'davs:', 'dict:', 'file:', 'filesystem:', 'ftp:', 'gopher:', 'imap:', 'intent:',
  'itms-services:', 'jar:', 'javascript:', 'ldap:', 'ldaps:', 'mailto:', 'nfs:', 'rdp:', 'res:', 'resource:', 'search-ms:', 'sftp:', 'smb:',
  'sms:', 'ssh:', 'tel:', 'telnet:', 'vbscript:', 'view-source:', 'vnc:', 'webdav:', 'ws:', 'wss:',
]);

/** Where a browser may be sent back to: by itself to the web, to an app of this device only by the owner's own click. */
export function returnAddress(address: string): { to: 'web' | 'app'; href: string } | null {
  const parsed = URL.parse(address);
  if (!parsed || forbidden.has(parsed.protocol) || parsed.protocol.startsWith('ms-')) return null;
  return { to: parsed.protocol === 'https:' || parsed.protocol === 'http:' ? 'web' : 'app', href: parsed.href };
}

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const dateAlone = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const fullTime = (time: string) => dateAndTime.format(new Date(time));
export const day = (time: string) => dateAlone.format(new Date(time));

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** The hour that begins then: “between 14:00 and 15:00”. */
export const hourFrom = (time: string) => `between ${clock.format(new Date(time))} and ${clock.format(new Date(new Date(time).getTime() + 3_600_000))}`;

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** A time as its distance from now, such as “2 hours ago” or “in 30 days”. */
export function distance(time: string, now = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1_000;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return seconds > 0 ? 'in less than a minute' : 'just now';
}

export const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
