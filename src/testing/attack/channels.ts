import type { Channel } from "../../channel/index.js";
import { hostOf, type Endpoint } from "../../endpoint/index.js";
import type { Browser, HandshakeOptions } from "../browser.js";
import { KitSocket } from "../wire.js";

/** A channel of a user socket, with a topic to join it by. */
export interface SiteChannel {
  /** The path of its socket and its pattern: `/chat room:*`. */
  readonly name: string;
  readonly path: string;
  readonly channel: Channel;
  /** Undefined if its pattern has a wildcard and no sample matches. */
  readonly topic: string | undefined;
}

/**
 * The channels of an endpoint's user sockets, in the order in which they were given.
 *
 * @param samples topics of the application, such as `room:7`
 */
export function channelsOf(endpoint: Endpoint, samples: readonly string[]): SiteChannel[] {
  return [...hostOf(endpoint).userSockets].flatMap(([path, socket]) => [...socket.channels].map(([pattern, channel]) => ({
    name: `${path} ${pattern}`, path, channel,
    topic: pattern.includes("*") ? samples.find((sample) => socket.match(sample)?.channel === channel) : pattern,
  })));
}

/**
 * Joins a channel as its clients do, and leaves again.
 *
 * @param to the socket to open, and with what
 * @param params what the client sends with its join
 * @returns `open`, the status that refused the socket, or `refused` by the channel
 */
export async function joinChannel(
  browser: Browser,
  to: Pick<HandshakeOptions, "path" | "params" | "authToken">,
  topic: string,
  params: unknown,
): Promise<string> {
  const socket = await browser.handshake(to);
  if (!(socket instanceof KitSocket)) return String(socket.status);
  const ref = socket.nextRef();
  const { status } = await socket.push(ref, ref, topic, "phx_join", params);
  socket.close();
  return status === "ok" ? "open" : "refused";
}
