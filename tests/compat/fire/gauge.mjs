// What a running server holds, seen from outside: memory, threads, handles, the logs of its databases.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
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

/**
 * Resident memory by whose it is, and open connections to databases. `caches`: the C library’s heap, which is nearly all
 * pages that SQLite caches, 8 MiB a connection at most. `own`: everything else, the garbage collector’s heap above all.
 */
export function memoryParts(pid) {
  let [caches, own, isCache] = [0, 0, false];
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const mapping = /^([0-9a-f]+)-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)$/.exec(line);
    if (mapping) isCache = mapping[2] === '[heap]' || (mapping[2] === '' && Number.parseInt(mapping[1], 16) % ARENA === 0);
    const resident = mapping ? 0 : Number(/^Rss:\s+(\d+)/.exec(line)?.[1] ?? 0) * 1024;
    if (isCache) caches += resident;
    else own += resident;
  }
  const connections = readdirSync(`/proc/${pid}/fd`).filter((fd) => /\.db$/.test(target(`/proc/${pid}/fd/${fd}`))).length;
  return { caches, own, connections };
}

/** The C library takes its heaps for threads in pieces of this size, each at a multiple of it. */
const ARENA = 64 * MiB;

function target(link) {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
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
