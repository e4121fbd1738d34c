// Chance that can be repeated: the same seed gives the same numbers.

/** A seed for a command that was given none. */
export const freshSeed = () => Math.floor(Math.random() * 2 ** 31);

/** The seed of the tests: the same commit is tested alike everywhere. The commands in this folder look where nobody has looked yet. */
export const testSeed = () => Number(process.env.SWITCHBOARD_SEED ?? 20_261_122);

/** A generator of its own for every name, so that one lane's draws do not depend on how often the others draw. */
export class Chance {
  #state;

  constructor(seed, name = '') {
    this.#state = seed >>> 0;
    for (const character of name) this.#state = Math.imul(this.#state ^ character.codePointAt(0), 0x9e3779b1) >>> 0;
    this.next();
  }

  /** From 0 up to, not including, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number; both ends included. */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** A whole number from 0 up to, not including, the limit. */
  below(limit) {
    return Math.floor(this.next() * limit);
  }

  pick(items) {
    return items[Math.floor(this.next() * items.length)];
  }

  /** One of `[[weight, item], …]`. */
  weighted(items) {
    let left = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    return items.find(([weight]) => (left -= weight) < 0)[1];
  }

  /** One of the names of `{ name: weight }`. */
  weighed(weights) {
    let left = this.next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const [name, weight] of Object.entries(weights)) if ((left -= weight) < 0) return name;
    return Object.keys(weights).at(-1);
  }
}
