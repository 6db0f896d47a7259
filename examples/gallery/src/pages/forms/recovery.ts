import { html, liveView } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Draft = z.object({ title: z.string().max(60).default(""), body: z.string().default(""), kind: z.string().default("note") });

const Recovery = liveView.define({
  name: "Recovery",
  authorize: "public",
  mount: () => ({ draft: { title: "", body: "", kind: "note" }, changes: 0, other: "", lost: "", recovered: "" }),
  events: {
    change: {
      params: Draft,
      handle: (socket, draft) => socket.assign({ draft, changes: socket.assigns.changes + 1 }),
    },
    save: { params: Draft, handle: (socket, { title }) => socket.putFlash("info", `Saved “${title}”.`) },
    changeOther: { params: z.object({ other: z.string() }), handle: (socket, { other }) => socket.assign({ other }) },
    recoverOther: {
      params: z.object({ other: z.string() }),
      handle: (socket, { other }) => socket.assign({ other, recovered: `recovered by its own event: ${other}` }),
    },
    changeLost: { params: z.object({ lost: z.string() }), handle: (socket, { lost }) => socket.assign({ lost }) },
    crash: {
      handle() {
        throw new Error("the view crashes, the form does not");
      },
    },
  },
  render: ({ draft, changes, other, recovered, lost }, on) => html`
    <form id="draft" class="stack" phx-change=${on.change} phx-submit=${on.save}>
      <label>Title <input id="title" name="title" value=${draft.title} autocomplete="off"></label>
      <label>Text <textarea id="body" name="body" rows="2">${draft.body}</textarea></label>
      <label>Kind <select id="kind" name="kind">${["note", "letter", "poem"].map((kind) => html`
        <option value=${kind} selected=${kind === draft.kind}>${kind}</option>`)}</select></label>
      <button id="save">Save</button>
    </form>
    <p class="soft">The server knows: <span id="known">${draft.kind} “${draft.title}”</span>, after
      <b id="changes">${changes}</b> changes of this view’s life.</p>
    <form id="other-form" phx-change=${on.changeOther} phx-auto-recover=${on.recoverOther}>
      <label>With an event of its own <input id="other" name="other" value=${other} autocomplete="off"></label>
    </form>
    <p id="recovered" class="soft">${recovered}</p>
    <form id="lost-form" phx-change=${on.changeLost} phx-auto-recover="ignore">
      <label>Not recovered <input id="lost" name="lost" value=${lost} autocomplete="off"></label>
    </form>
    <p><button id="crash" class="danger" phx-click=${on.crash}>Crash the view</button></p>`,
});

export const page = galleryPage({
  title: "Form recovery",
  path: "/forms/recovery",
  about: "When a view comes back, after a crash, a deploy or a lost connection, the client sends each form’s " +
    "fields as a change, and the new view knows what was typed. A form may name another event for this, " +
    "or ask for none.",
  view: Recovery,
  url: import.meta.url,
});
