import { expect, test, vi } from "vitest";
import { defaultLimits, newSession } from "../security/index.js";
import { SocketClocks, type TimedSocket } from "./socket-clocks.js";

const { firstJoinMs, idleMs, stalledMs, sessionCheckMs } = defaultLimits;
const HOUR_MS = 3_600_000;

/** The clocks of a socket that was opened an hour after `now`: since then the clock was set back. */
function clocksSetBack(now: number): SocketClocks {
  const clock = vi.spyOn(Date, "now").mockReturnValue(now + HOUR_MS);
  const clocks = new SocketClocks(defaultLimits, undefined);
  clock.mockRestore();
  return clocks;
}

const socket: TimedSocket = { session: undefined, topicCount: 0, paused: false, congested: false };

test("a clock that is set back prolongs no period by as much: each begins again", () => {
  const now = 10 * HOUR_MS;
  const silent = clocksSetBack(now);
  expect(silent.overdue(socket, now)).toBeUndefined();
  expect(silent.overdue(socket, now + firstJoinMs + 1)).toBe("no join");

  const idle = clocksSetBack(now);
  idle.joined();
  expect(idle.overdue(socket, now)).toBeUndefined();
  expect(idle.overdue(socket, now + idleMs + 1)).toBe("idle");

  const slow = clocksSetBack(now);
  slow.joined();
  expect(slow.overdue({ ...socket, congested: true }, now + HOUR_MS)).toBeUndefined();
  expect(slow.overdue({ ...socket, congested: true }, now)).toBeUndefined();
  slow.heard(now + stalledMs + 1);
  expect(slow.overdue({ ...socket, congested: true }, now + stalledMs + 1)).toBe("too slow");
});

test("a session is checked at once when the clock was set back, and then as often as always", () => {
  const now = 10 * HOUR_MS;
  const clocks = clocksSetBack(now);
  const session = newSession(defaultLimits, now);
  expect(clocks.checkDue(session, now)).toBe(true);
  expect(clocks.checkDue(session, now + sessionCheckMs - 1)).toBe(false);
  expect(clocks.checkDue(session, now + sessionCheckMs)).toBe(true);
});
