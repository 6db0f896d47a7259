// src/poll.ts
import { html, liveView } from "holdfast";
import { z } from "zod";
import { vote, voted, votes } from "./votes.js";

export const Poll = liveView.define({
  name: "Poll",
  authorize: "public",
  topics: () => ({ voted }),
  mount: () => ({ ...votes, mine: 0 }),
  messages: {
    voted: (socket, counts) => socket.assign(counts),
  },
  events: {
    vote: {
      bind: z.object({ drink: z.enum(["tea", "coffee"]) }),
      handle(socket, { drink }) {
        vote(drink);
        socket.update("mine", (mine) => mine + 1);
      },
    },
  },
  render: ({ tea, coffee, mine }, on) => html`
    <h1>Tea or coffee?</h1>
    <button phx-click=${on.vote({ drink: "tea" })}>Tea: ${tea}</button>
    <button phx-click=${on.vote({ drink: "coffee" })}>Coffee: ${coffee}</button>
    <p>You have voted ${mine} times.</p>`,
});
