import { JS, html, link, navigate, type LiveView } from "holdfast";
import { input } from "holdfast/components";
import { z } from "zod";
import { isEditor, isReader } from "../../accounts/index.js";
import { TitleForm } from "../../blog/index.js";
import { fieldErrors } from "../fields.js";
import { dateOf, paragraphs, timeOf } from "../format.js";
import type { Web } from "../live.js";
import { postDeleted, postUpdated } from "../topics.js";

/** A post. Readers see every change immediately; editors can rename and delete it here. */
export function postView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "post",
    params: z.object({ postId: z.coerce.number().int().positive() }),
    authorize: ({ currentUser }) => isReader(currentUser),
    topics: ({ params }) => ({ saved: postUpdated(params.postId), deleted: postDeleted(params.postId) }),
    async mount(socket, { params }) {
      const post = await blog.getPostForUser(socket.assigns.currentUser, params.postId);
      socket.pageTitle(post.title);
      return { post };
    },
    messages: {
      saved(socket, post) {
        socket.assign({ post });
        socket.pageTitle(post.title);
      },
      deleted(socket, post) {
        socket.putFlash("info", `“${post.title}” was deleted.`);
        return navigate("/posts");
      },
    },
    events: {
      renamePost: {
        params: z.object({ title: z.string() }),
        authorize: ({ currentUser }) => isEditor(currentUser),
        async handle(socket, input) {
          const { currentUser, post } = socket.assigns;
          const form = TitleForm.safeParse(input);
          if (!form.success) return socket.putFlash("error", fieldErrors(form.error).title?.[0] ?? "That did not work.");
          socket.clearFlash();
          socket.assign({ post: await blog.renamePost(currentUser, post, form.data) });
        },
      },
      deletePost: {
        authorize: ({ currentUser }) => isEditor(currentUser),
        async handle(socket) {
          const { currentUser, post } = socket.assigns;
          await blog.deletePost(currentUser, post);
          socket.putFlash("info", `“${post.title}” was deleted.`);
          return navigate("/posts");
        },
      },
    },
    render: ({ post, currentUser }, on) => html`
      <article>
        <div class="page-head">
          <div>
            <h1 id="title">${post.title}</h1>
            <p class="meta">
              <span>${post.authorName}</span> ${dateOf(post.createdAt)}
              ${post.updatedAt > post.createdAt && html`<span>edited ${timeOf(post.updatedAt)}</span>`}
            </p>
          </div>
        </div>
        <div class="prose" id="body">${paragraphs(post.body).map((text) => html`<p>${text}</p>`)}</div>
      </article>
      ${isEditor(currentUser) && html`
        <section class="editing" aria-label="Editing">
          <div class="actions">
            ${link({ navigate: `/posts/${post.id}/edit`, class: "button", inner: "Edit" })}
            <button class="button" type="button" phx-click=${openPanel("#rename", "#delete")}>Rename</button>
            <button class="button quiet" type="button" phx-click=${openPanel("#delete", "#rename")}>Delete…</button>
          </div>
          <form id="rename" class="panel" style="display: none"
            phx-submit=${JS.push(on.renamePost).hide({ to: "#rename" })}>
            ${input({ id: "new-title", name: "title", label: "New title", value: post.title, maxlength: 120, required: true, autocomplete: "off" })}
            <div class="actions">
              <button class="button primary" type="submit">Rename</button>
              <button class="button quiet" type="button" phx-click=${JS.hide({ to: "#rename" })}>Cancel</button>
            </div>
          </form>
          <div id="delete" class="panel" style="display: none">
            <p>Delete this post for everybody? This cannot be undone.</p>
            <div class="actions">
              <button class="button danger" type="button" phx-click=${on.deletePost}>Delete the post</button>
              <button class="button quiet" type="button" phx-click=${JS.hide({ to: "#delete" })}>Keep it</button>
            </div>
          </div>
        </section>
      `}
    `,
  });
}

/** Toggles one panel and closes the other, without the server. */
function openPanel(panel: string, other: string): typeof JS {
  return JS.hide({ to: other }).toggle({ to: panel }).focusFirst({ to: panel });
}
