import { expectation } from "./document.js";
import type { PendingWork } from "./pending-work.js";
import { afterPatience } from "./patience.js";
import { DEADLINE_MS, type KitSocket } from "./wire.js";

/** How many times messages may cause more messages before `settle` gives up. */
const SETTLE_ROUNDS = 100;

/** A view that can be waited for. */
interface Settling {
  readonly topic: string;
  readonly joined: boolean;
}

/** A page that can be waited for. */
export interface SettlingPage {
  readonly socket: KitSocket | undefined;
  readonly pendingWork: PendingWork;
  /** How many messages have arrived. */
  readonly arrived: number;
  /** Called with every message. */
  readonly watchers: Set<() => void>;
  /** The views that are joined or joining. */
  readonly views: { all(): readonly Settling[] };
}

/** What to wait for, and how long. */
export interface SettleOptions {
  /** Also wait for the view's tasks, not only for its mailbox. Default false. */
  readonly tasks?: boolean;
  /** When to give up, in milliseconds in which the process could go on. Default 2000. */
  readonly timeoutMs?: number;
}

/**
 * Resolves when the server has nothing more to send to any view of a page. It waits for each view's mailbox, and again
 * as long as messages arrive.
 *
 * @throws HoldfastError `kit_expectation` if they do not stop
 */
export async function settle(page: SettlingPage, options: SettleOptions = {}): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round++) {
    const before = page.arrived;
    await turn();
    await Promise.all(page.views.all().map((view) => settleView(page, view, options)));
    await page.pendingWork.quiet();
    await turn();
    if (page.arrived === before && page.pendingWork.size === 0 && (page.socket?.pending ?? 0) === 0) return;
  }
  throw expectation("The page does not settle.", `at most ${SETTLE_ROUNDS} rounds of messages`, "a view that never stops sending");
}

/** Resolves when a view's mailbox is empty or the view has ended. */
async function settleView(
  page: SettlingPage, view: Settling, { tasks = false, timeoutMs = DEADLINE_MS }: SettleOptions,
): Promise<void> {
  const { socket, watchers } = page;
  if (socket === undefined || !view.joined) return;
  let check: (() => void) | undefined;
  let stop: (() => void) | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    check = () => {
      if (!view.joined) resolve();
    };
    watchers.add(check);
    stop = afterPatience(timeoutMs, () =>
      reject(
        expectation(
          "The view does not settle.",
          `an end of its handlers${tasks ? " and tasks" : ""} within ${timeoutMs} ms`,
          `${view.topic} is still at work`,
        ),
      ),
    );
  });
  try {
    await Promise.race([socket.settled(view.topic, { tasks }), ended]);
  } finally {
    stop?.();
    watchers.delete(check!);
  }
}

/** Waits until a condition is true, and checks it after every message. */
export async function until(
  { watchers }: Pick<SettlingPage, "watchers">, holds: () => boolean, timeoutMs: number, failed: () => Error,
): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const end = (error?: unknown): void => {
      stop();
      watchers.delete(check);
      if (error === undefined) resolve();
      else reject(error as Error);
    };
    const check = (): void => {
      try {
        if (holds()) end();
      } catch (error) {
        end(error);
      }
    };
    const stop = afterPatience(timeoutMs, () => end(failed()));
    watchers.add(check);
  });
}

/** Lets everything that is ready run. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
