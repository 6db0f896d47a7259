/** In `sessionStorage`: the name of a form that the browser itself has posted. */
const POSTED = "holdfast:posted";

/** The browser posts a form: the next page shows whether that worked. */
export function posted(name: string): void {
  sessionStorage.setItem(POSTED, name);
}

/** The user keeps working on a form: the browser did not leave the page. */
export function notPosted(): void {
  sessionStorage.removeItem(POSTED);
}

/** The name of the form whose successful answer this page is. */
export function takePosted(): string | undefined {
  const name = sessionStorage.getItem(POSTED);
  if (name === null) return undefined;
  sessionStorage.removeItem(POSTED);
  // A proxy's error page does not run this script; a user who goes back from it has sent nothing.
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const failed = navigation?.type === "back_forward" || (navigation?.responseStatus ?? 0) >= 400;
  return failed ? undefined : name;
}
