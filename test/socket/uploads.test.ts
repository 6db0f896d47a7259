import { readdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fileInput, html, keyed, liveComponent, liveView, upload, type UploadEntry, type UploadWriter } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";
import type { Reply } from "../support/raw-socket.js";
import { Uploader } from "../support/uploads.js";
import { Gate, within } from "../support/wait.js";

/** Everything that reached a writer, in order. */
let calls: string[] = [];
/** What the next writer's method does instead. */
let sabotage: Partial<Record<"init" | "write" | "close", () => Promise<void> | void>> = {};
/** What was consumed, and the paths of it. */
let consumed: string[] = [];
let paths: string[] = [];

class NotingWriter implements UploadWriter<{ readonly bytes: number }> {
  #bytes = 0;
  async init({ name }: UploadEntry): Promise<void> {
    calls.push(`init ${name}`);
    await sabotage.init?.();
  }
  async write(chunk: Uint8Array): Promise<void> {
    calls.push(`write ${chunk.length}`);
    this.#bytes += chunk.length;
    await sabotage.write?.();
  }
  async close(end: string): Promise<{ readonly bytes: number }> {
    calls.push(`close ${end}`);
    await sabotage.close?.();
    return { bytes: this.#bytes };
  }
  release({ bytes }: { readonly bytes: number }): void {
    calls.push(`release ${bytes}`);
  }
}

const Noted = liveView.define({
  name: "Noted",
  authorize: "public",
  mount: () => ({
    file: upload({ accept: [".png", ".txt"], maxEntries: 2, maxFileSize: 10_000, chunkSize: 1024, chunkTimeoutMs: 3_000, writer: () => new NotingWriter() }),
    seen: [] as string[],
  }),
  progress: {
    file: (socket, { name, progress, done }) => socket.update("seen", (seen) => [...seen, `${name} ${progress}${done ? " done" : ""}`]),
  },
  events: {
    change: { handle: () => {} },
    save: {
      async handle(socket) {
        await socket.consumeUploads("file", ({ meta, entry }) => consumed.push(`${entry.name} ${meta.bytes}`));
      },
    },
    race: {
      from: "anywhere",
      async handle(socket) {
        const consume = async ({ entry }: { readonly entry: UploadEntry }): Promise<void> => {
          await new Promise((resolve) => setImmediate(resolve));
          consumed.push(entry.name);
        };
        const all = (): Promise<unknown> => socket.consumeUploads("file", consume);
        const one = (): Promise<unknown> => socket.consumeUpload("file", { ref: "1" }, consume);
        await Promise.all([all(), one(), all(), one()]);
      },
    },
    cancel: { from: "anywhere", handle: (socket, params) => socket.cancelUpload("file", String((params as { ref: unknown }).ref)) },
    crash: {
      from: "anywhere",
      handle() {
        throw new Error("crashed as asked");
      },
    },
  },
  render: ({ file, seen }, on) => html`<form phx-change=${on.change} phx-submit=${on.save}>${fileInput(file)}</form>
    ${keyed(file.entries, ({ ref }) => ref, ({ name, progress, errors }) => html`<p>${name}: ${progress} ${errors.join(" ")}</p>`)}
    <i>${file.errors.join(" ")}</i><b>${seen.join(", ")}</b>`,
});

const part = liveComponent().define({
  name: "part",
  mount: () => ({ inner: upload({ maxFileSize: 100 }) }),
  events: {
    change: { handle: () => {} },
    save: { handle: async (socket) => void (await socket.consumeUploads("inner", ({ entry }) => consumed.push(entry.name))) },
  },
  render: ({ inner }, on) => html`<form phx-change=${on.change} phx-submit=${on.save}>${fileInput(inner)}${inner.entries.map(({ name }) => name)}</form>`,
});

const Disk = liveView.define({
  name: "Disk",
  authorize: "public",
  mount: () => ({ file: upload({ maxEntries: 1 }), shown: true }),
  events: {
    change: { handle: () => {} },
    save: {
      async handle(socket) {
        await socket.consumeUploads("file", async ({ path, entry, keep }) => {
          const { mode } = await stat(path);
          const folder = await stat(dirname(path));
          paths.push(path);
          consumed.push(`${entry.name} ${(await readFile(path)).length} ${(mode & 0o777).toString(8)} ${(folder.mode & 0o777).toString(8)}`);
          if (entry.name === "keep.bin") keep();
        });
      },
    },
    hide: { handle: (socket) => socket.assign({ shown: false }) },
  },
  render: ({ file, shown }, on) => html`<form phx-change=${on.change} phx-submit=${on.save}>${fileInput(file)}</form>
    <button phx-click=${on.hide}></button>${file.entries.map(({ name }) => name)}${shown && part({ id: "part" })}`,
});

let lab: Lab;
let view: Joined;
let client: Uploader;
beforeAll(async () => {
  lab = await startLab({ "/noted": Noted, "/disk": Disk }, { limits: { uploadTokenMs: 600_000, eventsPerSecond: 50, eventBurst: 200 } });
});
afterAll(() => lab.close());
beforeEach(async () => {
  lab.log.length = 0;
  calls = [];
  sabotage = {};
  consumed = [];
  paths = [];
  view = await lab.open("/noted");
  client = new Uploader(view, "change");
});
afterEach(() => lab.cut());

const text = (bytes: number): Buffer => Buffer.alloc(bytes, "a");
/** Everything that the page has been told so far. */
const told = (): string => JSON.stringify(view.socket.frames);
const refusals = (): unknown[] => lab.log.filter(({ message }) => message === "event refused").map(({ details }) => details["reason"]);
const alive = async (): Promise<void> => void expect(await view.event("cancel", { ref: "none" })).toEqual({ status: "ok", response: {} });

describe("a file", () => {
  it("is written in order, counted, consumed once, and released", async () => {
    await client.send("a.txt", text(2500), "text/plain", 1024);
    expect(calls).toEqual(["init a.txt", "write 1024", "write 1024", "write 452", "close done"]);
    expect(told()).toContain("a.txt 40, a.txt 81, a.txt 100 done");
    await view.event("save", "", undefined);
    expect(consumed).toEqual(["a.txt 2500"]);
    expect(calls.at(-1)).toBe("release 2500");
    await view.event("save", "", undefined);
    expect(consumed).toEqual(["a.txt 2500"]);
  });

  it("is consumed once, however many calls ask for it at the same time", async () => {
    for (const name of ["a.txt", "b.txt"]) await client.send(name, text(10));
    await view.event("race");
    expect(consumed).toEqual(["a.txt", "b.txt"]);
    expect(calls.filter((call) => call === "release 10")).toHaveLength(2);
  });

  it("has no more progress than bytes, whatever its sender says", async () => {
    const ref = await client.begin("a.txt", 2048);
    await client.chunk(ref, text(1024));
    await client.progress(ref, 100);
    expect(told()).toContain("a.txt 50");
    expect(told()).not.toContain("done\"");
    for (const nonsense of [-1, 101, 0.5, "50", null, [], Number.MAX_VALUE]) await client.progress(ref, nonsense);
    expect(told()).not.toContain("a.txt 101");
    await alive();
  });

  it("that is a picture begins like one; what its browser could not tell contradicts nothing", async () => {
    const bytes = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), text(92)]);
    for (const type of ["image/png", "", "application/octet-stream"]) {
      const ref = await client.send("a.png", bytes, type, 1024);
      await view.event("cancel", { ref });
    }
    expect(calls.filter((call) => call === "close done")).toHaveLength(3);
    expect(calls.filter((call) => call === "release 100")).toHaveLength(3);
  });

  it("does not wait for the rate of events", async () => {
    const ref = await client.begin("a.txt", 10_000);
    const began = performance.now();
    for (let at = 0; at < 10_000; at += 1024) expect((await client.chunk(ref, text(Math.min(1024, 10_000 - at)))).status).toBe("ok");
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(calls.at(-1)).toBe("close done");
  });
});

