/** Is shown each event whose handler is about to run, with what its handler is given. */
export type EventObserver = (view: object, event: string, params: unknown) => void;

let observer: EventObserver | undefined;

/** Observes events from now on: `holdfast dev` shows what a view crashed at. Nothing else calls it. */
export function observeEvents(next: EventObserver | undefined): void {
  observer = next;
}

/** Shows an event to whoever observes. */
export function observedEvent(view: object, event: string, params: unknown): void {
  if (observer !== undefined) observer(view, event, params);
}
