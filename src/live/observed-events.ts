/** Receives each event whose handler is about to run, with its parameters. */
type EventObserver = (view: object, event: string, params: unknown) => void;

let observer: EventObserver | undefined;

/** Observes events from now on: `holdfast dev` uses it to show the event during which a view crashed. Nothing else calls it. */
export function observeEvents(next: EventObserver | undefined): void {
  observer = next;
}

/** Passes an event to the observer, if there is one. */
export function observedEvent(view: object, event: string, params: unknown): void {
  if (observer !== undefined) observer(view, event, params);
}