describe("what is refused before a writer hears of it", () => {
  afterEach(() => expect(calls).toEqual([]));

  it.each<[string, string, number, string, string]>([
    ["an extension that is not accepted", "a.exe", 10, "text/plain", "not_accepted"],
    ["an accepted type under another name", "a.exe", 10, "image/png", "not_accepted"],
    ["a picture that is declared as text", "a.png", 10, "text/html", "not_accepted"],
    ["no extension", "png", 10, "", "not_accepted"],
    ["a size above the limit", "a.txt", 10_001, "text/plain", "too_large"],
  ])("%s", async (_what, name, size, type, reason) => {
    const file = client.file(name, size, type);
    await client.choose([file]);
    expect(told()).toContain(reason);
    expect(await client.preflight([file])).toMatchObject({ error: [[file.ref, reason]] });
  });

  it.each<[string, object]>([
    ["no ref", { name: "a.txt", size: 1 }], ["a ref with a comma", { ref: "1,2", name: "a.txt", size: 1 }], ["no name", { ref: "1", size: 1 }],
    ["no size", { ref: "1", name: "a.txt" }], ["a size of zero", { ref: "1", name: "a.txt", size: 0 }],
    ["half a byte", { ref: "1", name: "a.txt", size: 0.5 }], ["a negative size", { ref: "1", name: "a.txt", size: -5 }],
    ["a size as text", { ref: "1", name: "a.txt", size: "5" }],
  ])("an entry with %s", async (_what, file) => {
    await client.choose([file]);
    expect(await client.preflight([file])).toMatchObject({ entries: {} });
    await alive();
  });

  it("more files than may be chosen: some are shown, no more are kept", async () => {
    const files = Array.from({ length: 800 }, (_, i) => client.file(`${i}.txt`, 5));
    await client.choose(files);
    expect(told()).toContain("too_many_files");
    expect(told()).toContain("21.txt");
    expect(told()).not.toContain("22.txt");
    const { error } = await client.preflight(files.slice(0, 2));
    expect(error).toEqual([[client.ref, "too_many_files"]]);
  });

  it("more meta than is kept for a file: the meta alone, and the log says so", async () => {
    const kept: unknown[] = [];
    const External = liveView.define({
      name: "External", authorize: "public", events: { change: { handle: () => {} } },
      mount: () => ({ file: upload({ maxEntries: 2, external: ({ clientMeta }) => (kept.push(clientMeta), { uploader: "x" }) }) }),
      render: ({ file }, on) => html`<form phx-change=${on.change}>${fileInput(file)}</form>`,
    });
    const external = await startLab({ "/": External });
    try {
      const uploader = new Uploader(await external.open("/"), "change");
      const fits = { text: "a".repeat(16_384 - '{"text":""}'.length) };
      const files = [{ ...uploader.file("a.txt", 5), meta: fits }, { ...uploader.file("b.txt", 5), meta: { text: `${fits.text}a` } }];
      expect(Object.keys((await uploader.preflight(files)).entries ?? {})).toEqual(files.map(({ ref }) => ref));
      expect(kept).toEqual([fits, undefined]);
      expect(external.log).toContainEqual({ message: "upload meta dropped", details: expect.objectContaining({ upload: "file", bytes: 16_385, limit: 16_384 }) as object });
    } finally {
      await external.close();
    }
  });

  it("an upload that no page shows, and one of another page", async () => {
    expect(await client.preflight([client.file("a.txt", 1)], "phx-other-0")).toMatchObject({ error: [["phx-other-0", "disallowed"]] });
    const other = new Uploader(await lab.open("/noted"), "change");
    expect(await client.preflight([client.file("a.txt", 1)], other.ref)).toMatchObject({ error: [[other.ref, "disallowed"]] });
  });

  it("an upload whose input the page has never shown, and any upload once the view's policy no longer admits its user", async () => {
    let open = true;
    const Guarded = liveView.define({
      name: "Guarded", authorize: () => open, mount: () => ({ hidden: upload(), shown: upload() }), events: { change: { handle: () => {} } },
      render: ({ shown }, on) => html`<form phx-change=${on.change}>${fileInput(shown)}</form>`,
    });
    const guarded = await startLab({ "/guarded": Guarded });
    try {
      const uploader = new Uploader(await guarded.open("/guarded"), "change");
      const file = uploader.file("a.txt", 5);
      const hidden = uploader.ref.replace(/1$/, "0");
      expect(await uploader.preflight([file], hidden)).toEqual({ ref: hidden, error: [[hidden, "disallowed"]] });
      expect(Object.keys((await uploader.preflight([file])).entries ?? {})).toEqual([file.ref]);
      open = false;
      expect(await uploader.preflight([uploader.file("b.txt", 5)])).toEqual({ ref: uploader.ref, error: [[uploader.ref, "disallowed"]] });
    } finally {
      await guarded.close();
    }
  });

  it("a frame about an upload that no page shows asks no policy, and one about a shown upload does", async () => {
    let asked = 0;
    const Guarded = liveView.define({
      name: "Guarded", authorize: () => ++asked > 0, mount: () => ({ hidden: upload(), shown: upload() }), events: { change: { handle: () => {} } },
      render: ({ shown }, on) => html`<form phx-change=${on.change}>${fileInput(shown)}</form>`,
    });
    const guarded = await startLab({ "/guarded": Guarded });
    try {
      const view = await guarded.open("/guarded");
      const { ref } = new Uploader(view, "change");
      asked = 0;
      for (const of of [ref.replace(/1$/, "0"), "phx-other-0", "", 7, null, ["0"], {}, "__proto__"]) {
        expect(await view.call("allow_upload", { ref: of, entries: [] })).toEqual({ status: "ok", response: { ref: of, error: [[of, "disallowed"]] } });
        expect(await view.call("progress", { ref: of, entry_ref: "0", progress: 100 })).toEqual({ status: "ok", response: {} });
      }
      expect(await view.call("allow_upload", { ref, entries: "all" })).toMatchObject({ response: { error: [[ref, "disallowed"]] } });
      expect(asked).toBe(0);
      expect(await view.call("allow_upload", { ref, entries: [] })).toMatchObject({ response: { ref, entries: {} } });
      expect(asked).toBe(1);
    } finally {
      await guarded.close();
    }
  });

  it("bytes that are not what the name promises", async () => {
    const ref = await client.begin("a.png", 100);
    expect(await client.chunk(ref, text(100))).toEqual({ status: "error", response: { reason: "writer_error" } });
    await eventually(() => expect(told()).toContain("not_accepted"));
    await view.event("cancel", { ref });
    const program = await client.begin("b.txt", 100);
    expect(await client.chunk(program, Buffer.concat([Buffer.from("MZ"), text(98)]))).toMatchObject({ status: "error" });
  });

  it("a first chunk of another size than was agreed on", async () => {
    for (const bytes of [0, 1, 1023, 1025]) {
      const ref = await client.begin("a.txt", 5000);
      expect(await client.chunk(ref, text(bytes))).toEqual({ status: "error", response: { reason: "chunk_size" } });
      await view.event("cancel", { ref });
    }
  });

  it("a message of the file's channel that is no chunk", async () => {
    const ref = await client.begin("a.txt", 100);
    expect(await client.chunk(ref, text(100), "consume")).toMatchObject({ status: "error", response: { reason: "unknown message" } });
    expect(await view.socket.call(view.socket.joinRefs.get(`lvu:${ref}`)!, `lvu:${ref}`, "chunk", {})).toMatchObject({ status: "error" });
  });

  it("a binary message on a view's own topic", async () => {
    view.socket.joinRefs.set("lvu:x", view.socket.joinRefs.get(view.topic)!);
    const ref = view.socket.ref();
    const { chunkFrame } = await import("../support/raw-socket.js");
    view.socket.raw(chunkFrame(view.socket.joinRefs.get(view.topic)!, ref, view.topic, text(10), "event"));
    expect(await view.socket.reply(ref)).toEqual({ status: "ok", response: {} });
    await alive();
  });
});

