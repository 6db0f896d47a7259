// Uploads where the gallery has none: in a nested view, to elsewhere, and resumed there.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEndpoint, fileInput, html, keyed, liveRender, liveSession, liveView, upload, uploadErrors, type Endpoint, type Upload, type UploadEntry } from "holdfast";
import { z } from "zod";
import { Bucket } from "../support/bucket.js";
import { newSecret } from "./support/app.js";
import { connected, reconnect, rejoins, stallUploads, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const bucket = await Bucket.start();
afterAll(() => bucket.stop());

const list = ({ entries }: Upload<unknown>) => html`
  <ul id="chosen">${keyed(entries, ({ ref }) => ref, (entry) => html`<li>${entry.name} ${entry.progress} ${uploadErrors(entry).join()}</li>`)}</ul>`;

/** What the views have consumed. */
const consumed: { readonly name: string; readonly bytes: Buffer }[] = [];

const Child = liveView.define({
  name: "Child",
  authorize: "public",
  mount: () => ({ files: upload({ accept: [".png"], maxFileSize: 2_000_000 }), saved: "" }),
  events: {
    change: { handle: () => {} },
    crash: { handle: () => { throw new Error("the child crashes"); } },
    save: {
      async handle(socket) {
        const [saved = "none"] = await socket.consumeUploads("files", async ({ path, entry }) => {
          consumed.push({ name: entry.name, bytes: await readFile(path) });
          return entry.name;
        });
        socket.assign({ saved });
      },
    },
  },
  render: ({ files, saved }, on) => html`
    <form id="child" phx-change=${on.change} phx-submit=${on.save}>${fileInput(files)} ${list(files)} <button id="save">Save</button></form>
    <output id="saved">${saved}</output> <button id="crash" phx-click=${on.crash}>Crash</button>`,
});
const Parent = liveView.define({
  name: "Parent", authorize: "public",
  render: () => html`<h1>Parent</h1><p id="of-child" phx-drop-target="inner-upload-0">Drop for the child</p>${liveRender(Child, { id: "inner" })}`,
});

/** Drop targets: of many files, of one, and of an input that is not there. */
const Dropped = liveView.define({
  name: "Dropped", authorize: "public",
  mount: () => ({ many: upload({ maxEntries: 500 }), one: upload(), saved: "" }),
  events: {
    change: { handle: () => {} },
    save: {
      async handle(socket) {
        const saved = await socket.consumeUploads("many", async ({ path, entry }) => `${entry.relativePath || entry.name}: ${await readFile(path, "utf8")}`);
        socket.assign({ saved: saved.toSorted().join(", ") });
      },
    },
  },
  render: ({ many, one, saved }, on) => html`
    <form id="dropped" phx-change=${on.change} phx-submit=${on.save}>
      <p id="of-many" phx-drop-target=${many.ref}>many</p> <p id="of-one" phx-drop-target=${one.ref}>one</p> <p id="of-none" phx-drop-target="nowhere">none</p>
      ${fileInput(many)} ${fileInput(one)} <button id="save">Save</button>
    </form>
    <ul id="chosen">${[...many.entries, "|" as const, ...one.entries].map((entry) => html`<li>${entry === "|" ? entry : entry.name}</li>`)}</ul>
    <output id="saved">${saved}</output>`,
});

/** The notes with which the form of two inputs was handled. */
const submits: string[] = [];

const twoInputs = (name: string, autoUpload: boolean) => liveView.define({
  name,
  authorize: "public",
  mount: () => ({ cover: upload({ autoUpload }), pages: upload({ maxEntries: 3, autoUpload }), note: "", saved: "" }),
  events: {
    change: { params: z.looseObject({ note: z.string().default("") }), handle: (socket, { note }) => socket.assign({ note }) },
    save: {
      params: z.looseObject({ note: z.string().default("") }),
      async handle(socket, { note }) {
        submits.push(note);
        const names = ({ entry }: { readonly entry: UploadEntry }): string => entry.name;
        const saved = [...await socket.consumeUploads("cover", names), "|", ...await socket.consumeUploads("pages", names)];
        socket.assign({ saved: [...saved, note].join(" ") });
      },
    },
  },
  render: ({ cover, pages, note, saved }, on) => html`
    <form id="two" phx-change=${on.change} phx-submit=${on.save}>${fileInput(cover)} ${fileInput(pages)}
      <input name="note" value=${note} autocomplete="off"> <button id="save">Save</button></form>
    <ul id="chosen">${[...cover.entries, "|" as const, ...pages.entries].map((entry) => html`<li>${entry === "|" ? entry : entry.name}</li>`)}</ul>
    <output id="saved">${saved}</output>`,
});

interface Elsewhere {
  readonly uploader: string;
  readonly url: string;
  readonly key: string;
  readonly resume?: string;
}

/** A view whose files go elsewhere. */
const elsewhere = (name: string, external: (entry: UploadEntry) => Elsewhere | { readonly refused: string }) => liveView.define({
  name,
  authorize: "public",
  mount: () => ({ files: upload({ maxFileSize: 8_000_000, external }), saved: "" }),
  events: {
    change: { handle: () => {} },
    cancel: { handle: (socket) => socket.assigns.files.entries.forEach(({ ref }) => socket.cancelUpload("files", ref)) },
    save: {
      async handle(socket) {
        const [saved = "none"] = await socket.consumeUploads("files", ({ meta: { key } }) => key);
        socket.assign({ saved });
      },
    },
  },
  render: ({ files, saved }, on) => html`
    <form id="external" phx-change=${on.change} phx-submit=${on.save}>${fileInput(files)} ${list(files)} <button id="save">Save</button></form>
    <button id="cancel" phx-click=${on.cancel}>Cancel</button> <output id="saved">${saved}</output>`,
});

const Presigned = elsewhere("Presigned", ({ id, size, name }) => name === "refused.bin" ? { refused: "not_today" }
  // The bucket takes a byte, whatever the browser sends.
  : { uploader: "presigned", key: id, url: bucket.presign(id, name === "larger.bin" ? 1 : size) });

/** The uploads that were begun or gone on with, in order. */
const begun: string[] = [];
const Resumed = elsewhere("Resumed", ({ id, size, clientMeta }) => {
  // What a client says of an earlier upload must be ours, and of a file of this size.
  const earlier = endpoint.tokens.verify("resume", (clientMeta as { resume?: unknown } | undefined)?.resume) as { key: string; size: number } | undefined;
  const key = earlier?.size === size ? earlier.key : id;
  begun.push(key);
  return { uploader: "resumable", key, url: bucket.presign(key, size), resume: endpoint.tokens.sign("resume", { key, size }) };
});

const endpoint: Endpoint = createEndpoint({
  secret: newSecret(), log() {}, csp: { connectSrc: ["'self'", bucket.url] },
  live: [liveSession("uploads", {}, (live) => {
    live("/nested", Parent);
    live("/two", twoInputs("Two", false));
    live("/auto", twoInputs("Auto", true));
    live("/dropped", Dropped);
    live("/presigned", Presigned);
    live("/resumed", Resumed);
  })],
});
const served = useServed(endpoint);

let watched: Watched;
let page: Page;
/** What this test's console may say. */
let expected: RegExp[];
beforeEach(async () => {
  expected = [];
  submits.length = 0;
  watched = await watch(await served.browser.newContext());
  ({ page } = watched);
});
afterEach(async () => {
  await page.context().close();
  expect(watched.complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
});

async function open(path: string): Promise<void> {
  await page.goto(served.url + path);
  await connected(page);
}
const choose = (name: string, buffer: Buffer): Promise<void> =>
  page.setInputFiles("input[type=file]", { name, mimeType: "application/octet-stream", buffer });
const chosen = (...texts: readonly string[]): Promise<void> =>
  expect.poll(async () => (await page.locator("#chosen li").allTextContents()).map((text) => text.trim()), { timeout: 60_000, interval: 20 }).toEqual(texts);
const saved = async (): Promise<string> => (await page.waitForSelector("#saved:not(:empty)")).innerText();

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), randomBytes(300_000)]);

