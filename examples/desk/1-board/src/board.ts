// src/board.ts
import { html, keyed, link, liveView } from "holdfast";
import { users } from "./accounts.js";
import { paths } from "./paths.js";
import { listTickets, ticketChanged } from "./tickets.js";

export const Board = liveView.define({
  name: "Board",
  authorize: "public",
  topics: () => ({ changed: ticketChanged }),
  mount: async () => ({ tickets: await listTickets(users.get("ada")!) }),
  messages: {
    changed: (socket, ticket) =>
      socket.update("tickets", (tickets) => [ticket, ...tickets.filter(({ id }) => id !== ticket.id)]),
  },
  render: ({ tickets }) => html`
    <h1>Tickets</h1>
    <p>${tickets.filter(({ closed }) => !closed).length} open</p>
    <ul id="tickets">
      ${keyed(tickets, ({ id }) => id, ({ id, title, customer, agent, closed }) => html`
        <li>
          ${link({ navigate: paths.ticket({ id }), inner: title })}
          from ${customer}, ${closed ? "closed" : agent === null ? "waiting" : `with ${agent}`}
        </li>`)}
    </ul>`,
});
