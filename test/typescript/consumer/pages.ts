// An application's own code, compiled as its author would: every subpath of the package, nothing annotated that infers.
import { createEndpoint, html, liveSession, liveView, onMount, redirect, stream, topic, type Rendered } from "holdfast";
import { connect } from "holdfast/client";
import { openBrowser } from "holdfast/testing";
import { z } from "zod";

interface Post {
  readonly id: number;
  readonly title: string;
}
const saved = topic<Post>("saved");

const signedIn = onMount(async (socket) => {
  const user = await socket.assignNew("user", (): { name: string } | undefined => undefined);
  return user === undefined ? redirect("/login") : { user };
});

const Posts = liveView.use(signedIn).define({
  params: z.object({ tag: z.string().optional() }),
  authorize: ({ user }) => user.name !== "",
  topics: () => ({ saved }),
  mount: (_socket, { params }) => ({ tag: params.tag ?? "all", posts: stream<Post>(), draft: "" }),
  messages: { saved: (socket, post) => socket.streamInsert("posts", post, { at: 0 }) },
  events: {
    draft: { params: z.object({ title: z.string() }), handle: (socket, { title }) => socket.assign({ draft: title }) },
  },
  render: ({ tag, posts, draft, user }, on): Rendered => html`
    <h1>${tag}: ${user.name.toUpperCase()}</h1>
    <form id="draft" phx-change=${on.draft}><input name="title" value=${draft}></form>
    <ul id="posts" phx-update="stream">${posts.map(({ title }, id) => html`<li id=${id}>${title.trim()}</li>`)}</ul>`,
});

export const endpoint = createEndpoint({
  secret: "a secret of an application that only compiles",
  live: [liveSession("user", {}, (live) => live("/posts", Posts))],
});

export async function visit(): Promise<string> {
  const page = await openBrowser(endpoint).visit("/posts");
  // @ts-expect-error -- a selector is a text
  await page.click(1);
  return page.html();
}

export const liveSocket = connect({ hooks: { Chart: { mounted() {} } } });
// @ts-expect-error -- a payload that is no Post
endpoint.broadcast(saved, { id: "1" });
