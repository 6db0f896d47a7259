// src/views.ts
import { csrfField, html, keyed, liveView, type Endpoint } from "holdfast";
import { z } from "zod";
import type { Auth } from "./auth.js";
import { headersOf, socketIdOf, type createGuards } from "./guards.js";

export function createViews(auth: Auth, { signedIn }: ReturnType<typeof createGuards>, endpoint: () => Endpoint) {
  const userView = liveView.use(signedIn);

  const Home = userView.define({
    name: "Home",
    authorize: () => true,
    render: ({ user, csrf }) => html`
      <h1>Hello, ${user.name}</h1>
      <form method="post" action="/logout-everywhere">
        ${csrfField(csrf)}
        <button>Log out everywhere</button>
      </form>`,
  });

  // #region users
  const Users = userView.define({
    name: "Users",
    authorize: ({ user }) => user.role === "admin",
    mount: async (socket) => ({ people: (await auth.api.listUsers({ query: {}, headers: headersOf(socket) })).users }),
    events: {
      ban: {
        bind: z.object({ userId: z.string() }),
        async handle(socket, { userId }) {
          await auth.api.banUser({ body: { userId }, headers: headersOf(socket) });
          await endpoint().endSessions(socketIdOf(userId));
          socket.update("people", (people) => people.map((each) => (each.id === userId ? { ...each, banned: true } : each)));
        },
      },
    },
    render: ({ people, user }, on) => html`
      <ul>
        ${keyed(people, ({ id }) => id, ({ id, email, banned }) => html`
          <li>
            ${email} ${banned && "banned"}
            ${!banned && id !== user.id && html`<button phx-click=${on.ban({ userId: id })}>Ban</button>`}
          </li>`)}
      </ul>`,
  });
  // #endregion

  return { Home, Users };
}
