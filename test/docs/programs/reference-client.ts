// The programs of docs/client.md and docs/nodes.md on the browser's side. They are checked by the compiler; test/browser runs their like.
import { clientHook, connect, onPageEvent } from "holdfast/client";
import { Presence, type Channel } from "phoenix";
import { Chart, confetti } from "./reference.js";

declare function draw(canvas: HTMLElement, values: readonly number[]): void;
declare function throwConfetti(pieces: number): void;
declare function show(people: readonly unknown[]): void;

// #region connect
connect({ params: () => ({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone }), viewTransitions: true });
// #endregion

// #region hook
connect({
  hooks: {
    ...clientHook(Chart, {
      async mounted() {
        this.handleEvent("points", ({ values }) => draw(this.el, values));
        const { label } = await this.pushEvent("picked", { index: 0 });
        this.el.title = label;
      },
    }),
  },
});
// #endregion

// #region page-event
onPageEvent(confetti, ({ pieces }) => throwConfetti(pieces));
// #endregion

// #region beside
export default clientHook(Chart, {
  mounted() {
    this.handleEvent("points", ({ values }) => draw(this.el, values));
  },
});
// #endregion

export function showPresence(channel: Channel): void {
  // #region presence
  const presence = new Presence(channel);
  presence.onSync(() => show(presence.list()));
  // #endregion
}
