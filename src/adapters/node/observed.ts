import type { Endpoint } from "../../endpoint/index.js";
import type { NodeServer } from "./node-server.js";

/** Is shown each endpoint that is put on a server. What it returns answers the requests instead of the endpoint. */
export type ServerObserver = (endpoint: Endpoint, server: NodeServer) => Endpoint["fetch"];

let observer: ServerObserver | undefined;

/** Observes servers from now on: `holdfast dev` learns of the application here. Nothing else calls it. */
export function observeServers(next: ServerObserver | undefined): void {
  observer = next;
}

/** What answers the requests of a server: the endpoint, unless somebody observes. */
export function observedFetch(endpoint: Endpoint, server: NodeServer): Endpoint["fetch"] {
  return observer === undefined ? endpoint.fetch : observer(endpoint, server);
}
