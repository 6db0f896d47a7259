import { form, formTag, html, JS, link, navigate, patch, type FormRefs, type LiveForm, type LiveView, type Rendered } from "holdfast";
import { input } from "holdfast/components";
import { z } from "zod";
import { isEditor, isReader } from "../../accounts/index.js";
import { TitleForm } from "../../blog/index.js";
import { dateOf, paragraphs, timeOf } from "../format.js";
import type { Web } from "../live.js";
import { postDeleted, postUpdated } from "../topics.js";

/** A post. Readers see every change immediately; editors can rename and delete it here. */
export function postView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "post",
    // What is open stands in the URL: a reload keeps it, and "back" closes it.
    params: z.object({ postId: z.coerce.number().int().positive(), open: z.literal("rename").optional() }),
    authorize: ({ currentUser }) => isReader(currentUser),
    topics: ({ params }) => ({ saved: postUpdated(params.postId), deleted: postDeleted(params.postId) }),
    async mount(socket, { params }) {
      const post = await blog.getPostForUser(socket.assigns.currentUser, params.postId);
      socket.pageTitle(post.title);
      return { post, renaming: false, draft: form(TitleForm, post, { id: "rename" }) };
    },
    handleParams(socket, { params }) {
      const { draft, post } = socket.assigns;
      socket.assign({ renaming: params.open === "rename", draft: draft.reset(post) });
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
        form: "draft",
        authorize: ({ currentUser }) => isEditor(currentUser),
        async handle(socket, input) {
          const { currentUser, post } = socket.assigns;
          socket.assign({ post: await blog.renamePost(currentUser, post, input) });
          return patch(`/posts/${post.id}`);
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
    render: ({ post, currentUser, renaming, draft }, on) => html`
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
            ${link({ patch: `/posts/${post.id}?open=rename`, class: "button", inner: "Rename", "phx-click": JS.hide({ to: "#delete" }) })}
            <button class="button quiet" type="button" phx-click=${toggleDelete}>Delete…</button>
          </div>
          ${renaming && renameForm(draft, on.renamePost, `/posts/${post.id}`)}
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

function renameForm(draft: LiveForm<typeof TitleForm>, on: FormRefs, closed: string): Rendered {
  return formTag({
    for: draft, class: "panel", "phx-mounted": JS.focusFirst(), "phx-change": on.change, "phx-submit": on.submit,
    inner: html`
      ${input({ field: draft.field("title"), label: "New title", maxlength: 120, required: true, autocomplete: "off" })}
      <div class="actions">
        <button class="button primary" type="submit">Rename</button>
        ${link({ patch: closed, class: "button quiet", inner: "Cancel" })}
      </div>`,
  });
}

/** A question needs no server to be shown. */
const toggleDelete = JS.toggle({ to: "#delete" }).focusFirst({ to: "#delete" });
