// Arbitrary requests made from the server’s own OpenAPI document: valid shapes, and everything but.
// Ids stand in them as @@name@@ and are put in when the request is sent, so that a seed means the same on every server.
import fc from 'fast-check';

/** Names of fields and parameters whose value is something that exists, and what it is. */
const EXISTING = {
  chatID: 'chatID',
  chatIDs: 'chatID',
  accountID: 'accountID',
  accountIDs: 'accountID',
  messageID: 'messageID',
  replyToMessageID: 'messageID',
  bridgeID: 'bridgeID',
  loginID: 'loginID',
  loginSessionID: 'loginSessionID',
  stepID: 'stepID',
  flowID: 'flowID',
  uploadID: 'uploadID',
  participantIDs: 'userID',
  mentions: 'userID',
  id: 'userID',
  sender: 'userID',
  url: 'mediaURL',
  imgURL: 'uploadID',
  reactionKey: 'reactionKey',
  cursor: 'messageID',
  username: 'username',
  query: 'word',
  text: 'word',
  messageText: 'word',
};

const NASTY = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\udc00x',
  '\ufffe',
  '\u202e',
  '\r\n',
  '%',
  '%00',
  '../../etc/passwd',
  'null',
  'undefined',
  '-1',
  '0',
  'true',
  "' OR 1=1 --",
  '"',
  '\\',
  '*',
  '$',
  '@',
  '!',
  '<script>',
  '<b><i>x',
  '[x](javascript:x)',
  '**_~~`',
  '🎉',
  '👨‍👩‍👧‍👦',
  'e\u0301',
  'ﷺ',
  '日本語',
  '9007199254740993',
  '1e400',
  '9'.repeat(400),
  'mxc://a/b',
  'mxc://',
  'file:///etc/passwd',
  'localmxc://x/y',
  'http://127.0.0.1/',
  'data:,x',
  '2026-02-30T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999+14:00',
  '2026-01-01',
  'a:b',
  'NEAR(a b)',
  '.',
  '..',
];

/** Any text: ordinary, nasty, or very long. */
export const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', ' ', '<', '*', '[', '_', '&', '@', '日', '\ud83c\udf89', '\ud800'), fc.integer({ min: 1, max: 70_000 }))
      .map(([unit, times]) => unit.repeat(times)),
  },
);

const deep = fc
  .tuple(fc.constantFrom(['[', ']'], ['{"a":', '}'], ['[{"text":', '}]']), fc.integer({ min: 1, max: 3_000 }))
  .map(([[open, close], times]) => `${open.repeat(times)}1${close.repeat(times)}`);

/** JSON text of anything: also what JSON does not allow. */
const anyJson = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'null',
      'true',
      '0',
      '-0',
      '-1',
      '1.5',
      '1e999',
      '-1e-999',
      '9007199254740993',
      '9'.repeat(500),
      '""',
      '[]',
      '{}',
      '[[]]',
      '[null]',
      '"\\ud800"',
      '"\\u0000"',
      '"\\udc00\\ud800"',
      'NaN',
      'Infinity',
      '01',
      '+1',
      '.5',
      "'x'",
      '"\\x41"',
      '',
      ',',
      '/**/1',
      '1 2',
    ),
  },
  { weight: 3, arbitrary: anyText.map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: deep },
);

