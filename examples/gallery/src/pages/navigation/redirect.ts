import { html, link, liveView, redirect } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/navigation/redirect";

/** The only other site that redirects may lead to: `app.ts` passes its origin to the endpoint. */
export const elsewhere = process.env["ELSEWHERE"] ?? "https://www.phoenixframework.org/";

const Redirects = liveView.define({
  name: "Redirects",
  authorize: "public",
  events: {
    inside: {
      handle(socket) {
        socket.putFlash("info", "The message came along.");
        socket.redirect(`${ROOT}/arrived`);
      },
    },
    byReturn: { handle: () => redirect(`${ROOT}/arrived`) },
    outside: { handle: (socket) => socket.redirect(elsewhere, { external: true }) },
    // Computed, as if from user input: a literal that names another site does not compile.
    disguised: { handle: (socket) => socket.redirect(String("//evil.example/")) },
    unlisted: { handle: (socket) => socket.redirect("https://evil.example/", { external: true }) },
  },
  render: (_assigns, on) => html`
    <p class="row">A full load of this site:
      <button id="inside" phx-click=${on.inside}>socket.redirect with a message</button>
      <button id="by-return" phx-click=${on.byReturn}>return redirect(…)</button>
      ${link({ navigate: `${ROOT}/mount`, id: "in-mount", inner: "in mount" })}</p>
    <p class="row">The site on the list: <button id="outside" phx-click=${on.outside}>${elsewhere}</button></p>
    <p class="row">Refused: <button id="disguised" phx-click=${on.disguised}>//evil.example/ as a path</button>
      <button id="unlisted" phx-click=${on.unlisted}>a site that is not on the list</button></p>`,
});

const Arrived = liveView.define({
  name: "Arrived",
  params: z.object({ from: z.string().default("an event") }),
  authorize: "public",
  mount: (_socket, { params }) => ({ from: params.from }),
  render: ({ from }) => html`
    <p id="arrived">Arrived, from <b>${from}</b>.</p>
    <p>${link({ navigate: ROOT, inner: "Again" })}</p>`,
});

const Bounce = liveView.define({
  name: "Bounce",
  authorize: "public",
  mount: () => redirect(`${ROOT}/arrived?from=mount`),
  render: () => html`<p>Nobody sees this.</p>`,
});

export const page = galleryPage({
  title: "Redirects",
  path: ROOT,
  about: "A redirect is a full page load, from a handler, a hook or mount, and carries the flash along. It stays on this " +
    "site unless an external target is requested, and then its origin must be on the endpoint’s list.",
  routes: [
    { path: ROOT, view: Redirects }, { path: `${ROOT}/arrived`, view: Arrived }, { path: `${ROOT}/mount`, view: Bounce },
  ],
  url: import.meta.url,
});
