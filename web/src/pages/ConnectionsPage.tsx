import { useState } from 'react';
import { listAccounts, loadTitles, type Account } from '../api/client.ts';
import { loadConnections, revokeConnection } from '../api/owner.ts';
import type { Connection } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { counted, day, plainName } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { accountName } from '../components/accountName.ts';
import { Confirm } from '../components/Confirm.tsx';
import { Empty, Loading, Problem, Said } from '../components/Feedback.tsx';
import { Page } from '../components/Page.tsx';
import { Time } from '../components/Time.tsx';

// Of the chats that a connection is limited to, so many are named.
const chatsNamed = 3;

/** Everything that was let in: what it may do, and the way to end it. */
export function ConnectionsPage() {
  const [loaded, reload] = useLoad(async (signal) => {
    const [connections, accounts] = await Promise.all([loadConnections(signal), listAccounts(signal)]);
    const named = connections.flatMap(({ chatIDs }) => (chatIDs ?? []).slice(0, chatsNamed));
    return { connections, accounts, titles: await loadTitles([...new Set(named)], signal) };
  });
  const [revoking, setRevoking] = useState<Connection | null>(null);
  const [said, setSaid] = useState('');
  return (
    <Page
      title="Connections"
      lede="Apps, programs and agents that may use this server, each with no more than you gave it."
      actions={
        <Link to="/connections/new" className="button button-primary">
          New connection
        </Link>
      }
    >
      <Said text={said} />
      {loaded.kind === 'loading' && <Loading what="connections" />}
      {loaded.kind === 'failed' && <Problem error={loaded.error} retry={reload} />}
      {loaded.kind === 'done' && <Lists {...loaded.value} onRevoke={setRevoking} />}
      {revoking && (
        <Confirm
          title="Revoke this connection?"
          action="Revoke"
          onClose={() => setRevoking(null)}
          onConfirm={async () => {
            await revokeConnection(revoking.id);
            setSaid(`${nameOf(revoking)} was revoked and can do nothing more.`);
            reload();
          }}
        >
          <p>
            <strong>
              <bdi>{nameOf(revoking)}</bdi>
            </strong>{' '}
            loses its access at once, also where it is connected now.{' '}
            {revoking.isOwner
              ? 'It is your own token: whatever reads the file owner.token stops. To get a new one, delete that file and start the server again.'
              : 'It can only come back if you let it in again.'}
          </p>
        </Confirm>
      )}
    </Page>
  );
}

const nameOf = (connection: Connection) => plainName(connection.name, 'Connection without a name');

const hasEnded = ({ revokedAt, expiresAt }: Connection) => Boolean(revokedAt) || (Boolean(expiresAt) && new Date(expiresAt ?? '') <= new Date());

interface ListsProps {
  connections: Connection[];
  accounts: Account[];
  titles: Map<string, string>;
  onRevoke: (connection: Connection) => void;
}

function Lists({ connections, accounts, titles, onRevoke }: ListsProps) {
  const live = connections.filter((connection) => !hasEnded(connection));
  const ended = connections.filter(hasEnded);
  return (
    <>
      {live.length === 0 ? (
        <Empty title="Nothing is let in">
          <p>An app that asks for access appears here once you allow it. For a program of your own, make a connection by hand.</p>
        </Empty>
      ) : (
        <ul className="rows">
          {live.map((connection) => (
            <Row key={connection.id} connection={connection} accounts={accounts} titles={titles} onRevoke={onRevoke} />
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <details className="ended">
          <summary>Ended ({ended.length})</summary>
          <ul className="rows">
            {ended.map((connection) => (
              <Row key={connection.id} connection={connection} accounts={accounts} titles={titles} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface RowProps {
  connection: Connection;
  accounts: Account[];
  titles: Map<string, string>;
  onRevoke?: (connection: Connection) => void;
}

function Row({ connection, accounts, titles, onRevoke }: RowProps) {
  const { createdAt, lastUsedAt, expiresAt, revokedAt } = connection;
  return (
    <li className="row">
      <div className="row-main">
        <h2 className="row-title">
          <bdi>{nameOf(connection)}</bdi>
        </h2>
        <p className="row-line">
          <span className={connection.scopes.includes('write') ? 'badge badge-strong' : 'badge'}>
            {connection.scopes.includes('write') ? 'Read and write' : 'Read'}
          </span>
          <span>
            <Limits connection={connection} accounts={accounts} titles={titles} />
          </span>
          <span>{kindOf(connection)}</span>
        </p>
        <p className="row-line quiet">
          <span>Made {day(createdAt)}</span>
          <span>{lastUsedAt ? <>Used <Time at={lastUsedAt} /></> : 'Never used'}</span>
          <span>{endOf(revokedAt, expiresAt)}</span>
        </p>
      </div>
      <div className="row-actions">
        <Link to={`/activity?connection=${encodeURIComponent(connection.id)}`} className="button button-small" aria-label={`Activity of ${nameOf(connection)}`}>
          Activity
        </Link>
        {onRevoke && (
          <button
            type="button"
            className="button button-small button-quiet-danger"
            aria-label={`Revoke ${nameOf(connection)}`}
            onClick={() => onRevoke(connection)}
          >
            Revoke
          </button>
        )}
      </div>
    </li>
  );
}

function kindOf({ kind, isOwner, mcpTools }: Connection): string {
  if (isOwner) return 'Your own token';
  const name = kind === 'client' ? 'App, by OAuth' : 'Token';
  return mcpTools ? `${name}, only ${counted(mcpTools.length, 'MCP tool')}` : name;
}

function endOf(revokedAt: string | null | undefined, expiresAt: string | null | undefined) {
  if (revokedAt) return <>Revoked <Time at={revokedAt} /></>;
  if (!expiresAt) return 'No end';
  return new Date(expiresAt) <= new Date() ? <>Ended <Time at={expiresAt} /></> : <>Ends <Time at={expiresAt} /></>;
}

/** Which accounts and chats it reaches, by their names. */
function Limits({ connection: { accountIDs, chatIDs }, accounts, titles }: Omit<RowProps, 'onRevoke'>) {
  // A limit whose last account or chat was removed is still a limit: it leaves nothing.
  if (accountIDs?.length === 0 || chatIDs?.length === 0) return 'Only what was removed: nothing is left';
  const names = (accountIDs ?? []).map((id) => {
    const account = accounts.find(({ accountID }) => accountID === id);
    return account ? accountName(account) : id;
  });
  const which = names.length === 0 ? 'All accounts' : names.length <= 2 ? `Only ${names.join(' and ')}` : counted(names.length, 'account');
  if (!chatIDs) return `${which}, all chats`;
  const rest = chatIDs.length - chatsNamed;
  return (
    <>
      {names.length === 0 ? 'Only' : `${which}, only`} {chatIDs.length === 1 ? 'the chat' : 'the chats'}{' '}
      {chatIDs.slice(0, chatsNamed).map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}“<bdi>{plainName(titles.get(id), id)}</bdi>”
        </span>
      ))}
      {rest > 0 && ` and ${rest} more`}
    </>
  );
}
