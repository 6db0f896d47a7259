import { readFile } from "node:fs/promises";
import { createEndpoint, fileInput, html, keyed, liveComponent, liveSession, liveView, upload, type Endpoint } from "holdfast";
import { openBrowser, type LivePage } from "holdfast/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

const Part = liveComponent().define({
  name: "part",
  mount: () => ({ inner: upload({ autoUpload: true }), got: "" }),
  progress: {
    async inner(socket, { done }) {
      if (done) socket.assign({ got: (await socket.consumeUploads("inner", ({ entry }) => entry.name)).join() });
    },
  },
  events: { chosen: { handle: () => {} } },
  render: ({ inner, got }, on) => html`<form id="part" phx-change=${on.chosen}>${fileInput(inner)}<output>${got}</output></form>`,
});

const album = (mode?: "total") => liveView.define({
  name: `Album ${mode}`,
  authorize: "public",
  mount: () => ({ notes: upload({ autoUpload: true, maxEntries: 2, ...(mode !== undefined && { maxEntriesMode: mode }) }), stored: [] as (string | undefined)[] }),
  progress: {
    async notes(socket, entry) {
      if (!entry.done) return;
      const text = await socket.consumeUpload("notes", entry, ({ path }) => readFile(path, "utf8"));
      const again = await socket.consumeUpload("notes", entry, () => "twice");
      socket.update("stored", (stored) => [...stored, text, ...(again === undefined ? [] : [again])]);
    },
  },
  events: {
    chosen: { handle: () => {} },
    early: {
      async handle(socket) {
        const outcome = await socket.consumeUpload("notes", socket.assigns.notes.entries[0]!, () => "consumed").catch((error: Error) => error.message);
        socket.assign({ stored: [outcome] });
      },
    },
  },
  render: ({ notes, stored }, on) => html`
    <form id="album" phx-change=${on.chosen}>${fileInput(notes)}
      ${keyed(notes.entries, ({ ref }) => ref, ({ name, progress }) => html`<p>${name} ${progress}</p>`)}
      <i>${notes.errors.join(" ")}</i></form>
    <button phx-click=${on.early}></button>${stored.map((text) => html`<b>${text}</b>`)}`,
});

const Submitted = liveView.define({
  name: "Submitted",
  authorize: "public",
  mount: () => ({ notes: upload({ autoUpload: true, maxEntries: 2 }), log: [] as string[] }),
  progress: {
    notes: (socket, { done, name }) => done ? socket.update("log", (log) => [...log, `progress ${name}`]) : undefined,
  },
  events: {
    changed: {
      params: z.object({ title: z.string() }),
      handle: (socket, { title }) => title === "" ? undefined : socket.assign({ log: [`change ${title}`] }),
    },
    remove: { handle: (socket) => socket.cancelUpload("notes", socket.assigns.notes.entries[0]!.ref) },
    save: {
      params: z.object({ title: z.string() }),
      async handle(socket, { title }) {
        const files = await socket.consumeUploads("notes", ({ entry }) => entry.name);
        socket.update("log", (log) => [...log, `submit ${title} ${files.length}`]);
      },
    },
  },
  render: ({ notes, log }, on) => html`
    <form id="album" phx-change=${on.changed} phx-submit=${on.save}>${fileInput(notes)}<input name="title"></form>
    <button id="remove" phx-click=${on.remove}></button><p id="log">${log.join(", ")}</p>`,
});

let presigned = 0;
const Page = liveView.define({
  name: "Page",
  authorize: "public",
  mount: () => ({
    notes: upload({ accept: [".txt"], maxEntries: 2, maxFileSize: 10_000, chunkSize: 1024 }),
    away: upload({ external: ({ name }) => (name === "no" ? { refused: "not_today" } : { uploader: "S3", key: `k-${name}-${++presigned}` }) }),
    texts: [] as string[],
  }),
  events: {
    chosen: { handle: () => {} },
    save: {
      async handle(socket) {
        const notes = await socket.consumeUploads("notes", ({ path }) => readFile(path, "utf8"));
        const away = await socket.consumeUploads("away", ({ meta }) => meta.key);
        socket.update("texts", (texts) => [...texts, ...notes, ...away]);
      },
    },
  },
  render: ({ notes, away, texts }, on) => html`
    <form id="notes" phx-change=${on.chosen} phx-submit=${on.save}>${fileInput(notes)}
      ${keyed([...notes.entries, ...away.entries], ({ ref }) => ref, ({ name, progress, errors }) => html`<p>${name} ${progress} ${errors.join(" ")}</p>`)}
      <div id="away">${fileInput(away)}</div></form>
    ${texts.map((text) => html`<b>${text}</b>`)}${Part({ id: "part" })}`,
});

