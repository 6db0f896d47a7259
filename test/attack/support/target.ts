// The application that the attacks are aimed at. Each of its callbacks says that it ran, so an attack can show that nothing did.
import {
  csrfField, html, liveComponent, liveSession, liveView, logIn, onMount, putFlash, reply, sessionOf, stream, topic,
  type EndpointOptions, type RootLayout,
} from "holdfast";
import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import { startLab, type Lab } from "../../support/lab.js";

/** The target, and what ran in it. */
export interface Target extends Lab {
  /** One entry for each callback that ran: `"Board.render"`, `"Board.remove 7"`. */
  readonly ran: string[];
}

/** A message that the board listens to. */
export const boardChanged = topic<number>("attack:board");

/** Paths that something guards, and what does. */
export const GUARDED = {
  /** A middleware of its path: `app.use("/admin/*", guard)`. */
  byPath: "/admin/users",
  /** A middleware of its live session. */
  byLiveSession: "/vault",
  /** A middleware of all paths that looks at `c.req.path`. */
  byGlobal: "/staff",
} as const;

const rootLayout: RootLayout = ({ inner, csrfToken, flash }) => html`
  <html><head><meta name="csrf-token" content=${csrfToken}></head><body><p id="flash">${flash.info ?? ""}</p>${inner}</body></html>`;

const Id = z.object({ id: z.number() });

/** How many rows the board shows. */
export const ROWS = 40;