describe("in a nested view", () => {
  it("a file is chosen, refused or sent, and consumed by the view that it belongs to", async () => {
    await open("/nested");
    await choose("a.exe", PNG);
    await chosen("a.exe 0 not_accepted");
    await choose("bad.png", randomBytes(50_000));
    await chosen("bad.png 0");
    await page.click("#save");
    await chosen("bad.png 0 not_accepted");
    await choose("a.png", PNG);
    await chosen("a.png 0");
    await page.click("#save");
    expect(await saved()).toBe("a.png");
    expect(consumed.splice(0).map(({ name, bytes }) => [name, bytes.equals(PNG)])).toEqual([["a.png", true]]);
    expect(watched.loads()).toBe(1);
  });

  it("a file that was chosen is there again when that view alone has crashed, and is not sent by itself", async () => {
    await open("/nested");
    await choose("a.png", PNG);
    await chosen("a.png 0");
    await rejoins(watched, () => page.click("#crash"), "lv:inner");
    await page.waitForSelector("#inner.phx-connected");
    await chosen("a.png 0");
    expect(consumed).toEqual([]);
    await page.click("#save");
    expect(await saved()).toBe("a.png");
    expect(consumed.splice(0).map(({ name, bytes }) => [name, bytes.equals(PNG)])).toEqual([["a.png", true]]);
  });
});

