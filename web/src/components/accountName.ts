import type { Account } from '../api/client.ts';
import { plainName } from '../app/text.ts';

/** How an account is called: its own name, else what it is reached by. */
export function accountName({ user, accountID }: Account): string {
  return plainName(user.fullName || user.username || user.phoneNumber || user.email, accountID);
}
