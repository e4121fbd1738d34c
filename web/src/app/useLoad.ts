import { useCallback, useEffect, useState } from 'react';

export type Loaded<T> = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'done'; value: T };

/** Loads something when the page appears, and again when asked or when `key` changes. What was asked before is dropped. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, key = ''): [Loaded<T>, () => void] {
  const [state, setState] = useState<Loaded<T>>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => !controller.signal.aborted && setState({ kind: 'done', value }),
      (error: unknown) => !controller.signal.aborted && setState({ kind: 'failed', error }),
    );
    return () => controller.abort();
    // The loader is written in place by its callers; what it depends on is in the key.
  }, [round, key]);
  return [state, useCallback(() => setRound((value) => value + 1), [])];
}

/** Calls back every so many milliseconds while the page can be seen, and at once when it can be seen again. */
export function useWhileVisible(milliseconds: number, action: () => void): void {
  useEffect(() => {
    const tick = () => {
      if (document.visibilityState === 'visible') action();
    };
    const timer = window.setInterval(tick, milliseconds);
    document.addEventListener('visibilitychange', tick);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [milliseconds, action]);
}
