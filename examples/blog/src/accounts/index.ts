/**
 * Users: registration, log-in, and who may come in.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";
import { and, asc, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import { Forbidden, NotFound } from "holdfast";
import { z } from "zod";
import type { Database } from "../db/client.js";
import { confirmationTokens, users } from "../db/schema.js";
import type { Deliver } from "../mail/index.js";
import { createPasswords, type PasswordCost } from "./passwords.js";
import { isAdmin } from "./roles.js";
import { publicColumns, requireUser, type Actor, type PublicUser } from "./users.js";

export type { Role } from "../db/schema.js";
export type { Actor, PublicUser } from "./users.js";
export { isAdmin, isEditor, isReader } from "./roles.js";

/** Longer passwords are refused before they are hashed. */
const LONGEST_PASSWORD = 256;

const USERS_PER_PAGE = 50;

/** How often an address is written to at most, in milliseconds: anybody may type anybody's address, as often as they like. */
const BETWEEN_MAILS = 5 * 60 * 1_000;

/** A page of the list of users. */
export interface UserPage {
  users: readonly PublicUser[];
  /** From 1. */
  page: number;
  pages: number;
}

/** The registration form. It has no role: nobody chooses their own. */
export const RegistrationForm = z.object({
  email: z.string().trim().toLowerCase().max(254, "That address is too long")
    .pipe(z.email("That is not an email address")),
  name: z.string().trim().min(1, "Please tell us your name").max(80, "At most 80 characters"),
  password: z.string().min(12, "At least 12 characters")
    .max(LONGEST_PASSWORD, `At most ${LONGEST_PASSWORD} characters`),
});
export type Registration = z.input<typeof RegistrationForm>;

/** A confirmed account with this address exists. */
export class EmailTaken extends Error {
  override readonly name = "EmailTaken";
  constructor() {
    super("an account with this email address exists");
  }
}

/** The password is not the one that was chosen with the registration. */
export class WrongPassword extends Error {
  override readonly name = "WrongPassword";
  constructor() {
    super("this is not the password that was chosen with the registration");
  }
}

export interface AccountsDeps {
  deliver: Deliver;
  /** The address of the confirmation page for a token; it is sent by mail. */
  confirmationUrl: (token: string) => string;
  /** Ends a user's sessions. A ban waits for it: when `banUser` has resolved, the user is out. */
  endSessions: (user: PublicUser) => void | Promise<void>;
  /** Called after a user was registered, confirmed, banned or unbanned. */
  publish?: { userChanged: (user: PublicUser) => void | Promise<void> };
  /** Default: OWASP's recommendation. */
  passwordCost?: PasswordCost | undefined;
  /** How long a confirmation link works, in milliseconds. Default 24 hours. */
  confirmationLifetime?: number;
  now?: () => Date;
}

export type Accounts = ReturnType<typeof createAccounts>;

/**
 * The accounts context. Each function that acts for somebody takes that user first and refuses by throwing.
 *
 * @example
 * const accounts = createAccounts(db, {
 *   deliver: mailbox.deliver,
 *   confirmationUrl: (token) => `${origin}/confirm/${token}`,
 * });
 */
