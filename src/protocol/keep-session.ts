/**
 * The event, of the topic `phoenix`, by which the server asks a client to `GET <socket's path>/session`: the answer renews the
 * session's cookie, which a socket cannot do. Clients that do not know it ignore it.
 */
export const KEEP_SESSION = "holdfast:keep_session";
