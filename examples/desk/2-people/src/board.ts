// src/board.ts
// #region imports
import { html, keyed, link } from "holdfast";
import { userView } from "./auth.js";
import { paths } from "./paths.js";
import { listTickets, maySee, ticketChanged } from "./tickets.js";
// #endregion

// #region view
export const Board = userView.define({
  name: "Board",
  authorize: () => true,
  topics: () => ({ changed: ticketChanged }),
  mount: async (socket) => ({ tickets: await listTickets(socket.assigns.user) }),
  messages: {
    changed(socket, ticket) {
      if (!maySee(socket.assigns.user, ticket)) return;
      socket.update("tickets", (tickets) => [ticket, ...tickets.filter(({ id }) => id !== ticket.id)]);
    },
  },
  // #endregion
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
