import { useEffect, useState } from 'react';
import { cancelLogin, listBridges, listFlows, startLogin, type Bridge, type LoginFlow, type LoginSession } from '../api/bridges.ts';
import { Link, navigate } from '../app/router.tsx';
import { plainName } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { accountName } from '../components/accountName.ts';
import { Empty, Loading, Notice, Problem } from '../components/Feedback.tsx';
import { Page } from '../components/Page.tsx';
import { LoginStepForm } from './LoginStepForm.tsx';

/** Adds an account of any network, or signs in to one again: the network says step by step what it needs. */
export function AddAccountPage() {
  const [wanted] = useState(() => new URLSearchParams(window.location.search));
  const [loaded, reload] = useLoad(listBridges);
  const [bridge, setBridge] = useState<Bridge | null>(null);
  const login = wanted.get('login') ?? undefined;
  useEffect(() => {
    if (loaded.kind === 'done') setBridge(loaded.value.find(({ id }) => id === wanted.get('bridge')) ?? null);
  }, [loaded, wanted]);
  if (bridge) return <BridgeLogin bridge={bridge} loginID={login} onBack={() => setBridge(null)} />;
  return (
    <Page title="Add account" lede="Choose the network it is on.">
      {loaded.kind === 'loading' && <Loading what="networks" />}
      {loaded.kind === 'failed' && <Problem error={loaded.error} retry={reload} />}
      {loaded.kind === 'done' && loaded.value.length === 0 && (
        <Empty title="No networks">
          <p>This server has no network to add accounts of. See its README for how to bring one in.</p>
        </Empty>
      )}
      {loaded.kind === 'done' && loaded.value.length > 0 && (
        <ul className="rows">
          {loaded.value.map((item) => (
            <li key={item.id} className="row">
              <div className="row-main">
                <h2 className="row-title">
                  <bdi>{plainName(item.displayName, item.id)}</bdi>
                </h2>
                <p className="row-line quiet">{item.statusText ?? stateOf(item)}</p>
              </div>
              <div className="row-actions">
                <button
                  type="button"
                  className="button button-small"
                  disabled={item.status !== 'available'}
                  aria-label={`Add an account of ${plainName(item.displayName, item.id)}`}
                  onClick={() => setBridge(item)}
                >
                  Choose
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function stateOf(bridge: Bridge): string {
  switch (bridge.status) {
    case 'available':
      return 'Ready';
    case 'connected':
      return 'Already connected; it takes one account';
    case 'limit_reached':
      return 'Takes no more accounts';
    case 'temporarily_unavailable':
      return 'Not reachable just now';
    case 'disabled':
      return 'Switched off on this server';
  }
}

interface BridgeLoginProps {
  bridge: Bridge;
  loginID: string | undefined;
  onBack: () => void;
}

function BridgeLogin({ bridge, loginID, onBack }: BridgeLoginProps) {
  const name = plainName(bridge.displayName, bridge.id);
  const [flows, reload] = useLoad((signal) => listFlows(bridge.id, signal), bridge.id);
  const [session, setSession] = useState<LoginSession | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const start = async (flow: LoginFlow) => {
    setBusy(true);
    setError(null);
    try {
      setSession(await startLogin(bridge.id, flow.id, loginID));
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  const cancel = () => {
    // A session that nobody cancels ends by itself after a while.
    if (session) cancelLogin(session).catch(() => undefined);
    setSession(null);
    onBack();
  };

  return (
    <Page title={loginID ? `Sign in again to ${name}` : `Add an account of ${name}`}>
      {error !== null && <Problem error={error} />}
      {flows.kind === 'loading' && <Loading what="ways to sign in" />}
      {flows.kind === 'failed' && <Problem error={flows.error} retry={reload} />}
      {session ? (
        <SessionView session={session} onChange={setSession} onCancel={cancel} onAgain={() => setSession(null)} />
      ) : (
        flows.kind === 'done' && <FlowList flows={flows.value} busy={busy} onStart={start} onBack={onBack} />
      )}
    </Page>
  );
}

interface FlowListProps {
  flows: LoginFlow[];
  busy: boolean;
  onStart: (flow: LoginFlow) => Promise<void>;
  onBack: () => void;
}

function FlowList({ flows, busy, onStart, onBack }: FlowListProps) {
  return (
    <div className="stack narrow">
      {flows.length === 0 && <Notice tone="warn">This network offers no way to sign in at the moment. Try again later.</Notice>}
      <ul className="rows">
        {flows.map((flow) => (
          <li key={flow.id} className="row">
            <div className="row-main">
              <h2 className="row-title">
                <bdi>{plainName(flow.name, 'Sign in')}</bdi>
              </h2>
              {flow.description && <p className="quiet">{flow.description}</p>}
            </div>
            <div className="row-actions">
              <button
                type="button"
                className="button button-small button-primary"
                disabled={busy}
                aria-label={`Begin: ${plainName(flow.name, 'Sign in')}`}
                onClick={() => void onStart(flow)}
              >
                Begin
              </button>
            </div>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <button type="button" className="button" onClick={onBack}>
          Other network
        </button>
      </div>
    </div>
  );
}

interface SessionViewProps {
  session: LoginSession;
  onChange: (session: LoginSession) => void;
  onCancel: () => void;
  onAgain: () => void;
}

function SessionView({ session, onChange, onCancel, onAgain }: SessionViewProps) {
  const { status, currentStep: step } = session;
  if (status === 'complete') {
    return (
      <div className="stack narrow">
        <Notice tone="good">
          <p>
            <bdi>{session.account ? accountName(session.account) : 'The account'}</bdi> is connected. Its chats arrive now.
          </p>
          <p>
            The newest messages of each chat come first, which takes seconds for a few chats and some minutes for thousands; older ones follow.
            Under Accounts you see how it goes. Chats are read by the apps and programs that you let in, not on these pages.
          </p>
        </Notice>
        <div className="buttons">
          <Link to="/accounts" className="button button-primary">
            Show accounts
          </Link>
        </div>
      </div>
    );
  }
  if (status === 'failed' || status === 'cancelled' || !step || step.type === 'complete') {
    return (
      <div className="stack narrow">
        <div className="notice notice-bad" role="alert">
          <p>{session.error?.message ?? 'The sign-in ended before it was complete. Nothing was added.'}</p>
        </div>
        <div className="buttons">
          <button type="button" className="button" onClick={() => navigate('/accounts')}>
            Back to accounts
          </button>
          <button type="button" className="button button-primary" onClick={onAgain}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  // A form belongs to its step: what was typed into another must not be in it.
  return <LoginStepForm key={step.stepID} session={session} step={step} onChange={onChange} onCancel={onCancel} />;
}
