import { form as makeForm, html, liveView } from "holdfast";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { z } from "zod";

const Address = z.object({ street: z.string(), number: z.number().int().positive() }); // expect: field_unreadable
const Order = z.object({
  title: z.string(), gift: z.boolean(), address: Address, size: z.coerce.number().int(), sort: z.enum(["a", "b"]),
  count: z.number().min(1), // expect: field_unreadable
  when: z.date(), // expect: field_unreadable
  prices: z.array(z.number()), // expect: field_unreadable
  items: z.array(z.object({ weight: z.number() })), // expect: field_unreadable
  note: z.number().optional(), limit: z.number().default(1), either: z.number().or(z.string()), past: z.string().transform(Number).pipe(z.number()),
});
const Boxes = v.object({ agree: v.boolean(), amount: v.pipe(v.string(), v.transform(Number), v.number()) }); // expect: field_unreadable
const NotAForm = z.object({ count: z.number() });
const save = "save";
const className = "wide";
const shadowed = "add";

export const Orders = liveView.define({
  authorize: "public",
  mount: () => ({
    order: makeForm(Order), boxes: makeForm(Boxes), said: makeForm(toStandardJsonSchema(Boxes)), list: [1], user: { name: "" }, other: NotAForm,
    small: makeForm(v.strictObject({ at: v.date() })), // expect: field_unreadable
  }),
  events: {
    add: { handle: (socket) => void socket.assigns.list.push(2) }, // expect: assign_changed
    rename: {
      handle(socket) {
        socket.assigns.user.name = "Ada"; // expect: assign_changed
        socket.assigns.list[0]!++; // expect: assign_changed
        const others = [...socket.assigns.list];
        others.push(3);
      },
    },
    both: {
      handle(socket) {
        socket.assigns.list.sort();
        socket.assign({ list: socket.assigns.list });
      },
    },
  },
  render: ({ list }, on) => html`
    <button class=${className} phx-click=${save}>Save</button>${/* expect: template_value_refused */ ""}
    <button phx-click=${on.add}>Add ${list.map((each) => each)}</button><button phx-click=${on.rename}>Rename</button>
    <button phx-click=${on.both}>Both</button>
    ${["a"].map((shadowed) => html`<button phx-click=${shadowed}>${shadowed}</button>`)}`,
});
