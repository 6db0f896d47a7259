/** The only wiring: Hono app, configuration, server. @module */
export { createEndpoint, Endpoint, type EndpointOptions } from "./endpoint.js";
export type { ErrorPageProps } from "./pages.js";
export { csrfField, logIn, logOut, putFlash, RequestSession, sessionOf } from "./session.js";
