import { form, html, navigate, type LiveView } from "holdfast";
import { isEditor } from "../../accounts/index.js";
import type { Web } from "../live.js";
import { PostForm } from "../../blog/index.js";
import { postForm } from "../post-form.js";

/** The page on which a post is written. */
export function newPostView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "new-post",
    authorize: ({ currentUser }) => isEditor(currentUser),
    mount(socket) {
      socket.pageTitle("New post");
      return { draft: form(PostForm, {}, { id: "post-form" }) };
    },
    events: {
      createPost: {
        form: "draft",
        async handle(socket, input) {
          const post = await blog.createPost(socket.assigns.currentUser, input);
          socket.putFlash("info", "Published.");
          return navigate(`/posts/${post.id}`);
        },
      },
    },
    render: ({ draft }, on) => html`
      <div class="page-head"><h1>New post</h1></div>
      ${postForm({ draft, on: on.createPost, action: "Publish", cancel: "/posts" })}
    `,
  });
}