it("two inputs of a form keep their own files, also after a lost connection", async () => {
  await open("/two");
  const file = (name: string): { name: string; mimeType: string; buffer: Buffer } => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
  await page.setInputFiles("input[name=pages]", [file("1.txt"), file("2.txt")]);
  await chosen("|", "1.txt", "2.txt");
  await page.setInputFiles("input[name=cover]", file("old.txt"));
  await chosen("old.txt", "|", "1.txt", "2.txt");
  await page.setInputFiles("input[name=cover]", file("cover.txt"));
  await chosen("cover.txt", "|", "1.txt", "2.txt");
  await reconnect(page);
  await chosen("cover.txt", "|", "1.txt", "2.txt");
  await page.setInputFiles("input[name=pages]", [file("3.txt")]);
  await chosen("cover.txt", "|", "1.txt", "2.txt", "3.txt");
  await page.click("#save");
  expect(await saved()).toBe("cover.txt | 1.txt 2.txt 3.txt");
});

describe.each(["two", "auto"])("a form that is submitted before the server has answered which files were chosen (/%s)", (path) => {
  it("is sent with its files, once", async () => {
    await open(`/${path}`);
    await page.fill("[name=note]", "quick");
    // All in one task, so no answer can come in between.
    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>("[name=pages]")!;
      const chosen = new DataTransfer();
      chosen.items.add(new File(["x".repeat(200_000)], "a.bin"));
      chosen.items.add(new File(["y"], "b.bin"));
      input.files = chosen.files;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      document.getElementById("save")!.click();
    });
    expect(await saved()).toBe("| a.bin b.bin quick");
    expect(submits).toEqual(["quick"]);
    expect(watched.loads()).toBe(1);
  });
});