export function createAccounts(db: Database, deps: AccountsDeps) {
  const { confirmationLifetime = 24 * 60 * 60 * 1_000, now = () => new Date() } = deps;
  const passwords = createPasswords(deps.passwordCost);

  async function changed(user: PublicUser): Promise<PublicUser> {
    await deps.publish?.userChanged(user);
    return user;
  }

  /**
   * Whether an address may be written to, which then counts as done. One statement decides, for all processes: of many requests at once
   * one may.
   */
  async function mayMail(email: string): Promise<boolean> {
    const mailedAt = now();
    const last = new Date(mailedAt.getTime() - BETWEEN_MAILS);
    const found = await db.update(users).set({ mailedAt })
      // A time in the future is one of a clock that was set back since.
      .where(and(eq(users.email, email), or(isNull(users.mailedAt), lte(users.mailedAt, last), gt(users.mailedAt, mailedAt))))
      .returning({ id: users.id }).get();
    return found !== undefined;
  }

  async function setBanned(actor: Actor, userId: number, bannedAt: Date | null): Promise<PublicUser> {
    const admin = await requireUser(db, actor, isAdmin, "only admins ban users");
    if (admin.id === userId) throw new Forbidden("nobody bans themselves");
    // One statement: of two admins who ban each other at the same moment, the second is no longer an admin in it. Somebody has to stay.
    const still = sql`exists (
      select 1 from ${users} as actor where actor.id = ${admin.id} and actor.role = ${admin.role} and actor.banned_at is null
    )`;
    const user = await db.update(users).set({ bannedAt }).where(and(eq(users.id, userId), still))
      .returning(publicColumns).get();
    if (user) return user;
    await requireUser(db, actor, isAdmin, "only admins ban users");
    throw new NotFound(`user ${userId}`);
  }

  return {
    /**
     * Creates an unconfirmed reader. Whoever registers an unconfirmed address once more replaces its name and password, so that
     * nobody can hold the address of somebody else.
     *
     * @throws ZodError if the form is not filled in, EmailTaken if the address is confirmed or banned
     */
    async registerUser(input: Registration): Promise<PublicUser> {
      const { email, name, password } = RegistrationForm.parse(input);
      const passwordHash = await passwords.hash(password);
      // One statement decides. A query beforehand would not see a second registration at the same moment.
      const user = await db.insert(users).values({ email, name, passwordHash, createdAt: now() })
        .onConflictDoUpdate({
          target: users.email,
          set: { name, passwordHash },
          setWhere: and(isNull(users.confirmedAt), isNull(users.bannedAt)),
        })
        .returning(publicColumns).get();
      if (!user) throw new EmailTaken();
      return changed(user);
    },

    /**
     * Tells the owner of an address that somebody has tried to register with it. The registration page itself must not
     * say who has an account. Mails nothing if the address had a mail a moment ago.
     */
    async mailAlreadyRegistered(email: string): Promise<void> {
      if (!(await mayMail(email))) return;
      await deps.deliver({
        to: email,
        subject: "You already have an account",
        text: "Hello,\n\nsomebody has tried to register with this address, which has an account already. " +
          "If it was you, log in instead. If not, you can ignore this message.",
      });
    },

    /**
     * The user with this address and password; `undefined` for an unknown address, a wrong password and a ban,
     * which take equally long.
     */
    async authenticate(email: string, password: string): Promise<PublicUser | undefined> {
      if (password.length > LONGEST_PASSWORD) return undefined;
      const found = await db.select().from(users).where(eq(users.email, email.trim().toLowerCase())).get();
      const matches = await passwords.verify(found?.passwordHash, password);
      if (!found || !matches || found.bannedAt) return undefined;
      const { passwordHash: _hash, mailedAt: _mailedAt, ...user } = found;
      return user;
    },

    /** The user with this id; `undefined` if there is none, or if they are banned. */
    async getUser(id: number): Promise<PublicUser | undefined> {
      return db.select(publicColumns).from(users).where(and(eq(users.id, id), isNull(users.bannedAt))).get();
    },

    /**
     * Mails a link that confirms the address, and returns its token. Earlier links stop working. Mails nothing, and returns `undefined`,
     * if the address had a mail a moment ago: the link in it still works.
     */
    async createConfirmation(user: Pick<PublicUser, "id" | "email">): Promise<string | undefined> {
      if (!(await mayMail(user.email))) return undefined;
      const token = randomBytes(32).toString("base64url");
      const expiresAt = new Date(now().getTime() + confirmationLifetime);
      await db.batch([
        db.delete(confirmationTokens).where(eq(confirmationTokens.userId, user.id)),
        db.delete(confirmationTokens).where(lte(confirmationTokens.expiresAt, now())),
        db.insert(confirmationTokens).values({ tokenHash: hashToken(token), userId: user.id, expiresAt }),
      ]);
      await deps.deliver({
        to: user.email,
        subject: "Please confirm your address",
        // Without the name: a stranger may have written it, and nobody shall mail their words to others through us.
        text: `Hello,\n\nopen this page to confirm that the address is yours:\n\n` +
          `${deps.confirmationUrl(token)}\n\nIt asks for the password that you chose. If you did not register, you can ignore this message.`,
      });
      return token;
    },

    /**
     * Confirms the address that the token was mailed to, for whoever also knows the password that was chosen with the
     * registration: anybody can register anybody's address, and a click alone would make a stranger's password valid.
     * Returns `undefined` if the token has been used or has expired.
     *
     * @throws WrongPassword
     */
    async confirmUser(token: string, password: string): Promise<PublicUser | undefined> {
      const found = await db.select({ id: users.id, passwordHash: users.passwordHash })
        .from(confirmationTokens).innerJoin(users, eq(users.id, confirmationTokens.userId))
        .where(and(
          eq(confirmationTokens.tokenHash, hashToken(token)),
          gt(confirmationTokens.expiresAt, now()),
          isNull(users.bannedAt),
        ))
        .get();
      if (!found) return undefined;
      const matches = password.length <= LONGEST_PASSWORD && (await passwords.verify(found.passwordHash, password));
      if (!matches) throw new WrongPassword();
      // One statement again: of two requests only one succeeds, and none for a password that was replaced meanwhile.
      const user = await db.update(users).set({ confirmedAt: now() })
        .where(and(
          eq(users.id, found.id),
          eq(users.passwordHash, found.passwordHash),
          isNull(users.confirmedAt),
          isNull(users.bannedAt),
        ))
        .returning(publicColumns).get();
      if (!user) return undefined;
      await db.delete(confirmationTokens).where(eq(confirmationTokens.userId, user.id));
      return changed(user);
    },

    /**
     * One page of the users by name, banned ones included; the last page in place of one that is not there.
     *
     * @param page from 1
     * @throws Forbidden unless an admin asks
     */
    async listUsers(actor: Actor, page = 1): Promise<UserPage> {
      await requireUser(db, actor, isAdmin, "only admins see the users");
      const pages = Math.max(1, Math.ceil(await db.$count(users) / USERS_PER_PAGE));
      const shown = Math.min(page, pages);
      const list = await db.select(publicColumns).from(users).orderBy(asc(users.name), asc(users.id))
        .limit(USERS_PER_PAGE).offset((shown - 1) * USERS_PER_PAGE);
      return { users: list, page: shown, pages };
    },

    /**
     * Bans a user, and closes every page that they have open.
     *
     * @throws Forbidden unless an admin asks, and for the admin's own account; NotFound if nobody has that id
     */
    async banUser(actor: Actor, userId: number): Promise<PublicUser> {
      const user = await setBanned(actor, userId, now());
      await deps.endSessions(user);
      return changed(user);
    },

    /**
     * Lifts a ban.
     *
     * @throws Forbidden unless an admin asks, and for the admin's own account; NotFound if nobody has that id
     */
    async unbanUser(actor: Actor, userId: number): Promise<PublicUser> {
      return changed(await setBanned(actor, userId, null));
    },
  };
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
