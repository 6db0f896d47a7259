import { HoldfastError } from "../../errors/index.js";
import type { Limits } from "../../security/index.js";

/** Options of long poll. */
export interface LongPollOptions {
  /**
   * How long a poll waits for messages, ms, before it is answered without any and the client polls again. The npm client
   * gives up a poll after 20 s, and many proxies after 30 s or 60 s. Default 10 s.
   */
  readonly pollMs?: number;
  /**
   * How long a client may take between a response and its next poll, ms, before its socket is closed. A browser opens six
   * connections to an HTTP/1.1 server, so the polls of many tabs wait for each other: leave it well above `pollMs`. Default
   * 20 s.
   */
  readonly gapMs?: number;
  /**
   * The longest body of a POST, bytes: up to 100 messages, each within the limits of a frame. A longer one gets 413 before it
   * is read. Default `limits.waitingFrameBytes`, or as much as the longest frame needs.
   */
  readonly bodyBytes?: number;
}

/** The settings that long poll runs with. */
export interface LongPollSettings extends Required<LongPollOptions> {
  /** How long the last messages of a closed socket wait for a poll, ms. */
  readonly lingerMs: number;
  /** Bytes of messages in one response; the rest wait for the next poll. A single message may be longer. */
  readonly answerBytes: number;
}

/**
 * Combines options and limits.
 *
 * @returns undefined if long poll is off
 * @throws HoldfastError `endpoint_config_invalid`
 */
export function longPollSettings(options: boolean | LongPollOptions, limits: Limits): LongPollSettings | undefined {
  if (options === false) return undefined;
  const { pollMs = 10_000, gapMs = 20_000, bodyBytes } = options === true ? {} : options;
  const longestFrame = Math.max(limits.textFrameBytes, base64Length(limits.binaryFrameBytes));
  const settings = {
    pollMs, gapMs, bodyBytes: bodyBytes ?? Math.max(limits.waitingFrameBytes, longestFrame),
    lingerMs: limits.closeGraceMs, answerBytes: limits.outgoingSoftBytes,
  };
  for (const [name, value] of Object.entries({ pollMs, gapMs })) {
    if (!Number.isFinite(value) || value <= 0) {
      throw invalid(`The option longPoll.${name} is not usable.`, "milliseconds above 0", String(value));
    }
  }
  if (!(settings.bodyBytes >= longestFrame)) {
    throw invalid("The option longPoll.bodyBytes is less than a frame may have.", `at least ${longestFrame}`, String(bodyBytes));
  }
  return settings;
}

/** Length of that many bytes in base64, padding included, characters. */
function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

function invalid(what: string, expected: string, got: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", { what, expected, got });
}
