import { html, navigate, type LiveView } from "holdfast";
import { z } from "zod";
import { isEditor } from "../../accounts/index.js";
import type { Web } from "../live.js";
import { draftState, PostDraft, postForm, submitted, type FormState } from "../post-form.js";
import { postDeleted, postUpdated } from "../topics.js";

/** Changing a post. */
export function editPostView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "edit-post",
    params: z.object({ postId: z.coerce.number().int().positive() }),
    authorize: ({ currentUser }) => isEditor(currentUser),
    async mount(socket, { params }) {
      // Somebody else's change must not overwrite what is being typed here: it is only announced.
      socket.subscribe(postUpdated(params.postId), (post) => socket.assign({ post, changedMeanwhile: true }));
      socket.subscribe(postDeleted(params.postId), (post) => {
        socket.putFlash("error", `“${post.title}” was deleted while you edited it.`);
        socket.pushNavigate("/posts");
      });
      const post = await blog.getPostForUser(socket.assigns.currentUser, params.postId);
      const form: FormState = { values: { title: post.title, body: post.body }, errors: {} };
      socket.pageTitle(`Edit: ${post.title}`);
      return { post, form, changedMeanwhile: false };
    },
    events: {
      changeForm: {
        params: PostDraft,
        handle: (socket, draft) => socket.assign({ form: draftState(draft) }),
      },
      updatePost: {
        params: PostDraft,
        authorize: ({ currentUser }) => isEditor(currentUser),
        async handle(socket, draft) {
          const { currentUser, post } = socket.assigns;
          const { form, post: input } = submitted(draft);
          if (form) return socket.assign({ form });
          await blog.updatePost(currentUser, post, input);
          socket.putFlash("info", "Saved. Whoever reads the post sees it already.");
          return navigate(`/posts/${post.id}`);
        },
      },
    },
    render: ({ post, form, changedMeanwhile }, on) => html`
      <div class="page-head"><div>
        <h1>Edit post</h1>
        <p class="lede">${post.title}</p>
      </div></div>
      ${changedMeanwhile && html`
        <p class="flash error" role="alert">
          <span>Somebody else saved this post meanwhile. If you save now, your text replaces theirs.</span>
        </p>
      `}
      ${postForm({
        id: "post-form", form, change: on.changeForm, submit: on.updatePost, action: "Save", cancel: `/posts/${post.id}`,
      })}
    `,
  });
}
