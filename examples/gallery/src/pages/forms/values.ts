import { form, formTag, html, JS, keyed, liveView } from "holdfast";
import { button, input } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Packing = z.object({
  name: z.string().trim().min(1, "The list needs a name"),
  things: z.array(z.object({ what: z.string().trim().min(1, "Say what") }), "Pack something").min(1, "Pack something"),
});
const START = { name: "", things: [{ what: "Tent" }, { what: "Stove" }, { what: "Map" }] };

const FormValues = liveView.define({
  name: "FormValues",
  authorize: "public",
  mount: () => ({ packing: form(Packing, START, { lists: ["things"] }), saved: [] as { id: string; text: string }[] }),
  events: {
    save: {
      form: "packing",
      handle(socket, { name, things }) {
        const { packing, saved } = socket.assigns;
        if (saved.some(({ text }) => text.startsWith(`${name}:`))) {
          return socket.assign({ packing: packing.withErrors({ name: "There is one of that name" }) });
        }
        const text = `${name}: ${things.map(({ what }) => what).join(", ")}`;
        // The submission's id is the key: a form that is sent twice is stored once.
        socket.assign({ saved: [...saved, { id: socket.submission.id, text }], packing: packing.reset() });
      },
    },
  },
  render: ({ packing, saved }, on) => {
    const send = JS.dispatch("change");
    const add = packing.add("things");
    return html`
      ${formTag({
        for: packing, class: "hf-fields narrow", novalidate: true, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`
        ${input({ field: packing.field("name"), label: "Name", required: true, autocomplete: "off" })}
        <div id="things" class="stack" phx-hook="Holdfast.Sortable">${packing.inputsFor("things", (thing, index) => html`
          <div class="thing row">${thing.hidden}<span class="grip" data-drag-handle aria-hidden="true">⠿</span>
            ${input({ field: thing.field("what"), label: `Thing ${index + 1}`, hideLabel: true, autocomplete: "off" })}
            ${button({ ...thing.up, size: "small", inner: "↑", "aria-label": `Move thing ${index + 1} up`, "phx-click": send })}
            ${button({ ...thing.down, size: "small", inner: "↓", "aria-label": `Move thing ${index + 1} down`, "phx-click": send })}
            ${button({ ...thing.drop, size: "small", inner: "Remove", "aria-label": `Remove thing ${index + 1}`, "phx-click": send })}
          </div>`, { hidden: false })}</div>
        <input type="hidden" name="things_drop[]" value="">
        ${packing.field("things").errors.map((error) => html`<p class="hf-error">${error}</p>`)}
        <p class="row">${button({ inner: "Add a thing", id: "add", name: add.name, value: add.value, "phx-click": send })}
          ${button({ type: "submit", inner: "Save", id: "save" })}</p>` })}
      <ul id="saved">${keyed(saved, ({ id }) => id, ({ text }) => html`<li>${text}</li>`)}</ul>`;
  },
});

export const page = galleryPage({
  title: "Forms as values",
  path: "/forms/values",
  about: "form(schema) is a value that mount returns: one event validates while the user types and passes on parsed data. " +
    "Items of a list are added, moved and removed; a submission has an id, so that a form sent twice is stored once.",
  view: FormValues,
  url: import.meta.url,
});
