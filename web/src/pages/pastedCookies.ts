import type { CookieField } from '../api/bridges.ts';

/** Finds the wanted values in what people can copy from a browser: JSON, a Cookie header, or a request as cURL. */
export function fieldsOfPaste(text: string, fields: CookieField[]): Record<string, string> {
  const values = valuesOf(text.trim());
  const found: Record<string, string> = {};
  for (const { id, name } of fields) {
    const value = values.get((name ?? id).toLowerCase()) ?? values.get(id.toLowerCase());
    if (value !== undefined) found[id] = value;
  }
  return found;
}

function valuesOf(text: string): Map<string, string> {
  return text.startsWith('{') || text.startsWith('[') ? valuesOfJson(text) : valuesOfHeaders(text);
}

/** `{ "name": "value" }`, or a list of `{ "name": …, "value": … }` as cookie exporters write it. */
function valuesOfJson(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return values;
  }
  const pairs: [unknown, unknown][] = Array.isArray(parsed)
    ? parsed.map((item: { name?: unknown; value?: unknown } | null) => [item?.name, item?.value])
    : Object.entries(parsed as object);
  for (const [name, value] of pairs) if (typeof name === 'string' && typeof value === 'string') values.set(name.toLowerCase(), value);
  return values;
}

function valuesOfHeaders(text: string): Map<string, string> {
  const values = new Map<string, string>();
  // -H 'name: value' of a request copied as cURL, with either kind of quotes.
  for (const [, , header = ''] of text.matchAll(/(?:-H|--header)\s+\$?(['"])(.*?)\1/gs)) {
    const colon = header.indexOf(':');
    if (colon > 0) values.set(header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim());
  }
  const given = /(?:-b|--cookie)\s+\$?(['"])(.*?)\1/s.exec(text)?.[2];
  const cookies = values.get('cookie') ?? given ?? text.replace(/^cookie:\s*/i, '');
  for (const pair of cookies.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0) values.set(pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim());
  }
  return values;
}