export function shapes(document) {
  const resolve = (schema) => (schema?.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)] : (schema ?? {}));

  const stringOf = (schema, name) => {
    const choices = [{ weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) }];
    if (EXISTING[name]) choices.push({ weight: 6, arbitrary: fc.constant(`@@${EXISTING[name]}@@`) });
    if (schema.format === 'date-time' || /date|after|before|at$/i.test(name))
      choices.push({ weight: 4, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) });
    return fc.oneof(...choices);
  };

  /** A value that a schema allows, as JSON text; at random places it is something else. */
  function jsonOf(given, name = '', depth = 0, wild = true) {
    const schema = resolve(given);
    const allowed = allowedJson(schema, name, depth, wild);
    return wild ? fc.oneof({ weight: 7, arbitrary: allowed }, { weight: 1, arbitrary: anyJson }) : allowed;
  }

  function allowedJson(schema, name, depth, wild) {
    const either = schema.anyOf ?? schema.oneOf;
    if (depth > 6) return fc.constant('null');
    if (either) return fc.oneof(...either.map((part) => jsonOf(part, name, depth + 1, wild)));
    if (schema.enum) return fc.constantFrom(...schema.enum).map((value) => JSON.stringify(value));
    if (schema.const !== undefined) return fc.constant(JSON.stringify(schema.const));
    const types = [schema.type ?? (schema.properties ? 'object' : 'string')].flat();
    return fc.oneof(...types.map((type) => ofType(type, schema, name, depth, wild)));
  }

  function ofType(type, schema, name, depth, wild) {
    switch (type) {
      case 'null':
        return fc.constant('null');
      case 'boolean':
        return fc.constantFrom('true', 'false');
      case 'integer':
      case 'number':
        return fc.integer({ min: schema.minimum ?? -2, max: schema.maximum ?? 100_000 }).map(String);
      case 'array':
        return fc.array(jsonOf(schema.items, name, depth + 1, wild), { maxLength: 4 }).map((items) => `[${items}]`);
      case 'object':
        return objectOf(schema, depth, wild);
      default:
        return stringOf(schema, name).map((text) => JSON.stringify(text));
    }
  }

  function objectOf(schema, depth, wild) {
    const fields = Object.entries(schema.properties ?? {}).map(([name, part]) => {
      const field = jsonOf(part, name, depth + 1, wild).map((text) => `${JSON.stringify(name)}:${text}`);
      const optional = fc.option(field, { freq: schema.required?.includes(name) && !wild ? 1e9 : 2, nil: '' });
      // The same name twice is valid JSON, and what it means is nowhere said.
      return wild
        ? fc.oneof({ weight: 12, arbitrary: optional }, { weight: 1, arbitrary: fc.tuple(field, field).map((both) => both.join(',')) })
        : optional;
    });
    const further = schema.additionalProperties ? resolve(schema.additionalProperties) : {};
    const others =
      wild || schema.additionalProperties
        ? fc
            .array(fc.tuple(anyText, jsonOf(further, '', depth + 1, wild)), { maxLength: 2 })
            .map((list) => list.map(([name, text]) => `${JSON.stringify(name)}:${text}`))
        : fc.constant([]);
    return fc.tuple(fc.tuple(...fields), others).map(([known, more]) => `{${[...known, ...more].filter(Boolean)}}`);
  }

  /** A query parameter's value: as the document says, or anything. */
  function queryOf(parameter) {
    const schema = resolve(parameter.schema);
    const item = schema.type === 'array' ? resolve(schema.items) : schema;
    const fitting = item.enum
      ? fc.constantFrom(...item.enum)
      : allowedJson(item, parameter.name, 0, false).map((text) => (text.startsWith('"') ? JSON.parse(text) : text));
    return fc.oneof({ weight: 3, arbitrary: fitting }, { weight: 2, arbitrary: anyText });
  }

  /** The query as pairs; names may repeat, and some nobody knows. */
  const queryStringOf = (parameters) => {
    const known = parameters.filter((parameter) => parameter.in === 'query');
    const pairs = known.map((parameter) => queryOf(parameter).map((value) => [parameter.name, value]));
    return fc.array(fc.oneof(...pairs, fc.tuple(anyText, anyText)), { maxLength: 5 });
  };

  const pathOf = (template, parameters) => {
    const parts = parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) =>
        fc.tuple(
          fc.constant(name),
          fc.oneof(
            { weight: 5, arbitrary: fc.constant(`@@${EXISTING[name] ?? name}@@`) },
            { weight: 1, arbitrary: anyText.filter((text) => text.length < 2_000) },
          ),
        ),
      );
    return fc.tuple(...parts).map((values) => ({ template, values }));
  };

  /** Every operation of the document: `{ id, method, path, arbitrary parts }`. */
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const parameters = (operation.parameters ?? []).map((parameter) =>
        parameter.$ref ? document.components.parameters[parameter.$ref.split('/').at(-1)] : parameter,
      );
      const content = operation.requestBody?.content ?? {};
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        parameters,
        content,
        path: pathOf(path, parameters),
        query: queryStringOf(parameters),
        body: content['application/json'] && jsonOf(content['application/json'].schema),
      };
    }),
  );
  return { operations, jsonOf };
}

/** Small damage to bytes: set, left out, put in, cut, repeated. */
export const damage = fc.array(
  fc.record({ at: fc.nat(100_000), how: fc.constantFrom('set', 'drop', 'insert', 'cut', 'repeat'), byte: fc.nat(255) }),
  { maxLength: 3 },
);

export function damaged(bytes, edits) {
  return edits.reduce((before, { at, how, byte }) => {
    const place = before.length === 0 ? 0 : at % before.length;
    const [head, tail] = [before.subarray(0, place), before.subarray(place)];
    switch (how) {
      case 'set':
        return Buffer.concat([head, Buffer.from([byte]), tail.subarray(1)]);
      case 'drop':
        return Buffer.concat([head, tail.subarray(1)]);
      case 'insert':
        return Buffer.concat([head, Buffer.from([byte]), tail]);
      case 'cut':
        return head;
      default:
        return Buffer.concat([head, tail, tail]).subarray(0, 1_500_000);
    }
  }, bytes);
}
