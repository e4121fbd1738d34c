import { useDeferredValue, useEffect, useState } from 'react';
import { searchChats, type Account, type Chat, type ChatsFound } from '../api/client.ts';
import { plainName } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { accountName } from './accountName.ts';
import { Problem } from './Feedback.tsx';
import { Choice, Field } from './Form.tsx';

interface ChatPickerProps {
  chosen: Chat[];
  onChange: (chosen: Chat[]) => void;
  accounts: Account[];
  accountIDs: string[] | undefined;
}

/** Finds chats and ticks them. What is ticked stays on top, whatever is searched for next. */
export function ChatPicker({ chosen, onChange, accounts, accountIDs }: ChatPickerProps) {
  const [words, setWords] = useState('');
  const query = useDeferredValue(words.trim());
  const [found, retry] = useLoad((signal) => searchChats(query, accountIDs, signal), `${query}\n${accountIDs?.join('\n') ?? ''}`);
  const { items, showMore, busy, error } = useMore(found.kind === 'done' ? found.value : null);
  const others = items.filter((chat) => !chosen.some(({ id }) => id === chat.id));
  const toggle = (chat: Chat, picked: boolean) =>
    onChange(picked ? [...chosen, chat] : chosen.filter(({ id }) => id !== chat.id));
  return (
    <div className="nested">
      <Field
        label="Find a chat"
        type="search"
        value={words}
        autoComplete="off"
        placeholder="Its title, or who is in it"
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter in a search is not consent.
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      <div className="picker" role="group" aria-label="Chats it may use">
        {[...chosen, ...others].map((chat) => (
          <Choice
            key={chat.id}
            type="checkbox"
            checked={chosen.some(({ id }) => id === chat.id)}
            onChange={(picked) => toggle(chat, picked)}
            label={<bdi>{plainName(chat.title, 'Chat without a title')}</bdi>}
            detail={<Where chat={chat} accounts={accounts} />}
          />
        ))}
        {found.kind === 'done' && others.length === 0 && chosen.length === 0 && (
          <p className="hint">{query ? 'No chat was found. Try other words.' : 'There are no chats here yet.'}</p>
        )}
        {found.kind === 'failed' && <Problem error={found.error} retry={retry} />}
        {error !== null && <Problem error={error} />}
        {showMore && (
          <button type="button" className="button button-small" disabled={busy} onClick={() => void showMore()}>
            More chats
          </button>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {found.kind === 'done' && `${items.length} chats found, ${chosen.length} picked.`}
      </p>
    </div>
  );
}

/** What was found and, when asked, what comes after it. */
function useMore(first: ChatsFound | null) {
  const [later, setLater] = useState<ChatsFound[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    setLater([]);
    setError(null);
  }, [first]);
  const pages = first ? [first, ...later] : [];
  const next = pages.at(-1)?.more ?? null;
  const showMore = next && (async () => {
    setBusy(true);
    setError(null);
    try {
      const page = await next();
      setLater((known) => [...known, page]);
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  });
  const items = [...new Map(pages.flatMap((page) => page.items).map((chat) => [chat.id, chat])).values()];
  return { items, showMore, busy, error };
}

const peopleShown = 3;

type Person = Chat['participants']['items'][number];

/** Who somebody is; where the title says the name already, also what they are reached by. */
function personName({ fullName, username, phoneNumber, email, id }: Person, withHandle: boolean): string {
  const handle = plainName(username || phoneNumber || email, id);
  const name = plainName(fullName, handle);
  return withHandle && name !== handle ? `${name} (${handle})` : name;
}

/** What tells chats of one title apart: of which account they are, and who is in them. */
function Where({ chat, accounts }: { chat: Chat; accounts: Account[] }) {
  const account = accounts.find(({ accountID }) => accountID === chat.accountID);
  const others = chat.participants.items.filter(({ isSelf }) => !isSelf);
  const people = others.slice(0, peopleShown).map((user) => personName(user, chat.type === 'single'));
  const rest = chat.participants.total - chat.participants.items.length + others.length - people.length;
  return (
    <>
      <bdi>{account ? accountName(account) : chat.accountID}</bdi> on <bdi>{plainName(chat.network, chat.accountID)}</bdi>
      {people.length > 0 && ', with '}
      {people.map((name, index) => (
        <span key={index}>
          {index > 0 && ', '}
          <bdi>{name}</bdi>
        </span>
      ))}
      {rest > 0 && people.length > 0 && ` and ${rest} more`}
    </>
  );
}
