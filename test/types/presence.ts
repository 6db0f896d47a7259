// Checked by the compiler and never run: what presences must infer, and what must not compile.
import { html, keyed, liveView, presence, topic, type LivePresence, type PresenceEntry } from "holdfast";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_same: Same<A, B>): void => {};

interface Here { name: string; typing: boolean }
type Named = PresenceEntry<Here> & { user: { id: number } };
const withUsers = async (entries: readonly PresenceEntry<Here>[]): Promise<Named[]> => entries.map((entry) => ({ ...entry, user: { id: 1 } }));
const meta: Here = { name: "Ann", typing: false };

export const Room = liveView.define({
  authorize: "public",
  mount: () => ({
    online: presence("room:1", { key: 7, meta: { name: "Ann", typing: false } }),
    named: presence(topic<string>("room:2"), { key: "ann", meta, fetch: withUsers }),
    count: 0,
  }),
  events: {
    type: {
      handle(socket) {
        same<typeof socket.assigns.online, LivePresence<{ name: string; typing: boolean }>>(true);
        same<typeof socket.assigns.named, LivePresence<Here, Named>>(true);
        socket.updatePresence("online", { name: "Ann", typing: true });
        socket.updatePresence("named", (before) => ({ ...before, typing: true }));
        socket.untrackPresence("named");
        // @ts-expect-error -- part of the meta only
        socket.updatePresence("online", { typing: true });
        // @ts-expect-error -- of another type
        socket.updatePresence("online", { name: "Ann", typing: "yes" });
        // @ts-expect-error -- no presence
        socket.updatePresence("count", meta);
        // @ts-expect-error -- no such assign
        socket.untrackPresence("onlien");
      },
    },
  },
  render: ({ online, named }) => html`
    ${keyed(online.list, ({ key }) => key, ({ metas: [first] }) => html`<li>${first?.name} ${first?.typing && "…"}</li>`)}
    ${named.list.map(({ user, metas }) => html`<li>${user.id} ${metas.length}</li>`)}`,
});

// @ts-expect-error -- without a key nobody is there
presence("room:1", { meta });
// @ts-expect-error -- what is not an object is no meta
presence("room:1", { key: "ann", meta: "here" });
