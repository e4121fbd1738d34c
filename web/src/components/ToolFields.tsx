import { useId } from 'react';
import { Choice } from './Form.tsx';
import type { GrantDraft } from './GrantFields.tsx';

interface Tool {
  name: string;
  label: string;
  /** It changes something, so it needs the right to write. */
  writes: boolean;
}

const tool = (name: string, label: string, writes = false): Tool => ({ name, label, writes });

/** The tools that agents get over MCP. The server refuses a name that it does not know. */
export const mcpTools: readonly Tool[] = [
  tool('get_accounts', 'See the accounts'),
  tool('search', 'Search everything'),
  tool('search_chats', 'Find chats'),
  tool('get_chat', 'See a chat'),
  tool('list_messages', 'Read messages'),
  tool('search_messages', 'Search messages'),
  tool('get_attachment', 'Fetch files'),
  tool('start_chat', 'Start chats', true),
  tool('send_message', 'Send messages', true),
  tool('edit_message', 'Edit messages', true),
  tool('delete_message', 'Delete messages', true),
  tool('add_reaction', 'React', true),
  tool('archive_chat', 'Archive chats', true),
  tool('focus_app', 'Write drafts and mark as read', true),
  tool('set_chat_reminder', 'Set reminders', true),
  tool('clear_chat_reminder', 'Remove reminders', true),
];

/** All of the API, or only some tools of MCP. */
export function ToolFields({ draft, onChange }: { draft: GrantDraft; onChange: (draft: GrantDraft) => void }) {
  const group = useId();
  const pick = (name: string, picked: boolean) =>
    onChange({ ...draft, tools: picked ? [...draft.tools, name] : draft.tools.filter((other) => other !== name) });
  return (
    <fieldset>
      <legend>By which way</legend>
      <Choice
        type="radio"
        name={`${group}-tools`}
        checked={!draft.limitTools}
        onChange={() => onChange({ ...draft, limitTools: false })}
        label="The whole API"
        detail="And every tool for agents (MCP)."
      />
      <Choice
        type="radio"
        name={`${group}-tools`}
        checked={draft.limitTools}
        onChange={() => onChange({ ...draft, limitTools: true })}
        label="Only these tools for agents (MCP)"
        detail="The rest of the API stays closed to it."
      />
      {draft.limitTools && (
        <div className="nested" role="group" aria-label="Tools it may use">
          {mcpTools.map(({ name, label, writes }) => (
            <Choice
              key={name}
              type="checkbox"
              checked={draft.tools.includes(name) && (draft.write || !writes)}
              disabled={writes && !draft.write}
              onChange={(picked) => pick(name, picked)}
              label={label}
              detail={writes && !draft.write ? `${name}; needs “Read and write”` : name}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}