let endpoint: Endpoint;
let page: LivePage;
beforeEach(async () => {
  presigned = 0;
  endpoint = createEndpoint({ secret: "a secret of the kit's uploads, long enough", live: [liveSession("kit", {}, (live) => {
    live("/", Page);
    live("/album", album());
    live("/total", album("total"));
    live("/submitted", Submitted);
  })], log: () => {} });
  page = await (await openBrowser(endpoint)).visit("/");
});
afterEach(async () => {
  page.close();
  await endpoint.close();
});

test("two files of one name are refused, since a test names a file by its name; one after the other they are two", async () => {
  const [a, b] = [{ name: "a.txt", content: "one" }, { name: "a.txt", content: "two" }];
  await expect(page.chooseFiles("#notes > input", [a, b])).rejects.toThrow(/Two files of one name.*\[kit_expectation\]/s);
  const first = await page.chooseFiles("#notes > input", [a]);
  const second = await page.chooseFiles("#notes > input", [b]);
  expect(first.ref("a.txt")).not.toBe(second.ref("a.txt"));
});

test("a file is chosen, sent in part, sent to its end, and consumed", async () => {
  const files = await page.chooseFiles("#notes > input", [{ name: "a.txt", content: "a".repeat(4096) }]);
  page.expectText("p", "a.txt 0");
  await files.send("a.txt", 50);
  page.expectText("p", "a.txt 50");
  await files.send("a.txt");
  page.expectText("p", "a.txt 100");
  await page.submit("#notes");
  page.expectText("b", "a".repeat(4096));
  expect(page.has("p")).toBe(false);
});

test("a file that the view refuses cannot be sent", async () => {
  const files = await page.chooseFiles("#notes > input", [{ name: "a.exe", content: "MZ" }]);
  page.expectText("p", "not_accepted");
  await expect(files.send("a.exe")).rejects.toThrow(/kit_expectation/);
});

test("an external upload shows what its uploader received, and consumes it", async () => {
  const files = await page.chooseFiles("#away input", [{ name: "b", content: "b" }]);
  expect(await files.preflight()).toEqual({ b: { uploader: "S3", key: "k-b-1" } });
  await files.send("b");
  await page.submit("#notes");
  page.expectText("b", "k-b-1");
  const refused = await page.chooseFiles("#away input", [{ name: "no", content: "b" }]);
  expect(await refused.preflight()).toEqual({});
  page.expectText("p", "not_today");
});

const shown = (selector: string): string[] => page.html().match(new RegExp(`(?<=<${selector}>)[^<]*`, "g")) ?? [];

test("submit uploads the chosen files of all inputs before it pushes the event", async () => {
  await page.chooseFiles("#notes > input", [{ name: "a.txt", content: "first" }]);
  const more = await page.chooseFiles("#notes > input", [{ name: "b.txt", content: "b".repeat(4096) }]);
  await page.chooseFiles("#away input", [{ name: "c", content: "c" }]);
  await more.send("b.txt", 50);
  await page.submit("#notes");
  expect(shown("b")).toEqual(["first", "b".repeat(4096), "k-c-1"]);
  expect(page.has("p")).toBe(false);
  // The next submit sends nothing twice.
  await page.submit("#notes");
  expect(shown("b")).toHaveLength(3);
});

