// Checked by the compiler and never run: a right program. test/wrong-programs.test.ts asks what an editor shows of each name
// behind a mark.
import { html, liveComponent, liveView, onMount, stream } from "holdfast";
import { z } from "zod";

const /*?*/user = onMount((): { user: { name: string } } => ({ user: { name: "" } }));
const /*?*/team = onMount(user, () => ({ team: "a" }));

const /*?*/themed = onMount(() => ({ dark: false }), { events: { toggle: { handle: (socket) => socket.update("dark", (dark) => !dark) } } });
void themed;

liveView.use(user).use(team).define({
  authorize: "public",
  mount: () => ({ n: 0, posts: stream<{ id: number }>() }),
  events: {
    jump: { params: z.object({ to: z.number() }), handle: (socket, /*?*/data) => socket.assign({ n: data.to }) },
    add: {
      params: z.object({ by: z.number() }),
      bind: z.object({ id: z.number() }),
      handle(socket, /*?*/data) {
        const /*?*/assigns = socket.assigns;
        socket.assign({ n: assigns.n + data.by });
      },
    },
  },
  render: (/*?*/assigns, /*?*/on) => html`<b phx-click=${on.add({ id: assigns.n })} phx-blur=${on.jump}></b>`,
});

liveComponent<{ title: string }>().define({
  mount: (/*?*/socket) => ({ open: socket.connected }),
  render: (/*?*/assigns) => html`<p>${assigns.title}</p>`,
});
