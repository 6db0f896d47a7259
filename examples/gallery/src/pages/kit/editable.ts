import { form, formTag, html, keyed, liveView } from "holdfast";
import { button, editable } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Note = z.object({ headline: z.string().trim().min(1, "A headline, please") });

const Editables = liveView.define({
  name: "Editables",
  authorize: "public",
  mount: () => ({ note: form(Note), seen: "", published: [] as { id: string; headline: string }[] }),
  events: {
    publish: {
      form: "note",
      change: (socket, note) => socket.assign({ seen: String(note.field("headline").value ?? "") }),
      handle(socket, { headline }) {
        const { note, published } = socket.assigns;
        socket.assign({ published: [...published, { id: socket.submission.id, headline }], note: note.reset(), seen: "" });
      },
    },
  },
  render: ({ note, seen, published }, on) => html`
    ${formTag({ for: note, class: "hf-fields narrow", "phx-change": on.publish.change, "phx-submit": on.publish.submit, inner: html`
      ${editable({ field: note.field("headline"), label: "Headline", required: true, help: "It grows with what you write." })}
      ${button({ type: "submit", inner: "Publish", id: "publish" })}` })}
    <p>The server has: <q id="seen">${seen}</q></p>
    <ul id="published">${keyed(published, ({ id }) => id, ({ headline }) => html`<li>${headline}</li>`)}</ul>`,
});

export const page = galleryPage({
  title: "Written in place",
  path: "/kit/editable",
  about: "An element that is edited in place, instead of in a box. Its content is plain text in the form, so it is " +
    "validated, kept across a lost connection and sent like any other field.",
  view: Editables,
  url: import.meta.url,
});
