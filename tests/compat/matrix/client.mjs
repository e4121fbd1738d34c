// The client library of the peers, made quiet; also for programs outside this folder, which have no packages of their own.
import { logger } from 'matrix-js-sdk/lib/logger.js';

export { ClientEvent, createClient, EventType, MsgType, Preset, ReceiptType, RelationType } from 'matrix-js-sdk';

for (const one of [logger, logger.getChild('[MatrixRTCSessionManager]')]) one.disableAll();

// The client leaves long timers behind, one with every sync; none of them may keep a finished test running.
const later = globalThis.setTimeout;
globalThis.setTimeout = (run, milliseconds, ...more) => {
  const timer = later(run, milliseconds, ...more);
  return milliseconds >= 10_000 ? timer.unref() : timer;
};
