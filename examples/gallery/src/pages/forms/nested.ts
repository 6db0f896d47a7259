import { formTag, formParams, html, JS, liveView, toForm } from "holdfast";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Recipe = z.object({
  title: z.string().trim().min(1, "A recipe needs a title"),
  steps: z.array(z.object({ text: z.string().trim().min(1, "Say what to do") })).min(1, "At least one step"),
});
type Recipe = z.input<typeof Recipe>;
const EMPTY: Recipe = { title: "", steps: [{ text: "" }] };
const NAMES = { as: "recipe", lists: ["steps"] };

const NestedForm = liveView.define({
  name: "NestedForm",
  authorize: "public",
  mount: () => ({ recipe: toForm<Recipe>(EMPTY, { as: "recipe" }), saved: "" }),
  events: {
    validate: {
      handle(socket, payload) {
        const params = formParams(payload, NAMES);
        const { error } = Recipe.safeParse(params);
        socket.assign({ recipe: toForm<Recipe>(EMPTY, { as: "recipe", params, issues: error?.issues }) });
      },
    },
    save: {
      handle(socket, payload) {
        const params = formParams(payload, NAMES);
        const { data, error } = Recipe.safeParse(params);
        if (data === undefined) {
          return socket.assign({ recipe: toForm<Recipe>(EMPTY, { as: "recipe", params, issues: error.issues, action: "save" }) });
        }
        socket.assign({
          recipe: toForm<Recipe>(EMPTY, { as: "recipe" }),
          saved: `${data.title}: ${data.steps.map(({ text }) => text).join(", ")}`,
        });
      },
    },
  },
  render: ({ recipe, saved }, on) => html`
    ${formTag({ for: recipe, class: "stack", "phx-change": on.validate, "phx-submit": on.save, inner: () => {
      const title = recipe.field("title");
      const add = recipe.add("steps");
      return html`
        <label>Title <input id=${title.id} name=${title.name} value=${title.value} autocomplete="off"></label>
        ${title.errors.map((error) => html`<p class="error">${error}</p>`)}
        <div id="steps" class="stack">${recipe.inputsFor("steps", (step, index) => {
          const text = step.field("text");
          return html`<div class="row">
            <input id=${text.id} name=${text.name} value=${text.value} aria-label="Step ${index + 1}" autocomplete="off">
            <button type="button" class="quiet" name=${step.drop.name} value=${step.drop.value}
              phx-click=${JS.dispatch("change")}>Remove</button>
            ${text.errors.map((error) => html`<span class="error">${error}</span>`)}</div>`;
        })}</div>
        ${recipe.field("steps").errors.map((error) => html`<p class="error">${error}</p>`)}
        <p class="row">
          <button type="button" id="add" name=${add.name} value=${add.value} phx-click=${JS.dispatch("change")}>Add a step</button>
          <button id="save">Save</button></p>`;
    } })}
    <p id="saved">${saved}</p>`,
});

export const page = galleryPage({
  title: "Nested forms",
  path: "/forms/nested",
  about: "toForm gives each field its name, value and errors, and inputsFor the forms of a list, in which " +
    "items are added and removed without losing what was typed. An error is shown once its field was " +
    "used, or when the form was submitted.",
  view: NestedForm,
  url: import.meta.url,
});
