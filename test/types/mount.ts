// Checked by the compiler and never run: every form of `mount`, in every place where it may stand, keeps the types of the rest.
import { html, liveComponent, liveView, onMount, redirect, topic, type Redirect } from "holdfast";
import { z } from "zod";

declare module "holdfast" { interface SessionValues { mountTestId?: number } }

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

interface User { name: string }
declare const load: (id: number) => Promise<User | undefined>;
declare const log: () => void;
const said = topic<{ text: string }>("said");
const user = onMount((): { user: User } => ({ user: { name: "" } }));
const userView = liveView.use(user);
const events = { params: z.object({}) };
const render = () => html`<p></p>`;

// ---- assigns ----

userView.define({
  params: z.object({ id: z.coerce.number() }),
  authorize: "public",
  async mount(socket, { params, session, uri }) {
    same<typeof socket.assigns.user, User>(true);
    same<typeof params, { id: number }>(true);
    same<typeof session.mountTestId, number | undefined>(true);
    same<typeof uri, URL>(true);
    const found = await load(params.id);
    if (!found) return redirect("/");
    return { found };
  },
  handleParams: (socket, { params }) => void (same<typeof socket.assigns.found, User>(true), same<typeof params.id, number>(true)),
  events: { go: { ...events, handle: (socket) => void same<typeof socket.assigns.found, User>(true) } },
  render: ({ user: { name }, found }, on) => html`<b phx-click=${on.go}>${name}${found.name}</b>`,
});
userView.define({
  authorize: "public",
  mount: (socket, { session }) => (session.mountTestId === undefined ? redirect("/login") : { name: socket.assigns.user.name }),
  events: { go: { handle: (socket) => void same<typeof socket.assigns.name, string>(true) } },
  render: ({ name }, on) => html`<b phx-click=${on.go}>${name.trim()}</b>`,
});
userView.define({
  authorize: "public",
  mount(socket) {
    if (!socket.connected) return undefined;
    return { n: 1 };
  },
  render: ({ n }) => html`<b>${n.toFixed()}</b>`,
});

// A mount whose parameters are not used, or have types, may stand anywhere.
userView.define({
  authorize: "public",
  events: { go: { handle: (socket) => void same<typeof socket.assigns.n, number>(true) } },
  render: ({ n }, on) => html`<b phx-click=${on.go}>${n.toFixed()}</b>`,
  mount: async () => ({ n: 1 }),
});

// ---- no assigns: only what it does, or a guard ----

const go = { handle: (socket: { assigns: { readonly user: User } }) => void socket.assigns.user.name };

userView.define({
  authorize: "public",
  mount: (socket) => socket.putFlash("info", socket.assigns.user.name),
  events: { go: { handle: (socket) => void same<typeof socket.assigns.user, User>(true) } },
  render: ({ user: { name } }, on) => html`<b phx-click=${on.go}>${name}</b>`,
});
userView.define({
  authorize: "public",
  async mount(socket) {
    await load(1);
    socket.putFlash("info", "");
  },
  events: { go: { handle: (socket) => void same<typeof socket.assigns.user, User>(true) } },
  render: ({ user: { name } }, on) => html`<b phx-click=${on.go}>${name}</b>`,
});
userView.define({
  authorize: "public",
  mount(socket, { params }) {
    if (params["name"] !== socket.assigns.user.name) return redirect("/");
    return undefined;
  },
  events: { go: { handle: (socket) => void same<typeof socket.assigns.user, User>(true) } },
  render: ({ user: { name } }, on) => html`<b phx-click=${on.go}>${name}</b>`,
});
userView.define({ authorize: "public", mount: (_socket): Redirect | undefined => redirect("/"), render: ({ user: { name } }) => html`${name}` });
userView.define({ authorize: "public", mount: () => redirect("/"), events: { go }, render });
userView.define({ authorize: "public", mount: () => {}, render: ({ user: { name } }) => html`${name}` });
userView.define({ authorize: "public", mount: async () => {}, render: ({ user: { name } }) => html`${name}` });
userView.define({ authorize: "public", mount: () => log(), events: { go }, render: ({ user: { name } }) => html`${name}` });

// It may also stand behind the others: it has nothing that they need.
userView.define({
  authorize: "public",
  topics: () => ({ said }),
  messages: { said: (socket, { text }) => socket.putFlash("info", text + socket.assigns.user.name) },
  handleParams: (socket, { uri }) => socket.putFlash("info", uri.href + socket.assigns.user.name),
  events: { go, stay: { handle: (socket) => void same<typeof socket.assigns.user, User>(true) } },
  mount: (socket) => socket.putFlash("info", ""),
  render: ({ user: { name } }, on) => html`<b phx-click=${on.go} phx-focus=${on.stay}>${name}</b>`,
  terminate: (socket) => void same<typeof socket.assigns.user, User>(true),
});
userView.define({
  authorize: "public",
  events: { go: { handle: (socket) => void same<typeof socket.assigns.user, User>(true) } },
  render: ({ user: { name } }, on) => html`<b phx-click=${on.go}>${name}</b>`,
  async mount(socket) {
    await load(1);
    socket.subscribe(said, ({ text }) => socket.putFlash("info", text));
  },
});
userView.define({
  authorize: "public",
  events: { go: { handle: (socket) => void same<typeof socket.assigns.user, User>(true) } },
  render: ({ user: { name } }, on) => html`<b phx-click=${on.go}>${name}</b>`,
  mount: (socket) => (socket.connected ? redirect("/") : undefined),
});
userView.define({ authorize: "public", render: ({ user: { name } }) => html`${name}`, mount: () => {} });

// What stands before such a mount is still checked.
userView.define({
  authorize: "public",
  events: {
    // @ts-expect-error -- no such assign
    go: { handle: (socket) => void socket.assigns.users },
    // @ts-expect-error -- of another type
    stay: { handle: (socket: { assigns: { readonly user: number } }) => void socket },
  },
  mount: (socket) => socket.putFlash("info", ""),
  render,
});
// @ts-expect-error -- a mount is no object
userView.define({ authorize: "public", mount: {}, render });
// @ts-expect-error -- nor a class
userView.define({ authorize: "public", mount: class { n = 1; }, render });

// ---- components ----

liveComponent<{ size: number }>().define({
  update: (socket, { size }) => void (same<typeof socket.assigns.size, number>(true), same<typeof size, number>(true)),
  events: { go: { handle: (socket) => void same<typeof socket.assigns.size, number>(true) } },
  mount: (socket, { size }) => socket.putFlash("info", String(size)),
  render: ({ size }, on) => html`<b phx-click=${on.go}>${size}</b>`,
});
liveComponent<{ size: number }>().define({
  mount: async (socket, { size }) => {
    await load(size);
    same<typeof socket.assigns.id, string>(true);
  },
  update: (socket) => void same<typeof socket.assigns.size, number>(true),
  render: ({ size }) => html`<b>${size}</b>`,
});
liveComponent<{ size: number }>().define({
  update: (socket) => void same<typeof socket.assigns.size, number>(true),
  mount(socket, { size }) {
    socket.putFlash("info", String(size));
    return {};
  },
  render: ({ size }) => html`<b>${size}</b>`,
});
