// Checked by the compiler and never run: topics know what is published on them.
import { createPubSub, disconnect, topic, type SubscriptionId } from "holdfast";

const pubsub = createPubSub();
const postUpdated = (id: number) => topic<{ id: number; title: string }>(`post:${id}`);

void pubsub.broadcast(postUpdated(7), { id: 7, title: "new" });
void pubsub.broadcast(disconnect("users_socket:7"), {});
pubsub.subscribe(postUpdated(7), ({ payload }) => payload.title.length);
const { id } = pubsub.subscribe("room:7", ({ payload }: { payload: unknown }) => payload);
void pubsub.publish({ topic: "room:7", event: "said", payload: 1 }, { except: id });
export const named: SubscriptionId = id;

// @ts-expect-error -- another payload
void pubsub.broadcast(postUpdated(7), { id: 7 });
// @ts-expect-error -- a name is no topic that knows its payload
void pubsub.broadcast("post:7", { id: 7, title: "new" });
// @ts-expect-error -- a disconnect says nothing
void pubsub.broadcast(disconnect("users_socket:7"), { reason: "banned" });
// @ts-expect-error -- no such field
pubsub.subscribe(postUpdated(7), ({ payload }) => payload.text);
// @ts-expect-error -- what comes on a name is unknown
pubsub.subscribe("post:7", ({ payload }) => payload.title);
// @ts-expect-error -- a listener is no subscription, and neither is a number
void pubsub.publish({ topic: "a", event: "said", payload: 1 }, { except: 7 });
// @ts-expect-error -- a request without an end
void pubsub.request("name", {}, {});
