import { html, navigate, type LiveView } from "holdfast";
import { isEditor } from "../../accounts/index.js";
import type { Web } from "../live.js";
import { draftState, emptyForm, PostDraft, postForm, submitted } from "../post-form.js";

/** Writing a post. */
export function newPostView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "new-post",
    authorize: ({ currentUser }) => isEditor(currentUser),
    mount(socket) {
      socket.pageTitle("New post");
      return { form: emptyForm };
    },
    events: {
      changeForm: {
        params: PostDraft,
        handle: (socket, draft) => socket.assign({ form: draftState(draft) }),
      },
      createPost: {
        params: PostDraft,
        async handle(socket, draft) {
          const { form, post: input } = submitted(draft);
          if (form) return socket.assign({ form });
          const post = await blog.createPost(socket.assigns.currentUser, input);
          socket.putFlash("info", "Published.");
          return navigate(`/posts/${post.id}`);
        },
      },
    },
    render: ({ form }, on) => html`
      <div class="page-head"><h1>New post</h1></div>
      ${postForm({
        id: "post-form", form, change: on.changeForm, submit: on.createPost, action: "Publish", cancel: "/posts",
      })}
    `,
  });
}
