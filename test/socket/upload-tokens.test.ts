// What admits a file is bound to that file, its view and its socket: the token of one that is sent here, and what `external` returned for
// one that is sent elsewhere.
import { fileInput, html, liveRender, liveView, upload, type UploadEntry, type UploadWriter } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Joined, startLab, type Lab } from "../support/lab.js";
import type { Browser } from "../support/browser.js";
import { chunkFrame, type RawSocket } from "../support/raw-socket.js";
import { Uploader } from "../support/uploads.js";
import { Gate, within } from "../support/wait.js";

const OLD = "the secret before the rotation, long enough";
const NEW = "the secret that replaces it, long enough too";

/** Every file that bytes have reached, and what they are. */
let written: string[] = [];
/** The files that `external` was asked about, and those that were consumed, each with its `meta`. */
let presigned: string[] = [];
let consumed: string[] = [];
/** Held, `external` waits. */
let presigning: Gate | undefined;

class NotingWriter implements UploadWriter<string> {
  readonly #name: string;
  constructor({ name }: UploadEntry) {
    this.#name = name;
  }
  write(chunk: Uint8Array): void {
    written.push(`${this.#name}: ${String(Buffer.from(chunk))}`);
  }
  close(): string {
    return this.#name;
  }
}

const files = () => upload({ maxEntries: 9, writer: (entry: UploadEntry) => new NotingWriter(entry) });

const Inner = liveView.define({
  name: "Inner",
  authorize: "public",
  mount: () => ({ inner: files() }),
  events: { change: { handle: () => {} } },
  render: ({ inner }, on) => html`<form phx-change=${on.change}>${fileInput(inner)}</form>`,
});

const Desk = liveView.define({
  name: "Desk",
  authorize: "public",
  mount: () => ({
    here: files(),
    there: upload({
      maxEntries: 9,
      async external({ id, name }) {
        presigned.push(name);
        await presigning?.wait();
        return name === "refused" ? { refused: "not_today" } : { uploader: "bucket", key: `${name} ${id}` };
      },
    }),
  }),
  events: {
    change: { handle: () => {} },
    cancel: { from: "anywhere", handle: (socket, params) => socket.cancelUpload("there", String((params as { ref: unknown }).ref)) },
    // Not the form's own submit, which waits for all of its files.
    take: {
      from: "anywhere",
      async handle(socket) {
        const each = ({ meta, entry }: { readonly meta: { readonly key: string } | undefined; readonly entry: UploadEntry }): void => {
          consumed.push(`${entry.name}: ${meta?.key === `${entry.name} ${entry.id}` ? "its own" : JSON.stringify(meta)}`);
        };
        for (const entry of socket.assigns.there.entries) if (entry.done) await socket.consumeUpload("there", entry, each);
      },
    },
  },
  render: ({ here, there }, on) => html`<form phx-change=${on.change}>${fileInput(here)}${fileInput(there)}</form>
    ${liveRender(Inner, { id: "inner" })}`,
});

let lab: Lab;
const others: Lab[] = [];
async function start(secret: string | readonly string[]): Promise<Lab> {
  const made = await startLab({ "/": Desk }, { secret });
  others.push(made);
  return made;
}
beforeAll(async () => void (lab = await start(OLD)));
afterAll(() => Promise.all(others.map((one) => one.close())));
beforeEach(() => {
  written = [];
  presigned = [];
  consumed = [];
  presigning = undefined;
});
afterEach(() => Promise.all(others.map((one) => one.cut())));

const invalid = { status: "error", response: { reason: "invalid_token" } };
const unmatched = { status: "error", response: { reason: "unmatched topic" } };
const ok = { status: "ok", response: {} };

/** A file that may be sent, and has not been. */
async function admitted(uploader: Uploader, name: string, bytes = 4): Promise<{ readonly ref: string; readonly token: string }> {
  const file = uploader.file(name, bytes);
  await uploader.choose([file]);
  const { entries = {} } = await uploader.preflight([file]);
  return { ref: file.ref, token: entries[file.ref]! };
}

/** The same browser at another node, where it joins the page that it still shows. */
async function rejoin(at: Lab, from: Joined): Promise<{ readonly socket: RawSocket; readonly view: Joined; readonly answer: unknown }> {
  const browser = at.browser();
  for (const [name, value] of from.browser.cookies) browser.cookies.set(name, value);
  const page = { ...from.page, url: new URL("/", at.base).href };
  const socket = await browser.socket({ csrf: page.csrf });
  const { status, response } = await socket.join(page);
  return { socket, view: new Joined(socket, browser, page, page.topic, response["rendered"]), answer: response["reason"] ?? status };
}

