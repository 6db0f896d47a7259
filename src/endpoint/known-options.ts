import { HoldfastError } from "../errors/index.js";
import {
  ANYTHING, checkOptions, checkValue, either, FUNCTION, having, LIST, OBJECT, TEXT, YES_OR_NO, type Kind, type OptionsPlace, type Shape,
} from "../errors/options.js";
import type { EndpointOptions } from "./options.js";

/** The path of the live views' socket. */
export const LIVE_SOCKET = "/live";

const PLACE: OptionsPlace = {
  of: "createEndpoint",
  fix: 'createEndpoint({ secret, live: [liveSession("default", {}, (live) => live("/", Home))] })',
};

const BACKPLANE_PLACE: OptionsPlace = { of: "createEndpoint", fix: "createEndpoint({ backplane: redis({ url: process.env.REDIS_URL }) })" };

const LIVE_SESSION: Kind = {
  called: "a live session: what liveSession(…) returns",
  fits: (value) => typeof value === "object" && value !== null && "routes" in value && LIST.fits(value.routes),
};

/** `ANYTHING` is checked where it is read. */
const SHAPE: Shape<EndpointOptions> = {
  secret: ANYTHING, url: ANYTHING, trustProxy: ANYTHING, outage: ANYTHING,
  live: LIST, origins: LIST, externalOrigins: LIST, clientHooks: LIST, connectHeaders: LIST,
  sockets: OBJECT, headers: OBJECT, limits: OBJECT, bodyLimits: OBJECT,
  rootLayout: FUNCTION, errorPage: FUNCTION, routes: FUNCTION, csrfExempt: FUNCTION,
  compressPages: YES_OR_NO, trustedTypes: YES_OR_NO,
  longPoll: either(YES_OR_NO, OBJECT), health: either(YES_OR_NO, OBJECT), csp: either(OBJECT, YES_OR_NO),
  hideForbidden: either(YES_OR_NO, FUNCTION),
  publicDir: either(TEXT, OBJECT),
  backplane: having("a backplane: what redis(…) of holdfast/redis returns", "open"),
  pubsub: having("a PubSub: what createPubSub() returns", "subscribe", "publish", "answer"),
  submissions: having("a SubmissionStore", "begin"),
  revocations: having("a RevocationStore", "revoke", "revokedAt"),
  sessions: having("an object with the function check", "check"),
  log: either(FUNCTION, having("a logger with the methods debug, info, warn and error", "debug", "info", "warn", "error")),
};

/** Refuses options that the endpoint would ignore, or fail at when the first visitor comes. */
export function checkEndpointOptions(options: EndpointOptions): void {
  const { backplane } = { ...options };
  if (backplane !== undefined) checkValue("endpoint_config_invalid", BACKPLANE_PLACE, "backplane", backplane, SHAPE.backplane);
  checkOptions("endpoint_config_invalid", PLACE, options, SHAPE);
  for (const [index, session] of (options.live ?? []).entries()) {
    checkValue("endpoint_config_invalid", PLACE, `live[${index}]`, session, LIVE_SESSION);
  }
  for (const path of Object.keys(options.sockets ?? {})) checkSocketPath(path);
}

/** A path that no client reaches: the client adds `/websocket`, and `/live` is that of the pages. */
function checkSocketPath(path: string): void {
  const fixed = `/${path.replace(/\/websocket$/, "").replaceAll(/^\/+|\/+$/g, "")}`;
  if (path === fixed && path !== LIVE_SOCKET && path !== "/") return;
  const taken = `The path ${LIVE_SOCKET} is that of the live pages' socket.`;
  throw new HoldfastError("endpoint_config_invalid", {
    what: path === LIVE_SOCKET ? taken : "A user socket's path is not one that a client names.",
    expected: `a path such as "/socket", without the /websocket that clients add, and not ${LIVE_SOCKET}`, got: JSON.stringify(path),
    fix: `sockets: { ${JSON.stringify(fixed === LIVE_SOCKET || fixed === "/" ? "/socket" : fixed)}: socket }`,
  });
}
