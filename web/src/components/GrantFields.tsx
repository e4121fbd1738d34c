import { useId } from 'react';
import type { Account, Chat } from '../api/client.ts';
import type { Grant, Scope } from '../api/types.ts';
import { plainName } from '../app/text.ts';
import { accountName } from './accountName.ts';
import { ChatPicker } from './ChatPicker.tsx';
import { Choice, Select } from './Form.tsx';
import { mcpTools, ToolFields } from './ToolFields.tsx';

/** A grant while the owner makes it: what is picked stays picked when a limit is switched off and on again. */
export interface GrantDraft {
  write: boolean;
  limitAccounts: boolean;
  accountIDs: string[];
  limitChats: boolean;
  chats: Chat[];
  limitTools: boolean;
  tools: string[];
  duration: string;
}

/** Where every grant begins: to read. More is for the owner to pick. */
export const newDraft = (): GrantDraft => ({
  write: false,
  limitAccounts: false,
  accountIDs: [],
  limitChats: false,
  chats: [],
  limitTools: false,
  tools: [],
  duration: String(365 * 86_400),
});

const writing = 'Also send, edit, delete, react and mark as read, in your name.';

const writingMeans = ({ limitAccounts, limitChats, limitTools }: GrantDraft) =>
  limitAccounts || limitChats || limitTools
    ? `${writing} It cannot add or remove accounts, because it is limited below.`
    : `${writing} It can also add accounts to this server and remove yours, unless you limit it below.`;

const durations = [
  [String(3_600), 'One hour'],
  [String(86_400), 'One day'],
  [String(30 * 86_400), '30 days'],
  [String(365 * 86_400), 'One year'],
  ['', 'Until I revoke it'],
] as const;

/** Why a draft cannot be granted yet; null when it can. */
export function missingIn(draft: GrantDraft): string | null {
  if (draft.limitAccounts && draft.accountIDs.length === 0) return 'Pick at least one account, or choose all accounts.';
  if (draft.limitChats && draft.chats.length === 0) return 'Pick at least one chat, or choose all chats.';
  if (draft.limitTools && toolsOf(draft).length === 0) return 'Pick at least one tool, or choose the whole API.';
  return null;
}

/** The tools that are picked and of use: one that changes something is of none to a grant to read. */
const toolsOf = ({ tools, write }: GrantDraft) => tools.filter((name) => write || !mcpTools.some((tool) => tool.name === name && tool.writes));

export function grantOf(draft: GrantDraft): Grant {
  const scopes: Scope[] = draft.write ? ['read', 'write'] : ['read'];
  return {
    scopes,
    ...(draft.limitAccounts ? { accountIDs: draft.accountIDs } : {}),
    ...(draft.limitChats ? { chatIDs: draft.chats.map((chat) => chat.id) } : {}),
    ...(draft.limitTools ? { mcpTools: toolsOf(draft) } : {}),
    expiresIn: draft.duration ? Number(draft.duration) : null,
  };
}

interface GrantFieldsProps {
  draft: GrantDraft;
  onChange: (draft: GrantDraft) => void;
  accounts: Account[];
  /** What was asked for; more than that cannot be given. */
  asked: Scope[];
  /** Whether it can be limited to tools of MCP. */
  withTools?: boolean;
}

/** What someone may do, with which accounts and chats, and how long. */
export function GrantFields({ draft, onChange, accounts, asked, withTools = false }: GrantFieldsProps) {
  const group = useId();
  const set = (change: Partial<GrantDraft>) => onChange({ ...draft, ...change });
  const pick = (id: string, picked: boolean) =>
    set({ accountIDs: picked ? [...draft.accountIDs, id] : draft.accountIDs.filter((other) => other !== id) });
  return (
    <>
      <fieldset>
        <legend>What it may do</legend>
        <Choice
          type="radio"
          name={`${group}-scope`}
          checked={!draft.write}
          onChange={() => set({ write: false })}
          label="Read"
          detail="See accounts, chats, messages and files."
        />
        <Choice
          type="radio"
          name={`${group}-scope`}
          checked={draft.write}
          disabled={!asked.includes('write')}
          onChange={() => set({ write: true })}
          label="Read and write"
          detail={asked.includes('write') ? writingMeans(draft) : 'It did not ask for this.'}
        />
      </fieldset>
      <fieldset>
        <legend>Accounts</legend>
        <Choice
          type="radio"
          name={`${group}-accounts`}
          checked={!draft.limitAccounts}
          onChange={() => set({ limitAccounts: false })}
          label="All accounts"
          detail="Also those you add later."
        />
        <Choice
          type="radio"
          name={`${group}-accounts`}
          checked={draft.limitAccounts}
          disabled={accounts.length === 0}
          onChange={() => set({ limitAccounts: true })}
          label="Only these"
          detail={accounts.length === 0 ? 'There are no accounts yet.' : undefined}
        />
        {draft.limitAccounts && (
          <div className="nested" role="group" aria-label="Accounts it may use">
            {accounts.map((account) => (
              <Choice
                key={account.accountID}
                type="checkbox"
                checked={draft.accountIDs.includes(account.accountID)}
                onChange={(picked) => pick(account.accountID, picked)}
                label={<bdi>{accountName(account)}</bdi>}
                detail={<bdi>{plainName(account.network, account.accountID)}</bdi>}
              />
            ))}
          </div>
        )}
      </fieldset>
      <fieldset>
        <legend>Chats</legend>
        <Choice
          type="radio"
          name={`${group}-chats`}
          checked={!draft.limitChats}
          onChange={() => set({ limitChats: false })}
          label={draft.limitAccounts ? 'All chats of these accounts' : 'All chats'}
        />
        <Choice
          type="radio"
          name={`${group}-chats`}
          checked={draft.limitChats}
          onChange={() => set({ limitChats: true })}
          label="Only these"
        />
        {draft.limitChats && (
          <ChatPicker
            chosen={draft.chats}
            onChange={(chats) => set({ chats })}
            accounts={accounts}
            accountIDs={draft.limitAccounts ? draft.accountIDs : undefined}
          />
        )}
      </fieldset>
      {withTools && <ToolFields draft={draft} onChange={onChange} />}
      <Select label="How long" value={draft.duration} onChange={(duration) => set({ duration })} options={durations} />
    </>
  );
}
