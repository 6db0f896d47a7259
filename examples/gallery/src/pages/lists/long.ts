import { html, liveView, stream } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

interface Day {
  readonly id: number;
  readonly text: string;
}
const ALL = 1000;
const PAGE = 20;
/** How many days the browser keeps: three pages. */
const KEPT = 3 * PAGE;

/** A page of the list, as a database would give it. */
const pageFrom = (from: number): Day[] =>
  Array.from({ length: Math.max(0, Math.min(PAGE, ALL - from)) }, (_, at) => ({ id: from + at, text: `Day ${from + at}` }));

const Long = liveView.define({
  name: "Long",
  authorize: "public",
  // The browser has the days from `first` up to `end`. The server keeps these two numbers, and none of the days.
  mount: () => ({ days: stream(pageFrom(0)), first: 0, end: PAGE, asked: 0 }),
  events: {
    later: {
      handle(socket) {
        const { first, end, asked } = socket.assigns;
        const next = pageFrom(end);
        socket.stream("days", next, { limit: -KEPT });
        socket.assign({ end: end + next.length, first: Math.max(first, end + next.length - KEPT), asked: asked + 1 });
      },
    },
    earlier: {
      params: z.object({ _overran: z.boolean().optional() }),
      handle(socket, { _overran }) {
        const { first, end, asked } = socket.assigns;
        // The user has jumped to the very top: show the beginning, and not only the previous page.
        if (_overran === true) {
          socket.stream("days", pageFrom(0), { reset: true });
          return socket.assign({ first: 0, end: PAGE, asked: asked + 1 });
        }
        const from = Math.max(0, first - PAGE);
        // Each is inserted before the others, so the last one comes first.
        socket.stream("days", pageFrom(from).slice(0, first - from).reverse(), { at: 0, limit: KEPT });
        socket.assign({ first: from, end: Math.min(end, from + KEPT), asked: asked + 1 });
      },
    },
  },
  render: ({ days, first, end, asked }, on) => html`
    <div id="window" class="window" tabindex="0" role="region" aria-label="A thousand days">
      <ul id="days" class="rows" phx-update="stream"
        phx-viewport-top=${first > 0 && on.earlier} phx-viewport-bottom=${end < ALL && on.later}
        >${days.map(({ text }, domId) => html`<li id=${domId}><b>${text}</b></li>`)}</ul>
      ${end === ALL && html`<p id="end">These were all.</p>`}
    </div>
    <p class="soft">The browser has the days from <b id="first">${first}</b> to <b id="last">${end - 1}</b> of ${ALL};
      it has asked <b id="asked">${asked}</b> times.</p>`,
});

export const page = galleryPage({
  title: "Long lists",
  path: "/lists/long",
  about: "A list of which the browser has three pages and the server none: scrolling to either end loads the next page and " +
    "drops one at the other end. The Home key goes to the beginning.",
  view: Long,
  url: import.meta.url,
});
