import { Forbidden, html, link, liveView, NotFound } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/errors/refused";

const Refusals = liveView.define({
  name: "Refusals",
  params: z.object({ step: z.string().default("") }),
  authorize: "public",
  mount: () => ({ tries: 0 }),
  handleParams(_socket, { params: { step } }) {
    if (step === "missing") throw new NotFound("no such step");
    if (step === "forbidden") throw new Forbidden("not this step");
  },
  events: {
    count: { handle: (socket) => socket.update("tries", (tries) => tries + 1) },
    missing: {
      handle() {
        throw new NotFound("gone since the page was rendered");
      },
    },
    forbidden: {
      handle() {
        throw new Forbidden("not you");
      },
    },
    never: { authorize: () => false, handle: (socket) => socket.assign({ tries: 1000 }) },
  },
  render: ({ tries }, on) => html`
    <p><button id="count" phx-click=${on.count}>Clicked ${tries} times</button></p>
    <p class="row">In mount: ${link({ navigate: `${ROOT}/mount/missing`, id: "mount-missing", inner: "NotFound" })}
      ${link({ navigate: `${ROOT}/mount/forbidden`, id: "mount-forbidden", inner: "Forbidden" })}
      ${link({ navigate: `${ROOT}/policy`, id: "policy", inner: "a policy that says no" })}</p>
    <p class="row">In handleParams: ${link({ patch: `${ROOT}?step=missing`, id: "params-missing", inner: "NotFound" })}
      ${link({ patch: `${ROOT}?step=forbidden`, id: "params-forbidden", inner: "Forbidden" })}</p>
    <p class="row">In an event: <button id="event-missing" phx-click=${on.missing}>NotFound</button>
      <button id="event-forbidden" phx-click=${on.forbidden}>Forbidden</button>
      <button id="event-policy" phx-click=${on.never}>an event’s policy that says no</button></p>
    <p class="row">No route at all: ${link({ navigate: `${ROOT}/no/such/page`, id: "nowhere", inner: "nowhere" })}</p>`,
});

const Mount = liveView.define({
  name: "RefusedInMount",
  params: z.object({ why: z.enum(["missing", "forbidden"]) }),
  authorize: "public",
  mount(_socket, { params: { why } }) {
    throw why === "missing" ? new NotFound("no such thing") : new Forbidden("not for you");
  },
  render: () => html`<p>Nobody sees this.</p>`,
});

const Policy = liveView.define({
  name: "RefusedByPolicy",
  authorize: () => false,
  render: () => html`<p>Nobody sees this.</p>`,
});

export const page = galleryPage({
  title: "Not found, not allowed",
  path: ROOT,
  about: "A function deep in the application throws NotFound or Forbidden, and the user sees a 404 or a 403: directly over " +
    "HTTP, and over the socket by a reload that ends at the same page. The user learns no more than that; the reason " +
    "stays on the server.",
  routes: [
    { path: ROOT, view: Refusals }, { path: `${ROOT}/mount/:why`, view: Mount }, { path: `${ROOT}/policy`, view: Policy },
  ],
  url: import.meta.url,
});
