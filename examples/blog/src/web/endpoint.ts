import { fileURLToPath } from "node:url";
import { createEndpoint, type Endpoint, type EndpointOptions } from "holdfast";
import { serve, type ServeOptions } from "holdfast/node";
import { redis } from "holdfast/redis";
import { createAccounts, type Accounts } from "../accounts/index.js";
import type { PasswordCost } from "../accounts/passwords.js";
import { createBlog, type Blog } from "../blog/index.js";
import { openDatabase, type Database } from "../db/client.js";
import { SqlRevocationStore } from "../db/revocations.js";
import { seed } from "../db/seeds.js";
import { createMailbox, type Mailbox } from "../mail/index.js";
import { createAuth } from "./auth.js";
import { errorPage, rootLayout } from "./layouts.js";
import { createWeb } from "./live.js";
import { blogPublisher } from "./publisher.js";
import { liveSessions, plainRoutes } from "./router.js";
import { userSocketId, usersChanged } from "./topics.js";
import { createUserSocket } from "./user-socket.js";

export interface AppOptions {
  /** `"file:blog.db"`, `":memory:"`, or a remote `"libsql://…"`. */
  databaseUrl: string;
  /** At least 32 random characters; a list rotates them: the first seals, all open. */
  secret: EndpointOptions["secret"];
  /** The URL under which browsers reach the blog. Default: that of each request. */
  url?: string | undefined;
  /** The proxies in front: see the endpoint's option. Default: none. */
  trustProxy?: string | undefined;
  /** `redis://…`: what connects this node to the others. Default: it is alone. */
  redisUrl?: string | undefined;
  /** Shows the mailbox, and the seeds' log-ins. Default false. */
  development?: boolean;
  /** Fills an empty database with users and posts. Default: as `development`. */
  seeds?: boolean;
  /** Lower it in tests only. */
  passwordCost?: PasswordCost | undefined;
  /** Receives refusals and crashes. Default: Holdfast's own log. */
  log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** The assembled blog. */
export interface App {
  endpoint: Endpoint;
  accounts: Accounts;
  blog: Blog;
  db: Database;
  mailbox: Mailbox;
  /** Serves the blog. Port 0 picks a free one. */
  listen: (options?: ServeOptions) => Promise<{ url: string; port: number }>;
  /** Closes the sockets, the server and the database. */
  close: () => Promise<void>;
}

/**
 * Assembles the blog: the only place where contexts and web know each other.
 *
 * @throws if the database cannot be opened, or the secret is too short
 * @example
 * const app = await createApp({ databaseUrl: "file:blog.db", secret, development: true });
 * const { url } = await app.listen({ port: 4000 });
 */
export async function createApp(options: AppOptions): Promise<App> {
  const db = await openDatabase(options.databaseUrl);
  try {
    const { development = false, seeds = development, passwordCost } = options;
    if (seeds) await seed(db, { passwordCost });
    return assemble(db, options);
  } catch (error) {
    db.$client.close();
    throw error;
  }
}

function assemble(db: Database, { secret, url, trustProxy, redisUrl, development = false, passwordCost, log }: AppOptions): App {
  const mailbox = createMailbox();
  let address = url ?? "http://localhost:4000";
  const accounts = createAccounts(db, {
    deliver: mailbox.deliver,
    confirmationUrl: (token) => `${address}/confirm/${token}`,
    endSessions: async (user) => void (await endpoint.endSessions(userSocketId(user))),
    publish: { userChanged: (user) => endpoint.broadcast(usersChanged, user) },
    passwordCost,
  });
  const blog = createBlog(db, { publish: blogPublisher(() => endpoint) });
  const auth = createAuth(accounts);
  const endpoint: Endpoint = createEndpoint({
    secret, url, trustProxy, log,
    health: true,
    backplane: redisUrl === undefined ? undefined : redis({ url: redisUrl, prefix: "blog" }),
    live: liveSessions(createWeb(accounts, blog, auth)),
    sockets: { "/socket": createUserSocket(accounts) },
    routes: (app) => plainRoutes(app, { accounts, auth, mailbox, development, endpoint: () => endpoint }),
    rootLayout, errorPage, trustedTypes: true,
    publicDir: fileURLToPath(new URL("../../public", import.meta.url)),
    revocations: new SqlRevocationStore(db), // a log-out outlives a restart
  });

  return {
    endpoint, accounts, blog, db, mailbox,
    async listen(where) {
      const listening = await serve(endpoint, where);
      if (url === undefined) address = listening.url;
      return listening;
    },
    async close() {
      await endpoint.close();
      db.$client.close();
    },
  };
}
