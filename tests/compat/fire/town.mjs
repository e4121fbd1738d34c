// Three people with two programs each, who talk in pairs and all together.
import { direct, group, person } from '../support.mjs';
import { Conversation, Ledger } from './ledger.mjs';
import { Lane } from './lane.mjs';
import { Chance } from './random.mjs';

/** `{ people, conversations, lanes, ledger }` on a new server. */
export async function town(server, seed, weights) {
  const ada = await person(server, 'ada', 'Ada');
  const bob = await person(server, 'bob', 'Bob');
  const cleo = await person(server, 'cleo', 'Cleo');
  const conversations = [
    new Conversation('ada and bob', [ada, bob], await direct(ada, bob)),
    new Conversation('bob and cleo', [bob, cleo], await direct(bob, cleo)),
    new Conversation('Everybody', [ada, bob, cleo], await group('Everybody', ada, bob, cleo)),
    new Conversation('Pair', [cleo, ada], await group('Pair', cleo, ada)),
  ];
  const ledger = new Ledger();
  const lanes = [];
  for (const [name, who, other, emoji] of [
    ['la', ada, bob, '👍'],
    ['lb', ada, cleo, '❤️'],
    ['lc', bob, cleo, '🎉'],
    ['ld', cleo, ada, '👀'],
    ['le', cleo, bob, '🐸'],
    ['lf', bob, ada, '✅'],
  ]) {
    const quiet = new Conversation(`Quiet ${name}`, [who, other], await group(`Quiet ${name}`, who, other));
    const busy = conversations.filter((conversation) => conversation.sideOf(who));
    lanes.push(new Lane({ name, who, emoji, conversations: busy, quiet, ledger, chance: new Chance(seed, name), weights }));
  }
  return { people: [ada, bob, cleo], conversations, lanes, ledger };
}
