import { assignAsync, createEndpoint, html, liveSession, liveView, streamAsync, type AsyncResult } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { describe, expect, onTestFinished, test } from "vitest";

const shown = (value: AsyncResult<number>): string => `${value.ok ? value.result : "none"}${value.loading ? " loading" : ""}${value.failed === undefined ? "" : " failed"}`;

/** Ends the task of `again`. */
let end = (): void => {};

const Two = liveView.define({
  name: "Two",
  authorize: "public",
  mount: () => ({ ...assignAsync(["posts", "tags"], () => Promise.resolve({ posts: 1, tags: 2 })) }),
  events: {
    again: {
      handle(socket) {
        socket.assignAsync(["posts", "tags"], () => new Promise((resolve) => {
          end = () => resolve({ posts: 3, tags: 4 });
        }), { reset: ["tags"] });
      },
    },
    // What nobody compiled may return.
    half: { handle: (socket) => socket.assignAsync(["posts", "tags"], () => Promise.resolve({ posts: 5 } as { posts: number; tags: number })) },
  },
  render: ({ posts, tags }, on) => html`
    <p id="posts">${shown(posts)}</p><p id="tags">${shown(tags)}</p><button id="again" phx-click=${on.again}>Again</button><button id="half" phx-click=${on.half}>Half</button>`,
});

const Listed = liveView.define({
  name: "Listed",
  authorize: "public",
  mount: () => ({ posts: streamAsync(() => Promise.resolve(5 as unknown as { id: number }[])) }),
  render: ({ posts }) => html`<ul id="posts" phx-update="stream">${posts.map(({ id }, domId) => html`<li id=${domId}>${id}</li>`)}</ul><p id="state">${posts.status.failed === undefined ? "" : "failed"}</p>`,
});

function visit(path: string): { browser: ReturnType<typeof openBrowser>; logged: string[]; path: string } {
  const logged: string[] = [];
  const endpoint = createEndpoint({
    secret: "a secret of the test, long enough to be one", log: (message, { error }) => void logged.push(`${message}: ${error instanceof Error ? error.message : ""}`),
    live: [liveSession("default", {}, (live) => {
      live("/", Two);
      live("/listed", Listed);
    })],
  });
  onTestFinished(() => endpoint.close());
  return { browser: openBrowser(endpoint), logged, path };
}

describe("several values of one task", () => {
  test("reset drops those that it names, and the others stay until the new ones are there", async () => {
    const { browser, path } = visit("/");
    const page = await browser.visit(path);
    await page.renderAsync();
    expect([page.text("#posts"), page.text("#tags")]).toEqual(["1", "2"]);
    await page.click("#again");
    expect([page.text("#posts"), page.text("#tags")]).toEqual(["1 loading", "none loading"]);
    end();
    await page.renderAsync();
    expect([page.text("#posts"), page.text("#tags")]).toEqual(["3", "4"]);
  });

  test("one that is missing fails the task", async () => {
    const { browser, logged, path } = visit("/");
    const page = await browser.visit(path);
    await page.renderAsync();
    await page.click("#half");
    await page.renderAsync();
    expect([page.text("#posts"), page.text("#tags")]).toEqual(["1 failed", "2 failed"]);
    expect(logged).toEqual([expect.stringMatching(/^task failed: The task of assignAsync returned no "tags"/)]);
  });
});

test("a stream's task that returns no list fails, and the view lives", async () => {
  const { browser, logged, path } = visit("/listed");
  const page = await browser.visit(path);
  await page.renderAsync();
  expect(page.text("#state")).toBe("failed");
  expect(logged).toEqual([expect.stringMatching(/^task failed: streamAsync: what the task returned/)]);
});