describe("what is dropped", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-drop-"));
    await mkdir(join(folder, "album/more"), { recursive: true });
    for (const name of ["album/1.txt", "album/more/2.txt", "alone.txt"]) await writeFile(join(folder, name), name.at(-5)!);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Drops files and folders of the disk, as a file manager does. */
  async function drop(target: string, ...names: readonly string[]): Promise<void> {
    const { x, y } = (await page.locator(target).boundingBox())!;
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: names.map((name) => join(folder, name)), dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) await devtools.send("Input.dispatchDragEvent", { type, x: x + 5, y: y + 5, data });
  }

  it("of a folder its files are chosen, with their places, in the order of the drop, also after a lost connection", async () => {
    await open("/dropped");
    await drop("#of-many", "album", "alone.txt");
    await chosen("1.txt", "2.txt", "alone.txt", "|");
    expect(await page.locator(".phx-drop-target-active").count()).toBe(0);
    await reconnect(page);
    await chosen("1.txt", "2.txt", "alone.txt", "|");
    await page.click("#save");
    expect(await saved()).toBe("album/1.txt: 1, album/more/2.txt: 2, alone.txt: e");
  });

  it("of a folder with more files than a browser names at once all are chosen", async () => {
    for (let n = 0; n < 250; n++) await writeFile(join(folder, "album/more", `${n}.txt`), "x");
    await open("/dropped");
    await drop("#of-many", "album");
    await expect.poll(() => page.locator("#chosen li").count(), { timeout: 60_000 }).toBe(252);
  });

  it("a folder for one file is left out, and the next drop is taken", async () => {
    await open("/dropped");
    await drop("#of-one", "album");
    await drop("#of-one", "alone.txt");
    await chosen("|", "alone.txt");
  });

  it("for an input that is not on the page does nothing, and for another view's goes there", async () => {
    await open("/dropped");
    await drop("#of-none", "album", "alone.txt");
    await drop("#of-many", "alone.txt");
    await chosen("alone.txt", "|");
    await writeFile(join(folder, "a.png"), PNG);
    await open("/nested");
    await drop("#of-child", "a.png");
    await chosen("a.png 0");
    await page.click("#save");
    expect(await saved()).toBe("a.png");
    expect(consumed.splice(0).map(({ name, bytes }) => [name, bytes.equals(PNG)])).toEqual([["a.png", true]]);
  });
});

it("a form that was being sent when the connection was lost is sent again with its text, once", async () => {
  await open("/two");
  expected.push(/Failed to push file progress/);
  await page.setInputFiles("input[name=cover]", { name: "cover.bin", mimeType: "", buffer: randomBytes(2_000_000) });
  await page.setInputFiles("input[name=pages]", { name: "1.txt", mimeType: "text/plain", buffer: Buffer.from("1") });
  await chosen("cover.bin", "|", "1.txt");
  await page.fill("input[name=note]", "by hand");
  await stallUploads(page);
  await page.click("#save");
  // Both files are joined, and a chunk has come.
  await expect.poll(() => watched.frames.filter(([, , topic]) => String(topic).startsWith("lvu:")).length, { timeout: 60_000 }).toBeGreaterThan(2);
  await reconnect(page);
  expect(await saved()).toBe("cover.bin | 1.txt by hand");
  await chosen("|");
});

describe("to a bucket, by a URL that was signed for it", () => {
  it("a file goes there, and only its key comes here", async () => {
    await open("/presigned");
    const bytes = randomBytes(400_000);
    await choose("a.bin", bytes);
    await chosen("a.bin 0");
    await page.click("#save");
    expect(bucket.object(await saved())?.equals(bytes)).toBe(true);
  });

  it("a file that the bucket refuses, or the application, says so, and is not saved", async () => {
    await open("/presigned");
    expected.push(/Failed to load resource.* 400/);
    await choose("larger.bin", randomBytes(1000));
    await chosen("larger.bin 0");
    await page.click("#save");
    await expect.poll(() => page.locator("#chosen li").textContent(), { timeout: 60_000 }).toContain("external_client_failure");
    expect(await page.textContent("#saved")).toBe("");
    // What waited for it goes on without it.
    await page.click("#cancel");
    expect(await saved()).toBe("none");
    await choose("refused.bin", randomBytes(1000));
    await chosen("refused.bin 0");
    await page.click("#save");
    await chosen("refused.bin 0 not_today");
    expect(await page.textContent("#saved")).toBe("none");
  });
});