describe("a form that is submitted before its files", () => {
  const SUBMIT_AGAIN = ["holdfast:submit-again", {}];
  const submit = (as: "form" | "click" = "form"): Promise<Reply> => view.call("event", { type: as, event: "save", value: as === "form" ? "" : {} });
  const asked = ({ response }: Reply): unknown => (response as { diff?: { e?: unknown[] } }).diff?.e;
  /** None reached its handler, which would have consumed files that are not there and crashed the view. */
  afterEach(() => expect(lab.log.filter(({ message }) => message.includes("crashed"))).toEqual([]));

  it("is asked for again, keeps its files, and is handled once they are there", async () => {
    const file = client.file("a.txt", 100);
    // Nobody waits for an answer in between: that is what a quick click does.
    const choosing = client.choose([file]);
    const answer = await submit();
    expect(asked(answer)).toEqual([SUBMIT_AGAIN]);
    // The input is patched again, and nothing else of the page is sent.
    expect(JSON.stringify(answer)).toContain("data-phx-asked=");
    expect(JSON.stringify(answer).length).toBeLessThan(300);
    await choosing;
    const { entries = {} } = await client.preflight([file]);
    expect(asked(await submit())).toEqual([SUBMIT_AGAIN]);
    await client.join(file.ref, entries[file.ref]);
    await client.chunk(file.ref, text(100));
    expect(consumed).toEqual([]);
    expect(await submit()).toMatchObject({ status: "ok" });
    expect(consumed).toEqual(["a.txt 100"]);
  });

  it("is not asked for twice in the same state: its browser has lost the files, which is shown at them", async () => {
    const file = client.file("a.txt", 100);
    await client.choose([file]);
    expect(asked(await submit())).toEqual([SUBMIT_AGAIN]);
    expect(asked(await submit("click"))).toBeUndefined();
    expect(told()).toContain("interrupted");
    expect(asked(await submit())).toEqual([SUBMIT_AGAIN]);
    expect(asked(await submit())).toBeUndefined();
    expect(consumed).toEqual([]);
    await view.event("cancel", { ref: file.ref });
    await client.send("b.txt", text(10));
    await submit();
    expect(consumed).toEqual(["b.txt 10"]);
  });

  it("waits while a file is refused or one too many, as the client does when it has been told", async () => {
    await client.choose([client.file("a.exe", 5)]);
    await submit();
    await view.event("cancel", { ref: "0" });
    const [one, two, three] = ["1.txt", "2.txt", "3.txt"].map((name) => client.file(name, 5));
    await client.choose([one, two, three]);
    await submit();
    expect(refusals()).toEqual(["files_missing", "files_missing"]);
    await view.event("cancel", { ref: three!.ref });
    for (const file of [one!, two!]) {
      const { entries = {} } = await client.preflight([file]);
      await client.join(file.ref, entries[file.ref]);
      await client.chunk(file.ref, text(5));
    }
    await submit();
    expect(consumed).toEqual(["1.txt 5", "2.txt 5"]);
  });
});

