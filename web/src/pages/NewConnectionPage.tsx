import { useState, type FormEvent } from 'react';
import { listAccounts } from '../api/client.ts';
import { createConnection } from '../api/owner.ts';
import { Link } from '../app/router.tsx';
import { plainName } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { CopyField } from '../components/CopyField.tsx';
import { Loading, Notice, Problem } from '../components/Feedback.tsx';
import { Field } from '../components/Form.tsx';
import { grantOf, GrantFields, missingIn, newDraft } from '../components/GrantFields.tsx';
import { Page } from '../components/Page.tsx';

/** A connection made by hand, for a program that is given its token. */
export function NewConnectionPage() {
  const [accounts, reload] = useLoad(listAccounts);
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(() => newDraft());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = missingIn(draft);
    if (missing) return setError(new Error(missing));
    setBusy(true);
    setError(null);
    try {
      setMade(await createConnection(name.trim(), grantOf(draft)));
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };

  if (made) return <Made {...made} />;
  return (
    <Page title="New connection" lede="For a program, a script or an agent of your own. It gets a token to sign its requests with.">
      {accounts.kind === 'loading' && <Loading what="accounts" />}
      {accounts.kind === 'failed' && <Problem error={accounts.error} retry={reload} />}
      {accounts.kind === 'done' && (
        <form onSubmit={(event) => void submit(event)} className="stack narrow">
          <Field
            label="Name"
            hint="What you will know it by, such as “Backup script on the laptop”."
            name="name"
            autoComplete="off"
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <GrantFields
            draft={draft}
            onChange={(next) => {
              setDraft(next);
              setError(null);
            }}
            accounts={accounts.value}
            asked={['read', 'write']}
            withTools
          />
          {error !== null && <Problem error={error} />}
          <div className="buttons">
            <Link to="/connections" className="button">
              Cancel
            </Link>
            <button type="submit" className="button button-primary" disabled={busy}>
              Make connection
            </button>
          </div>
        </form>
      )}
    </Page>
  );
}

function Made({ name, token }: { name: string; token: string }) {
  return (
    <Page title="Here is its token">
      <div className="stack narrow">
        <Notice tone="warn">
          <p>
            <strong>It is shown only now.</strong> Copy it to where <bdi>{plainName(name, 'the program')}</bdi> runs. Whoever has it
            can do what you allowed; if it gets lost, revoke the connection and make another.
          </p>
        </Notice>
        <CopyField label="Token" text={token} />
        <CopyField label="For the official SDK and command line" text={`BEEPER_ACCESS_TOKEN=${token}`} />
        <div className="buttons">
          <Link to="/connections" className="button button-primary">
            Done
          </Link>
        </div>
      </div>
    </Page>
  );
}
