import type { Endpoint } from "../../endpoint/index.js";
import type { NodeServer } from "./node-server.js";

/** Receives each endpoint that is put on a server; its result answers the requests instead of the endpoint. */
type ServerObserver = (endpoint: Endpoint, server: NodeServer) => Endpoint["fetch"];

let observer: ServerObserver | undefined;

/** Observes servers from now on: `holdfast dev` finds the application this way. Nothing else calls it. */
export function observeServers(next: ServerObserver | undefined): void {
  observer = next;
}

/** The function that answers a server's requests: the endpoint's, unless an observer replaces it. */
export function observedFetch(endpoint: Endpoint, server: NodeServer): Endpoint["fetch"] {
  return observer === undefined ? endpoint.fetch : observer(endpoint, server);
}
