import { useState, type FormEvent } from 'react';
import { listAccounts, type Account } from '../api/client.ts';
import { allow, deny, loadConsent } from '../api/owner.ts';
import { statusOf } from '../api/problem.ts';
import type { Consent } from '../api/types.ts';
import type { Params } from '../app/router.tsx';
import { plainName, returnAddress, webAddress } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { useSettled } from '../app/useSettled.ts';
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

/** How long the page must have been looked at before it takes a yes, in milliseconds. */
const lookFirst = 1_000;

type Answer = 'allowed' | 'denied';

function Decision({ consent, accounts }: { consent: Consent; accounts: Account[] }) {
  const [draft, setDraft] = useState(() => newDraft());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [answered, setAnswered] = useState<{ answer: Answer; app: string | null } | null>(null);
  const settled = useSettled(lookFirst);
  const name = plainName(consent.client.name, 'An app without a name');

  const decide = async (answer: Answer) => {
    const missing = answer === 'allowed' ? missingIn(draft) : null;
    if (missing) return setError(new Error(missing));
    setBusy(true);
    setError(null);
    try {
      const { redirectTo } = await (answer === 'allowed' ? allow(consent.id, grantOf(draft)) : deny(consent.id));
      const back = returnAddress(redirectTo);
      setAnswered({ answer, app: back?.to === 'app' ? back.href : null });
      if (back?.to === 'web') window.location.assign(back.href);
      else if (!back) setError(new Error('The app gave an address to return to that is not safe to open. Close this page.'));
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };

  if (answered) return <Answered {...answered} name={name} scheme={consent.redirect.host} error={error} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (settled && !busy) void decide('allowed');
  };
  return (
    <Page
      title="Let this app in?"
      lede={
        <>
          {consent.client.verified ? (
            <>
              <strong>{consent.client.host}</strong> asks
            </>
          ) : (
            'A program asks'
          )}{' '}
          to {consent.scopes.includes('write') ? 'read and write' : 'read'} your chats. It calls itself{' '}
          <strong className="asker">
            <bdi>{name}</bdi>
          </strong>
          .
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
          withTools
        />
        {error !== null && <Problem error={error} />}
        <div className="buttons buttons-decide">
          <button type="button" className="button" disabled={busy} onClick={() => void decide('denied')}>
            Deny
          </button>
          <button type="submit" className="button button-primary" aria-disabled={!settled || busy}>
            Allow
          </button>
        </div>
        <p className="hint">You can end this at any time under Connections.</p>
      </form>
    </Page>
  );
}

interface AnsweredProps {
  answer: Answer;
  /** The address of an app on this device, which waits for the answer. */
  app: string | null;
  name: string;
  scheme: string;
  error: unknown;
}

function Answered({ answer, app, name, scheme, error }: AnsweredProps) {
  return (
    <Page title={answer === 'allowed' ? 'Allowed' : 'Denied'}>
      {error !== null && <Problem error={error} />}
      <Notice>
        <p>
          <bdi>{name}</bdi> {answer === 'allowed' ? 'may come in now.' : 'was not let in.'}{' '}
          {app ? 'Go back to it with the button below.' : 'You can close this page.'}
        </p>
      </Notice>
      {app && (
        <div className="buttons answered">
          <a className="button button-primary" href={app} rel="noreferrer">
            Open the app ({scheme})
          </a>
        </div>
      )}
    </Page>
  );
}

/** What is known about who asks, and how sure it is. */
function Asker({ consent: { client, redirect, resource } }: { consent: Consent }) {
  const site = webAddress(client.uri);
  return (
    <dl className="facts">
      <dt>Asks from</dt>
      <dd className="address">
        {client.kind === 'document' ? (
          <>
            <strong>{client.host}</strong>{' '}
            {client.verified ? <span className="badge badge-good">Verified</span> : <span className="badge badge-warn">Not verified</span>}
            <span className="hint">
              <bdi>{client.id}</bdi>
            </span>
            {!client.verified && <p className="hint">{doubtOf(client.host, redirect)}</p>}
          </>
        ) : (
          <>
            <span className="badge badge-warn">Not verified</span>
            <p className="hint">Any program can call itself what it likes. Allow it only if you started this yourself just now.</p>
          </>
        )}
      </dd>
      {site && (
        <>
          <dt>Says it is from</dt>
          <dd className="address">
            <bdi>{site}</bdi>
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
          <dt>Asked for</dt>
          <dd className="address">
            <bdi>{resource}</bdi>
            {/\/mcp\/?$/.test(resource) && <span className="hint">It gets in by this way only: the tools for agents.</span>}
          </dd>
        </>
      )}
    </dl>
  );
}

/** Why an address that describes a client does not say who gets the answer. */
function doubtOf(host: string | null | undefined, { place, host: to }: Consent['redirect']): string {
  const end = 'Allow it only if you started this yourself just now.';
  switch (place) {
    case 'loopback':
      return `The answer goes to a program on the machine of this browser, and any program there can say that it is ${host}. ${end}`;
    case 'app':
      return `The answer goes to whichever app on this device opens ${to}, and any app can say that it is ${host}. ${end}`;
    default:
      return `The answer does not go to ${host} but to ${to}. ${end}`;
  }
}

function whereTo({ place, host }: Consent['redirect']): string {
  switch (place) {
    case 'loopback':
      return 'A program on the machine of this browser';
    case 'app':
      return `An app on this device (${host})`;
    default:
      return host;
  }
}