test.each([
  ["too large", [{ name: "a.txt", content: "a".repeat(10_001) }, { name: "b.txt", content: "b" }], /an error in a\.txt; the form shows: a\.txt 0 too_large/],
  ["of a wrong type", [{ name: "a.exe", content: "MZ" }], /an error in a\.exe; the form shows: a\.exe 0 not_accepted/],
  ["too many", ["a.txt", "b.txt", "c.txt"].map((name) => ({ name, content: name })), /an error in the upload "notes"/],
] as const)("submit pushes nothing while chosen files are %s, and what was entered stays", async (_, chosen, why) => {
  await page.chooseFiles("#notes > input", chosen);
  const before = page.html();
  await expect(page.submit("#notes")).rejects.toThrow(why);
  expect(page.html()).toBe(before);
});

test("submit pushes nothing if the server refuses a file only when it is asked", async () => {
  const refused = await page.chooseFiles("#away input", [{ name: "no", content: "b" }]);
  await expect(page.submit("#notes")).rejects.toThrow(/an error in no; the form shows: no 0 not_today/);
  expect(refused.unsent).toEqual(["no"]);
  expect(page.has("b")).toBe(false);
});

test("submit sends what auto-upload has not sent yet, and is pushed when it is there", async () => {
  const album = await page.navigate("/submitted");
  await album.chooseFiles("#album [type=file]", files("a", "b"));
  await album.submit("#album", { title: "Summer" });
  expect(album.text("#log")).toBe("progress a, progress b, submit Summer 2");
});

test("a removed file is not sent by submit", async () => {
  const album = await page.navigate("/submitted");
  await album.chooseFiles("#album [type=file]", files("a", "b"));
  await album.click("#remove");
  await album.submit("#album", { title: "Spring" });
  expect(album.text("#log")).toBe("progress b, submit Spring 1");
});

test("a form that a file keeps from being submitted is recovered with what was entered", async () => {
  const album = await page.navigate("/submitted");
  await album.chooseFiles("#album [type=file]", files("a", "b", "c"));
  await expect(album.submit("#album", { title: "Winter" })).rejects.toThrow(/an error in the upload/);
  album.disconnect();
  await album.rejoin();
  expect(album.text("#log")).toBe("change Winter");
});

test("a component's upload runs the component's progress", async () => {
  const files = await page.chooseFiles("#part input", [{ name: "c.bin", content: Buffer.from([1, 2]) }]);
  await files.sendAll();
  page.expectText("output", "c.bin");
});

test("an input that takes one file takes no two, and another element takes none", async () => {
  const two = ["a", "b"].map((name) => ({ name, content: name }));
  await expect(page.chooseFiles("#part input", two)).rejects.toThrow(/one file only/);
  await expect(page.chooseFiles("#part output", two)).rejects.toThrow(/not an upload's input/);
});

const files = (...names: string[]) => names.map((name) => ({ name, content: `text of ${name}`.padEnd(100_000) }));

test("a file is consumed when it is there, while another is still on its way", async () => {
  const album = await page.navigate("/album");
  const chosen = await album.chooseFiles("#album > input", files("a", "b"));
  await chosen.send("b", 10);
  await chosen.send("a");
  album.expectText("b", "text of a");
  expect(album.text("b")).not.toContain("twice");
  expect(album.text("p")).toMatch(/^b \d/);
  await chosen.send("b");
  expect(album.has("p")).toBe(false);
  album.expectText("b", "text of b");
});

test("a file that is not there yet is not consumed, and the error says so", async () => {
  const album = await page.navigate("/album");
  const chosen = await album.chooseFiles("#album > input", files("a"));
  await chosen.send("a", 10);
  await album.click("button");
  album.expectText("b", `got: "a", which is not`);
  album.expectText("p", /^a \d/);
});

test.each([["/album", ""], ["/total", "too_many_files"]])("at %s, a third file after two consumed ones is %j", async (path, error) => {
  const album = await page.navigate(path);
  await (await album.chooseFiles("#album > input", files("a", "b"))).sendAll();
  expect(album.text("b")).toContain("text of a");
  const third = await album.chooseFiles("#album > input", files("c"));
  expect(album.text("i")).toBe(error);
  if (error === "") await third.sendAll();
  else expect(await third.preflight()).toEqual({});
});
