import { form, html, navigate, type LiveView } from "holdfast";
import { z } from "zod";
import { isEditor } from "../../accounts/index.js";
import type { Web } from "../live.js";
import { PostForm } from "../../blog/index.js";
import { postForm } from "../post-form.js";
import { postDeleted, postUpdated } from "../topics.js";

/** The page on which a post is changed. */
export function editPostView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "edit-post",
    params: z.object({ postId: z.coerce.number().int().positive() }),
    authorize: ({ currentUser }) => isEditor(currentUser),
    topics: ({ params }) => ({ saved: postUpdated(params.postId), deleted: postDeleted(params.postId) }),
    async mount(socket, { params }) {
      const post = await blog.getPostForUser(socket.assigns.currentUser, params.postId);
      socket.pageTitle(`Edit: ${post.title}`);
      return { post, draft: form(PostForm, post, { id: "post-form" }), changedMeanwhile: false };
    },
    messages: {
      // Somebody else's change is only announced: it must not overwrite what the user is typing.
      saved: (socket, post) => socket.assign({ post, changedMeanwhile: true }),
      deleted(socket, post) {
        socket.putFlash("error", `“${post.title}” was deleted while you edited it.`);
        return navigate("/posts");
      },
    },
    events: {
      updatePost: {
        form: "draft",
        authorize: ({ currentUser }) => isEditor(currentUser),
        async handle(socket, input) {
          const { currentUser, post } = socket.assigns;
          await blog.updatePost(currentUser, post, input);
          socket.putFlash("info", "Saved. Everybody who has the post open sees it already.");
          return navigate(`/posts/${post.id}`);
        },
      },
    },
    render: ({ post, draft, changedMeanwhile }, on) => html`
      <div class="page-head"><div>
        <h1>Edit post</h1>
        <p class="lede">${post.title}</p>
      </div></div>
      ${changedMeanwhile && html`
        <p class="flash error" role="alert">
          <span>Somebody else saved this post meanwhile. If you save now, your text replaces theirs.</span>
        </p>
      `}
      ${postForm({ draft, on: on.updatePost, action: "Save", cancel: `/posts/${post.id}` })}
    `,
  });
}
