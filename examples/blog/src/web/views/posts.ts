import { html, keyed, link, type LiveView, type Rendered } from "holdfast";
import { isEditor, isReader } from "../../accounts/index.js";
import { NEWEST, type Post } from "../../blog/index.js";
import { dateOf, excerpt } from "../format.js";
import type { Web } from "../live.js";
import { postsChanged, type PostsChange } from "../topics.js";

/** The part of a post that the list shows: whole texts would only fill the server's memory. */
type Summary = Pick<Post, "id" | "title" | "authorName" | "createdAt"> & { excerpt: string };

/** The list of posts, updated as they are written, changed and deleted. */
export function postsView({ userView, blog }: Web): LiveView {
  return userView.define({
    name: "posts",
    authorize: ({ currentUser }) => isReader(currentUser),
    // Subscribed before mount reads: no post is missed in between, and receiving one twice does no harm.
    topics: () => ({ changed: postsChanged }),
    async mount(socket) {
      const posts = await blog.listPosts(socket.assigns.currentUser);
      socket.pageTitle("Posts");
      return { posts: posts.map(summarize) };
    },
    messages: { changed: (socket, change) => socket.update("posts", (posts) => apply(posts, change)) },
    render: ({ posts, currentUser }) => html`
      <div class="page-head">
        <div>
          <h1>Posts</h1>
          <p class="lede">New posts appear here as they are published.</p>
        </div>
        ${isEditor(currentUser) && html`
          <div class="actions">
            ${link({ navigate: "/posts/new", class: "button primary", inner: "Write a post" })}
          </div>
        `}
      </div>
      ${posts.length === 0
        ? html`<div class="empty"><strong>Nothing here yet</strong><p>The first post will appear here.</p></div>`
        : html`<div class="posts" id="posts">${keyed(posts, (post) => post.id, summary)}</div>`}
    `,
  });
}

function summary(post: Summary): Rendered {
  return html`
    <article id="post-${post.id}">
      <h2>${link({ navigate: `/posts/${post.id}`, inner: post.title })}</h2>
      <p class="meta"><span>${post.authorName}</span> ${dateOf(post.createdAt)}</p>
      <p class="excerpt">${post.excerpt}</p>
    </article>
  `;
}

function summarize({ id, title, body, authorName, createdAt }: Post): Summary {
  return { id, title, authorName, createdAt, excerpt: excerpt(body) };
}

function apply(posts: readonly Summary[], { kind, post }: PostsChange): Summary[] {
  const { id } = post;
  if (kind === "deleted") return posts.filter((other) => other.id !== id);
  if (kind === "saved") return posts.map((other) => (other.id === id ? summarize(post) : other));
  // No more than the page begins with: it may be open for weeks.
  return [summarize(post), ...posts.filter((other) => other.id !== id)].slice(0, NEWEST);
}
