import { APIConnectionError, APIError } from '@beeper/desktop-api';

/** A refusal of the owner API. */
export class OwnerError extends Error {
  override readonly name = 'OwnerError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** The server did not answer at all. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** The status of a refused request; 0 when no answer came. */
export function statusOf(error: unknown): number {
  if (error instanceof OwnerError) return error.status;
  if (error instanceof APIError) return error.status ?? 0;
  return 0;
}

/** What went wrong and what to do about it, in words for the owner. */
export function explain(error: unknown): string {
  if (error instanceof UnreachableError || error instanceof APIConnectionError) {
    return 'The server does not answer. Check that Switchboard is still running, then try again.';
  }
  const status = statusOf(error);
  if (status === 401) return 'You are no longer signed in. Sign in again to go on.';
  if (status === 429) return `Too many attempts. Wait ${waitOf(error)} and try again.`;
  if (status === 404) return 'This is not there any more. Go back and load the page again.';
  if (status === 507) return 'The disk of the server is full. Free some space, then try again.';
  if (status >= 500) return 'Something went wrong on the server. Try again; its log says more.';
  if (error instanceof APIError) return sentenceOf(error);
  if (error instanceof Error) return error.message;
  return 'Something went wrong. Load the page again.';
}

function waitOf(error: unknown): string {
  const seconds = error instanceof OwnerError ? error.retryAfter : null;
  if (!seconds) return 'a minute';
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

/** The SDK puts the status and the whole body into its message; the server's own sentence is in the body. */
function sentenceOf(error: APIError): string {
  return sentenceIn(error.error) ?? error.message;
}

/** What a refusal says: of each field that is wrong why it is, or else of the whole. */
export function sentenceIn(body: unknown): string | null {
  const reasons = list(field(field(body, 'details'), 'issues')).map((issue) => field(issue, 'message'));
  const sentences = [...new Set(reasons.filter((reason) => typeof reason === 'string' && reason !== ''))];
  const whole = field(body, 'message');
  return sentences.length > 0 ? sentences.join(' ') : typeof whole === 'string' && whole !== '' ? whole : null;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
