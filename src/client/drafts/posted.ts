/** In the tab's storage: the name of a form that the browser itself has posted. */
const POSTED = "holdfast:posted";

/** The browser posts a form: the next page shows whether that worked. */
export function posted(storage: Storage, name: string): void {
  storage.setItem(POSTED, name);
}

/** The user keeps working on a form: the browser did not leave the page. */
export function notPosted(storage: Storage): void {
  storage.removeItem(POSTED);
}

/** The name of the form whose successful answer this page is. */
export function takePosted(storage: Storage): string | undefined {
  const name = storage.getItem(POSTED);
  if (name === null) return undefined;
  notPosted(storage);
  // A proxy's error page does not run this script; a user who goes back from it has sent nothing.
  const { type, responseStatus = 0 } = navigation() ?? {};
  return type === "back_forward" || responseStatus >= 400 ? undefined : name;
}

/** How the browser came to this page. */
export function navigation(): PerformanceNavigationTiming | undefined {
  return (performance.getEntriesByType("navigation") as PerformanceNavigationTiming[])[0];
}
