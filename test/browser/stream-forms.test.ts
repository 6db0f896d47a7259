// A form in a stream's item says in its event's name what its hidden fields are. The name changes with them, and the text stays.
import { createEndpoint, html, liveSession, liveView, stream } from "holdfast";
import { expect, it } from "vitest";
import { z } from "zod";
import { newSecret } from "./support/app.js";
import { connected, reconnect, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

const Note = z.object({ version: z.string(), text: z.string() });
let version = 1;
const saved: unknown[] = [];

const Notes = liveView.define({
  name: "Notes",
  authorize: "public",
  mount: () => ({ notes: stream([{ id: 1, version }]), known: "" }),
  events: {
    change: { params: Note, handle: (socket, { version, text }) => socket.assign({ known: `${version}: ${text}` }) },
    save: { params: Note, handle: (socket, note) => {
      saved.push(note);
      socket.assign({ known: "saved" });
    } },
  },
  render: ({ notes, known }, on) => html`<p id="known">${known}</p>
    <ul id="notes" phx-update="stream">${notes.map((note, id) => html`<li id=${id}><form id="form-${note.id}" phx-change=${on.change} phx-submit=${on.save}>
      <input type="hidden" name="version" value=${note.version}><input name="text" aria-label="Text"><button>Save</button></form></li>`)}</ul>`,
});

const served = useServed(createEndpoint({ secret: newSecret(), log: () => {}, live: [liveSession("default", {}, (live) => live("/", Notes))] }));

it("what was typed into it comes back, with the hidden fields of the new page", async () => {
  const { page, complaints } = await watch(await served.browser.newContext());
  const knows = (known: string) => page.waitForFunction((wanted) => document.querySelector("#known")!.textContent === wanted, known);
  await page.goto(served.url);
  await connected(page);
  await page.fill("[name=text]", "half a sentence");
  await knows("1: half a sentence");
  for (const next of [1, 2]) {
    version = next;
    await reconnect(page);
    await knows(`${next}: half a sentence`);
    expect([await page.inputValue("[name=text]"), await page.inputValue("[name=version]")]).toEqual(["half a sentence", String(next)]);
  }
  await page.evaluate(() => void (document.querySelector<HTMLInputElement>("[name=version]")!.value = "9"));
  await page.click("button");
  await knows("saved");
  expect([saved, complaints]).toEqual([[{ version: "2", text: "half a sentence" }], []]);
});
