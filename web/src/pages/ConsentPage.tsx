import { useState, type FormEvent } from 'react';
import { listAccounts, type Account } from '../api/client.ts';
import { allow, deny, loadConsent } from '../api/owner.ts';
import { statusOf } from '../api/problem.ts';
import type { Consent } from '../api/types.ts';
import type { Params } from '../app/router.tsx';
import { plainName, returnAddress, webAddress } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { Loading, Notice, Problem } from '../components/Feedback.tsx';
import { grantOf, GrantFields, missingIn, newDraft } from '../components/GrantFields.tsx';
import { Page } from '../components/Page.tsx';

/** An app asks for access; the owner decides how much of it. */
export function ConsentPage({ params }: { params: Params }) {
  const id = params['id'] ?? '';
  const [loaded, reload] = useLoad(
    async (signal) => ({ consent: await loadConsent(id, signal), accounts: await listAccounts(signal) }),
    id,
  );
  if (loaded.kind === 'loading') return <Loading what="the request" />;
  if (loaded.kind === 'failed') {
    if (statusOf(loaded.error) === 404) return <Over title="This request is not known" />;
    return (
      <Page title="Access">
        <Problem error={loaded.error} retry={reload} />
      </Page>
    );
  }
  const { consent, accounts } = loaded.value;
  if (consent.state === 'done') return <Over title="This request was answered" />;
  if (consent.state === 'expired') return <Over title="This request is too old" />;
  return <Decision consent={consent} accounts={accounts} />;
}

function Over({ title }: { title: string }) {
  return (
    <Page title={title}>
      <p>Nothing was allowed by opening this page. To let an app in, start again from the app.</p>
    </Page>
  );
}

function Decision({ consent, accounts }: { consent: Consent; accounts: Account[] }) {
  const [draft, setDraft] = useState(() => newDraft(consent.scopes.includes('write')));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [answered, setAnswered] = useState<'allowed' | 'denied' | null>(null);
  const name = plainName(consent.client.name, 'An app without a name');

  const decide = async (answer: 'allowed' | 'denied') => {
    const missing = answer === 'allowed' ? missingIn(draft) : null;
    if (missing) return setError(new Error(missing));
    setBusy(true);
    setError(null);
    try {
      const { redirectTo } = await (answer === 'allowed' ? allow(consent.id, grantOf(draft)) : deny(consent.id));
      setAnswered(answer);
      const address = returnAddress(redirectTo);
      if (address) window.location.assign(address);
      else setError(new Error('The app gave an address to return to that is not safe to open. Close this page.'));
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };

  if (answered) {
    return (
      <Page title={answered === 'allowed' ? 'Allowed' : 'Denied'}>
        {error !== null && <Problem error={error} />}
        <Notice>
          <p>
            <bdi>{name}</bdi> {answered === 'allowed' ? 'may come in now.' : 'was not let in.'} You can close this page.
          </p>
        </Notice>
      </Page>
    );
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void decide('allowed');
  };
  return (
    <Page
      title="Let this app in?"
      lede={
        <>
          <strong className="asker">
            <bdi>{name}</bdi>
          </strong>{' '}
          asks to {consent.scopes.includes('write') ? 'read and write' : 'read'} your chats.
        </>
      }
    >
      <Asker consent={consent} />
      <form onSubmit={submit} className="stack">
        <GrantFields
          draft={draft}
          onChange={(next) => {
            setDraft(next);
            setError(null);
          }}
          accounts={accounts}
          asked={consent.scopes}
        />
        {error !== null && <Problem error={error} />}
        <div className="buttons buttons-decide">
          <button type="button" className="button" disabled={busy} onClick={() => void decide('denied')}>
            Deny
          </button>
          <button type="submit" className="button button-primary" disabled={busy}>
            Allow
          </button>
        </div>
        <p className="hint">You can end this at any time under Connections.</p>
      </form>
    </Page>
  );
}

/** What is known about who asks, and how sure it is. */
function Asker({ consent: { client, redirect, resource } }: { consent: Consent }) {
  const site = webAddress(client.uri);
  return (
    <dl className="facts">
      <dt>Name</dt>
      <dd>
        {client.verified ? (
          <span className="badge badge-good">Verified by its address</span>
        ) : (
          <>
            <span className="badge badge-warn">Not verified</span>
            <p className="hint">Any program can call itself that. Allow it only if you started this yourself just now.</p>
          </>
        )}
      </dd>
      {(client.kind === 'document' || site) && (
        <>
          <dt>{client.kind === 'document' ? 'Described at' : 'Says it is from'}</dt>
          <dd className="address">
            <bdi>{client.kind === 'document' ? client.id : site}</bdi>
          </dd>
        </>
      )}
      <dt>Sends you back to</dt>
      <dd className="address">
        <strong>{whereTo(redirect)}</strong>
        <span className="hint">
          <bdi>{redirect.uri}</bdi>
        </span>
      </dd>
      {resource && (
        <>
          <dt>Will use</dt>
          <dd className="address">
            <bdi>{resource}</bdi>
          </dd>
        </>
      )}
    </dl>
  );
}

function whereTo(redirect: Consent['redirect']): string {
  const scheme = URL.parse(redirect.uri)?.protocol ?? '';
  if (scheme !== 'http:' && scheme !== 'https:') return `An app on this device (${scheme || redirect.uri})`;
  if (/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(redirect.host)) return 'A program on the machine of this browser';
  return redirect.host;
}
