import { useEffect, useState, type FormEvent } from 'react';
import { signIn } from '../api/owner.ts';
import { statusOf } from '../api/problem.ts';
import { navigate, usePath } from '../app/router.tsx';
import { useSession } from '../app/session.tsx';
import { Notice, Problem } from '../components/Feedback.tsx';
import { Field } from '../components/Form.tsx';
import { OpenCommand } from '../components/OpenCommand.tsx';
import { Page } from '../components/Page.tsx';

/** The code of a link by `switchboard open`. It is after the # so that it is in no log, and leaves the address at once. */
function takeCode(): string | null {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('code');
  if (code) window.history.replaceState(null, '', window.location.pathname);
  return code;
}

const linkCode = window.location.pathname === '/sign-in' ? takeCode() : null;
let linkUsed = false;

/** Stands in for any page while nobody is signed in; afterwards that page appears by itself. */
export function SignInPage() {
  const { state, refresh } = useSession();
  const path = usePath();
  const hasPassword = state.kind === 'known' && state.session.hasPassword;
  const [busy, setBusy] = useState(linkCode !== null && !linkUsed);
  const [problem, setProblem] = useState<{ error: unknown; by: 'link' | 'password' } | null>(null);
  const [password, setPassword] = useState('');

  const attempt = async (proof: Parameters<typeof signIn>[0], by: 'link' | 'password') => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(proof);
      if (path === '/sign-in') navigate('/accounts', { replace: true });
      await refresh();
    } catch (error) {
      setProblem({ error, by });
    }
    setBusy(false);
  };

  useEffect(() => {
    if (linkCode === null || linkUsed) return;
    // A code works once; an effect may run twice.
    linkUsed = true;
    void attempt({ code: linkCode }, 'link');
  }, []);

  // Whoever signed in by a link in another tab finds this one signed in on coming back.
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void refresh();
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [refresh]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt({ password }, 'password');
  };

  return (
    <Page title="Sign in" lede={path.startsWith('/consent/') ? 'An app asks for access. Sign in to decide.' : 'These pages are for the owner of this server.'}>
      {busy && <Notice>Signing in …</Notice>}
      {problem && <SignInProblem {...problem} />}
      {hasPassword && (
        <form onSubmit={submit} className="stack">
          <Field
            label="Password"
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <div className="buttons">
            <button type="submit" className="button button-primary" disabled={busy}>
              Sign in
            </button>
          </div>
        </form>
      )}
      <section className="aside" aria-labelledby="sign-in-link">
        <h2 id="sign-in-link">{hasPassword ? 'Or with a link' : 'With a link from the server'}</h2>
        <OpenCommand />
        <p>
          It prints a link that signs you in once.
          {!hasPassword && ' To sign in with a password in future, set one afterwards under Settings.'}
        </p>
        {path !== '/sign-in' && <p>Open the link in this browser, then come back to this page.</p>}
      </section>
    </Page>
  );
}

function SignInProblem({ error, by }: { error: unknown; by: 'link' | 'password' }) {
  if (statusOf(error) !== 401) return <Problem error={error} />;
  return (
    <div className="notice notice-bad" role="alert">
      <p>
        {by === 'password'
          ? 'That is not the password. Check capital letters and try again.'
          : 'This link was used already or is too old. Make a new one as described below.'}
      </p>
    </div>
  );
}
