import { CLOSE, restartReason } from "../protocol/index.js";
import type { Limits } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import { Pause } from "./pause.js";

/** A socket of a node that stops. */
export interface RetiringSocket {
  close(code: number, reason: string): void;
  /**
   * Closes the socket once everything its client has sent is answered: immediately if nothing is in progress, at the latest
   * after `withinMs`.
   *
   * @returns when it is closed
   */
  retire(code: number, reason: string, withinMs: number): Promise<void>;
}

interface OpenSockets {
  readonly size: number;
  toArray(): readonly RetiringSocket[];
}

/**
 * The spacing of the clients' reconnects after a restart, ms. Without it all of them try within 50 ms, and the next node
 * mounts every page at once.
 */
const SPACING_MS = 1;

/** Closes all sockets because their node stops: each client is told its own time to reconnect. */
export class Restart {
  readonly #sockets: OpenSockets;
  readonly #limits: Pick<Limits, "drainStepFraction" | "drainStepMs" | "drainMaxMs">;
  readonly #step = new Pause();

  /** @param sockets those that are open, whenever it is read */
  constructor(sockets: OpenSockets, limits: Pick<Limits, "drainStepFraction" | "drainStepMs" | "drainMaxMs">) {
    this.#sockets = sockets;
    this.#limits = limits;
  }

  /** Closes all of them immediately. Ends a running drain too. */
  now(): void {
    this.#step.end();
    for (const [index, socket] of this.#sockets.toArray().entries()) socket.close(CLOSE.restart, restartReason(index * SPACING_MS));
  }

  /**
   * Closes a share at a time, so that the next node does not mount every page of this one in the same second. Events in progress
   * are answered first, as long as the drain may take.
   *
   * @returns when all are closed
   */
  async drain(): Promise<void> {
    const { drainStepFraction, drainStepMs, drainMaxMs } = this.#limits;
    const share = Math.max(1, Math.ceil(this.#sockets.size * drainStepFraction));
    const began = performance.now();
    const until = began + drainMaxMs;
    emit("holdfast:drain:began", { sockets: this.#sockets.size });
    const retiring = new Map<RetiringSocket, Promise<void>>();
    for (let last = false; !last;) {
      const rest = this.#sockets.toArray().filter((socket) => !retiring.has(socket));
      const now = performance.now();
      last = rest.length <= share || now + drainStepMs >= until;
      for (const [index, socket] of (last ? rest : rest.slice(0, share)).entries()) {
        retiring.set(socket, socket.retire(CLOSE.restart, restartReason(index * SPACING_MS), until - now));
      }
      if (!last) await this.#step.wait(drainStepMs);
    }
    await Promise.all(retiring.values());
    emit("holdfast:drain:ended", { sockets: retiring.size, ms: performance.now() - began });
  }
}
