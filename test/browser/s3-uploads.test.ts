// The guide's uploads to a bucket, signed by Amazon's SDK, from a browser to an S3 that checks what was signed.
import { randomBytes } from "node:crypto";
import { createEndpoint, liveSession, type Endpoint, type UploadEntry } from "holdfast";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allowBrowsers, photos, signPost, signPut } from "../docs/programs/bucket.js";
import { S3 } from "../support/s3.js";
import { newSecret } from "./support/app.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const store = await S3.start("desk");
afterAll(() => store.stop());

/** Signs as the guide does, unless a file's name says which mistake is made. */
const Put = photos("Put", store.client(), (entry) => {
  if (entry.name === "forged.png") return signPut(store.client(store.url, "another key"), entry);
  return signPut(store.client(), entry.name === "larger.png" ? { ...entry, size: entry.size - 1 } : entry);
});
const Post = photos("Post", store.client(), (entry: UploadEntry) => {
  if (entry.name === "forged.png") return signPost(store.client(store.formUrl, "another key"), entry);
  return signPost(store.client(store.formUrl), entry, entry.name === "larger.png" ? entry.size - 1 : entry.size);
});

const endpoint: Endpoint = createEndpoint({
  secret: newSecret(), log() {}, csp: { connectSrc: ["'self'", store.url, store.formUrl] },
  live: [liveSession("photos", {}, (live) => {
    live("/put", Put);
    live("/post", Post);
  })],
});
const served = useServed(endpoint);
beforeAll(() => allowBrowsers(store.owner, new URL(served.url).origin));

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), randomBytes(400_000)]);

describe.each([["PUT", "/put", 403], ["POST", "/post", 400]] as const)("signed for a %s", (method, path, tooLarge) => {
  let watched: Watched;
  let page: Page;
  /** What was sent to the bucket: the method of each request that had the file. */
  let sent: string[];
  /** What this test's console may say. */
  let expected: RegExp | undefined;

  beforeEach(async () => {
    expected = undefined;
    sent = [];
    watched = await watch(await served.browser.newContext());
    ({ page } = watched);
    page.on("request", (request) => {
      if (!request.url().startsWith(served.url)) sent.push(request.method());
    });
    await page.goto(served.url + path);
    await connected(page);
  });
  afterEach(async () => {
    await page.context().close();
    expect(watched.complaints.filter((complaint) => expected?.test(complaint) !== true)).toEqual([]);
  });

  async function send(name: string): Promise<void> {
    await page.setInputFiles("input[type=file]", { name, mimeType: "image/png", buffer: PNG });
    await page.waitForSelector("#photos p");
    await page.click("text=Store");
  }

  it("a file goes to the bucket as it is, under the type that was signed, and the bucket says that it is there", async () => {
    const before = await store.objects();
    await send("cat.png");
    expect(await page.innerText("#stored li")).toBe(`cat.png, ${PNG.length} bytes`);
    const added = [...await store.objects()].filter(([key]) => !before.has(key));
    expect(added.map(([key, { type, bytes }]) => [key, type, bytes.equals(PNG)]))
      .toEqual([[expect.stringMatching(/^pictures\/[\w-]+$/), "image/png", true]]);
    expect(sent).toEqual([method]);
  });

  it.each([["larger.png", tooLarge, "EntityTooLarge"], ["forged.png", 403, "SignatureDoesNotMatch"]] as const)("%s is refused by the bucket, which the page says at the file", async (name, status, code) => {
    const before = [...(await store.objects()).keys()];
    const { length } = store.refusals;
    expected = new RegExp(`Failed to load resource.* ${status} `);
    await send(name);
    expect(await page.innerText("#photos p [role=alert]")).toBe("The store did not take this file.");
    await expect.poll(() => watched.complaints, { timeout: 60_000 }).toContainEqual(expect.stringMatching(expected));
    expect([...(await store.objects()).keys()]).toEqual(before);
    expect(await page.locator("#stored li").count()).toBe(0);
    // s3rver says the same of every PUT that is not what was signed.
    if (method === "POST") expect(store.refusals.slice(length)).toEqual([code]);
  });
});
