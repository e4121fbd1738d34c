// The frame of a Matrix test file: where what it talks to is missing, every test of it counts as skipped and says why.
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { missing } from './homeserver.mjs';

/** As `describe`; the body gets the hooks and `test`. `programs` are the scripts of tests/homeserver that it needs. */
export function matrixSuite(title, programs, body) {
  const skip = missing(...programs);
  if (!skip) return describe(title, () => body({ after, afterEach, before, beforeEach, test }));
  const nothing = () => {};
  return describe(title, () =>
    body({ after: nothing, afterEach: nothing, before: nothing, beforeEach: nothing, test: (name) => test(name, { skip }) }),
  );
}
