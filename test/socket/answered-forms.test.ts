// A form is sent, handled, and sent again by a page that never saw the answer: the handler does not run, and the page is left as by the answer.
import { fileInput, form, formTag, html, liveComponent, liveRender, liveView, navigate, upload, type UploadWriter } from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";
import type { Reply } from "../support/raw-socket.js";
import { Uploader, type ClientFile } from "../support/uploads.js";
import { Gate } from "../support/wait.js";

/** What handlers got: a text, and the names of the files. */
let handled: string[] = [];
/** Whether the page of each was still there. */
let present: boolean[] = [];
/** What was released of written files. */
let released: string[] = [];
/** What the last render showed. */
let shown = { text: "", id: "", files: [] as string[], errors: [] as string[] };
/** Where the next handler waits: before it consumes files, while it does, or behind it. */
let before: Gate | undefined;
let within: Gate | undefined;
let behind: Gate | undefined;

class Noting implements UploadWriter<string> {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  write(): void {}
  close(): string {
    return this.#name;
  }
  release(name: string): void {
    released.push(name);
  }
}

const Letter = z.object({ text: z.string().min(1) });
const files = () => upload({ maxEntries: 3, maxEntriesMode: "total", chunkSize: 1024, writer: ({ name }) => new Noting(name) });

const Letters = liveView.define({
  name: "letters", authorize: "public",
  mount: () => ({ letter: form(Letter), files: files(), pictures: upload({ external: ({ name }) => ({ uploader: "Away", key: name }) }) }),
  events: {
    save: {
      form: "letter",
      async handle(socket, { text }) {
        await before?.wait();
        const { letter } = socket.assigns;
        const names = text.startsWith("left") ? [] : [
          ...await socket.consumeUploads("files", async ({ entry: { name }, keep }) => {
            await within?.wait();
            if (text.startsWith("keep") && name === "b") keep();
            return name;
          }),
          ...await socket.consumeUploads("pictures", ({ entry }) => entry.name),
        ];
        handled.push([text, ...names].join(" "));
        present.push(!socket.signal.aborted);
        await behind?.wait();
        if (text.startsWith("refused")) return socket.assign({ letter: letter.withErrors({ text: "no" }) });
        if (text.startsWith("go")) return navigate("/elsewhere");
        if (text.startsWith("call")) return socket.pushNavigate("/elsewhere");
        if (text.startsWith("another")) return socket.assign({ letter: form(Letter, { text: "a new one" }) });
        if (!text.startsWith("left")) socket.assign({ letter: letter.reset() });
      },
    },
  },
  render({ letter, files, pictures }, on) {
    const { value, errors } = letter.field("text");
    shown = { text: String(value), id: letter.submissionId, files: [...files.entries, ...pictures.entries].map(({ name }) => name), errors: [...errors, ...files.errors] };
    return formTag({ for: letter, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: html`${fileInput(files)}${fileInput(pictures)}` });
  },
});

/** A component with a form and its files. */
const Part = liveComponent().define({
  name: "part",
  mount: () => ({ letter: form(Letter), files: files() }),
  events: {
    save: {
      form: "letter",
      async handle(socket, { text }) {
        handled.push([text, ...await socket.consumeUploads("files", ({ entry }) => entry.name)].join(" "));
        socket.assign({ letter: socket.assigns.letter.reset() });
      },
    },
  },
  render({ letter, files }, on) {
    shown = { text: String(letter.field("text").value), id: letter.submissionId, files: files.entries.map(({ name }) => name), errors: [] };
    return html`<div>${formTag({ for: letter, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: fileInput(files) })}</div>`;
  },
});
const Parts = liveView.define({ name: "parts", authorize: "public", render: () => Part({ id: "part" }) });

