import { useCallback, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';

// A small router over the browser's history: enough for pages with an address each.

const moved = 'switchboard:moved';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(moved, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(moved, listener);
  };
}

/** The path of the page that is shown, without a slash at its end. */
export const usePath = () => useSyncExternalStore(subscribe, () => window.location.pathname.replace(/(.)\/+$/, '$1'));

/** What follows the ? in the address of the page that is shown. */
export const useSearch = () => useSyncExternalStore(subscribe, () => window.location.search);

/** How often the owner has moved; a page that was opened by its address has 0. */
let moves = 0;
export const moveCount = () => moves;
window.addEventListener('popstate', () => (moves += 1));

export function navigate(to: string, { replace = false } = {}): void {
  moves += replace ? 0 : 1;
  window.history[replace ? 'replaceState' : 'pushState'](null, '', to);
  window.scrollTo(0, 0);
  window.dispatchEvent(new Event(moved));
}

export type Params = Record<string, string>;

/** The parts of a path that match a pattern such as `/consent/:id`; null when it does not match. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [index, piece] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!piece.startsWith(':')) {
      if (piece !== value) return null;
      continue;
    }
    try {
      params[piece.slice(1)] = decodeURIComponent(value);
    } catch {
      return null;
    }
  }
  return params;
}

/** A link within the pages. With a modifier key it does what links do. */
export function Link({ to, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = useCallback(
    (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      navigate(to);
    },
    [to],
  );
  return <a href={to} onClick={follow} {...rest} />;
}
