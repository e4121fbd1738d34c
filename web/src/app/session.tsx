import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { loadSession, onSessionEnd } from '../api/owner.ts';
import { keyName } from '../api/sessionKey.ts';
import type { Session } from '../api/types.ts';

type State = { kind: 'loading' } | { kind: 'failed'; error: unknown } | { kind: 'known'; session: Session };

interface SessionHold {
  state: State;
  /** Asks the server again who is signed in. */
  refresh: () => Promise<void>;
}

const SessionContext = createContext<SessionHold | null>(null);

/** Keeps who is signed in for everything below it. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const refresh = useCallback(async () => {
    try {
      const session = await loadSession();
      setState({ kind: 'known', session });
    } catch (error) {
      setState({ kind: 'failed', error });
    }
  }, []);
  useEffect(() => {
    void refresh();
    // Signing in or out in another tab is for all of them.
    const look = (event: StorageEvent) => {
      if (event.key === keyName || event.key === null) void refresh();
    };
    window.addEventListener('storage', look);
    const forget = onSessionEnd(() => void refresh());
    return () => {
      window.removeEventListener('storage', look);
      forget();
    };
  }, [refresh]);
  const hold = useMemo(() => ({ state, refresh }), [state, refresh]);
  return <SessionContext value={hold}>{children}</SessionContext>;
}

export function useSession(): SessionHold {
  const hold = use(SessionContext);
  if (!hold) throw new Error('There is no session here.');
  return hold;
}
