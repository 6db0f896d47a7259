import { createEndpoint, html, liveSession, liveView } from "holdfast";
import { expect, it } from "vitest";
import { z } from "zod";
import { newSecret } from "./support/app.js";
import { connected, reconnect, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

const Texts = z.object({ trip: z.string(), note: z.string() });

/** Its own event of recovery knows better than the user what the trip is, and says nothing about the note. */
const Trip = liveView.define({
  name: "Trip",
  authorize: "public",
  mount: () => ({ trip: "", note: "", recovered: "" }),
  events: {
    change: { params: Texts, handle: (socket, texts) => socket.assign(texts) },
    recover: { params: Texts, handle: (socket, { trip }) => socket.assign({ trip: `${trip}, booked`, recovered: trip }) },
  },
  render: ({ trip, note, recovered }, on) => html`
    <form id="trip" phx-change=${on.change} phx-auto-recover=${on.recover}>
      <input name="trip" value=${trip} aria-label="Trip"> <input name="note" value=${note} aria-label="Note"> <button>Save</button>
    </form>
    <p id="known">${trip}; ${note}; ${recovered}</p>`,
});

const served = useServed(createEndpoint({
  secret: newSecret(), log: () => {}, live: [liveSession("default", {}, (live) => live("/", Trip))],
}));

it("what a form's own event of recovery renders stays, and texts that it leaves alone come back", async () => {
  const { page, complaints } = await watch(await served.browser.newContext());
  await page.goto(served.url);
  await connected(page);
  await page.fill("[name=trip]", "Oslo");
  await page.fill("[name=note]", "window seat");
  await page.waitForFunction(() => document.querySelector("#known")!.textContent === "Oslo; window seat; ");
  await page.locator("[name=note]").blur();
  await reconnect(page);
  // The note was told to the view again, which answered after it had rendered the trip.
  await page.waitForFunction(() => document.querySelector("#known")!.textContent === "Oslo, booked; window seat; Oslo");
  expect(await page.inputValue("[name=trip]")).toBe("Oslo, booked");
  expect(await page.inputValue("[name=note]")).toBe("window seat");
  expect(complaints).toEqual([]);
});
