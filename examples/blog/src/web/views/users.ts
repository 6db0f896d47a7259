import { html, keyed, type EventRef, type LiveView, type Rendered } from "holdfast";
import { z } from "zod";
import { isAdmin, type PublicUser } from "../../accounts/index.js";
import type { Web } from "../live.js";
import { usersChanged } from "../topics.js";

const UserId = z.object({ id: z.number() });

/** The list of users, where admins ban and unban. */
export function usersView({ userView, accounts }: Web): LiveView {
  return userView.define({
    name: "users",
    authorize: ({ currentUser }) => isAdmin(currentUser),
    topics: () => ({ changed: usersChanged }),
    async mount(socket) {
      const users = await accounts.listUsers(socket.assigns.currentUser);
      socket.pageTitle("Users");
      return { users };
    },
    messages: {
      changed: (socket, user) => socket.update("users", (users) =>
        [...users.filter(({ id }) => id !== user.id), user].toSorted((a, b) => a.name.localeCompare(b.name))),
    },
    events: {
      banUser: {
        bind: UserId,
        async handle(socket, { id }) {
          const user = await accounts.banUser(socket.assigns.currentUser, id);
          socket.putFlash("info", `${user.name} is banned, and their pages are closed.`);
        },
      },
      unbanUser: {
        bind: UserId,
        async handle(socket, { id }) {
          const user = await accounts.unbanUser(socket.assigns.currentUser, id);
          socket.putFlash("info", `${user.name} may log in again.`);
        },
      },
    },
    render: ({ users, currentUser }, on) => html`
      <div class="page-head"><div>
        <h1>Users</h1>
        <p class="lede">A ban logs the user out at once, everywhere.</p>
      </div></div>
      <table class="users">
        <thead>
          <tr>
            <th scope="col">Name</th> <th scope="col">Email</th> <th scope="col">Role</th> <th scope="col">State</th>
            <th scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>${keyed(users, ({ id }) => id, (user) => row(user, currentUser, on))}</tbody>
      </table>
    `,
  });
}

interface Actions {
  readonly banUser: (user: { id: number }) => EventRef;
  readonly unbanUser: (user: { id: number }) => EventRef;
}

function row(user: PublicUser, currentUser: PublicUser, on: Actions): Rendered {
  const { id, name, email, role, confirmedAt, bannedAt } = user;
  return html`
    <tr id="user-${id}">
      <td data-label="Name">${name}</td>
      <td data-label="Email">${email}</td>
      <td data-label="Role"><span class="badge ${role}">${role}</span></td>
      <td data-label="State">${
        bannedAt ? html`<span class="badge banned">banned</span>`
        : confirmedAt ? html`<span class="muted">active</span>`
        : html`<span class="badge unconfirmed">unconfirmed</span>`}</td>
      <td>${
        id === currentUser.id ? html`<span class="muted">You</span>`
        : bannedAt ? html`<button class="button small" type="button" aria-label="Let ${name} in" phx-click=${on.unbanUser({ id })}>Let in</button>`
        : html`<button class="button small danger" type="button" aria-label="Ban ${name}" phx-click=${on.banUser({ id })}>Ban</button>`}</td>
    </tr>
  `;
}
