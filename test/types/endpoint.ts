// Checked by the compiler and never run: the options of an endpoint.
import { createEndpoint, NONCE, type EndpointOptions } from "holdfast";
import { serve } from "holdfast/node";

const secret = "";

export const fine: readonly EndpointOptions[] = [
  { secret },
  { secret: [secret, secret], trustProxy: "loopback, 10.0.0.0/8" },
  { secret, trustProxy: ["loopback"] as const },
  { secret, headers: { a: "b", "x-frame-options": false, c: (c) => c.req.path }, csp: false, trustedTypes: true },
  { secret, csp: { scriptSrc: (sources) => [...sources, NONCE], imgSrc: "https:", styleSrc: false, fontSrc: ["'self'"] } },
  { secret, publicDir: { dir: "/public", immutable: (path) => path.startsWith("/assets/") }, hideForbidden: (path) => path !== "/" },
  { secret, clientHooks: [new URL("./a.hooks.js", import.meta.url)] },
  // may reject, and nobody minds
  { secret, log: async () => {} },
];

// @ts-expect-error -- a path is relative to nothing
createEndpoint({ secret, clientHooks: ["./a.hooks.js"] });
// @ts-expect-error -- without a secret
createEndpoint({});
// @ts-expect-error -- everybody is no proxy
createEndpoint({ secret, trustProxy: true });
// @ts-expect-error -- neither is so many of them
createEndpoint({ secret, trustProxy: 1 });
// @ts-expect-error -- no such limit
createEndpoint({ secret, limits: { socketPerIp: 1 } });
// @ts-expect-error -- a directive that Content-Security-Policy does not have
createEndpoint({ secret, csp: { scriptSource: "'self'" } });
// @ts-expect-error -- a header's number
createEndpoint({ secret, headers: { "x-a": 1 } });
// @ts-expect-error -- a server is an adapter's
void createEndpoint({ secret }).listen({ port: 0 });
// @ts-expect-error -- so is a handshake
void createEndpoint({ secret }).handshake;
// @ts-expect-error -- a port and a unix socket
void serve(createEndpoint({ secret }), { port: 1, path: "/run/app.sock" });
// @ts-expect-error -- neither of the two ways
void serve(createEndpoint({ secret }), { onStrayError: "ignore" });
