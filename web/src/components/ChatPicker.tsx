import { useDeferredValue, useState } from 'react';
import { searchChats, type Chat } from '../api/client.ts';
import { plainName } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { Problem } from './Feedback.tsx';
import { Choice, Field } from './Form.tsx';

type Chosen = Pick<Chat, 'id' | 'title' | 'accountID'>;

interface ChatPickerProps {
  chosen: Chosen[];
  onChange: (chosen: Chosen[]) => void;
  accountIDs: string[] | undefined;
}

/** Finds chats and ticks them. What is ticked stays on top, whatever is searched for next. */
export function ChatPicker({ chosen, onChange, accountIDs }: ChatPickerProps) {
  const [words, setWords] = useState('');
  const query = useDeferredValue(words.trim());
  const [found, retry] = useLoad((signal) => searchChats(query, accountIDs, signal), `${query}\n${accountIDs?.join('\n') ?? ''}`);
  const others = found.kind === 'done' ? found.value.filter((chat) => !chosen.some(({ id }) => id === chat.id)) : [];
  const toggle = (chat: Chosen, picked: boolean) =>
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
          />
        ))}
        {found.kind === 'done' && others.length === 0 && chosen.length === 0 && (
          <p className="hint">{query ? 'No chat was found. Try other words.' : 'There are no chats here yet.'}</p>
        )}
        {found.kind === 'failed' && <Problem error={found.error} retry={retry} />}
      </div>
      <p className="visually-hidden" role="status">
        {found.kind === 'done' && `${found.value.length} chats found, ${chosen.length} picked.`}
      </p>
    </div>
  );
}