/** Files of a component, in the form of the view around it. */
const Picker = liveComponent().define({
  name: "picker", mount: () => ({ files: files() }),
  render: ({ files }) => html`<div>${fileInput(files)}</div>`,
});
const Around = liveView.define({
  name: "around", authorize: "public", mount: () => ({ letter: form(Letter) }),
  events: { save: { form: "letter", handle: (_socket, { text }) => void handled.push(text) } },
  render: ({ letter }, on) => formTag({ for: letter, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: Picker({ id: "picker" }) }),
});
/** A form whose schema asks a database, and what that holds. */
const names = new Set<string>();
const Names = liveView.define({
  name: "names", authorize: "public",
  mount: () => ({ letter: form(Letter.refine(async ({ text }) => !names.has(text), { path: ["text"], message: "is taken" })) }),
  events: {
    save: {
      form: "letter",
      handle(socket, { text }) {
        handled.push(text);
        names.add(text);
        if (text === "go") return navigate("/elsewhere");
        return text === "left" ? undefined : socket.assign({ letter: socket.assigns.letter.reset() });
      },
    },
  },
  render({ letter }, on) {
    const { value, errors } = letter.field("text");
    shown = { text: String(value), id: letter.submissionId, files: [], errors: [...errors] };
    return formTag({ for: letter, "phx-change": on.save.change, "phx-submit": on.save.submit, inner: "" });
  },
});
const Nest = liveView.define({ name: "nest", authorize: "public", render: () => liveRender(Letters, { id: "inner" }) });
const Elsewhere = liveView.define({ name: "elsewhere", authorize: "public", render: () => html`<p></p>` });

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/": Letters, "/parts": Parts, "/around": Around, "/names": Names, "/nest": Nest, "/elsewhere": Elsewhere });
});
afterAll(() => lab.close());
beforeEach(() => {
  handled = [];
  present = [];
  released = [];
});
afterEach(() => {
  before = within = behind = undefined;
  return lab.cut();
});

const A = { name: "a", size: 10, last_modified: 1, relative_path: "in/a" };
const B = { name: "b", size: 20, last_modified: 2 };
type Described = Pick<ClientFile, "name" | "size" | "relative_path"> & { readonly type?: string; readonly last_modified?: number };

let ids = 0;
/** An id that a page might have carried. */
const nextId = (): string => `submission-${ids++}`.padEnd(22, "_");

/** A page with files that have arrived. */
async function pageWith(chosen: readonly Described[], { path = "/", browser = lab.browser(), nth = 0, cid }: {
  path?: string; browser?: ReturnType<Lab["browser"]>; nth?: number; cid?: number;
} = {}): Promise<Sender> {
  let view = await lab.open(path, browser);
  if (path === "/nest") view = await view.child("inner");
  const uploader = new Uploader(view, "save.change", nth);
  const given = chosen.map((one) => ({ ...uploader.file(one.name, one.size), ...one }));
  const value = "_target=files";
  const change = await view.call("event", { type: "form", event: "save.change", value, uploads: { [uploader.ref]: given }, ...(cid && { cid }) });
  if (change.status !== "ok") throw new Error(JSON.stringify(change));
  const { entries = {} } = await uploader.preflight(given);
  for (const { ref, size } of given) {
    if (nth === 0) {
      await uploader.join(ref, entries[ref]);
      await uploader.chunk(ref, Buffer.alloc(size));
    }
    await uploader.progress(ref, 100);
  }
  return new Sender(view, cid);
}

class Sender {
  readonly view: Joined;
  readonly #cid: number | undefined;
  constructor(view: Joined, cid?: number) {
    this.view = view;
    this.#cid = cid;
  }
  send(id: string, text: string): Promise<Reply> {
    return this.view.socket.reply(this.begin(id, text));
  }
  begin(id: string, text: string): string {
    return this.view.post("event", { type: "form", event: "save.submit", value: `_submission=${id}&text=${text}`, ...(this.#cid && { cid: this.#cid }) });
  }
}

describe("a form that comes again", () => {
  it("is empty, and so are its uploads, whose files are deleted and count, like those of the first", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A, B], { browser })).send(id, "one");
    expect([handled, released]).toEqual([["one a b"], ["a", "b"]]);
    const page = await pageWith([A, B], { browser });
    expect(shown.files).toEqual(["a", "b"]);
    await page.send(id, "one");
    expect([handled, released]).toEqual([["one a b"], ["a", "b", "a", "b"]]);
    expect(shown).toMatchObject({ text: "undefined", files: [] });
    expect(shown.id).not.toBe(id);
    // Two of three are used up.
    const uploader = new Uploader(page.view, "save.change");
    await uploader.choose([{ ...A, ref: "8" }, { ...B, ref: "9" }]);
    expect(shown.errors).toContain("too_many_files");
  });

