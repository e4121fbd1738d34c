import { useEffect, useState } from 'react';
import { loadAudit, loadBrowsers, loadConnections } from '../api/owner.ts';
import type { AuditEntry, AuditFilter, Browser, Connection } from '../api/types.ts';
import { navigate, useSearch } from '../app/router.tsx';
import { counted, day, fullTime, hourFrom, plainName } from '../app/text.ts';
import { useLoad, type Loaded } from '../app/useLoad.ts';
import { Empty, Loading, Problem } from '../components/Feedback.tsx';
import { Field, Select } from '../components/Form.tsx';
import { Page } from '../components/Page.tsx';
import { actionGroups, actionName, attemptName, outcomeOf, surfaceName } from './auditWords.ts';

const nothing: AuditFilter = { connection: '', action: '', from: '', to: '' };
const filterNames = ['connection', 'action', 'from', 'to'] as const;

function filterOf(search: string): AuditFilter {
  const query = new URLSearchParams(search);
  const filter = { ...nothing };
  for (const name of filterNames) filter[name] = query.get(name) ?? '';
  // Anybody may write an address: what is no day is no filter.
  for (const name of ['from', 'to'] as const) if (!isDay(filter[name])) filter[name] = '';
  return filter;
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

function addressOf(filter: AuditFilter): string {
  const query = new URLSearchParams();
  for (const name of filterNames) if (filter[name]) query.set(name, filter[name]);
  return query.size > 0 ? `/activity?${query}` : '/activity';
}

const isListed = (action: string) => !action || actionGroups.some(([, members]) => members.some(([name]) => name === action));

/** Whoever can have done something: what was let in, the owner's browsers, the command line. */
function whoGroups(connections: Loaded<Connection[]>, browsers: Loaded<Browser[]>, chosen: string) {
  const listed = connections.kind === 'done' ? connections.value.map(({ id, name }) => [id, plainName(name, id)] as const) : [];
  const own = browsers.kind === 'done' ? browsers.value.map(({ id, createdAt }) => [id, `Browser, since ${fullTime(createdAt)}`] as const) : [];
  const you = [...own, ['cli', 'Command line'] as const];
  // One that has ended and is listed no more can still be asked for by its address.
  const strangers = [['nobody', 'Nobody known']] as const;
  const isKnown = !chosen || [...listed, ...you, ...strangers].some(([id]) => id === chosen);
  return [
    ['Connections', isKnown ? listed : [...listed, [chosen, plainName(chosen, 'Unknown')] as const]],
    ['You', you],
    ['Not let in', strangers],
  ] as const;
}

/** The audit log. Its filter is in the address, so that it can be kept and sent. */
export function ActivityPage() {
  const filter = filterOf(useSearch());
  const [connections] = useLoad(loadConnections);
  const [browsers] = useLoad(loadBrowsers);
  const choose = (change: Partial<AuditFilter>) => navigate(addressOf({ ...filter, ...change }), { replace: true });
  return (
    <Page title="Activity" lede="What each connection changed, and how much it read or was refused, by the hour. Texts of messages are never written down here.">
      <search>
        <form className="filters" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
          <Select
            label="Connection"
            value={filter.connection}
            onChange={(connection) => choose({ connection })}
            options={[['', 'All']]}
            groups={whoGroups(connections, browsers, filter.connection)}
          />
          <Select
            label="Action"
            value={filter.action}
            onChange={(action) => choose({ action })}
            options={isListed(filter.action) ? [['', 'All']] : [['', 'All'], [filter.action, actionName(filter.action)]]}
            groups={actionGroups}
          />
          <Field label="From" type="date" value={filter.from} onChange={(event) => choose({ from: event.currentTarget.value })} />
          <Field label="To" type="date" value={filter.to} onChange={(event) => choose({ to: event.currentTarget.value })} />
        </form>
      </search>
      <Entries key={addressOf(filter)} filter={filter} onClear={() => choose(nothing)} />
    </Page>
  );
}

function Entries({ filter, onClear }: { filter: AuditFilter; onClear: () => void }) {
  const [loaded, reload] = useLoad((signal) => loadAudit(filter, null, signal));
  const [older, setOlder] = useState<AuditEntry[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (loaded.kind !== 'done') return;
    setOlder([]);
    setCursor(loaded.value.hasMore ? (loaded.value.cursor ?? null) : null);
  }, [loaded]);
  const more = async () => {
    setBusy(true);
    setError(null);
    try {
      const page = await loadAudit(filter, cursor, new AbortController().signal);
      setOlder((entries) => [...entries, ...page.items]);
      setCursor(page.hasMore ? (page.cursor ?? null) : null);
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  if (loaded.kind === 'loading') return <Loading what="activity" />;
  if (loaded.kind === 'failed') return <Problem error={loaded.error} retry={reload} />;
  const entries = [...loaded.value.items, ...older];
  if (entries.length === 0) {
    return Object.values(filter).some(Boolean) ? (
      <Empty title="Nothing matches">
        <p>No connection did this in that time.</p>
        <button type="button" className="button" onClick={onClear}>
          Show everything
        </button>
      </Empty>
    ) : (
      <Empty title="Nothing has happened yet">
        <p>Once something that is let in reads or changes anything, it is written down here.</p>
      </Empty>
    );
  }
  return (
    <>
      <div className="table-box">
        <table>
          <caption className="visually-hidden">Activity, newest first</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">Where</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="visually-hidden" role="status">
        {counted(entries.length, 'entry', 'entries')} shown.
      </p>
      {error !== null && <Problem error={error} />}
      {cursor && (
        <div className="buttons">
          <button type="button" className="button" disabled={busy} onClick={() => void more()}>
            Show older
          </button>
        </div>
      )}
    </>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { at, connection, surface, action, count, outcome, chatID, accountID, messageID, subject } = entry;
  const { kind, words } = outcomeOf(outcome);
  const wasDone = kind === 'done' || kind === 'decided';
  return (
    <tr className={wasDone ? undefined : 'undone'}>
      <td data-label="When">
        {count == null ? (
          <time dateTime={at}>{fullTime(at)}</time>
        ) : (
          <>
            <time dateTime={at}>{day(at)}</time>
            <span className="quiet">{hourFrom(at)}</span>
          </>
        )}
      </td>
      <td data-label="Who">
        <bdi>{connection ? plainName(connection.name, connection.id) : 'You'}</bdi>
        <span className="quiet">{surfaceName(surface)}</span>
      </td>
      <td data-label="What">
        {wasDone ? actionName(action) : attemptName(action)}
        {words && <span className={wasDone ? 'badge' : 'badge badge-warn'}>{words}</span>}
        {count != null && <span className="quiet">{counted(count, 'time')}</span>}
      </td>
      <td data-label="Where" className="where">
        {[accountID, chatID, messageID, subject].filter(Boolean).map((id) => (
          <code key={id}>
            <bdi>{id}</bdi>
          </code>
        ))}
      </td>
    </tr>
  );
}
