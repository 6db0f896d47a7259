// The program of docs/serving.md: an application of Express with live pages beside it; test/docs/beside-express.test.ts runs it.
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import express, { type Request } from "express";
import { createEndpoint, createPubSub, html, liveSession, liveView, onMount, redirect, topic, type Endpoint } from "holdfast";
import { attach } from "holdfast/node";

// #region express
const signedIn = new Map<string, { name: string }>(); // what express-session and Passport keep

const sidOf = (cookie: string | undefined) => /(?:^|; )sid=([\w-]+)/.exec(cookie ?? "")?.[1];
const userOf = (cookie: string | undefined) => signedIn.get(sidOf(cookie) ?? "");

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post("/login", (request: Request<object, unknown, { name: string }>, response) => {
  const sid = randomUUID();
  signedIn.set(sid, { name: request.body.name });
  response.cookie("sid", sid, { httpOnly: true, sameSite: "lax" }).redirect("/board");
});
app.post("/logout", async (request, response) => {
  const sid = sidOf(request.headers.cookie);
  if (sid !== undefined && signedIn.delete(sid)) await pubsub.broadcast(signedOut(sid), null);
  response.redirect("/");
});
app.get("/", (_request, response) => void response.send("A page of Express"));
// #endregion

// #region endpoint
const pubsub = createPubSub();
const signedOut = (sid: string) => topic<null>(`signed-out:${sid}`);

/** The user whom Express has signed in: at the page's GET, at its join, and again as soon as they sign out. */
const expressUser = onMount((socket) => {
  const { cookie } = socket.connectInfo.headers;
  const user = userOf(cookie);
  return user === undefined ? redirect("/") : { user, sid: sidOf(cookie)! };
}, { topic: ({ sid }) => signedOut(sid) });

const Board = liveView.use(expressUser).define({
  name: "board",
  authorize: ({ user }) => user.name !== "",
  mount: () => ({ count: 0 }),
  events: { more: { handle: (socket) => socket.update("count", (count) => count + 1) } },
  render: ({ user, count }, on) => html`<h1>${user.name}</h1><button phx-click=${on.more}>${count}</button>`,
});

export function start(secret: string): { server: Server; endpoint: Endpoint } {
  const endpoint = createEndpoint({
    secret, pubsub, connectHeaders: ["cookie"], live: [liveSession("board", {}, (live) => live("/board", Board))],
  });
  const server = createServer(app);
  attach(endpoint, server); // takes its own paths; Express answers all others
  server.listen(Number(process.env["PORT"] ?? 4000), "127.0.0.1");
  return { server, endpoint };
}
// #endregion