describe("a page that is open while its secret is rotated", () => {
  it("goes on on the next node, and begins its uploads again there: a token of before admits nothing", async () => {
    const before = await lab.open("/");
    const old = new Uploader(before, "change");
    const [sent, waiting] = [await admitted(old, "sent.txt", 2048), await admitted(old, "waiting.txt")];
    expect(await old.join(sent.ref, sent.token)).toEqual(ok);

    const rotated = await start([NEW, OLD]);
    const { view, answer } = await rejoin(rotated, before);
    expect(answer).toBe("ok");
    const now = new Uploader(view, "change");
    for (const { ref, token } of [sent, waiting]) {
      expect(await now.join(ref, token)).toEqual(invalid);
      expect(await now.chunk(ref, Buffer.from("late"))).toEqual(unmatched);
    }
    expect(written).toEqual([]);
    // The same choice once more, as the client makes it, under the new secret.
    const again = await admitted(now, "waiting.txt");
    expect(await now.join(again.ref, again.token)).toEqual(ok);
    expect(await now.chunk(again.ref, Buffer.from("once"))).toEqual(ok);
    expect(written).toEqual(["waiting.txt: once"]);
    // Where it began, it goes on until that node ends.
    expect(await old.join(waiting.ref, waiting.token)).toEqual(ok);
    expect(await old.chunk(waiting.ref, Buffer.from("late"))).toEqual(ok);
  });

  it("is loaded again where its secret is gone, and its tokens admit nothing in the new page", async () => {
    const before = await lab.open("/");
    const old = await admitted(new Uploader(before, "change"), "old.txt");
    const removed = await start(NEW);
    const { socket, answer } = await rejoin(removed, before);
    expect(answer).toBe("stale");
    socket.send("9", "9", `lvu:${old.ref}`, "phx_join", { token: old.token });
    expect(await socket.reply("9")).toEqual(invalid);

    const now = new Uploader(await removed.open("/"), "change");
    const file = await admitted(now, "old.txt");
    expect(await now.join(file.ref, old.token)).toEqual(invalid);
    expect(written).toEqual([]);
    expect(await now.join(file.ref, file.token)).toEqual(ok);
  });
});

describe("a token", () => {
  it("admits its file on the socket that was given it: not on another of its page, of its session, or after the page's next join", async () => {
    const browser = await lab.loggedIn(1);
    const view = await lab.open("/", browser);
    const uploader = new Uploader(view, "change");
    const file = await admitted(uploader, "mine.txt");
    const on = async (socket: RawSocket, by: Browser = browser): Promise<unknown> =>
      new Uploader(new Joined(socket, by, view.page, view.topic, undefined), "change").join(file.ref, file.token);

    expect(await on(await browser.socket()), "one that has joined nothing").toEqual(invalid);
    const twin = await browser.socket();
    expect((await twin.join(view.page)).status).toBe("ok");
    // There it has the same number, in the same view by the same id.
    const double = await admitted(new Uploader(new Joined(twin, browser, view.page, view.topic, undefined), "change"), "mine.txt");
    expect(double.ref).toBe(file.ref);
    expect(await on(twin), "one that has joined the same page").toEqual(invalid);
    const stranger = await lab.loggedIn(2);
    expect(await on((await lab.open("/", stranger)).socket, stranger), "another user's").toEqual(invalid);
    expect(await uploader.join(file.ref, file.token), "its own").toEqual(ok);

    const later = await admitted(uploader, "later.txt");
    expect((await view.socket.join(view.page)).status).toBe("ok");
    expect(await on(view.socket), "its own, joined again").toEqual(invalid);
    expect(await uploader.join(later.ref, later.token)).toEqual(invalid);
    expect(written).toEqual([]);
  });

  it("takes no bytes for another view's file of the same number", async () => {
    const view = await lab.open("/");
    const [outer, inner] = [new Uploader(view, "change"), new Uploader(await view.child("inner"), "change", 2)];
    const [a, b] = [await admitted(outer, "outer.txt"), await admitted(inner, "inner.txt")];
    expect([a.ref, b.ref]).toEqual(["0", "0"]);
    expect(await outer.join(a.ref, a.token)).toEqual(ok);
    const before = view.socket.joinRefs.get("lvu:0")!;
    // The npm client numbers the files of a page, not of a view. A client that does not ends its own first file.
    expect(await inner.join(b.ref, b.token)).toEqual(ok);
    view.socket.raw(chunkFrame(before, view.socket.ref(), "lvu:0", Buffer.from("evil")));
    expect(await inner.chunk(b.ref, Buffer.from("mine"))).toEqual(ok);
    expect(written).toEqual(["inner.txt: mine"]);
    expect(await outer.join(a.ref, a.token)).toEqual(invalid);
  });
});

