import { html, JS, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const ROOT = "/events/commands";

const Commands = liveView.define({
  name: "Commands",
  params: z.object({ tab: z.string().default("one") }),
  authorize: "public",
  mount: () => ({ count: 0, last: "nothing yet", tab: "one" }),
  handleParams: (socket, { params: { tab } }) => socket.assign({ tab }),
  events: {
    add: {
      params: z.object({ by: z.number().int(), from: z.string().default("nowhere") }),
      handle(socket, { by, from }) {
        socket.assign({ count: socket.assigns.count + by, last: from });
      },
    },
  },
  render: ({ count, last, tab }, on) => html`
    <p class="row">
      <button id="show" phx-click=${JS.show({ to: "#box" })}>show</button>
      <button id="hide" phx-click=${JS.hide({ to: "#box", transition: ["fade", "opaque", "clear"], time: 100 })}>hide, fading</button>
      <button id="toggle" phx-click=${JS.toggle({ to: "#box" })}>toggle</button>
      <button id="add-class" phx-click=${JS.addClass("loud", { to: "#box" })}>addClass</button>
      <button id="remove-class" phx-click=${JS.removeClass("loud", { to: "#box" })}>removeClass</button>
      <button id="toggle-class" phx-click=${JS.toggleClass("loud", { to: "#box" })}>toggleClass</button>
      <button id="set-attribute" phx-click=${JS.setAttribute("title", "set", { to: "#box" })}>setAttribute</button>
      <button id="remove-attribute" phx-click=${JS.removeAttribute("title", { to: "#box" })}>removeAttribute</button>
    </p>
    <p id="box" class="card">The box. Pushed <b id="count">${count}</b> by <i id="last">${last}</i>.</p>
    <p class="row">
      <button id="focus" phx-click=${JS.focus({ to: "#second" })}>focus</button>
      <button id="focus-first" phx-click=${JS.focusFirst({ to: "#fields" })}>focusFirst</button>
      <button id="dispatch" phx-click=${JS.dispatch("gallery:shout", { to: "#heard", detail: { text: "Heard." } })}>dispatch</button>
      <output id="heard" phx-update="ignore"></output>
    </p>
    <p id="fields" class="row"><input id="first" aria-label="First"> <input id="second" aria-label="Second"></p>
    <p class="row">
      <button id="push" phx-click=${JS.push(on.add, { value: { by: 2 } })} phx-value-from="a value">push 2</button>
      <button id="chain" phx-click=${JS.addClass("loud", { to: "#box" }).push(on.add, { value: { by: 5 }, loading: "#box" })}>
        a chain: class, then push 5</button>
      <button id="invalid" phx-click=${JS.push(on.add, { value: { by: "many" } })}>push what the schema refuses</button>
      <button id="patch" phx-click=${JS.patch(`${ROOT}?tab=two`)}>patch to tab two</button>
      <button id="replace" phx-click=${JS.patch(`${ROOT}?tab=three`, { replace: true })}>patch to tab three, replacing</button>
      <b id="tab">${tab}</b>
    </p>`,
});

export const page = galleryPage({
  title: "JS commands",
  path: ROOT,
  about: "Commands run in the browser without asking the server, and their changes stay when the view renders. They chain, " +
    "and a push at the end of a chain tells the server.",
  view: Commands,
  url: import.meta.url,
});
