import type { Mistake } from "../../../errors/index.js";
import { checkOptions, checkValue, either, FUNCTION, NUMBER, OBJECT, TEXT } from "../../../errors/options.js";
import { TOPIC, type AsData, type Topic } from "../../../pubsub/index.js";
import { LiveValue, type Owner } from "../../socket/index.js";
import type { LivePresence } from "./live-presence.js";
import { Presences, type PresenceRequest } from "./presences.js";
import type { FetchPresences, PresenceEntry } from "./roster.js";

/** Options of `presence`. */
export interface PresenceOptions<M extends object> {
  /** Identifies the person: a user's id, for instance. Two tabs with one key are one entry with two metas. */
  readonly key: string | number;
  /** What the others see: plain data. It reaches every client that may join a channel of the same topic. */
  readonly meta: M;
}

/** `M` if it is a plain object of data; a `Mistake` otherwise. */
type AsMeta<M> = M extends Date | readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
  ? Mistake<"a meta is a plain object: { name: … }"> : AsData<M>;

/** The value that becomes a `LivePresence`. */
class PresenceAssign extends LiveValue {
  readonly #request: PresenceRequest;
  #state: LivePresence<object, unknown> | undefined;

  constructor(request: PresenceRequest) {
    super();
    this.#request = request;
  }

  override attach(owner: Owner, name: string): void {
    this.#state = owner.feature(Presences).join(name, this.#request);
  }

  override assigned(): unknown {
    return this.#state;
  }
}

const KEY = either(TEXT, NUMBER);

/**
 * Lists who is on a topic: return it from `mount`, or assign it. While connected, the view itself is included; it leaves when
 * it ends, and within 5 s if its node is killed. The page renders again when somebody joins, changes or leaves. During the
 * GET the list is shown, and nobody is added to it. Assigning another presence under the same name moves the view there.
 *
 * @param topic its name, or a PubSub topic: a channel of the same topic shows its clients the same people
 * @param options `key`: who this is; `meta`: what the others see; `fetch`: adds data to all entries in one call, loaded from
 * a database for instance. Declare it outside `mount`, so that all views of a node share each result. Until its first
 * result, and during the GET, the list is empty and `loading` is true; a failure is logged, and the list stays as it was
 * @throws HoldfastError `payload_not_data` for a meta that is not data, `presence_misuse` for the key `__proto__`
 * @example
 * mount: (socket) => ({ online: presence("room:7", { key: socket.assigns.user.id, meta: { name: socket.assigns.user.name } }) }),
 * render: ({ online }) => html`<ul>${keyed(online.list, ({ key }) => key, ({ metas }) => html`<li>${metas[0]?.name}</li>`)}</ul>`
 * @example
 * const withUsers = async (entries: readonly PresenceEntry<{ at: number }>[]) => {
 *   const users = await accounts.byIds(entries.map(({ key }) => Number(key)));
 *   return entries.map((entry) => ({ ...entry, user: users.get(Number(entry.key)) }));
 * };
 * mount: (socket) => ({ online: presence("room:7", { key: socket.assigns.user.id, meta: { at: Date.now() }, fetch: withUsers }) })
 */
export function presence<M extends object, E = PresenceEntry<M>>(
  topic: Topic<unknown> | string, options: PresenceOptions<M> & { readonly meta: AsMeta<M>; readonly fetch?: FetchPresences<M, E> },
): LivePresence<M, E>;
export function presence(
  topic: Topic<unknown> | string, options: PresenceOptions<object> & { readonly fetch?: FetchPresences<object, unknown> },
): unknown {
  const place = { of: "presence", fix: "presence(`room:${id}`, { key: user.id, meta: { name: user.name } })" };
  checkValue("presence_misuse", place, "the topic", topic, TOPIC);
  checkOptions("presence_misuse", place, options, {
    key: KEY, meta: OBJECT, fetch: FUNCTION,
  });
  const { key, meta, fetch } = options;
  // As text, "undefined" would be one person for everybody without a key.
  checkValue("presence_misuse", place, "key", key, KEY);
  return new PresenceAssign({ topic: typeof topic === "string" ? topic : topic.name, key: String(key), meta, fetch });
}
