import type { ReactNode } from 'react';
import { Mark } from '../components/Mark.tsx';
import { Link, usePath } from './router.tsx';
import { useSession } from './session.tsx';

const places = [
  ['/accounts', 'Accounts'],
  ['/connections', 'Connections'],
  ['/activity', 'Activity'],
  ['/settings', 'Settings'],
] as const;

/** What surrounds the pages of someone who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const address = usePath();
  const path = address === '/' || address === '/sign-in' ? '/accounts' : address;
  const { state } = useSession();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="rail">
        <Link to="/accounts" className="wordmark">
          <Mark /> Switchboard
        </Link>
        <nav aria-label="Pages">
          <ul>
            {places.map(([to, name]) => (
              <li key={to}>
                <Link to={to} aria-current={path === to ? 'page' : path.startsWith(`${to}/`) ? true : undefined}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {state.kind === 'known' && <p className="version">Version {state.session.product.version}</p>}
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** What surrounds a page that asks one thing: no way leads elsewhere. */
export function Alone({ children }: { children: ReactNode }) {
  return (
    <div className="alone">
      <header className="alone-head">
        <Mark size={24} />
        <span>Switchboard</span>
      </header>
      <main className="sheet">{children}</main>
    </div>
  );
}
