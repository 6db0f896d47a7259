// Checked by the compiler and never run: definitions with one mistake each. It is one error, at its own place; everything else
// keeps its types, although TypeScript infers what a `mount` with untyped parameters returns only after the rest.
import { form, html, liveComponent, liveView, onMount, reply, topic, type Socket } from "holdfast";
import { defineHook, push } from "holdfast/hooks";
import { z } from "zod";

const Table = defineHook("Table", { pushes: { sort: push<{ column: string }, { rows: number }>() } });
const user = onMount(() => ({ user: { name: "" } }));
const userView = liveView.use(user);
const Columns = z.object({ column: z.enum(["name", "id"]) });
const Text = z.object({ column: z.string() });
const said = (id: number) => topic<{ text: string }>(`room:${id}`);

userView.define({
  params: z.object({ q: z.string() }),
  authorize: ({ user: { name } }) => name !== "",
  mount: (_socket, { params }) => ({ q: params.q, rows: [{ id: 1 }] }),
  handleParams: (socket, { params }) => socket.assign({ q: params.q }),
  events: {
    // @ts-expect-error -- … & Mistake<"the hook pushes another payload than params take">
    sort: { from: Table.pushes.sort, params: Columns, handle: (socket) => reply({ rows: socket.assigns.rows.length }) },
    search: { params: z.object({ q: z.string() }), handle: (socket, { q }) => socket.assign({ q }) },
    remove: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.update("rows", (rows) => rows.filter((row) => row.id !== id)) },
  },
  render: ({ q, rows, user: { name } }, on) => html`<b phx-click=${on.search}>${name}${q}</b>${rows.map(({ id }) => html`<b phx-click=${on.remove({ id })}></b>`)}`,
});

userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  events: {
    // @ts-expect-error -- Property 'rows' is missing in type '{ row: number; }' but required in type '{ rows: number; }'.
    sort: { from: Table.pushes.sort, params: Text, handle: () => reply({ row: 1 }) },
    // @ts-expect-error -- 'p' does not exist in type 'Partial<{ user: { name: string; }; q: string; }>'.
    clear: { handle: (socket) => socket.assign({ p: "" }) },
  },
  render: ({ q }, on) => html`<b phx-click=${on.clear}>${q}</b>`,
});

userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  events: {
    // @ts-expect-error -- Type 'void' is not assignable to type 'Mistake<"mount returns no form \"draft\"">'.
    save: { form: "draft", handle: () => {} },
    clear: { handle: (socket) => socket.assign({ q: "" }) },
  },
  render: ({ q }, on) => html`<b phx-click=${on.clear}>${q}</b>`,
});

liveComponent<{ size: number }>().define({
  mount: (_socket, { size }) => ({ rows: [size] }),
  events: {
    // @ts-expect-error -- … & Mistake<"the hook pushes this as \"sort\"">
    sorted: { from: Table.pushes.sort, params: Text, handle: (socket) => reply({ rows: socket.assigns.rows.length }) },
    clear: { handle: (socket) => socket.assign({ rows: [] }) },
  },
  render: ({ rows, size }, on) => html`<b phx-click=${on.clear}>${rows.length * size}</b>`,
});

// ---- a handler that stands elsewhere names the assigns that it uses ----

function clear(socket: Socket<{ q: string }>): void {
  socket.assign({ q: "" });
}
function count(socket: Socket<{ n: number }>): void {
  socket.update("n", (n) => n + 1);
}

userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name, rows: [1] }),
  events: { clear: { handle: clear }, add: { handle: (socket) => socket.update("rows", (rows) => [...rows, 1]) } },
  render: ({ q, rows }, on) => html`<b phx-click=${on.clear}>${q}</b><b phx-click=${on.add}>${rows.length}</b>`,
});
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  events: {
    clear: { handle: clear },
    // @ts-expect-error -- Property 'n' is missing in type '{ … }' but required in type '{ readonly n: number; … }'.
    count: { handle: count },
  },
  render: ({ q }, on) => html`<b phx-click=${on.clear}>${q}</b><b phx-click=${on.count}></b>`,
});

// ---- a key is missing, misspelt or wrong ----