describe("resumed", () => {
  const bytes = randomBytes(3_000_000);

  it("a file whose connection to the bucket is cut resumes where it stopped", async () => {
    await open("/resumed");
    expected.push(/Failed to load resource/);
    const before = bucket.received;
    const cut = bucket.stopAt(1_000_000, "cut");
    await choose("a.bin", bytes);
    await chosen("a.bin 0");
    await page.click("#save");
    await cut;
    expect(bucket.object(await saved())?.equals(bytes)).toBe(true);
    expect(bucket.received - before).toBe(bytes.length);
    expect(begun.splice(0)).toHaveLength(1);
  });

  it("a file whose view mounts again midway resumes where it stopped, in the upload that the application recognises", async () => {
    await open("/resumed");
    expected.push(/Failed to push file progress/);
    const before = bucket.received;
    const stalled = bucket.stopAt(1_000_000, "stall");
    await choose("a.bin", bytes);
    await chosen("a.bin 0");
    await page.click("#save");
    await stalled;
    await reconnect(page);
    const key = await saved();
    expect(bucket.object(key)?.equals(bytes)).toBe(true);
    expect(bucket.received - before).toBe(bytes.length);
    expect(begun.splice(0)).toEqual([key, key]);
  });

  it.each([
    ["whose connection to the bucket is cut again", "cut"], ["whose view mounts again once more", "stall"],
  ] as const)("a file %s, while it resumes, resumes there, and its progress goes on from what has arrived", async (_how, how) => {
    expected.push(/Failed to load resource/, /Failed to push file progress/);
    /** What the client says of its progress, in percent, each time that the file is chosen. */
    const said = new Map<string, number[]>();
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => {
      const [, , , event, { entry_ref: ref, progress }] = JSON.parse(String(payload)) as [string, string, string, string, { entry_ref: string; progress: number | object }];
      // When its view is gone it says an error, which goes nowhere.
      if (event === "progress" && typeof progress === "number") said.set(ref, [...said.get(ref) ?? [], progress]);
    }));
    await open("/resumed");
    const before = bucket.received;
    let stopped = bucket.stopAt(1_000_000, how);
    await choose("a.bin", bytes);
    await chosen("a.bin 0");
    await page.click("#save");
    for (const next of [700_000, undefined]) {
      await stopped;
      if (next !== undefined) stopped = bucket.stopAt(next, how);
      if (how === "stall") await reconnect(page);
    }
    const key = await saved();
    expect(bucket.object(key)?.equals(bytes)).toBe(true);
    expect(bucket.received - before).toBe(bytes.length);
    expect(begun.splice(0)).toEqual(how === "cut" ? [key] : [key, key, key]);
    expect([...said.values()].map(([first]) => first)).toEqual(how === "cut" ? [0] : [0, 33, 56]);
    for (const percents of said.values()) expect(percents).toEqual(percents.toSorted((one, other) => one - other));
    expect([...said.values()].at(-1)?.at(-1)).toBe(100);
  });

  it("a file that its user removes is not sent any further", async () => {
    await open("/resumed");
    const stalled = bucket.stopAt(1_000_000, "stall");
    await choose("a.bin", bytes);
    await chosen("a.bin 0");
    await page.click("#save");
    await stalled;
    const { length } = bucket.requests;
    await page.click("#cancel");
    await chosen();
    await reconnect(page);
    await choose("b.bin", bytes);
    await chosen("b.bin 0");
    await page.click("#save");
    expect(bucket.object(await saved())?.equals(bytes)).toBe(true);
    const [, other] = begun.splice(0);
    expect(bucket.requests.slice(length)).toEqual([`HEAD ${other}`, `PATCH ${other}`]);
  });
});
