import { randomBytes } from "node:crypto";
import { hash, verify, type Options } from "@node-rs/argon2";

/** The cost of one password hash. `memoryCost` is in KiB, `timeCost` in passes. */
export type PasswordCost = Required<Pick<Options, "memoryCost" | "timeCost" | "parallelism">>;

/**
 * Argon2id (the library's default kind) at the cost that OWASP's Password Storage Cheat Sheet gives as its
 * minimum: 19 MiB, two passes, one lane.
 */
export const OWASP_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface Passwords {
  hash: (password: string) => Promise<string>;
  /** Compares; without a hash it does the same work for nothing, and says no. */
  verify: (passwordHash: string | undefined, password: string) => Promise<boolean>;
}

/**
 * Hashes and compares passwords.
 *
 * @param cost lower it in tests only
 * @example
 * const passwords = createPasswords();
 * await passwords.verify(user?.passwordHash, "correct horse battery");
 */
export function createPasswords(cost: PasswordCost = OWASP_COST): Passwords {
  // Made at once, not at the first need: the first unknown address must take no longer than the second.
  const nobody = hash(randomBytes(32).toString("base64url"), cost);
  nobody.catch(() => {}); // whoever needs it meets the error there

  return {
    hash: (password) => hash(password, cost),
    async verify(passwordHash, password) {
      const matches = await verify(passwordHash ?? (await nobody), password);
      return passwordHash !== undefined && matches;
    },
  };
}