describe("a token", () => {
  const invalid = { status: "error", response: { reason: "invalid_token" } };

  it("opens one channel of one file, once", async () => {
    const [a, b] = [client.file("a.txt", 10), client.file("b.txt", 10)];
    await client.choose([a, b]);
    const { entries = {} } = await client.preflight([a, b]);
    const token = entries[a.ref]!;
    expect(await client.join(b.ref, token)).toEqual(invalid);
    expect(await client.join(a.ref, `${token.slice(0, -2)}AA`)).toEqual(invalid);
    expect(await client.join(a.ref, undefined)).toEqual(invalid);
    const other = new Uploader(await lab.open("/noted"), "change");
    expect(await other.join(a.ref, token)).toEqual(invalid);
    expect(await client.join(a.ref, token)).toEqual({ status: "ok", response: {} });
    expect(await client.chunk(a.ref, text(10))).toMatchObject({ status: "ok" });
    expect((await client.join(a.ref, token)).status).toBe("error");
    expect(await client.preflight([a])).toMatchObject({ entries: {} });
    expect(calls).toEqual(["init a.txt", "write 10", "close done"]);
  });

  it("opens nothing for a file that was cancelled, nor when it has grown old", async () => {
    const file = client.file("a.txt", 10);
    await client.choose([file]);
    const { entries = {} } = await client.preflight([file]);
    await view.event("cancel", { ref: file.ref });
    expect(await client.join(file.ref, entries[file.ref])).toEqual(invalid);
    // Nor the next file that has its number.
    expect(Object.keys((await client.preflight([file])).entries ?? {})).toEqual([file.ref]);
    expect(await client.join(file.ref, entries[file.ref])).toEqual(invalid);

    const brief = await startLab({ "/noted": Noted }, { limits: { uploadTokenMs: 1 } });
    try {
      const late = new Uploader(await brief.open("/noted"), "change");
      const one = late.file("a.txt", 10);
      const given = await late.preflight([one]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await late.join(one.ref, given.entries?.[one.ref])).toEqual(invalid);
    } finally {
      await brief.close();
    }
    expect(calls).toEqual([]);
  });
});

