// What a running server holds, seen from outside: memory, threads, handles, the logs of its databases.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const MiB = 1024 * 1024;

const size = (path) => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};

/** Sizes of both databases’ write-ahead logs, in bytes. */
export function logSizes(dataDir) {
  return [join(dataDir, 'switchboard.db-wal'), join(dataDir, 'local', 'local.db-wal')].map(size);
}

/** Bytes of resident memory, threads and open handles of a process. */
export function gauge(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { memory: number('VmRSS') * 1024, threads: number('Threads'), handles: readdirSync(`/proc/${pid}/fd`).length };
}

/** Sizes of the database files themselves, in bytes. */
export const storeSizes = (dataDir) => [join(dataDir, 'switchboard.db'), join(dataDir, 'local', 'local.db')].map(size);

/** Least squares: what `y` grows by for one of `x`. */
export function slope(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map((point) => point[0])), mean(points.map((point) => point[1]))];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