// @ts-expect-error -- … Property 'render' is missing in type '{ … }' but required in type 'ViewDefinition<…>'.
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  handleParams: (socket) => socket.assign({ q: "" }),
  events: { clear: { handle: (socket) => socket.assign({ q: "" }) } },
});
// @ts-expect-error -- … Property 'authorize' is missing in type '{ … }' but required in type 'ViewDefinition<…>'.
userView.define({
  mount: (socket) => ({ q: socket.assigns.user.name }),
  events: { clear: { handle: (socket) => socket.assign({ q: "" }) } },
  render: ({ q }, on) => html`<b phx-click=${on.clear}>${q.trim()}</b>`,
});
userView.define({
  // @ts-expect-error -- Type '"pubic"' is not assignable to type '"public" | Policy<…>'. Did you mean '"public"'?
  authorize: "pubic",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  events: { clear: { handle: (socket) => socket.assign({ q: "" }) } },
  render: ({ q }, on) => html`<b phx-click=${on.clear}>${q.trim()}</b>`,
});
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  // @ts-expect-error -- … 'evnts' does not exist in type 'ViewDefinition<…>'. Did you mean to write 'events'? …
  evnts: { clear: { handle: (socket) => socket.assign({ q: "" }) } },
  handleParams: (socket) => socket.assign({ q: "" }),
  render: ({ q }) => html`<b>${q.trim()}</b>`,
});
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  // @ts-expect-error -- … 'hanldeParams' does not exist in type 'ViewDefinition<…>'. Did you mean to write 'handleParams'? …
  hanldeParams: (socket) => socket.assign({ q: "" }),
  events: { clear: { handle: (socket) => socket.assign({ q: "" }) } },
  render: ({ q }, on) => html`<b phx-click=${on.clear}>${q.trim()}</b>`,
});
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  events: {
    // @ts-expect-error -- … 'handel' does not exist in type 'EventDefinition<…>…'. Did you mean to write 'handle'? …
    clear: { handel: (socket) => socket.assign({ q: "" }) },
    reset: { handle: (socket) => socket.assign({ q: "" }) },
  },
  render: ({ q }, on) => html`<b phx-click=${on.reset}>${q.trim()}</b>`,
});
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  handleParams: (socket) => socket.assign({ q: "" }),
  // @ts-expect-error -- Type 'string' is not assignable to type '…Rendered…'.
  render: () => "<b></b>",
});
userView.define({
  params: z.object({ id: z.coerce.number() }),
  authorize: "public",
  topics: ({ params }) => ({ said: said(params.id) }),
  mount: (socket) => ({ q: socket.assigns.user.name }),
  messages: {
    said: (socket, { text }) => socket.assign({ q: text }),
    // @ts-expect-error -- … 'saw' does not exist in type '{ said?: … } & NoOthers'.
    saw: (socket) => socket.assign({ q: "" }),
  },
  render: ({ q }) => html`<b>${q.trim()}</b>`,
});
// @ts-expect-error -- … Property 'render' is missing in type '{ … }' but required in type 'ComponentDefinition<…>'.
liveComponent<{ size: number }>().define({
  mount: (_socket, { size }) => ({ rows: [size] }),
  update: (socket, { size }) => socket.assign({ rows: [size] }),
});

// ---- mount stands before what uses its assigns ----

userView.define({
  authorize: "public",
  // @ts-expect-error -- Property 'q' does not exist on type '{ readonly user: …; readonly flash: Flash; readonly liveAction: undefined; }'.
  handleParams: (socket) => void socket.assigns.q,
  // @ts-expect-error -- … is not assignable to type '(new () => Mistake<"mount must stand before everything that uses its assigns; authorize and render are spelt so">) | …'.
  mount: (socket) => ({ q: socket.assigns.user.name }),
  render: () => html`<p></p>`,
});

// ---- the key that declares what the others use is misspelt: the compiler says so, and nothing else ----

liveView.define({
  authorize: "public",
  // @ts-expect-error -- … 'muont' does not exist in type '…ViewDefinition<…>'. Did you mean to write 'mount'?
  muont: () => ({ q: "", n: 0, draft: form(Text, {}) }),
  handleParams: (socket) => socket.assign({ q: "" }),
  events: {
    save: { form: "draft", handle: (socket, { column }) => socket.assign({ q: column }) },
    clear: { handle: (socket) => socket.assign({ q: "" }) },
    add: { bind: z.object({ by: z.number() }), handle: (socket, { by }) => socket.update("n", (n) => n + by) },
  },
  render: ({ q, n }, on) => html`<b phx-click=${on.clear}>${q.trim()}${n.toFixed()}</b><b phx-click=${on.add({ by: 1 })}></b>`,
});
userView.define({
  authorize: "public",
  mount: (socket) => ({ q: socket.assigns.user.name }),
  // @ts-expect-error -- … 'evnets' does not exist in type 'ViewDefinition<…>'. Did you mean to write 'events'? …
  evnets: { add: { bind: z.object({ by: z.number() }), handle: (socket) => socket.assign({ q: "" }) } },
  render: ({ q }, on) => html`<b phx-click=${on.add({ by: 1 })}>${q.trim()}</b>`,
});
liveComponent<{ size: number }>().define({
  // @ts-expect-error -- … 'muont' does not exist in type '…ComponentDefinition<…>'. Did you mean to write 'mount'? …
  muont: (_socket, { size }) => ({ rows: [size] }),
  events: { clear: { handle: (socket) => socket.assign({ rows: [] }) } },
  render: ({ rows, size }, on) => html`<b phx-click=${on.clear}>${rows.length * size}</b>`,
});