describe("what ends a transfer", () => {
  it("more bytes than were announced", async () => {
    const ref = await client.begin("a.txt", 1500);
    await client.chunk(ref, text(1024));
    expect(await client.chunk(ref, text(1024))).toEqual({ status: "error", response: { reason: "file_size_limit_exceeded", limit: 1500 } });
    await eventually(() => expect(calls).toEqual(["init a.txt", "write 1024", "close cancel"]));
    expect(told()).toContain("too_large");
    await alive();
  });

  it("the deadline of the next chunk", async () => {
    const ref = await client.begin("a.txt", 5000);
    await client.chunk(ref, text(1024));
    await view.socket.frame(([, , topic, event]) => topic === `lvu:${ref}` && event === "phx_error", "the channel's end");
    await eventually(() => expect(calls.at(-1)).toBe("close cancel"));
    expect(told()).toContain("interrupted");
  });

  it.each(["init", "write", "close"] as const)("a writer whose %s throws: its file alone, with an error on the page", async (method) => {
    const good = await client.begin("good.txt", 2000);
    await client.chunk(good, text(1024));
    calls = [];
    sabotage = { [method]: () => Promise.reject(new Error("the disk is full")) };
    const ref = await client.begin("a.txt", 100);
    expect(await client.chunk(ref, text(100))).toEqual({ status: "error", response: { reason: "writer_error" } });
    sabotage = {};
    await eventually(() => expect(told()).toContain("writer_failure"));
    expect(calls.filter((call) => call.startsWith("close"))).toHaveLength(1);
    // Its file is gone from the input, and nothing of it is there to be released.
    await view.event("cancel", { ref });
    expect(calls.filter((call) => call.startsWith("release"))).toEqual([]);
    expect(lab.log.map(({ message }) => message)).not.toContain("upload writer failed to clean up");
    expect(await client.chunk(good, text(976))).toMatchObject({ status: "ok" });
    expect(lab.log.map(({ message }) => message)).toContain("upload writer failed");
    expect(told()).not.toContain("disk is full");
  });

  it("an end while the writer begins: the chunk that waited for it is not written", async () => {
    const hold = new Gate();
    sabotage = { init: () => hold.wait() };
    const ref = await client.begin("a.txt", 100);
    const chunk = client.chunk(ref, text(100)).catch(() => {});
    await within(hold.entered, "the writer to begin");
    await view.call("phx_leave", {});
    hold.open();
    await chunk;
    await eventually(() => expect(calls.at(-1)).toBe("close cancel"));
    expect(calls).toEqual(["init a.txt", "close cancel"]);
  });

  it("its user, its view's crash, its socket's end: nothing is written afterwards", async () => {
    const cancelled = await client.begin("a.txt", 2000);
    await client.chunk(cancelled, text(1024));
    await view.event("cancel", { ref: cancelled });
    expect(calls).toEqual(["init a.txt", "write 1024", "close cancel"]);
    expect((await client.chunk(cancelled, text(976))).status).toBe("error");

    const crashed = await client.begin("b.txt", 2000);
    await client.chunk(crashed, text(1024));
    view.sendEvent("crash");
    await view.socket.push("phx_error", view.topic);
    await eventually(() => expect(calls.slice(3)).toEqual(["init b.txt", "write 1024", "close cancel"]));

    const third = new Uploader(await lab.open("/noted"), "change");
    const cut = await third.begin("c.txt", 2000);
    await third.chunk(cut, text(1024));
    third.view.socket.terminate();
    await eventually(() => expect(calls.slice(6)).toEqual(["init c.txt", "write 1024", "close cancel"]));
  });

  it("a disconnect while it is written: the chunk in progress is the last", async () => {
    let go = (): void => {};
    sabotage = { write: () => new Promise<void>((resolve) => (go = resolve)) };
    const ref = await client.begin("a.txt", 3000);
    void client.chunk(ref, text(1024)).catch(() => {});
    await eventually(() => expect(calls).toContain("write 1024"));
    view.socket.terminate();
    await eventually(() => expect(lab.endpoint.connections).toBe(0));
    expect(calls).toEqual(["init a.txt", "write 1024"]);
    go();
    await eventually(() => expect(calls).toEqual(["init a.txt", "write 1024", "close cancel"]));
  });
});

