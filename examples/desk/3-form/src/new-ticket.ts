// src/new-ticket.ts
import { form, formTag, html, navigate } from "holdfast";
import { button, input, textarea } from "holdfast/components";
import { userView } from "./auth.js";
import { paths } from "./paths.js";
import { openTicket, TicketInput } from "./tickets.js";

export const NewTicket = userView.define({
  name: "NewTicket",
  authorize: () => true,
  mount(socket) {
    socket.pageTitle("New ticket");
    return { draft: form(TicketInput, { title: "", body: "" }) };
  },
  events: {
    save: {
      form: "draft",
      async handle(socket, data) {
        const ticket = await openTicket(socket.assigns.user, data);
        socket.putFlash("info", `Ticket ${ticket.id} is open.`);
        return navigate(paths.board());
      },
    },
  },
  render: ({ draft }, on) => html`
    <h1>New ticket</h1>
    ${formTag({
      for: draft, "phx-change": on.save.change, "phx-submit": on.save.submit,
      inner: html`
        ${input({ field: draft.field("title"), label: "What is wrong?", required: true })}
        ${textarea({ field: draft.field("body"), label: "Details", rows: 8 })}
        ${button({ type: "submit", inner: "Open", busy: "Opening …" })}`,
    })}`,
});
