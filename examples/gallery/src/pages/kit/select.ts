import { form, formTag, html, liveView } from "holdfast";
import { button, optionsOf, select } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const CITIES: Readonly<Record<string, readonly string[]>> = {
  "New Zealand": ["Dunedin", "Nelson", "Wellington"], Peru: ["Arequipa", "Cusco", "Lima"], Portugal: ["Braga", "Lisbon", "Porto"],
};
const BIRDS = [{ code: "kea", name: "Kea" }, { code: "tui", name: "Tūī" }, { code: "condor", name: "Condor" }];

const Trip = z.object({
  country: z.string().min(1, "Choose a country"),
  city: z.string("Choose a city").min(1, "Choose a city"),
  birds: z.array(z.string()).min(1, "Choose at least one bird"),
});

const Selects = liveView.define({
  name: "Selects",
  authorize: "public",
  mount: () => ({ trip: form(Trip), cities: [] as readonly string[], planned: "" }),
  events: {
    plan: {
      form: "trip",
      // A field that depends on another: each country has its own cities.
      change: (socket, trip) => socket.assign({ cities: CITIES[String(trip.field("country").value)] ?? [] }),
      handle: (socket, { city, country, birds }) => socket.assign({ planned: `${city}, ${country}: ${birds.join(", ")}` }),
    },
  },
  render: ({ trip, cities, planned }, on) => html`
    ${formTag({
      for: trip, class: "hf-fields narrow", novalidate: true, "phx-change": on.plan.change, "phx-submit": on.plan.submit, inner: html`
      ${select({ field: trip.field("country"), label: "Country", prompt: "Choose …", options: Object.keys(CITIES), required: true })}
      ${select({ field: trip.field("city"), label: "City", prompt: "Choose …", options: cities, disabled: cities.length === 0,
        help: "Offered once there is a country." })}
      ${select({ field: trip.field("birds"), label: "Birds to look for", multiple: true,
        options: optionsOf(BIRDS, ({ code }) => code, ({ name }) => name) })}
      ${button({ type: "submit", inner: "Plan it", id: "plan" })}` })}
    <p id="planned" role="status">${planned}</p>`,
});

export const page = galleryPage({
  title: "Select",
  path: "/kit/select",
  about: "Options are values, values with labels, or groups; optionsOf makes them from your records. The event's change " +
    "hook computes values derived from a field: here the cities of a country.",
  view: Selects,
  url: import.meta.url,
});
