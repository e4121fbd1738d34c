import { useState, type FormEvent } from 'react';
import { codeIn, setPassword, signOut } from '../api/owner.ts';
import { statusOf } from '../api/problem.ts';
import { navigate } from '../app/router.tsx';
import { useSession } from '../app/session.tsx';
import { Notice, Problem } from '../components/Feedback.tsx';
import { Field } from '../components/Form.tsx';
import { OpenCommand } from '../components/OpenCommand.tsx';
import { Page } from '../components/Page.tsx';
import { BrowserList } from './BrowserList.tsx';

/** How the owner signs in, and the way out. */
export function SettingsPage() {
  const { state, refresh } = useSession();
  const [error, setError] = useState<unknown>(null);
  const hasPassword = state.kind === 'known' && state.session.hasPassword;
  const leave = async () => {
    try {
      await signOut();
      navigate('/', { replace: true });
      await refresh();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Page title="Settings">
      <section className="part" aria-labelledby="settings-password">
        <h2 id="settings-password">Password</h2>
        <p className="quiet">
          {hasPassword
            ? 'You can sign in to these pages with your password, or with a link by the command “./switchboard open”.'
            : 'You sign in with a link by the command “./switchboard open”. With a password you can sign in without it.'}
        </p>
        <PasswordForm hasPassword={hasPassword} onSet={refresh} />
      </section>
      <BrowserList onLeave={refresh} />
      <section className="part" aria-labelledby="settings-sign-out">
        <h2 id="settings-sign-out">Sign out</h2>
        <p className="quiet">Ends your visit in this browser. Connections go on.</p>
        {error !== null && <Problem error={error} />}
        <button type="button" className="button" onClick={() => void leave()}>
          Sign out
        </button>
      </section>
    </Page>
  );
}

function PasswordForm({ hasPassword, onSet }: { hasPassword: boolean; onSet: () => Promise<void> }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // A page that was left open is no way to a password, so the first one needs a fresh sign-in.
  const [isStale, setIsStale] = useState(false);
  const [link, setLink] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setDone(false);
    setError(null);
    try {
      await setPassword(next, hasPassword ? { current } : link ? { code: codeIn(link) } : {});
      setCurrent('');
      setNext('');
      setLink('');
      setIsStale(false);
      setDone(true);
      await onSet();
    } catch (reason) {
      if (!hasPassword && statusOf(reason) === 403) {
        setError(isStale ? new Error('That link was used already or is too old, or the sign-in is not fresh yet. Make a new link.') : null);
        setLink('');
        setIsStale(true);
      } else setError(statusOf(reason) === 401 ? new Error('The current password is not right. Nothing was changed.') : reason);
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="stack narrow">
      {hasPassword && (
        <Field
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
      )}
      <Field
        label="New password"
        hint="At least 10 characters. A few random words do well."
        type="password"
        autoComplete="new-password"
        minLength={10}
        required
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
      />
      {isStale && (
        <div className="notice notice-warn" role="alert">
          <div className="stack">
            <p>
              Nothing was set yet. You signed in here more than ten minutes ago, and a page that was left open must not become a way in that
              lasts: for the first password, show once more that you are the owner.
            </p>
            <OpenCommand />
            <p>
              Put the link that it prints here and set the password again. If the command has opened your browser by itself, you are signed in
              anew: leave the field empty.
            </p>
            <Field
              label="Link by “./switchboard open”"
              autoComplete="off"
              spellCheck={false}
              value={link}
              onChange={(event) => setLink(event.currentTarget.value)}
            />
          </div>
        </div>
      )}
      {error !== null && <Problem error={error} />}
      {done && <Notice tone="good">The password is set.</Notice>}
      <div className="buttons">
        <button type="submit" className="button button-primary" disabled={busy}>
          {hasPassword ? 'Change password' : 'Set password'}
        </button>
      </div>
    </form>
  );
}
