import { refuse, userSocket, type UserSocket } from "holdfast";
import { message } from "holdfast/hooks";
import { z } from "zod";
import type { Accounts } from "../accounts/index.js";
import { userSocketId } from "./topics.js";

/**
 * A socket for clients that use channels without LiveView. It has the same id as its user's pages, so one
 * `endpoint.endSessions` closes both.
 */
export function createUserSocket(accounts: Accounts): UserSocket {
  return userSocket({
    async connect({ session }) {
      const user = session.userId === undefined ? undefined : await accounts.getUser(session.userId);
      return user?.confirmedAt ? { user } : refuse("unauthorized");
    },
    id: ({ user }) => userSocketId(user),
    channels: (channel) => ({
      lobby: channel({
        pushes: { said: message<{ by: string; text: string }>() },
        join: () => ({}),
        handleIn: {
          ping: { handle: () => ({ pong: true }) },
          say: {
            params: z.object({ text: z.string().trim().min(1).max(500) }),
            handle(socket, { text }) {
              socket.broadcast("said", { by: socket.assigns.user.name, text });
            },
          },
        },
      }),
    }),
  });
}
