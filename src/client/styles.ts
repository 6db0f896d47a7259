/**
 * Has no specificity, so that any rule of the application wins. The empty region has no size instead of `display: none`,
 * because screen readers do not announce text in a region that was not displayed.
 */
const CSS = `
:where(.holdfast-connection) {
  position: fixed; inset: auto 0 0; z-index: 2147483647; width: fit-content; max-width: 90vw; margin: 0 auto 1rem;
  padding: .5rem 1rem; border-radius: .5rem; background: #222; color: #fff; font: 1rem/1.4 system-ui, sans-serif;
}
:where(.holdfast-connection:empty) { padding: 0; }
:where(holdfast-notice) {
  display: block; margin: .5rem 0; padding: .5rem .75rem; border: 1px solid #b45309; border-radius: .25rem;
  background: #fffbeb; color: #1c1917;
}
:where(holdfast-notice button) { margin-inline-start: .5rem; }
`;

let added = false;

/**
 * Styles the client's own elements with a constructed style sheet, which a Content-Security-Policy without `unsafe-inline`
 * allows.
 */
export function addStyles(): void {
  if (added) return;
  added = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];
}
