import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startFixture, type Fixture } from "../support/fixture-app.js";
import { differences } from "./differences.js";
import { feed, live } from "./pages.js";
import { Player } from "./player.js";
import { recorded, type Session } from "./recording.js";

let app: Fixture;
let player: Player | undefined;
beforeAll(async () => {
  app = await startFixture({ live, externalOrigins: ["https://example.com"] });
});
afterAll(() => app.close());
afterEach(async () => {
  player?.close();
  await app.cut();
});

const sessions = ["pages", "tour", "redirects", "mounts", "refused-joins", "upload"].flatMap(recorded);

async function open(session: Session): Promise<Player> {
  return (player = await Player.open(app.browser(), session, (listed, seq) => {
    app.endpoint.broadcast(feed, { listed, message: { id: seq, text: `message number ${seq} ${"x".repeat(80)}` } });
  }));
}

describe("what was recorded, ours sends", () => {
  it.each(sessions)("$name", async (session) => {
    const opened = await open(session);
    for (const step of session.steps) {
      const difference = differences.find((one) => one.session === session.name && one.step === step.what);
      const expected = difference?.ours ?? step.receive;
      const got = await opened.play(step, expected.length);
      if (step.partly) expect.soft(got, step.what).toMatchObject(expected);
      else expect.soft(got, step.what).toEqual(expected);
    }
  });
});

it.each(differences)("$session, $step: recorded otherwise, because $reason", ({ session, step, ours }) => {
  const found = sessions.find(({ name }) => name === session)?.steps.find(({ what }) => what === step);
  expect(found).toBeDefined();
  expect(found!.receive).not.toEqual(ours);
});
