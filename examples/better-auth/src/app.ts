// src/app.ts
import { createEndpoint, liveSession, type Endpoint } from "holdfast";
import { accountRoutes } from "./account-routes.js";
import { authSessionEnded, createAuth, isAlive, pubsub } from "./auth.js";
import { createGuards } from "./guards.js";
import { createViews } from "./views.js";

export function createApp({ secret, url, everyMs = 30_000 }: { secret: string; url: string; everyMs?: number }): Endpoint {
  const auth = createAuth({ secret, baseURL: url });
  const guards = createGuards(auth);
  const { Home, Users } = createViews(auth, guards, () => endpoint);
  // #region endpoint
  const endpoint: Endpoint = createEndpoint({
    secret, url, pubsub,
    sessions: {
      check: ({ authSession }) => isAlive(auth, authSession),
      everyMs,
      topic: ({ authSession }) => (authSession === undefined ? undefined : authSessionEnded(authSession)),
    },
    connectHeaders: ["cookie"],
    csrfExempt: (path) => path.startsWith("/api/auth/"), // better-auth checks the origin of its own requests
    routes(app) {
      app.use(guards.bridge);
      app.on(["GET", "POST"], "/api/auth/*", (c) => auth.handler(c.req.raw));
      accountRoutes(app, auth, () => endpoint);
    },
    live: [
      liveSession("user", { onMount: guards.signedIn }, (live) => {
        live("/", Home);
        live("/users", Users);
      }),
    ],
  });
  // #endregion
  return endpoint;
}
