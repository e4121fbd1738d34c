import { useCallback, useState } from 'react';
import { listAccountStates, type AccountState } from '../api/bridges.ts';
import { removeAccount } from '../api/client.ts';
import { Link } from '../app/router.tsx';
import { plainName } from '../app/text.ts';
import { useLoad, useWhileVisible } from '../app/useLoad.ts';
import { accountName } from '../components/accountName.ts';
import { Confirm } from '../components/Confirm.tsx';
import { Empty, Loading, Problem, Said } from '../components/Feedback.tsx';
import { Page } from '../components/Page.tsx';

const refreshEvery = 5_000;

/** The accounts of this server, each with its state as it is now. */
export function AccountsPage() {
  const [loaded, reload] = useLoad(listAccountStates);
  useWhileVisible(refreshEvery, reload);
  const [removing, setRemoving] = useState<AccountState | null>(null);
  const [said, setSaid] = useState('');
  const remove = useCallback(
    async ({ account }: AccountState) => {
      await removeAccount(account.accountID);
      setSaid(`${accountName(account)} was removed from this server.`);
      reload();
    },
    [reload],
  );
  return (
    <Page
      title="Accounts"
      lede="Where your chats come from."
      actions={
        <Link to="/accounts/add" className="button button-primary">
          Add account
        </Link>
      }
    >
      <Said text={said} />
      {loaded.kind === 'loading' && <Loading what="accounts" />}
      {loaded.kind === 'failed' && <Problem error={loaded.error} retry={reload} />}
      {loaded.kind === 'done' &&
        (loaded.value.length === 0 ? (
          <Empty title="No accounts yet">
            <p>Add the first one; its chats appear as soon as it is connected.</p>
          </Empty>
        ) : (
          <ul className="rows">
            {loaded.value.map((state) => (
              <Row key={state.account.accountID} state={state} onRemove={() => setRemoving(state)} />
            ))}
          </ul>
        ))}
      {removing && (
        <Confirm
          title="Remove this account?"
          action="Remove"
          onClose={() => setRemoving(null)}
          onConfirm={() => remove(removing)}
        >
          <p>
            <strong>
              <bdi>{accountName(removing.account)}</bdi>
            </strong>{' '}
            on <bdi>{plainName(removing.account.network, removing.bridge.displayName)}</bdi> is signed out here, and its chats are
            deleted from this server. On the network itself nothing is deleted.
          </p>
          <Others removing={removing} all={loaded.kind === 'done' ? loaded.value : []} />
        </Confirm>
      )}
    </Page>
  );
}

/** One login may bring several accounts, such as those of bridges: they come and go together. */
function Others({ removing, all }: { removing: AccountState; all: AccountState[] }) {
  const ids = removing.login?.accountIDs ?? [];
  const others = all.filter(({ account }) => account !== removing.account && ids.includes(account.accountID));
  if (others.length === 0) return null;
  return (
    <>
      <p>These came with the same sign-in and go with it:</p>
      <ul>
        {others.map(({ account, bridge }) => (
          <li key={account.accountID}>
            <bdi>{accountName(account)}</bdi> on <bdi>{plainName(account.network, bridge.displayName)}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

const states = {
  connected: ['Connected', 'good'],
  connecting: ['Connecting …', 'wait'],
  backfilling: ['Connected, fetching what was before …', 'good'],
  connection_required: ['Waits to be connected', 'wait'],
  reconnect_required: ['Needs you to sign in again', 'bad'],
  attention_required: ['Needs your attention', 'bad'],
  disconnected: ['Not connected', 'bad'],
  disabled: ['Switched off', 'wait'],
  unknown: ['State not known', 'wait'],
} as const;

function Row({ state: { account, bridge, login }, onRemove }: { state: AccountState; onRemove: () => void }) {
  const [words, tone] = states[account.status ?? 'unknown'];
  const name = accountName(account);
  // Whether a sign-in here helps is the login's to say; an account of a bridge may want one in the bridge instead.
  const again = login && (login.status === 'needs_login' || login.status === 'logged_out');
  return (
    <li className="row">
      <div className="row-main">
        <h2 className="row-title">
          <bdi>{name}</bdi>
        </h2>
        <p className="row-line quiet">
          <span>
            <bdi>{plainName(account.network, bridge.displayName)}</bdi>
          </span>
          <code>
            <bdi>{account.accountID}</bdi>
          </code>
        </p>
        <p className={`state state-${tone}`} role="status">
          {words}
          {account.statusText && `: ${plainName(account.statusText, '')}`}
        </p>
      </div>
      <div className="row-actions">
        {again && (
          <Link
            to={`/accounts/add?bridge=${encodeURIComponent(bridge.id)}&login=${encodeURIComponent(login.loginID)}`}
            className="button button-small"
          >
            Sign in again
          </Link>
        )}
        <button type="button" className="button button-small button-quiet-danger" aria-label={`Remove ${name}`} onClick={onRemove}>
          Remove
        </button>
      </div>
    </li>
  );
}
