import { html, liveView } from "holdfast";
import { galleryPage } from "../../gallery-page.js";

const Connection = liveView.define({
  name: "Connection",
  authorize: "public",
  mount: (socket) => ({
    // True only for a page that was open while the application's files changed.
    stale: socket.staticChanged,
    known: undefined as undefined | { language: string; peer: string; userAgent: string; accepts: string; cookie: string },
  }),
  events: {
    look: {
      handle(socket) {
        const { peer, userAgent, headers } = socket.connectInfo;
        const { language } = socket.connectParams;
        socket.assign({
          known: {
            language: typeof language === "string" ? language : "unknown", peer, userAgent: userAgent ?? "unknown",
            accepts: headers["accept-language"] ?? "not sent", cookie: headers["cookie"] ?? "not shown",
          },
        });
      },
    },
    crash: {
      handle() {
        throw new Error("to see the view mount again");
      },
    },
  },
  render: ({ stale, known }, on) => html`
    ${stale && html`<p id="stale" class="flash info">The application has changed. <a id="reload" href="/page/connection">Reload</a></p>`}
    <p class="row"><button id="look" phx-click=${on.look}>What the server knows of this connection</button>
      <button id="crash" class="danger" phx-click=${on.crash}>Crash, and mount again</button></p>
    ${known !== undefined && html`
      <dl id="known" class="facts">
        <dt>params: language</dt><dd id="language">${known.language}</dd>
        <dt>peer</dt><dd id="peer">${known.peer}</dd>
        <dt>user agent</dt><dd id="user-agent">${known.userAgent}</dd>
        <dt>accept-language</dt><dd id="accepts">${known.accepts}</dd>
        <dt>cookie</dt><dd id="cookie">${known.cookie}</dd>
      </dl>`}`,
});

export const page = galleryPage({
  title: "The connection",
  path: "/page/connection",
  about: "A connected view knows its client’s parameters, its address, and the headers that the endpoint admits. It also " +
    "knows whether the files that its page was loaded with have changed since, and can offer a reload.",
  view: Connection,
  url: import.meta.url,
});