describe("a chunk", () => {
  it("reaches the file of its own socket, whatever topic and join it names", async () => {
    const [mine, theirs] = [new Uploader(await lab.open("/"), "change"), new Uploader(await lab.open("/"), "change")];
    await admitted(mine, "none.txt");
    const file = await admitted(theirs, "theirs.txt");
    expect(await theirs.join(file.ref, file.token)).toEqual(ok);
    const { socket } = mine.view;
    const theirJoin = theirs.view.socket.joinRefs.get(`lvu:${file.ref}`)!;
    for (const topic of [`lvu:${file.ref}`, `lvu:0${file.ref}`, `lvu:${file.ref} `, "lvu:", "lvu", theirs.view.topic, "phoenix"]) {
      for (const joinRef of [theirJoin, socket.joinRefs.get(mine.view.topic)!, "999"]) {
        const ref = socket.ref();
        socket.raw(chunkFrame(joinRef, ref, topic, Buffer.from("evil")));
        expect(await socket.reply(ref), `${topic} ${joinRef}`).toEqual(unmatched);
      }
    }
    // The view's own topic takes no bytes.
    const ref = socket.ref();
    socket.raw(chunkFrame(socket.joinRefs.get(mine.view.topic)!, ref, mine.view.topic, Buffer.from("evil")));
    await socket.heartbeat();
    expect(written).toEqual([]);
    expect(await theirs.chunk(file.ref, Buffer.from("good"))).toEqual(ok);
    expect(written).toEqual(["theirs.txt: good"]);
  });

  it("of an earlier join, or of a join that was refused, is written nowhere", async () => {
    const uploader = new Uploader(await lab.open("/"), "change");
    const { socket } = uploader.view;
    const [first, second] = [await admitted(uploader, "first.txt"), await admitted(uploader, "second.txt")];
    expect(await uploader.join(second.ref, first.token)).toEqual(invalid);
    expect(await uploader.chunk(second.ref, Buffer.from("evil"))).toEqual(unmatched);
    expect(await uploader.join(second.ref, second.token)).toEqual(ok);
    // It left the topic, and so its file is gone.
    expect(await socket.call(socket.joinRefs.get(`lvu:${second.ref}`)!, `lvu:${second.ref}`, "phx_leave")).toEqual(ok);
    expect(await uploader.chunk(second.ref, Buffer.from("evil"))).toEqual(unmatched);
    expect(await uploader.join(second.ref, second.token)).toEqual(invalid);
    expect(written).toEqual([]);
    expect(await uploader.join(first.ref, first.token)).toEqual(ok);
    expect(await uploader.chunk(first.ref, Buffer.from("good"))).toEqual(ok);
    expect(written).toEqual(["first.txt: good"]);
  });
});

