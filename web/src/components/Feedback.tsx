import type { ReactNode } from 'react';
import { explain } from '../api/problem.ts';

/** What failed and what to do, said at once to a screen reader too. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="notice notice-bad" role="alert">
      <p>{explain(error)}</p>
      {retry && (
        <button type="button" className="button button-small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Notice({ children, tone = 'plain' }: { children: ReactNode; tone?: 'plain' | 'good' | 'warn' }) {
  return (
    <div className={`notice notice-${tone}`} role="status">
      {children}
    </div>
  );
}

/** Says what was done. It is there before there is something to say, or a screen reader would not notice. */
export function Said({ text }: { text: string }) {
  return (
    <div role="status" className="said">
      {text && <p className="notice notice-good">{text}</p>}
    </div>
  );
}

/** Lines in the shape of what is to come. */
export function Loading({ what }: { what: string }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what} …</span>
      <span className="bone" aria-hidden="true" />
      <span className="bone" aria-hidden="true" />
      <span className="bone" aria-hidden="true" />
    </div>
  );
}

/** Nothing is here yet: why, and what comes first. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