describe("on disk", () => {
  beforeEach(async () => {
    view = await lab.open("/disk");
    client = new Uploader(view, "change");
  });

  it("lies in a private folder under a name of ours, and is deleted once it is consumed", async () => {
    await client.send("../../etc/passwd.bin", text(70_000));
    await view.event("save", "");
    expect(consumed).toEqual(["passwd.bin 70000 600 700"]);
    expect(paths[0]).not.toContain("passwd");
    await expect(stat(paths[0]!)).rejects.toThrow();
  });

  it("stays if it is kept, and is gone with the view", async () => {
    await client.send("keep.bin", text(10));
    await view.event("save", "");
    await view.event("save", "");
    expect(consumed).toHaveLength(2);
    expect((await stat(paths[0]!)).size).toBe(10);
    view.socket.terminate();
    await eventually(async () => expect(await readdir(dirname(paths[0]!))).toEqual([]));
  });

  it("is replaced by the next where only one may be", async () => {
    await client.send("a.bin", text(10));
    await client.send("b.bin", text(20));
    await view.event("save", "");
    expect(consumed).toEqual([expect.stringMatching(/^b\.bin 20/)]);
    expect(await readdir(dirname(paths[0]!))).toEqual([]);
  });

  it("belongs to the component that declares it, and goes with it", async () => {
    const inner = new Uploader(view, "change", 1);
    await inner.view.call("event", { type: "form", event: "change", value: "", uploads: { [inner.ref]: [inner.file("c.bin", 50)] }, cid: 1 });
    const { entries = {} } = await inner.preflight([{ ...inner.file("c.bin", 50), ref: "0" }]);
    expect((await inner.join("0", entries["0"])).status).toBe("ok");
    expect((await inner.chunk("0", text(50))).status).toBe("ok");
    await view.event("save", "", 1);
    expect(consumed).toEqual(["c.bin"]);
    const again = await inner.begin("d.bin", 60);
    await view.event("hide");
    await view.call("cids_will_destroy", { cids: [1] });
    await view.call("cids_destroyed", { cids: [1] });
    expect((await inner.chunk(again, text(60))).status).toBe("error");
  });
});