describe("a file that is sent elsewhere", () => {
  let view: Joined;
  let here: Uploader;
  let there: Uploader;
  beforeEach(async () => {
    view = await lab.open("/");
    here = new Uploader(view, "change");
    there = new Uploader(view, "change", 1);
  });
  /** Tells the server that a file has been sent. */
  const sent = (entryRef: unknown, { ref = there.ref, on = view }: { readonly ref?: unknown; readonly on?: Joined } = {}): Promise<unknown> =>
    on.call("progress", { event: null, ref, entry_ref: entryRef, progress: 100 });
  const take = (): Promise<unknown> => view.event("take");

  it("is consumed with what was returned for it, whatever other files are said to be", async () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => there.file(name, 5));
    expect(Object.keys((await there.preflight([a, b])).entries ?? {})).toEqual([a!.ref, b!.ref]);
    // Another file under its number, and its own once more: neither is asked about.
    expect((await there.preflight([{ ...a!, name: "other", size: 9 }, b])).entries).toEqual({});
    expect(presigned).toEqual(["a", "b"]);
    await there.choose([c]);
    for (const ref of [
      c!.ref, "99", `0${a!.ref}`, ` ${a!.ref}`, Number(a!.ref), [a!.ref], { toString: a!.ref }, null, undefined, "", "__proto__", "length",
    ]) await sent(ref);
    await take();
    expect(consumed).toEqual([]);
    await sent(b!.ref);
    await take();
    expect(consumed).toEqual(["b: its own"]);
    // Consumed once.
    await sent(b!.ref);
    await take();
    expect(consumed).toEqual(["b: its own"]);
  });

  it("is not sent before `external` has answered, when it was refused, had failed, or was cancelled", async () => {
    const [slow, refused, failed, cancelled] = ["slow", "refused", "failed", "cancelled"].map((name) => there.file(name, 5));
    presigning = new Gate();
    const answer = view.post("allow_upload", { ref: there.ref, entries: [slow] });
    await within(presigning.entered, "external to be asked");
    const early = [
      view.post("progress", { event: null, ref: there.ref, entry_ref: slow!.ref, progress: 100 }), view.sendEvent("take"),
    ];
    presigning.open();
    await view.socket.reply(answer);
    for (const ref of early) await view.socket.reply(ref);
    // In their turn, behind the answer.
    expect(consumed).toEqual(["slow: its own"]);
    presigning = undefined;

    expect(await there.preflight([failed, cancelled])).toMatchObject({ entries: { [failed!.ref]: { uploader: "bucket" } } });
    await view.call("progress", { event: null, ref: there.ref, entry_ref: failed!.ref, progress: { error: "lost" } });
    await view.event("cancel", { ref: cancelled!.ref });
    for (const { ref } of [failed!, cancelled!]) await sent(ref);
    await view.event("cancel", { ref: failed!.ref });
    expect(await there.preflight([refused])).toMatchObject({ error: [[refused!.ref, "not_today"]] });
    await sent(refused!.ref);
    await take();
    expect(consumed).toEqual(["slow: its own"]);
    // The number of a cancelled file, given to another: nothing is left of the first.
    await view.event("cancel", { ref: refused!.ref });
    await there.preflight([{ ...cancelled!, name: "next" }]);
    await take();
    await sent(cancelled!.ref);
    await take();
    expect(consumed).toEqual(["slow: its own", "next: its own"]);
  });

  it("is not sent by another input, another view, another page or another session", async () => {
    const file = there.file("mine", 5);
    await there.preflight([file]);
    const inner = await view.child("inner");
    const innerRef = new Uploader(inner, "change", 2).ref;
    const stranger = await lab.open("/", await lab.loggedIn(2));
    const strangers = new Uploader(stranger, "change", 1);
    await strangers.preflight([strangers.file("theirs", 5)]);
    await sent(file.ref, { ref: here.ref });
    await sent(file.ref, { ref: innerRef });
    for (const on of [inner, stranger]) await sent(file.ref, { on });
    await sent(file.ref, { on: inner, ref: innerRef });
    for (const ref of ["", "there", null, [there.ref], `${there.ref} `]) await sent(file.ref, { ref });
    await take();
    expect(consumed).toEqual([]);
    await sent(file.ref);
    await take();
    expect(consumed).toEqual(["mine: its own"]);
    await stranger.event("take");
    expect(consumed).toEqual(["mine: its own"]);
  });

  it("has no channel: neither a token of another input nor what `external` returned opens one", async () => {
    const file = there.file("mine", 5);
    const { entries = {} } = await there.preflight([file]);
    const other = await admitted(here, "here.txt", 5);
    expect(other.ref).toBe(file.ref); // so its token is for this very topic
    for (const token of [entries[file.ref], JSON.stringify(entries[file.ref]), undefined]) expect(await there.join(file.ref, token)).toEqual(invalid);
    expect(await there.join(file.ref, other.token)).toEqual(ok);
    expect(await there.chunk(file.ref, Buffer.from("bytes"))).toEqual(ok);
    await take();
    expect([written, consumed]).toEqual([["here.txt: bytes"], []]);
    await sent(file.ref);
    await take();
    expect(consumed).toEqual(["mine: its own"]);
  });
});