/** Starts the target on a free port of 127.0.0.1. */
export async function startTarget(options: Partial<EndpointOptions> = {}): Promise<Target> {
  const ran: string[] = [];
  const hit = (what: string): void => void ran.push(what);

  const Card = liveComponent<{ title: string }>().define({
    name: "Card",
    mount: () => ({ stamps: stream([{ id: 1 }]) }),
    events: {
      open: { handle: () => hit("Card.open") },
      remove: { bind: Id, handle: (_socket, { id }) => hit(`Card.remove ${id}`) },
    },
    render: ({ id, title, stamps }, on) => {
      hit("Card.render");
      return html`<div id=${id}><b phx-click=${on.open}>${title}</b>
        <ul id="${id}-stamps" phx-update="stream">${stamps.map((stamp, domId) => html`<li id=${domId} phx-click=${on.remove({ id: stamp.id })}></li>`)}</ul></div>`;
    },
  });

  const Board = liveView.define({
    name: "Board",
    authorize: ({ flash: _flash }) => {
      hit("Board.policy");
      return true;
    },
    topics: () => ({ changed: boardChanged }),
    mount: () => {
      hit("Board.mount");
      return { rows: ROWS, count: 0, items: stream([{ id: 1 }, { id: 2 }]), open: true, left: 3 };
    },
    handleParams: () => hit("Board.handleParams"),
    messages: { changed: (_socket, count) => hit(`Board.changed ${count}`) },
    events: {
      inc: {
        handle(socket) {
          hit("Board.inc");
          socket.update("count", (count) => count + 1);
        },
      },
      hidden: { handle: () => hit("Board.hidden") },
      remove: { bind: Id, handle: (_socket, { id }) => hit(`Board.remove ${id}`) },
      rename: {
        // The schema lets `id` pass, which its type does not say: what was bound must win all the same.
        bind: Id, params: z.looseObject({ name: z.string() }) as z.ZodType<{ name: string; extra?: unknown }>,
        handle: (_socket, { id, name, extra = null }) => hit(`Board.rename ${id} ${name} ${JSON.stringify(extra)}`),
      },
      editors: {
        authorize: () => {
          hit("Board.editors policy");
          return false;
        },
        handle: () => hit("Board.editors"),
      },
      toggle: {
        handle(socket) {
          hit("Board.toggle");
          socket.update("open", (open) => !open);
        },
      },
      gone: { handle: () => hit("Board.gone") },
      buy: {
        strict: true,
        handle(socket) {
          hit("Board.buy");
          socket.update("left", (left) => left - 1);
        },
      },
      disabled: { handle: () => hit("Board.disabled") },
      dump: { handle: () => reply({ text: "x".repeat(256 * 1024) }) },
      ping: { from: "anywhere", handle: () => hit("Board.ping") },
      pick: { from: "anywhere", bind: Id, handle: (_socket, { id }) => hit(`Board.pick ${id}`) },
      keep: { bind: Id, handle: (_socket, { id }) => hit(`Board.keep ${id}`) },
      file: { handle: (_socket, fields) => hit(`Board.file ${JSON.stringify(fields)}`) },
    },
    render: ({ rows, count, items, open, left }, on) => {
      hit("Board.render");
      return html`
        <main><button phx-click=${on.inc}>${count}</button><button phx-click=${on.toggle}></button><i phx-click=${on.editors}></i><i phx-click=${on.dump}></i>
        ${open && html`<button phx-click=${on.gone}>Gone</button>`}
        ${left > 0 && html`<button phx-click=${on.buy}>Buy</button>`}
        <button disabled=${!open} phx-click=${on.disabled}></button>
        <ul>${Array.from({ length: rows }, (_, id) => html`<li phx-click=${on.remove({ id })}><form phx-submit=${on.rename({ id })}></form></li>`)}</ul>
        <ol id="items" phx-update="stream">${items.map((item, domId) => html`<li id=${domId} phx-click=${on.keep({ id: item.id })}>
          <form phx-submit=${on.file}><input type="hidden" name="owner" value="of ${item.id}"><input name="text"></form></li>`)}</ol>
        ${Card({ id: "one", title: "One" })} ${Card({ id: "two", title: "Two" })}</main>`;
    },
  });

  /** The same with everything in a fieldset: `disabled` around the binding. */
  const Fieldset = liveView.define({
    name: "Fieldset",
    authorize: "public",
    mount: () => ({ locked: true }),
    events: { toggle: { handle: (socket) => socket.update("locked", (locked) => !locked) }, act: { handle: () => hit("Fieldset.act") } },
    render: ({ locked }, on) => html`<b phx-click=${on.toggle}></b><fieldset disabled=${locked}><p><button phx-click=${on.act}></button></p></fieldset>`,
  });

  /** Another view that declares and streams events of the same names. */
  const Twin = liveView.define({
    name: "Twin",
    authorize: "public",
    mount: () => ({ items: stream([{ id: 8 }, { id: 9 }]) }),
    events: { keep: { bind: Id, handle: (_socket, { id }) => hit(`Twin.keep ${id}`) } },
    render: ({ items, flash }, on) => html`<p>${flash.info ?? ""}</p><ol id="items" phx-update="stream">${items.map((item, domId) => html`<li id=${domId} phx-click=${on.keep({ id: item.id })}></li>`)}</ol>`,
  });

  /** A page behind a guard: its view is public, so whatever refuses it is the guard. */
  const behind = (name: string) => liveView.define({
    name,
    params: z.object({ tab: z.string().optional() }),
    authorize: "public",
    mount: () => hit(`${name}.mount`),
    handleParams: () => hit(`${name}.handleParams`),
    events: { act: { handle: () => hit(`${name}.act`) } },
    render: (_assigns, on) => {
      hit(`${name}.render`);
      return html`<h1>${name}</h1><b phx-click=${on.act}></b>`;
    },
  });

  /** One view at an open path and at a guarded one: a patch leads from the first to the second. */
  const Everywhere = liveView.define({
    name: "Everywhere",
    authorize: "public",
    mount: () => hit("Everywhere.mount"),
    handleParams: (_socket, { uri }) => hit(`Everywhere.handleParams ${uri.pathname}`),
    render: () => html`<p>everywhere</p>`,
  });

  const known = onMount((_socket, { session }) => {
    hit("known");
    return { userId: session["userId" as keyof typeof session] as number | undefined };
  });
  const Members = liveView.use(known).define({
    name: "Members",
    authorize: ({ userId }) => userId !== undefined,
    mount: () => hit("Members.mount"),
    render: () => html`<h1>Members</h1>`,
  });

  /** Who has logged in as user 1 may pass. */
  const guard: MiddlewareHandler = async (c, next) => {
    if ((sessionOf(c).values as { userId?: number }).userId === 1) return next();
    return c.text("no", 401);
  };

  const lab: Lab = await startLab({}, {
    rootLayout,
    live: [
      liveSession("site", {}, (live) => {
        live("/", Board);
        live("/board/:name", Board);
        live("/fieldset", Fieldset);
        live("/twin", Twin);
        live("/members", Members);
        live(GUARDED.byPath, behind("Admin"));
        live(GUARDED.byGlobal, behind("Staff"));
        live("/everywhere", Everywhere);
        live("/admin/everywhere", Everywhere);
        live("/staff/everywhere", Everywhere);
      }),
      liveSession("elsewhere", {}, (live) => live("/elsewhere", behind("Elsewhere"))),
      liveSession("vault", { middleware: guard }, (live) => live(GUARDED.byLiveSession, behind("Vault"))),
    ],
    routes(app) {
      app.use("/admin/*", guard);
      app.use(async (c, next) => (c.req.path.startsWith("/staff") ? guard(c, next) : next()));
      app.get("/login", (c) => lab.endpoint.renderPage(c, html`<form method="post">${csrfField(c)}</form>`));
      app.post("/login", async (c) => {
        hit("login");
        const userId = Number((await c.req.parseBody())["userId"]);
        await logIn(c, { userId } as object);
        putFlash(c, "info", `secret of ${userId}`);
        return c.text("in");
      });
      app.post("/act", async (c) => {
        const body = await c.req.parseBody();
        hit(`act ${Object.keys(body).length}`);
        return c.text("done");
      });
    },
    ...options,
  });
  return Object.assign(lab, { ran });
}
