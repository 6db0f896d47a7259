import { form, formTag, html, liveView } from "holdfast";
import { button, input, textarea } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Talk = z.object({
  title: z.string().trim().min(1, "A talk needs a title").max(60, "At most 60 characters"),
  email: z.email("That is no address"),
  seats: z.coerce.number("A number, please").int("Whole people only").min(1, "At least one").max(200, "The hall holds 200"),
  date: z.iso.date("Choose a day"),
  about: z.string().trim().min(10, "Ten characters or more"),
});

const Inputs = liveView.define({
  name: "Inputs",
  authorize: "public",
  mount: () => ({ talk: form(Talk, { seats: 20 }), saved: "" }),
  events: {
    save: {
      form: "talk",
      handle: (socket, { title, date, seats }) => socket.assign({
        saved: `“${title}” on ${date}, for ${seats}`, talk: socket.assigns.talk.reset(),
      }),
    },
  },
  render: ({ talk, saved }, on) => html`
    ${formTag({
      for: talk, class: "hf-fields narrow", novalidate: true, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`
      ${input({ field: talk.field("title"), label: "Title", required: true, autocomplete: "off", "phx-debounce": "blur" })}
      ${input({
        field: talk.field("email"), label: "Email", type: "email", help: "Nobody else sees it.", required: true, autocomplete: "off",
      })}
      ${input({ field: talk.field("seats"), label: "Seats", type: "number", min: 1, max: 200, inputmode: "numeric" })}
      ${input({ field: talk.field("date"), label: "Day", type: "date", required: true })}
      ${textarea({ field: talk.field("about"), label: "What it is about", help: "Shown in the programme." })}
      ${input({ name: "room", label: "Room", value: "The hall", disabled: true })}
      ${button({ type: "submit", inner: "Propose", busy: "Sending …", id: "propose" })}` })}
    <p id="saved" role="status">${saved}</p>`,
});

export const page = galleryPage({
  title: "Input and textarea",
  path: "/kit/input",
  about: "A form field with its label, its help and its errors. Errors appear where the user has been, and everywhere once " +
    "the form was sent; screen readers announce them when they appear.",
  view: Inputs,
  url: import.meta.url,
});
