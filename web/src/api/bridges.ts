import { client, type Account } from './client.ts';

// Networks and login sessions: the SDK of this version has no methods for them, so its plain verbs are used.

/** What the account itself says: with several on one login, each has a state of its own. The SDK of this version lacks it. */
export interface StatedAccount extends Account {
  status?:
    | 'connected'
    | 'connecting'
    | 'backfilling'
    | 'connection_required'
    | 'reconnect_required'
    | 'attention_required'
    | 'disconnected'
    | 'disabled';
  statusText?: string;
}

export interface Bridge {
  id: string;
  displayName: string;
  status: 'available' | 'connected' | 'limit_reached' | 'temporarily_unavailable' | 'disabled';
  statusText?: string;
  accounts: StatedAccount[];
}

export interface BridgeLogin {
  bridgeID: string;
  loginID: string;
  status: 'connected' | 'connecting' | 'needs_login' | 'logged_out' | 'unknown';
  statusText?: string;
  accountIDs?: string[];
}

export interface LoginFlow {
  id: string;
  name?: string;
  description?: string;
}

export interface InputField {
  id: string;
  label?: string;
  type?: string;
  placeholder?: string;
  initialValue?: string;
  optional?: boolean;
}

export interface CookieField {
  id: string;
  name?: string;
  type?: 'cookie' | 'header' | 'local_storage';
  required?: boolean;
}

export type Display =
  | { type: 'qr'; data: string }
  | { type: 'code'; data: string }
  | { type: 'emoji'; imageURL: string }
  | { type: 'nothing' };

export type LoginStep =
  | { type: 'user_input'; stepID: string; instructions?: string; fields: InputField[] }
  | { type: 'cookies'; stepID: string; instructions?: string; url: string; fields: CookieField[] }
  | { type: 'display_and_wait'; stepID: string; instructions?: string; display: Display }
  | { type: 'complete'; stepID?: string; instructions?: string };

export interface LoginSession {
  bridgeID: string;
  loginSessionID: string;
  status: 'waiting_for_input' | 'waiting_for_cookies' | 'waiting_for_display' | 'complete' | 'cancelled' | 'failed';
  currentStep?: LoginStep;
  account?: Account;
  error?: { message: string };
}

const part = encodeURIComponent;
const once = { maxRetries: 0 } as const;

export const listBridges = async (signal?: AbortSignal): Promise<Bridge[]> =>
  (await client.get<{ items: Bridge[] }>('/v1/bridges', { signal })).items;

export const listLogins = async (bridgeID: string, signal?: AbortSignal): Promise<BridgeLogin[]> =>
  (await client.get<{ items: BridgeLogin[] }>(`/v1/bridges/${part(bridgeID)}/logins`, { signal })).items;

export const listFlows = async (bridgeID: string, signal?: AbortSignal): Promise<LoginFlow[]> =>
  (await client.get<{ items: LoginFlow[] }>(`/v1/bridges/${part(bridgeID)}/login-flows`, { signal })).items;

/** Begins to add an account, or with `loginID` to sign in to one again. */
export const startLogin = (bridgeID: string, flowID: string, loginID?: string): Promise<LoginSession> =>
  client.post(`/v1/bridges/${part(bridgeID)}/login-sessions`, { body: { flowID, ...(loginID ? { loginID } : {}) }, ...once });

export const cancelLogin = (session: LoginSession): Promise<unknown> => client.delete(pathOf(session), once);

/** Answers a step. What is only shown is submitted too: the answer comes when it was used, or after a while. */
export const submitStep = (
  session: LoginSession,
  step: LoginStep & { stepID: string },
  fields: Record<string, string>,
  signal?: AbortSignal,
): Promise<LoginSession> =>
  client.post(`${pathOf(session)}/steps/${part(step.stepID)}`, { body: { type: step.type, fields }, signal, ...once });

const pathOf = (session: LoginSession) =>
  `/v1/bridges/${part(session.bridgeID)}/login-sessions/${part(session.loginSessionID)}`;

/** One account with what its login says about itself. */
export interface AccountState {
  account: StatedAccount;
  bridge: Bridge;
  login: BridgeLogin | undefined;
}

/** Every account of every network, with its state now. */
export async function listAccountStates(signal?: AbortSignal): Promise<AccountState[]> {
  const bridges = (await listBridges(signal)).filter((bridge) => bridge.accounts.length > 0);
  const logins = await Promise.all(bridges.map((bridge) => listLogins(bridge.id, signal)));
  return bridges.flatMap((bridge, index) =>
    bridge.accounts.map((account) => ({
      account,
      bridge,
      login: logins[index]?.find((login) => login.accountIDs?.includes(account.accountID)),
    })),
  );
}
