import { html, keyed, type EventRef, type LiveView, type Rendered } from "holdfast";
import { pagination } from "holdfast/components";
import { z } from "zod";
import { isAdmin, type PublicUser } from "../../accounts/index.js";
import type { Web } from "../live.js";
import { usersChanged } from "../topics.js";

const UserId = z.object({ id: z.number() });

/** The list of users, where admins ban and unban. */
export function usersView({ userView, accounts }: Web): LiveView {
  return userView.define({
    name: "users",
    params: z.object({ page: z.coerce.number().int().positive().default(1) }),
    authorize: ({ currentUser }) => isAdmin(currentUser),
    topics: () => ({ changed: usersChanged }),
    mount(socket) {
      socket.pageTitle("Users");
      return { users: [] as readonly PublicUser[], page: 1, pages: 1 };
    },
    handleParams: async (socket, { params }) => socket.assign(await accounts.listUsers(socket.assigns.currentUser, params.page)),
    messages: {
      // Read again, because a new name may move others to the next page.
      changed: async (socket) => socket.assign(await accounts.listUsers(socket.assigns.currentUser, socket.assigns.page)),
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
    render: ({ users, page, pages, currentUser }, on) => html`
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
      ${pagination({ page, pages, href: (other) => `/users?page=${other}` })}
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
      <td>${id === currentUser.id ? html`<span class="muted">You</span>` : action(user, on)}</td>
    </tr>
  `;
}

function action({ id, name, bannedAt }: PublicUser, on: Actions): Rendered {
  return bannedAt
    ? html`<button class="button small" type="button" aria-label="Let ${name} in" phx-click=${on.unbanUser({ id })}>Let in</button>`
    : html`<button class="button small danger" type="button" aria-label="Ban ${name}" phx-click=${on.banUser({ id })}>Ban</button>`;
}
