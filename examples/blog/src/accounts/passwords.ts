import { randomBytes } from "node:crypto";
import { hash, verify, type Options } from "@node-rs/argon2";
import { StatusError } from "holdfast";
import { createQueue } from "./queue.js";

/** The cost of one password hash. `memoryCost` is in KiB, `timeCost` in passes. */
export type PasswordCost = Required<Pick<Options, "memoryCost" | "timeCost" | "parallelism">>;

/**
 * Argon2id (the library's default kind) at the cost that OWASP's Password Storage Cheat Sheet gives as its
 * minimum: 19 MiB, two passes, one lane.
 */
const OWASP_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How many are hashed at once. Each takes 19 MiB and one of libuv's four threads, which files and DNS need too. */
const AT_ONCE = 2;
/** How many may wait: two to three seconds of work. */
const WAITING = 100;

export interface Passwords {
  hash: (password: string) => Promise<string>;
  /** Compares. Without a hash it does the same work and returns false, so that its time reveals nothing. */
  verify: (passwordHash: string | undefined, password: string) => Promise<boolean>;
}

/**
 * Hashes and compares passwords: two at once, a hundred may wait. Beyond that both throw a `StatusError` of 503, before any work.
 *
 * @param cost lower it in tests only
 * @example
 * const passwords = createPasswords();
 * await passwords.verify(user?.passwordHash, "correct horse battery");
 */
export function createPasswords(cost: PasswordCost = OWASP_COST): Passwords {
  // Hashed now and not on first use: the first unknown address must take no longer than the second.
  const nobody = hash(randomBytes(32).toString("base64url"), cost);
  nobody.catch(() => {}); // thrown where the hash is used

  const queued = createQueue(AT_ONCE, WAITING, () => new StatusError(503, "too many passwords at once"));

  return {
    hash: (password) => queued(() => hash(password, cost)),
    async verify(passwordHash, password) {
      const compared = passwordHash ?? (await nobody);
      const matches = await queued(() => verify(compared, password));
      return passwordHash !== undefined && matches;
    },
  };
}
