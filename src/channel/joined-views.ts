import type { ViewProcess } from "../live/index.js";
import { Connection } from "./connection.js";
import { LiveTopic } from "./live-topic.js";
import type { SocketRegistry } from "./registry.js";

/** The live views joined on this node. */
export function* joinedViews(registry: SocketRegistry): Iterable<ViewProcess> {
  for (const socket of registry.sockets) {
    if (!(socket instanceof Connection)) continue;
    for (const handler of socket.handlers()) if (handler instanceof LiveTopic) yield handler.process;
  }
}
