// The program of docs/guides/hooks.md; test/docs/hooks.test.ts uses it in a browser.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createEndpoint, html, keyed, liveSession, liveView, reply, type Endpoint, type RootLayout } from "holdfast";
import { defineHook, message, push } from "holdfast/hooks";
import { z } from "zod";

// #region declare
export const Sortable = defineHook("Sortable", {
  pushes: { reorder: push<{ order: number[] }, { saved: number }>() },
  messages: { highlight: message<{ id: number }>() },
});
// #endregion

// #region view
export const Board = liveView.define({
  name: "Board",
  authorize: "public",
  mount: () => ({ order: [1, 2, 3], at: new Date().toISOString() }),
  events: {
    reorder: {
      from: Sortable.pushes.reorder,
      params: z.object({ order: z.array(z.number()).max(100) }),
      handle(socket, { order }) {
        socket.assign({ order, at: new Date().toISOString() });
        return reply({ saved: order.length });
      },
    },
    find: { handle: (socket) => socket.pushEvent(Sortable.messages.highlight, { id: 2 }) },
  },
  render: ({ order, at }, on) => html`
    <ol id="board" phx-hook="Sortable">
      ${keyed(order, (id) => id, (id) => html`<li tabindex="0" data-id=${id}>Card ${id}</li>`)}
    </ol>
    <button id="find" phx-click=${on.find}>Where is card 2?</button>
    <p>Changed at <time id="at" phx-hook="LocalTime" datetime=${at}></time></p>`,
});
// #endregion

const publicDir = new URL("public", import.meta.url).pathname;

// #region layout
const integrity = `sha384-${createHash("sha384").update(readFileSync(`${publicDir}/hooks.js`)).digest("base64")}`;

const rootLayout: RootLayout = ({ inner, csrfToken, scripts }) => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="csrf-token" content=${csrfToken}>
      <title>Board</title>
      <link rel="icon" href="data:,">
      <link rel="modulepreload" href="/hooks.js" integrity=${integrity} data-holdfast-hooks>
      ${scripts}
    </head>
    <body>${inner}</body>
  </html>`;
// #endregion

export function createBoard(secret: string): Endpoint {
  return createEndpoint({ secret, rootLayout, publicDir, live: [liveSession("default", {}, (live) => live("/", Board))] });
}