  it("stays as it is, with its files, if the handler has left it so", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A], { browser })).send(id, "left");
    await (await pageWith([A], { browser })).send(id, "left");
    expect([handled, released, shown.text, shown.files]).toEqual([["left"], [], "left", ["a"]]);
    expect(shown.id).not.toBe(id);
  });

  it("keeps the files that the handler has kept", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A, B], { browser })).send(id, "keep");
    await (await pageWith([A, B], { browser })).send(id, "keep");
    expect([handled, shown.files]).toEqual([["keep a b"], ["b"]]);
  });

  it("is empty if the handler has assigned another form", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([], { browser })).send(id, "another");
    expect(shown.text).toBe("a new one");
    await (await pageWith([], { browser })).send(id, "another");
    expect([handled, shown.text]).toEqual([["another"], "undefined"]);
  });

  it("is handled again if it was refused", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A], { browser })).send(id, "refused");
    await (await pageWith([A], { browser })).send(id, "refused");
    expect([handled, shown.errors]).toEqual([["refused a", "refused a"], ["no"]]);
  });

  it.each(["go", "call"])("leads elsewhere again, whether the redirect was returned or called for: %s", async (text) => {
    const [browser, id] = [lab.browser(), nextId()];
    const there = { response: { live_redirect: { to: "/elsewhere" } } };
    expect(await (await pageWith([A], { browser })).send(id, text)).toMatchObject(there);
    expect(await (await pageWith([A], { browser })).send(id, text)).toMatchObject(there);
    expect([handled, released]).toEqual([[`${text} a`], ["a", "a"]]);
  });

  it("without the files that its page has lost is the same form", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    const page = await pageWith([A], { browser });
    await page.send(id, "lost");
    await page.send(id, "lost");
    await (await pageWith([], { browser })).send(id, "lost");
    expect([handled, shown.text]).toEqual([["lost a"], "undefined"]);
  });

  it.each<[string, readonly Described[]]>([
    ["size", [{ ...A, size: 11 }, B]], ["name", [{ ...A, name: "c" }, B]], ["date", [{ ...A, last_modified: 3 }, B]],
    ["folder", [{ ...A, relative_path: "a" }, B]], ["type", [{ ...A, type: "text/plain" }, B]], ["order", [B, A]], ["number", [A]],
  ])("with files of another %s is handled, once", async (_what, others) => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A, B], { browser })).send(id, "other");
    for (let time = 0; time < 2; time++) await (await pageWith(others, { browser })).send(id, "other");
    await (await pageWith([A, B], { browser })).send(id, "other");
    expect([handled, shown.files]).toEqual([["other a b", ["other", ...others.map(({ name }) => name)].join(" ")], []]);
  });

  it("with files where it had none is handled", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([], { browser })).send(id, "more");
    await (await pageWith([A], { browser })).send(id, "more");
    expect(handled).toEqual(["more", "more a"]);
  });

  it("is empty of files that went elsewhere, too; the same file in another input is another", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A], { browser, nth: 1 })).send(id, "away");
    await (await pageWith([A], { browser, nth: 1 })).send(id, "away");
    expect([handled, shown.files]).toEqual([["away a"], []]);
    await (await pageWith([A], { browser })).send(id, "away");
    expect(handled).toEqual(["away a", "away a"]);
  });

  it.each([["a component's", { path: "/parts", cid: 1 }], ["a nested view's", { path: "/nest" }]])("is %s, with its files", async (_whose, where) => {
    const [browser, id] = [lab.browser(), nextId()];
    await (await pageWith([A], { browser, ...where })).send(id, "part");
    const page = await pageWith([A], { browser, ...where });
    expect(shown.files).toEqual(["a"]);
    await page.send(id, "part");
    expect([handled, shown.text, shown.files]).toEqual([["part a"], "undefined", []]);
  });

  it("counts the files of a component in it", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    for (const chosen of [[A], [A], [B], [A]]) await (await pageWith(chosen, { browser, path: "/around" })).send(id, "around");
    expect(handled).toEqual(["around", "around"]);
  });

  it("has no errors because of what it has stored itself; another with the same text has", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    const page = async (): Promise<Sender> => new Sender(await lab.open("/names", browser));
    for (let time = 0; time < 2; time++) {
      await (await page()).send(id, "ann");
      expect([handled, shown.text, shown.errors]).toEqual([["ann"], "undefined", []]);
    }
    const [other, again] = [await page(), nextId()];
    for (let time = 0; time < 2; time++) {
      await other.send(again, "ann");
      expect([handled, shown.text, shown.id, shown.errors]).toEqual([["ann"], "ann", again, ["is taken"]]);
    }
    names.delete("ann");
    await other.send(again, "ann");
    expect(handled).toEqual(["ann", "ann"]);
  });

  it.each(["left", "go"])("whose schema finds what it has stored itself is left as by its answer: %s", async (text) => {
    const [browser, id] = [lab.browser(), nextId()];
    for (let time = 0; time < 2; time++) {
      const { response } = await new Sender(await lab.open("/names", browser)).send(id, text);
      if (text === "go") expect(response).toEqual({ live_redirect: { to: "/elsewhere", kind: "push" } });
      else expect([shown.text, shown.errors]).toEqual(["left", []]);
    }
    expect(handled).toEqual([text]);
  });

  it("while the first is being handled waits for it", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    const [first, second] = [await pageWith([A], { browser }), await pageWith([A], { browser })];
    behind = new Gate();
    const answer = first.begin(id, "one");
    await behind.entered;
    const again = second.begin(id, "one");
    await second.view.socket.heartbeat();
    behind.open();
    await first.view.socket.reply(answer);
    await second.view.socket.reply(again);
    expect([handled, released, shown.files]).toEqual([["one a"], ["a", "a"], []]);
  });
});

