import type { ComponentType } from 'react';
import { Loading, Problem } from '../components/Feedback.tsx';
import { AccountsPage } from '../pages/AccountsPage.tsx';
import { ActivityPage } from '../pages/ActivityPage.tsx';
import { AddAccountPage } from '../pages/AddAccountPage.tsx';
import { ConnectionsPage } from '../pages/ConnectionsPage.tsx';
import { ConsentPage } from '../pages/ConsentPage.tsx';
import { NewConnectionPage } from '../pages/NewConnectionPage.tsx';
import { NotFoundPage } from '../pages/NotFoundPage.tsx';
import { SettingsPage } from '../pages/SettingsPage.tsx';
import { SignInPage } from '../pages/SignInPage.tsx';
import { match, usePath, type Params } from './router.tsx';
import { SessionProvider, useSession } from './session.tsx';
import { Alone, Shell } from './Shell.tsx';

interface Route {
  pattern: string;
  page: ComponentType<{ params: Params }>;
  frame: typeof Shell;
}

// The server answers these paths, and no others, with the page (Pages/OwnerPages.cs).
const routes: Route[] = [
  { pattern: '/', page: AccountsPage, frame: Shell },
  { pattern: '/sign-in', page: AccountsPage, frame: Shell },
  { pattern: '/accounts', page: AccountsPage, frame: Shell },
  { pattern: '/accounts/add', page: AddAccountPage, frame: Shell },
  { pattern: '/connections', page: ConnectionsPage, frame: Shell },
  { pattern: '/connections/new', page: NewConnectionPage, frame: Shell },
  { pattern: '/activity', page: ActivityPage, frame: Shell },
  { pattern: '/settings', page: SettingsPage, frame: Shell },
  { pattern: '/consent/:id', page: ConsentPage, frame: Alone },
];

export function App() {
  return (
    <SessionProvider>
      <Routed />
    </SessionProvider>
  );
}

/** The page of the address; in its place, while nobody is signed in, the sign-in. So nobody needs to be sent back anywhere. */
function Routed() {
  const path = usePath();
  const { state, refresh } = useSession();
  if (state.kind === 'loading') {
    return (
      <Alone>
        <Loading what="Switchboard" />
      </Alone>
    );
  }
  if (state.kind === 'failed') {
    return (
      <Alone>
        <h1>Switchboard cannot be reached</h1>
        <Problem error={state.error} retry={() => void refresh()} />
      </Alone>
    );
  }
  if (!state.session.signedIn) {
    return (
      <Alone>
        <SignInPage />
      </Alone>
    );
  }
  for (const { pattern, page: Page, frame: Frame } of routes) {
    const params = match(pattern, path);
    if (params) {
      return (
        <Frame>
          <Page params={params} />
        </Frame>
      );
    }
  }
  return (
    <Shell>
      <NotFoundPage />
    </Shell>
  );
}
