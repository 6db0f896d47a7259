import { html, keyed, liveView, reply } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";
import { Quote } from "./quote.js";

const TEXT = "A hook is tied to one element. What only the browser knows, it tells the server; what the server says, it shows there.";

const Typed = liveView.define({
  name: "Typed",
  authorize: "public",
  mount: () => ({ quotes: [] as readonly { start: number; end: number }[] }),
  events: {
    quote: {
      from: Quote.pushes.quote,
      params: z.object({ start: z.int().min(0), end: z.int().max(TEXT.length) }),
      handle(socket, { start, end }) {
        if (start >= end) return reply({ refused: "Select a part of the text first." });
        socket.update("quotes", (quotes) => [...quotes, { start, end }]);
        return reply({ number: socket.assigns.quotes.length });
      },
    },
    show: {
      bind: z.object({ start: z.number(), end: z.number() }),
      handle: (socket, place) => socket.pushEvent(Quote.messages.show, place),
    },
  },
  render: ({ quotes }, on) => html`
    <div id="quote" class="stack" phx-hook="Quote">
      <label for="text">Select something in this text</label>
      <textarea id="text" rows="4" readonly>${TEXT}</textarea>
      <p class="row"><button id="add" type="button">Quote it</button> <output id="said" phx-update="ignore"></output></p>
    </div>
    <ol id="quotes">${keyed(quotes, (_, at) => at, ({ start, end }) => html`
      <li><q>${TEXT.slice(start, end)}</q> <button class="quiet" phx-click=${on.show({ start, end })}>Show it</button></li>`)}</ol>`,
});

export const page = galleryPage({
  title: "Typed on both sides",
  path: "/hooks/typed",
  about: "One declaration types what the hook pushes, what it is answered, and what the server sends it: a wrong one compiles on " +
    "neither side. Its module, src/browser/quote.hooks.ts, is served as it was compiled, under its hash and without a bundler.",
  view: Typed,
  url: import.meta.url,
});
