// src/ticket.ts
import { html, keyed, presence } from "holdfast";
import { z } from "zod";
import { userView } from "./auth.js";
import { closeTicket, getTicket, takeTicket, ticketChanged } from "./tickets.js";

export const ShowTicket = userView.define({
  name: "ShowTicket",
  params: z.object({ id: z.coerce.number().int() }),
  authorize: () => true,
  topics: () => ({ changed: ticketChanged }),
  async mount(socket, { params }) {
    const { user } = socket.assigns;
    const ticket = await getTicket(user, params.id);
    socket.pageTitle(ticket.title);
    return { ticket, online: presence(`ticket:${ticket.id}`, { key: user.name, meta: { role: user.role } }) };
  },
  messages: {
    changed(socket, ticket) {
      if (ticket.id === socket.assigns.ticket.id) socket.assign({ ticket });
    },
  },
  events: {
    take: {
      bind: z.object({ id: z.number() }),
      authorize: ({ user }) => user.role === "agent",
      async handle(socket, { id }) {
        await takeTicket(socket.assigns.user, id);
      },
    },
    close: {
      bind: z.object({ id: z.number() }),
      authorize: ({ user }) => user.role === "agent",
      async handle(socket, { id }) {
        await closeTicket(socket.assigns.user, id);
        socket.putFlash("info", `Ticket ${id} is closed.`);
      },
    },
  },
  render: ({ ticket, online, user }, on) => html`
    <h1>${ticket.title}</h1>
    <p>${ticket.body}</p>
    <p id="state">${ticket.closed ? "closed" : ticket.agent === null ? "waiting" : `with ${ticket.agent}`}</p>
    ${user.role === "agent" && !ticket.closed && html`
      <button id="take" phx-click=${on.take({ id: ticket.id })}>Take</button>
      <button id="close" phx-click=${on.close({ id: ticket.id })}>Close</button>`}
    <p>Here now:</p>
    <ul id="online">
      ${keyed(online.list, ({ key }) => key, ({ key, metas }) => html`<li>${key} (${metas[0]?.role})</li>`)}
    </ul>`,
});
