/** The only wiring: Hono app, configuration, server. @module */
export { createEndpoint, Endpoint, type EndpointOptions } from "./endpoint.js";
export type { ErrorPageProps } from "./pages.js";
export type { RequestSession } from "./request-session.js";
export { csrfField, logIn, logOut, putFlash, sessionOf } from "./session.js";
