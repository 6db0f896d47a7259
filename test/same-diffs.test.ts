// A broadcast's diffs are written as JSON once for all views that push the same. Each view is still sent its own.
import { createEndpoint, html, liveComponent, liveSession, liveView, stream, topic } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { openBrowser } from "holdfast/testing";
import { z } from "zod";
import { expect, test } from "vitest";

interface Post { readonly id: number; readonly text: string }
const news = topic<Post>("news");
const heard = pageEvent<{ count: number }>("heard");
/** An event's payload that the application goes on changing. */
const counted = { count: 0 };

const Echo = liveComponent<{ text: string }>().define({ name: "echo", render: ({ text }) => html`<b>${text}</b>` });

const Feed = liveView.define({
  name: "feed",
  authorize: "public",
  params: z.object({ as: z.string().optional() }),
  topics: () => ({ news }),
  mount: (_socket, { params }) => ({ as: params.as ?? "reader", posts: stream<Post>([]), last: "" }),
  messages: {
    news(socket, post) {
      const { as } = socket.assigns;
      socket.assign({ last: post.text });
      if (as === "titled") socket.pageTitle(`title ${post.id}`);
      if (as === "counting") socket.pushEvent(heard, Object.assign(counted, { count: counted.count + 1 }));
      if (as === "listing") socket.streamInsert("posts", post);
    },
  },
  events: { remove: { bind: z.object({ id: z.number() }), handle: (socket, { id }) => socket.assign({ last: `removed ${id}` }) } },
  render: ({ as, last, posts }, on) => html`<main>
    <p>${last}</p>${as === "echoing" && Echo({ id: "echo", text: last })}
    <ul id="posts" phx-update="stream">${posts.map(({ id, text }, domId) => html`<li id=${domId}>${text} <button phx-click=${on.remove({ id })}>Remove</button></li>`)}</ul>
  </main>`,
});

const endpoint = createEndpoint({
  secret: "a secret of this test, long enough to be one", log() {}, live: [liveSession("default", {}, (live) => live("/", Feed))],
});

/** What each of these is sent for a broadcast, by the payload of its diff. */
async function sent(as: readonly string[], post: Post): Promise<unknown[]> {
  const pages = await Promise.all(as.map((who) => openBrowser(endpoint).visit(`/?as=${who}`)));
  const before = pages.map(({ socket }) => socket.frames.length);
  void endpoint.broadcast(news, post);
  await Promise.all(pages.map((page) => page.settle()));
  return pages.map((page, i) => {
    const [join, ...rest] = page.socket.frames.map(({ text }) => JSON.parse(text) as unknown[]);
    const frames = rest.slice(before[i]! - 1);
    page.close();
    expect(frames).toEqual([[join![0], null, join![2], "diff", expect.anything()]]);
    return frames[0]![4];
  });
}

test("titles, events and components reach only the view that they are of, and events as they are at that moment", async () => {
  const diffs = await sent(["reader", "titled", "reader", "counting", "counting", "reader", "echoing", "reader"], { id: 1, text: "one" });
  const page = { 0: "one" };
  expect(diffs).toEqual([
    page, { ...page, t: "title 1" }, page, { ...page, e: [["heard", { count: 1 }]] }, { ...page, e: [["heard", { count: 2 }]] }, page,
    { ...page, c: { 1: { 0: "one" } } }, page,
  ]);
});

test("what is inserted into a stream carries each session's own proof", async () => {
  const diffs = (await sent(["listing", "reader", "listing"], { id: 7, text: "seven" })) as { 2?: { k: { 0: Record<number, string> } } }[];
  const [first, none, second] = diffs.map((diff) => diff[2]?.k[0]);
  expect(none).toBeUndefined();
  expect([first![0], first![1]]).toEqual([second![0], second![1]]);
  expect([first![2], second![2]]).toEqual([expect.stringMatching(/remove~id=7~~/), expect.stringMatching(/remove~id=7~~/)]);
  expect(first![2]).not.toBe(second![2]);
});