it("more files than topics of a socket may be on their way: their tokens are the limit", async () => {
  const Many = liveView.define({
    name: "Many", authorize: "public", mount: () => ({ file: upload({ maxEntries: 100 }) }), events: { change: { handle: () => {} } },
    render: ({ file }, on) => html`<form phx-change=${on.change}>${fileInput(file)}</form>`,
  });
  const many = await startLab({ "/many": Many }, { limits: { topicsPerSocket: 2 } });
  try {
    const uploader = new Uploader(await many.open("/many"), "change");
    const files = Array.from({ length: 10 }, (_, i) => uploader.file(`${i}.txt`, 5));
    const { entries = {} } = await uploader.preflight(files);
    for (const { ref } of files) expect((await uploader.join(ref, entries[ref])).status).toBe("ok");
  } finally {
    await many.close();
  }
});

it("of many files a change makes anew only those that it changes, and a frame renders once, however many it lists", async () => {
  let shown: readonly UploadEntry[] = [];
  let renders = 0;
  const Many = liveView.define({
    name: "Many", authorize: "public", mount: () => ({ file: upload({ maxEntries: 1000 }) }), events: { change: { handle: () => {} } },
    render({ file }, on) {
      shown = file.entries;
      renders++;
      return html`<form phx-change=${on.change}>${fileInput(file)}</form>`;
    },
  });
  const many = await startLab({ "/many": Many });
  try {
    const uploader = new Uploader(await many.open("/many"), "change");
    const files = Array.from({ length: 800 }, (_, i) => uploader.file(`${i}.txt`, 5));
    renders = 0;
    await uploader.choose(files);
    const before = shown;
    expect([before.length, renders]).toEqual([800, 1]);
    await uploader.choose([uploader.file("last.txt", 5)]);
    expect(shown).toHaveLength(801);
    expect(before.every((entry, i) => entry === shown[i])).toBe(true);
    await uploader.preflight(files.slice(0, 1));
    expect(shown[0]).toMatchObject({ ref: "0", preflighted: true, done: false });
    expect(shown.filter((entry, i) => entry !== before[i]).map(({ name }) => name)).toEqual(["0.txt", "last.txt"]);
    await uploader.progress("0", { error: "lost" });
    expect(shown[0]).toMatchObject({ errors: ["interrupted"], valid: false });
    expect(before[0]).toMatchObject({ preflighted: false, errors: [], valid: true });
  } finally {
    await many.close();
  }
});
