// Checked by the compiler and never run: the options of an endpoint.
import { createEndpoint, type EndpointOptions } from "holdfast";

const secret = "";

export const fine: readonly EndpointOptions[] = [
  { secret },
  { secret: [secret, secret], trustProxy: "loopback, 10.0.0.0/8" },
  { secret, trustProxy: ["loopback"] as const },
];

// @ts-expect-error -- without a secret
createEndpoint({});
// @ts-expect-error -- everybody is no proxy
createEndpoint({ secret, trustProxy: true });
// @ts-expect-error -- neither is so many of them
createEndpoint({ secret, trustProxy: 1 });
// @ts-expect-error -- no such limit
createEndpoint({ secret, limits: { socketPerIp: 1 } });
