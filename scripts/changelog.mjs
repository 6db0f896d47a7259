/**
 * The changelog of a release: what was unreleased has its version and its date, and there is room for what comes.
 *
 * @param {string} text in the format of Keep a Changelog
 * @param {string} version
 * @param {Date} date
 * @returns {string}
 * @throws {Error} without anything unreleased
 */
export function released(text, version, date) {
  const heading = "## [Unreleased]\n";
  const start = text.indexOf(heading);
  const body = start === -1 ? "" : text.slice(start + heading.length).split(/^## /m)[0];
  if (body.trim() === "") throw new Error('CHANGELOG.md has nothing under "Unreleased"');
  return text.replace(heading, () => `${heading}\n## [${version}] - ${date.toISOString().slice(0, 10)}\n`);
}