describe("a handler whose page is lost while it runs", () => {
  /** Sends a form with a file, loses the page while its handler waits, and lets the handler go on. */
  async function losePage(gate: Gate, browser: ReturnType<Lab["browser"]>, id: string, text: string): Promise<void> {
    const page = await pageWith([A], { browser });
    page.begin(id, text);
    await gate.entered;
    page.view.socket.terminate();
    await eventually(() => expect(lab.endpoint.connections).toBe(0));
    before = within = behind = undefined;
    gate.open();
  }

  it("has answered its form: the page that comes back is left as it would have been", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await losePage((behind = new Gate()), browser, id, "one");
    await (await pageWith([A], { browser })).send(id, "one");
    expect([handled, shown.text, shown.files]).toEqual([["one a"], "undefined", []]);
  });

  it("has refused its form: it is handled again", async () => {
    const [browser, id] = [lab.browser(), nextId()];
    await losePage((behind = new Gate()), browser, id, "refused");
    await (await pageWith([A], { browser })).send(id, "refused");
    expect([handled, shown.errors]).toEqual([["refused a", "refused a"], ["no"]]);
  });

  it.each(["go", "call"])("has led elsewhere: %s", async (text) => {
    const [browser, id] = [lab.browser(), nextId()];
    await losePage((behind = new Gate()), browser, id, text);
    expect(await (await pageWith([A], { browser })).send(id, text)).toMatchObject({ response: { live_redirect: { to: "/elsewhere" } } });
    expect(handled).toEqual([`${text} a`]);
  });

  it.each([
    ["before it consumes them", () => (before = new Gate())], ["while it does", () => (within = new Gate())],
  ])("does not take a form whose files are deleted %s for one without: it ends, and is handled with them later", async (_when, gate) => {
    const [browser, id] = [lab.browser(), nextId()];
    await losePage(gate(), browser, id, "whole");
    await eventually(() => expect(released).toEqual(["a"]));
    await (await pageWith([A], { browser })).send(id, "whole");
    expect([handled, present]).toEqual([["whole a"], [true]]);
    expect(lab.log.filter(({ message }) => /crash|threw/.test(message))).toEqual([]);
  });
});
