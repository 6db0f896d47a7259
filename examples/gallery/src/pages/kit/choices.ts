import { form, formTag, html, liveView } from "holdfast";
import { button, checkbox, checkboxGroup, radioGroup } from "holdfast/components";
import { z } from "zod";
import { galleryPage } from "../../gallery-page.js";

const Order = z.object({
  size: z.enum(["small", "large"], "Choose a size"),
  extras: z.array(z.string()).max(2, "At most two").default([]),
  terms: z.literal("true", "Nothing goes without the terms"),
});

const Choices = liveView.define({
  name: "Choices",
  authorize: "public",
  mount: () => ({ order: form(Order), ordered: "" }),
  events: {
    order: {
      form: "order",
      handle: (socket, { size, extras }) => socket.assign({ ordered: [size, ...extras].join(" + ") }),
    },
  },
  render: ({ order, ordered }, on) => html`
    ${formTag({
      for: order, class: "hf-fields narrow", novalidate: true, "phx-change": on.order.change, "phx-submit": on.order.submit, inner: html`
      ${radioGroup({ field: order.field("size"), label: "Size", inline: true, required: true,
        options: [
          { value: "small", label: "Small" }, { value: "large", label: "Large" },
          { value: "huge", label: "Huge (sold out)", disabled: true },
        ] })}
      ${checkboxGroup({ field: order.field("extras"), label: "With", help: "Two at most.", options: ["Milk", "Sugar", "Cinnamon"] })}
      ${checkbox({ field: order.field("terms"), label: "I have read the terms", required: true })}
      ${button({ type: "submit", inner: "Order", id: "order-button" })}` })}
    <p id="ordered" role="status">${ordered}</p>`,
});

export const page = galleryPage({
  title: "Checkboxes and radio buttons",
  path: "/kit/choices",
  about: "A single check box, a group in which any may be ticked, and a group in which one is chosen. A group is a " +
    "fieldset with its label as legend, and its errors are below all of it.",
  view: Choices,
  url: import.meta.url,
});
